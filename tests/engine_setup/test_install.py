"""`make setup` takes pulumi from PATH, else the official release, else builds it; and never half of one."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from tests.engine_setup.conftest import ReleaseSite
from tests.engine_setup.machine import Machine, archive_of, pulumi_script, write_program
from tools.engine.build import LAUNCHER, pinned_version, wanted_go
from tools.engine.release import archive_name

RELEASE = archive_of(pulumi=f"echo v{pinned_version()}", **{LAUNCHER: "exit 0"})
REFUSED = (errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
ADVICE = (
    f"No Pulumi engine: install Pulumi (https://www.pulumi.com/docs/install), or Go {wanted_go()} or later"
    " (https://go.dev/dl) where a Go module proxy can be reached, and run make setup again.\n"
)


def test_install_pulumi_and_launcher_on_path_takes_them(machine: Machine) -> None:
    machine.put("pulumi", "echo v3.300.1")
    machine.put(LAUNCHER, "exit 0")

    done = machine.install()

    assert (done.returncode, done.stderr) == (0, "")
    assert f"engine: Pulumi 3.300.1, {machine.programs}/pulumi\n" == done.stdout
    assert not machine.engine.exists()


def test_install_launcher_beside_the_target_of_a_link_takes_them(machine: Machine, tmp_path: Path) -> None:
    pulumi = write_program(tmp_path / "elsewhere" / "pulumi", "echo v3.200.0")
    write_program(pulumi.with_name(LAUNCHER), "exit 0")
    (machine.programs / "pulumi").symlink_to(pulumi)

    done = machine.install()

    assert f"engine: Pulumi 3.200.0, {machine.programs}/pulumi\n" == done.stdout


def test_install_pulumi_without_launcher_says_so_and_builds(machine: Machine) -> None:
    machine.put("pulumi", "echo v3.250.0")
    machine.put_go()

    done = machine.install()

    assert f"not from PATH: no {LAUNCHER} is there or beside {machine.programs}/pulumi" in done.stdout
    assert_whole(machine.engine)


@pytest.mark.parametrize("version", ["v3.159.0", "v2.99.0", "v4.0.0", "nonsense"])
def test_install_pulumi_of_another_age_says_so_and_builds(machine: Machine, version: str) -> None:
    machine.put("pulumi", f"echo {version}")
    machine.put(LAUNCHER, "exit 0")
    machine.put_go()

    done = machine.install()

    assert f"/pulumi is {version.removeprefix('v')}, not 3.160 or later" in done.stdout
    assert_whole(machine.engine)


def test_install_pulumi_that_fails_says_so_and_builds(machine: Machine) -> None:
    machine.put("pulumi", "echo GLIBC_2.38 not found >&2; exit 127")
    machine.put(LAUNCHER, "exit 0")
    machine.put_go()

    done = machine.install()

    assert "not from PATH: GLIBC_2.38 not found" in done.stdout
    assert_whole(machine.engine)


def test_install_official_release_in_reach_installs_the_pinned_version(
    machine: Machine, release_site: ReleaseSite
) -> None:
    machine.archive = release_site.archive = RELEASE
    machine.environment = release_site.environment

    done = machine.install()

    assert (done.returncode, done.stderr) == (0, "")
    assert release_site.paths == [f"/releases/sdk/{archive_name(pinned_version())}"]
    assert_whole(machine.engine)
    assert [path.name for path in machine.folder.iterdir() if path.name != "lock"] == ["bin"]


def test_install_archive_with_another_sum_is_not_unpacked(
    machine: Machine, release_site: ReleaseSite, tmp_path: Path
) -> None:
    release_site.archive = archive_of(pulumi=f"touch {tmp_path}/run; echo v{pinned_version()}")
    machine.environment = release_site.environment
    machine.put_go()

    done = machine.install()

    name, measured = archive_name(pinned_version()), hashlib.sha256(release_site.archive).hexdigest()
    assert f"not from the official release: the sum of {name} is {measured}, and " in done.stdout
    assert not (tmp_path / "run").exists()
    assert_whole(machine.engine)


def test_install_site_without_the_archive_says_why_and_builds(
    machine: Machine, release_site: ReleaseSite
) -> None:
    release_site.archive = b""
    machine.environment = release_site.environment
    machine.put_go()

    done = machine.install()

    assert "not from the official release: get.pulumi.com: Not Found\n" in done.stdout
    assert_whole(machine.engine)


def test_install_official_release_without_launcher_is_not_taken(
    machine: Machine, release_site: ReleaseSite
) -> None:
    machine.archive = release_site.archive = archive_of(pulumi=f"echo v{pinned_version()}")
    machine.environment = release_site.environment

    done = machine.install()

    assert done.returncode == 1
    assert not machine.engine.exists()


def test_install_build_says_beforehand_how_long_it_takes(machine: Machine) -> None:
    machine.put_go()

    done = machine.install()

    assert f"building Pulumi {pinned_version()} from source: 3 to 5 minutes on two cores" in done.stdout


def test_install_build_gives_the_launcher_its_run_bit(machine: Machine) -> None:
    machine.put_go()

    machine.install()

    assert os.access(machine.engine / LAUNCHER, os.X_OK)


def test_install_second_call_does_nothing(machine: Machine) -> None:
    machine.put_go()
    machine.install()
    first = machine.go_calls.read_text()

    done = machine.install()

    assert (0, f"engine: Pulumi {pinned_version()} in {machine.folder}\n") == (done.returncode, done.stdout)
    assert first == machine.go_calls.read_text()


def test_install_neither_go_nor_network_says_in_a_sentence_what_to_install(machine: Machine) -> None:
    done = machine.install()

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "engine: not from PATH: there is no pulumi",
        f"engine: downloading the official release of Pulumi {pinned_version()}",
        f"engine: not from the official release: get.pulumi.com: {ConnectionRefusedError(*REFUSED)}",
        "engine: not from source: there is no go on PATH",
    ]
    assert done.stderr == ADVICE


def test_install_go_too_old_says_which_is_needed(machine: Machine) -> None:
    machine.put_go(version="go1.20.14")

    done = machine.install()

    assert done.returncode == 1
    assert f"not from source: Go {wanted_go()} or later is needed, and PATH has go1.20.14\n" in done.stdout
    assert done.stderr == ADVICE


def test_install_go_that_refuses_go_mod_passes_its_reason_on(machine: Machine) -> None:
    refusal = "go: go.mod requires go >= 1.26 (running go 1.22.1; GOTOOLCHAIN=local)"
    machine.put("go", f'echo "{refusal}" >&2; exit 1')

    done = machine.install()

    assert done.returncode == 1
    assert f"not from source: Go {wanted_go()} or later is needed ({refusal})\n" in done.stdout
    assert done.stderr == ADVICE


def test_install_build_that_breaks_off_leaves_no_engine(machine: Machine) -> None:
    machine.put_go(build=f'{pulumi_script("$2")}; echo "no space left on device" >&2; exit 1')

    done = machine.install()

    assert done.returncode == 1
    assert "not from source: no space left on device\n" in done.stdout
    assert [path.name for path in machine.folder.iterdir()] == ["lock"]


def test_install_what_a_killed_call_left_is_not_taken(machine: Machine) -> None:
    write_program(machine.folder / "arriving" / "bin" / "pulumi", "exit 1")
    machine.put_go()

    machine.install()

    assert_whole(machine.engine)
    assert sorted(path.name for path in machine.folder.iterdir()) == ["bin", "lock"]


@pytest.mark.parametrize(
    "script", ["echo v3.100.0", "exit 1"], ids=["of an earlier pin", "that does not answer"]
)
def test_install_an_engine_that_is_not_the_pinned_one_is_replaced(machine: Machine, script: str) -> None:
    write_program(machine.engine / "pulumi", script)
    write_program(machine.engine / LAUNCHER, "exit 0")
    machine.put_go()

    machine.install()

    assert_whole(machine.engine)


def test_install_an_engine_without_its_launcher_is_replaced(machine: Machine) -> None:
    write_program(machine.engine / "pulumi", f"echo v{pinned_version()}")
    machine.put_go()

    machine.install()

    assert_whole(machine.engine)


def assert_whole(engine: Path) -> None:
    assert f"#!/bin/sh\necho v{pinned_version()}\n" == (engine / "pulumi").read_text()
    assert (engine / LAUNCHER).is_file()
