"""Every process of one engine run knows what the others ask for; those of another run do not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest

from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.lifecycle.run_file import RunFile
from alicloud_image_simulator import Simulator
from tests.lifecycle.provider_process import ProviderProcess, configuration

pytestmark = pytest.mark.usefixtures("forked_processes")

WEB, SHOP = "1550809237710001", "1550809237710002"
OPEN = """
import sys
from alicloud_image_share.lifecycle.run_file import RunFile

file = RunFile.of_engine("127.0.0.1:4000")
for line in sys.stdin:
    command, _, name = line.strip().partition(" ")
    made = {
        "lock": lambda: file.try_lock(name),
        "unlock": lambda: file.unlock(name),
        "tell": lambda: file.append({"image": name}),
        "read": lambda: [entry["image"] for entry in file.new_entries()],
        "close": file.close,
    }[command]()
    print(made, flush=True)
"""

Start = Callable[..., ProviderProcess]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that this test has for itself."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path / f"image-shares-{os.getuid()}"


@pytest.fixture
def start(shared_cloud: Simulator, tmp_path: Path) -> Iterator[Start]:
    """Starts provider processes that end with the test."""
    with ExitStack() as stack:

        def started(engine: ProviderProcess | None = None, port: int = 0, **settings: str) -> ProviderProcess:
            process = ProviderProcess(
                {**configuration(shared_cloud), **settings},
                tmp_path,
                engine=engine.engine if engine else None,
                port=port,
                variables={"TMPDIR": str(tmp_path)},
            )
            return stack.enter_context(process)

        yield started


class Other:
    """Another process that has the file of the engine at port 4000 open."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OPEN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def does(self, command: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        print(command, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def other() -> Iterator[Callable[[], Other]]:
    others: list[Other] = []

    def opened() -> Other:
        others.append(Other())
        others[-1].does("unlock a")
        return others[-1]

    yield opened
    for process in others:
        process.kill()


def inputs(image: str, *accounts: str) -> dict[str, object]:
    return {"service": "ecs", "image_id": image, "accounts": dict.fromkeys(accounts, "team")}


def live(cloud: Simulator, image: str) -> list[str]:
    found = [each for each in cloud.state()["images"] if each["image_id"] == image]
    return sorted(found[0]["accounts"])


def made(process: ProviderProcess, image: str, *accounts: str) -> tuple[str, dict[str, object]]:
    checked, reasons = process.check(inputs(image, *accounts))
    assert reasons == []
    return process.create(checked)


# -- nobody loses access by the engine's order --------------------------------------------------------


@pytest.fixture
def share(start, image) -> tuple[str, dict[str, object]]:
    """The id and the outputs of a share of both accounts, made by an earlier run."""
    return made(start(), image, WEB, SHOP)


def test_late_delete_leaves_accounts_that_a_share_of_another_process_lists(start, cloud, image, share):
    giver = start()
    made(start(giver), image, WEB)

    giver.delete(*share)

    assert live(cloud, image) == [WEB]
    assert any(WEB in line and "another share of this run" in line for line in giver.said)


def test_late_delete_leaves_accounts_that_a_killed_process_listed(start, cloud, image, share):
    giver = start()
    receiver = start(giver)
    made(receiver, image, WEB)
    os.kill(receiver.process.pid, signal.SIGKILL)
    receiver.process.wait()

    giver.delete(*share)

    assert live(cloud, image) == [WEB]


def test_delete_removes_accounts_that_only_another_run_lists(start, cloud, image, share):
    giver = start()
    made(start(), image, WEB)

    giver.delete(*share)

    assert live(cloud, image) == []


def test_delete_removes_accounts_that_an_earlier_run_at_the_same_address_listed(start, cloud, image, share):
    earlier = start()
    made(earlier, image, WEB)
    earlier.stop()
    assert earlier.engine

    start(port=int(earlier.engine.rpartition(":")[2])).delete(*share)

    assert live(cloud, image) == []


def test_rule_on_a_run_holds_in_a_process_that_has_checked_nothing(start, cloud, image, share):
    rule = {"image-shares:maxRemoved": "1"}
    checking = start(**rule)
    checking.check(inputs("m-other", WEB))

    with pytest.raises(grpc.RpcError, match="maxRemoved"):
        start(checking, **rule).delete(*share)

    assert live(cloud, image) == [WEB, SHOP]


