"""What stands around a stack file and cannot be read, or is not what it should be, is named in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator

from .conftest import Command, StackWriter
from .world import image, put

WEB, SHOP = "1234567890123456", "1550809237710001"
GOLDEN = {"service": "ecs", "image_id": "m-1", "accounts": {WEB: "team web"}}
COMMANDS = [("audit",), ("who", WEB), ("export",), ("policy", "--stack", "dev"), ("validate",)]
COMMANDS += [("doctor", "--stack", "dev"), ("preview", "--stack", "dev")]
UNREADABLE = Path("/proc/self/mem")
"""A file that anybody may open, and nobody can read from its beginning: reading it ends in an OSError."""

reads = pytest.mark.skipif(not UNREADABLE.exists(), reason="needs the /proc of Linux")


@pytest.fixture(autouse=True)
def good_stack(cloud: Simulator, stack: StackWriter) -> None:
    """A stack that can be read, as which everything is."""
    put(cloud, image(accounts=[WEB]))
    stack({"golden": GOLDEN})


@pytest.mark.parametrize(
    "line",
    [
        "stackConfigDir: 5",
        "stackConfigDir: [stacks]",
        'stackConfigDir: "\\0"',
        "main: [a]",
        "main: 2026-01-01",
        "backend: {url: 5}",
        "runtime: {name: python, options: {virtualenv: 5}}",
        'runtime: {name: python, options: {virtualenv: "\\0"}}',
    ],
)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_project_file_that_names_no_path_is_said_in_a_sentence(
    image_share: Command, folder: Path, line: str, command: tuple[str, ...]
):
    lines = {"name": "name: images", "runtime": "runtime: python", line.partition(":")[0]: line}
    (folder / "Pulumi.yaml").write_text("\n".join(lines.values()))

    said = image_share(*command)

    assert said.status == 1
    assert "is not a text that it could be" in said.output + said.errors


@pytest.mark.parametrize("key", ["stackConfigDir", "main"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_path_that_is_too_long_ends_no_command_in_a_traceback(
    image_share: Command, folder: Path, key: str, command: tuple[str, ...]
):
    (folder / "Pulumi.yaml").write_text(f"name: images\nruntime: python\n{key}: {'a' * 300}\n")

    said = image_share(*command)

    assert said.output + said.errors
    assert "Traceback" not in said.output + said.errors


@reads
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("name", ["Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py"])
def test_file_of_a_project_that_cannot_be_read_is_named(
    image_share: Command, folder: Path, name: str, command: tuple[str, ...]
):
    (folder / name).unlink()
    (folder / name).symlink_to(UNREADABLE)

    said = image_share(*command)

    words = said.output + said.errors
    assert "Traceback" not in words
    # Some commands need no program, and a preview looks for its engine first.
    needs_no_program = name == "__main__.py" and command[0] in ("validate", "policy", "doctor")
    assert name in words or needs_no_program or (name, command[0]) == ("Pulumi.dev.yaml", "preview")


@reads
@pytest.mark.parametrize("content", [None, b"\xff", b"[]", b"{"], ids=["unreadable", "latin", "list", "cut"])
def test_login_of_pulumi_that_cannot_be_read_stops_no_audit_and_is_named(
    cloud: Simulator,
    image_share: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
):
    # Only where an access comes from that no stack lists is looked for in state.
    put(cloud, image(accounts=[WEB, SHOP]))
    home = tmp_path / "pulumi"
    home.mkdir()
    monkeypatch.setenv("PULUMI_HOME", str(home))
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    login = home / "credentials.json"
    if content is None:
        login.symlink_to(UNREADABLE)
    else:
        login.write_bytes(content)

    said = image_share("audit")

    assert said.status == 2
    assert "NOT read" in said.output
    assert "credentials.json" in said.output


@reads
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IMAGE_SHARES_RULES", "{}"),
        ("ALICLOUD_SHARED_CREDENTIALS_FILE", "{}"),
    ],
)
@pytest.mark.parametrize(
    "content", [None, b"\xff\xfe{", "é{}".encode("latin-1")], ids=["mem", "bom", "latin"]
)
def test_file_of_a_variable_that_cannot_be_read_is_named(
    image_share: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    content: bytes | None,
):
    file = tmp_path / "named.json"
    if content is None:
        file.symlink_to(UNREADABLE)
    else:
        file.write_bytes(content)
    monkeypatch.setenv(name, value.format(file))
    if name == "ALICLOUD_SHARED_CREDENTIALS_FILE":
        for key in ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"):
            monkeypatch.delenv(key, raising=False)
        monkeypatch.setenv("ALICLOUD_PROFILE", "default")

    said = image_share("doctor")

    assert "named.json" in said.output + said.errors
    assert said.status == 1


@reads
@pytest.mark.parametrize("command", [("review", "{}"), ("migrate", "{}")])
def test_preview_that_cannot_be_read_is_named(image_share: Command, tmp_path: Path, command: tuple[str, ...]):
    file = tmp_path / "preview.json"
    file.symlink_to(UNREADABLE)

    said = image_share(*(word.format(file) for word in command))

    assert said.status == 1
    assert "Traceback" not in said.output + said.errors


def test_report_whose_reader_has_gone_ends_without_a_traceback(cloud: Simulator, folder: Path):
    command = [
        sys.executable,
        "-m",
        "alicloud_image_share",
        "audit",
        "--cwd",
        str(folder),
        "--format",
        "json",
    ]
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            command,
            stdout=write,
            stderr=subprocess.PIPE,
            env={**os.environ, **cloud.environment},
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)

    assert cloud.calls() != []
    assert b"Traceback" not in done.stderr


def test_output_that_cannot_be_written_is_named(image_share: Command, folder: Path):
    said = image_share("audit", "--format", "json", "--output", str(folder / "none" / "audit.json"))

    assert said.status == 1
    assert "audit.json cannot be written" in said.errors


@pytest.mark.parametrize("command", COMMANDS[:5], ids=lambda command: command[0])
@pytest.mark.parametrize(
    "line",
    [
        "app:released: 2026-01-01",
        "app:released: {2026-01-01: [2026-01-02 10:00:00]}",
        "app:key: !!binary aGk=",
        "app:names: !!set {a, b}",
        "5: x",
        "~: x",
        "2026-01-01: x",
    ],
)
def test_value_of_another_program_that_json_does_not_have_stops_nothing(
    image_share: Command, folder: Path, line: str, command: tuple[str, ...]
):
    share = '{service: ecs, image_id: m-1, accounts: {"1234567890123456": team web}}'
    lines = ["config:", "  alicloud:region: cn-hangzhou", f"  image-shares:shares: {{golden: {share}}}"]
    (folder / "Pulumi.dev.yaml").write_text("\n".join([*lines, f"  {line}", ""]))

    said = image_share(*command)

    assert "NOT read" not in said.output + said.errors
    assert said.status == (2 if command[0] == "who" else 0)


def test_account_of_bytes_is_refused_in_a_sentence(image_share: Command, folder: Path):
    share = "{service: ecs, image_id: m-1, accounts: [!!binary aGk=]}"
    (folder / "Pulumi.dev.yaml").write_text(f"config: {{'image-shares:shares': {{golden: {share}}}}}\n")

    said = image_share("validate")

    assert said.status == 1
    assert "Pulumi.dev.yaml: it is not valid YAML here: the tag !!binary gives neither" in said.errors
