import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from calling import Caller

from alicloud_image_simulator import OTHER, OWNER, Account, Simulator
from alicloud_image_simulator.__main__ import main
from alicloud_image_simulator.services import every_service

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the command; whatever still runs at the end of the test is ended."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "alicloud_image_simulator", *arguments]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def port_of(process: "subprocess.Popen[str]") -> int:
    """The port in the first line of output."""
    assert process.stdout is not None
    words, _, port = process.stdout.readline().rpartition(":")
    assert words == "listening on 127.0.0.1"
    return int(port)


def test_command_without_accounts_serves_the_two_that_are_known(start: Start):
    port = port_of(start("--port", "0"))

    assert [Caller(port, account)().document["AccountId"] for account in (OWNER, OTHER)] == [
        OWNER.id,
        OTHER.id,
    ]


def test_command_with_accounts_serves_those_only(start: Start):
    first, second = Account("1234", "key-1", "a:b"), Account("5678", "key-2", "c")
    port = port_of(start("--account", "1234:key-1:a:b", "--account", "5678:key-2:c"))

    assert [Caller(port, account)().status for account in (first, second, OWNER)] == [200, 200, 404]


def test_command_listens_on_the_port_that_it_is_given(start: Start):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert port_of(start("--port", str(port))) == port


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_that_is_told_to_end_ends_cleanly(start: Start, number: signal.Signals):
    process = start()
    port_of(process)

    process.send_signal(number)

    assert (*process.communicate(timeout=30), process.returncode) == ("", "", 0)


def test_command_that_is_told_to_end_while_a_client_is_connected_ends_cleanly(start: Start):
    process = start()
    connection = http.client.HTTPConnection("127.0.0.1", port_of(process))
    connection.request("GET", "/_control/calls")
    connection.getresponse().read()

    process.send_signal(signal.SIGTERM)

    assert (*process.communicate(timeout=30), process.returncode) == ("", "", 0)
    connection.close()


def test_command_whose_port_is_taken_says_so_in_one_line(start: Start, cloud: Simulator):
    process = start("--port", str(cloud.port))

    output, errors = process.communicate(timeout=30)

    assert (output, process.returncode, len(errors.splitlines())) == ("", 1, 1)
    assert f"cannot listen on port {cloud.port}" in errors


@pytest.mark.parametrize("account", ["1234", "1234:key", "name:key:secret-x", "1234::secret-x"])
def test_command_with_a_malformed_account_says_how_it_is_written_and_no_secret(
    capsys: pytest.CaptureFixture[str], account: str
):
    with pytest.raises(SystemExit, match="2"):
        main(["--account", account])

    errors = capsys.readouterr().err
    assert "ID:KEY:SECRET, the id in digits" in errors
    assert "secret-x" not in errors


@pytest.mark.parametrize("port", ["x", "-1", "65536"])
def test_command_with_a_port_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str], port: str):
    with pytest.raises(SystemExit, match="2"):
        main([f"--port={port}"])

    assert "a port is a number from 0 to 65535" in capsys.readouterr().err


def test_simulator_that_has_ended_says_so():
    with Simulator() as cloud:
        pass

    with pytest.raises(RuntimeError, match="not running"):
        cloud.state()


def test_simulator_that_has_ended_has_freed_its_port():
    with Simulator() as first:
        port = first.port

    with Simulator(port=port) as second:
        assert second.port == port


def test_simulator_whose_port_is_taken_cannot_start(cloud: Simulator):
    with pytest.raises(OSError, match=str(cloud.port)), Simulator(port=cloud.port):
        pass


def test_simulator_without_accounts_cannot_be_made():
    with pytest.raises(ValueError, match="at least one account"):
        Simulator(accounts=())


def test_simulator_does_not_load_the_provider():
    check = "import sys, alicloud_image_simulator; print('alicloud_image_share' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    output = subprocess.run(
        [sys.executable, "-c", check], env=environment, capture_output=True, text=True, check=True
    )

    assert output.stdout == "False\n"


def test_services_are_the_modules_of_their_folder():
    assert [service.name for service in every_service()] == [
        *("ecs", "eds", "ens", "resourcemanager", "resourcesharing", "sts", "swas"),
    ]


def test_services_share_no_action_of_one_version():
    offered = [(service.version, action) for service in every_service() for action in service.actions]

    assert len(set(offered)) == len(offered)