def test_foreign_accounts_leave_out_accounts_that_a_share_of_another_process_owns(start, image):
    first = start()
    made(first, image, WEB)

    _, outputs = made(start(first), image, SHOP)

    assert outputs["foreign_accounts"] == []


def test_check_fails_where_processes_cannot_tell_each_other(start, folder, image):
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)

    _, (reason,) = start().check(inputs(image, WEB))

    assert reason.startswith("TMPDIR: the processes of this run cannot tell each other")
    assert str(folder) in reason


# -- the file ------------------------------------------------------------------------------------------


def test_entries_reach_every_process_of_the_run_in_one_order(other):
    first, second = other(), other()

    for process, name in ((first, "a"), (second, "b"), (first, "c")):
        process.does(f"tell {name}")

    assert first.does("read") == second.does("read") == "['a', 'b', 'c']"


def test_entry_that_a_killed_process_has_started_hides_no_other(other, folder):
    first, second = other(), other()
    (path,) = folder.glob("*.run")
    with path.open("ab") as file:
        file.write(b'\n{"image": "hal')

    first.does("tell a")

    assert second.does("read") == "['a']"


def test_lock_on_a_name_is_held_by_one_process_until_it_ends(other):
    first, second = other(), other()

    assert first.does("lock ecs:cn-hangzhou:m-1") == "True"
    assert second.does("lock ecs:cn-hangzhou:m-1") == "False"
    assert second.does("lock ecs:cn-hangzhou:m-2") == "True"
    first.kill()
    assert second.does("lock ecs:cn-hangzhou:m-1") == "True"


def test_last_process_removes_the_file_and_no_earlier_one(other, folder):
    first, second = other(), other()

    first.does("close")
    assert list(folder.glob("*.run"))
    second.does("close")
    assert not list(folder.glob("*.run"))


def test_entries_of_a_killed_process_stay_while_another_one_lives(other):
    first, second = other(), other()
    first.does("tell a")
    first.kill()
    other()

    assert second.does("read") == "['a']"


def test_process_after_the_last_one_was_killed_begins_with_nothing_where_no_socket_tells_runs_apart(other):
    first = other()
    first.does("tell a")
    first.kill()

    assert other().does("read") == "[]"


def test_file_and_its_folder_are_for_their_user_alone(folder):
    file = RunFile.of_engine("127.0.0.1:4000")

    assert (folder.stat().st_mode & 0o777, file.path.stat().st_mode & 0o777) == (0o700, 0o600)
    file.close()


def test_file_that_is_a_link_to_another_one_is_refused(tmp_path):
    file = RunFile.of_engine("127.0.0.1:4000")
    path = file.path
    file.close()
    kept = tmp_path / "kept"
    kept.write_text("precious")
    path.symlink_to(kept)

    with pytest.raises(ConfigurationError):
        RunFile.of_engine("127.0.0.1:4000")
    assert kept.read_text() == "precious"


def test_old_file_that_nobody_holds_is_removed_and_one_that_is_held_stays(other, folder):
    other()
    (held,) = folder.glob("*.run")
    left = folder / "127.0.0.1-5000.run"
    left.touch(mode=0o600)
    for path in (held, left):
        os.utime(path, (0, 0))

    RunFile.of_engine("127.0.0.1:6000").close()

    assert (held.exists(), left.exists()) == (True, False)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="the sockets of Linux tell engines apart")
@pytest.mark.parametrize("listens", [True, False])
def test_file_of_a_killed_process_is_removed_a_minute_after_its_engine_has_gone(*, listens: bool):
    with socket.create_server(("127.0.0.1", 0)) as engine:
        file = RunFile.of_engine(f"127.0.0.1:{engine.getsockname()[1]}")
        file.close()
        file.path.touch(mode=0o600)
        os.utime(file.path, (0, time.time() - 90))
        if not listens:
            engine.close()

        RunFile.of_engine("127.0.0.1:6000").close()

        assert file.path.exists() == listens
