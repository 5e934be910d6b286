"""A file that cannot be read is named by every command, and stops nothing that does not need it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from alicloud_image_share.commands.main import main
from alicloud_image_simulator import Simulator

from .conftest import Command, StackWriter
from .world import image, put

WEB, SHOP = "1234567890123456", "1550809237710001"
GOLDEN = {"service": "ecs", "image_id": "m-1", "accounts": {WEB: "team web"}}
TEXT = 'config:\n  image-shares:shares:\n    café: {service: ecs, image_id: m-2, accounts: ["12345"]}\n'
NOT_UTF8 = "is not UTF-8 text"


def aliases(levels: int) -> bytes:
    """Give a file of so many levels, each of which names the one before it four times."""
    rows = [f"  k{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, levels)]
    return "\n".join(["config:", "  k0: &a0 [x]", *rows, ""]).encode()


UNREADABLE = {
    "latin-1": (TEXT.encode("latin-1"), NOT_UTF8),
    "utf-16": (TEXT.encode("utf-16"), NOT_UTF8),
    "utf-16 without a mark": (TEXT.encode("utf-16-le"), NOT_UTF8),
    "gbk": (TEXT.replace("é", "图像").encode("gbk"), NOT_UTF8),
    "a byte": (b"\xff", NOT_UTF8),
    "a NUL": (b"config: {\x00}", "is not valid YAML"),
    "a list": (b"- config\n", "is not a map of settings"),
    "a list in a list": (b"[" * 3000, "is nested too deeply"),
    "a million values by aliases": (aliases(25), "is too large with its aliases written out: line 12"),
    "a text repeated by aliases": (
        b"config:\n  a: &a " + b"x" * 500_000 + b"\n  b: [" + b"*a, " * 2_000 + b"]\n",
        "is too large with its aliases written out: line 3",
    ),
    "an alias inside of itself": (b"config:\n  a: &a [*a]\n", "has an alias inside of what it stands for"),
    "5.7 MB": (b"config:\n" + b"  image-shares:probe: 1 # and more\n" * 160_000, "is larger than 1 MB"),
    "a tag that does not fit": (b"config: {a: !!int ''}\n", "is not valid YAML"),
    "no date": (b"config: {a: 2026-13-45}\n", "is not valid YAML"),
    "no YAML": (b"config: {a: [}\n", "is not valid YAML"),
}
unreadable = pytest.mark.parametrize(("content", "reason"), UNREADABLE.values(), ids=list(UNREADABLE))


@pytest.fixture
def good_stack(cloud: Simulator, stack: StackWriter) -> None:
    """A stack that can be read, as which everything is."""
    put(cloud, image(accounts=[WEB]))
    stack({"golden": GOLDEN})


@pytest.mark.usefixtures("good_stack")
@unreadable
def test_stack_file_that_cannot_be_read_is_named_by_every_report(
    image_share: Command, folder: Path, content: bytes, reason: str
):
    (folder / "Pulumi.other.yaml").write_bytes(content)

    audit, of_one, who, nothing, revoke = (
        image_share(*command)
        for command in (
            ("audit",),
            ("audit", "--stack", "dev"),
            ("who", WEB),
            ("who", SHOP),
            ("revoke", SHOP, "--yes"),
        )
    )

    assert [said.status for said in (audit, of_one, who, nothing, revoke)] == [1, 0, 2, 1, 1]
    for said in (audit, of_one, who, nothing, revoke):
        assert f"NOT read: stack other (Pulumi.other.yaml {reason}" in said.output
        assert "Traceback" not in said.output + said.errors


@pytest.mark.usefixtures("good_stack")
@unreadable
def test_stack_file_that_cannot_be_read_is_named_by_an_export_that_does_not_need_it(
    image_share: Command, folder: Path, content: bytes, reason: str
):
    (folder / "Pulumi.other.yaml").write_bytes(content)

    said = image_share("export", "--stack", "dev")

    assert said.status == 0
    assert "golden:" in said.output
    assert f"NOT read: stack other (Pulumi.other.yaml {reason}" in said.errors


@pytest.mark.usefixtures("good_stack")
@pytest.mark.parametrize("form", ["json", "csv", "html"])
def test_stack_file_that_cannot_be_read_is_named_in_every_format(
    image_share: Command, folder: Path, form: str
):
    (folder / "Pulumi.other.yaml").write_bytes(UNREADABLE["latin-1"][0])

    said = image_share("audit", "--format", form)

    assert said.status == 1
    assert "stack other" in said.output
    assert f"Pulumi.other.yaml {NOT_UTF8}" in said.output


@pytest.mark.usefixtures("good_stack")
@unreadable
@pytest.mark.parametrize(
    "command",
    [("who", WEB), ("revoke", WEB, "--yes"), ("export",), ("policy",), ("doctor",)],
    ids=lambda command: command[0],
)
def test_command_on_a_stack_whose_file_cannot_be_read_says_so_in_a_sentence(
    cloud: Simulator,
    image_share: Command,
    folder: Path,
    command: tuple[str, ...],
    content: bytes,
    reason: str,
):
    (folder / "Pulumi.other.yaml").write_bytes(content)

    said = image_share(*command, "--stack", "other")

    assert said.status == 1
    assert f"Pulumi.other.yaml {reason}" in said.output + said.errors
    assert "Traceback" not in said.output + said.errors
    assert not [call for call in cloud.calls() if "Modify" in str(call["action"])]


@pytest.mark.engine
@pytest.mark.usefixtures("good_stack", "engine_environment")
@pytest.mark.parametrize(
    "content", [UNREADABLE["latin-1"][0], UNREADABLE["no date"][0]], ids=["text", "YAML"]
)
@pytest.mark.parametrize(
    "command", [("preview",), ("review",), ("refresh",), ("up", "--yes")], ids=lambda command: command[0]
)
def test_run_of_a_stack_whose_file_cannot_be_read_says_so_in_a_sentence(
    image_share: Command, folder: Path, command: tuple[str, ...], content: bytes
):
    (folder / "Pulumi.other.yaml").write_bytes(content)

    said = image_share(*command, "--stack", "other")

    assert said.status == 1
    assert "Pulumi.other.yaml is not" in said.errors
    assert "Traceback" not in said.output + said.errors


@unreadable
@pytest.mark.parametrize("command", [("who", WEB), ("audit",), ("export",)], ids=lambda command: command[0])
def test_project_file_that_cannot_be_read_is_an_error_in_a_sentence(
    image_share: Command,
    stack: StackWriter,
    folder: Path,
    command: tuple[str, ...],
    content: bytes,
    reason: str,
):
    stack({"golden": GOLDEN})
    (folder / "Pulumi.yaml").write_bytes(content)

    said = image_share(*command)

    assert (said.status, said.output) == (1, "")
    assert said.errors.startswith(f"error: Pulumi.yaml {reason}")


@pytest.mark.usefixtures("good_stack")
@pytest.mark.parametrize(
    ("break_file", "name"),
    [
        (lambda folder: (folder / "__main__.py").write_bytes(b"# caf\xe9\n"), "__main__.py"),
        (lambda folder: (folder / "Pulumi.dev.yaml").write_bytes(b"\xe9"), "Pulumi.dev.yaml"),
    ],
    ids=["program", "stack"],
)
def test_audit_of_a_project_none_of_whose_stacks_can_be_read_names_the_file(
    image_share: Command, folder: Path, break_file: Callable[[Path], object], name: str
):
    break_file(folder)

    said = image_share("audit")

    assert said.status == 1
    assert f"NOT read: stack dev ({name} {NOT_UTF8}" in said.output


DESTROYED = {
    "an octal in a list": "accounts: ['16000000000001', 020222070707123]",
    "an octal in a map": "accounts: {020222070707123: web}",
    "a float in a list": "accounts: [1e15]",
    "underscores in a list": "accounts: [1_550_809_237_710_001]",
    "too large in a list": "accounts: [12345678901234567890]",
    "a note that is no text": "accounts: {'16000000000001': 020}",
}
"""What YAML reads as something else, with everybody whom it then names having access."""
AS_READ = ["16000000000001", "1119122329171", "1000000000000000", "1550809237710001", "12345678901234567890"]


@pytest.mark.parametrize("fields", DESTROYED.values(), ids=list(DESTROYED))
@pytest.mark.parametrize("place", ["share", "group", "group of the project"])
def test_account_that_yaml_reads_as_another_is_refused_by_every_command(
    cloud: Simulator, image_share: Command, stack: StackWriter, folder: Path, fields: str, place: str
):
    put(cloud, image(accounts=AS_READ))
    stack({})
    groups = f"image-shares:groups: {{web: {fields.removeprefix('accounts: ')}}}"
    if place == "group of the project":
        (folder / "Pulumi.yaml").write_text(
            "name: images\nruntime: python\nconfig:\n  image-shares:groups: {value: {web: "
            f"{fields.removeprefix('accounts: ')}}}}}\n"
        )
    listed = fields if place == "share" else "groups: [web]"
    own = groups if place == "group" else "image-shares:preflight: up"
    (folder / "Pulumi.dev.yaml").write_text(
        f"config:\n  {own}\n  image-shares:shares:\n    golden: {{service: ecs, image_id: m-1, {listed}}}\n"
    )

    audit, who = image_share("audit"), image_share("who", "1999999999999999")
    policy, export, doctor = (image_share(name, "--stack", "dev") for name in ("policy", "export", "doctor"))

    assert (audit.status, who.status) == (1, 1)
    assert all("NOT read: stack dev (" in said.output for said in (audit, who))
    assert all("quotes" in said.output for said in (audit, who, doctor))
    assert [said.status for said in (policy, export, doctor)] == [1, 1, 1]
    assert all("quotes" in said.errors for said in (policy, export))


def test_stack_file_with_ids_in_quotes_is_read(cloud: Simulator, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[WEB]))
    stack({"golden": GOLDEN})

    said = image_share("audit")

    assert (said.status, "✓ OK 1 image" in said.output) == (0, True), said.output


@pytest.mark.parametrize("target", ["nowhere", "Pulumi.other.yaml"], ids=["nowhere", "itself"])
def test_stack_file_that_is_a_link_without_a_file_is_named(
    cloud: Simulator, image_share: Command, stack: StackWriter, folder: Path, target: str
):
    put(cloud, image(accounts=[WEB]))
    stack({"golden": GOLDEN})
    (folder / "Pulumi.other.yaml").symlink_to(target)

    said = image_share("audit")

    assert said.status == 1
    assert "NOT read: stack other (Pulumi.other.yaml cannot be read: " in said.output


def test_folder_that_is_named_like_a_stack_file_is_no_stack(
    cloud: Simulator, image_share: Command, stack: StackWriter, folder: Path
):
    put(cloud, image(accounts=[WEB]))
    stack({"golden": GOLDEN})
    (folder / "Pulumi.other.yaml").mkdir()

    said = image_share("audit", "--format", "json")

    assert (said.status, json.loads(said.output)["not_read"]) == (0, [])


@pytest.mark.parametrize("command", ["review", "migrate"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read: No such file or directory."),
        (b'{"caf\xe9": 1}', "cannot be read, for it is not UTF-8 text: "),
    ],
    ids=["not there", "latin-1"],
)
def test_file_of_another_tool_that_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, content: bytes | None, reason: str
):
    file = tmp_path / "preview.json"
    if content is not None:
        file.write_bytes(content)

    status = main([command, str(file)])

    errors = capsys.readouterr().err
    assert (status, errors.startswith(f"error: {file} {reason}")) == (1, True)
    assert errors.count(str(file)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        *('image_id: "m 1"', "image_id: m-1, role_arn: developer", "image_id: m-1, region_id: Hangzhou"),
        *("image_id: m-1, timeout: 0.5", "images: {Hangzhou: m-1}"),
    ],
)
def test_field_that_a_run_refuses_is_refused_by_every_command(
    cloud: Simulator, image_share: Command, stack: StackWriter, folder: Path, fields: str
):
    put(cloud, image(accounts=["16000000000001"]))
    stack({})
    (folder / "Pulumi.dev.yaml").write_text(
        "config:\n  image-shares:shares:\n"
        f"    golden: {{service: ecs, {fields}, accounts: ['16000000000001']}}\n"
    )
    commands = (["audit"], ["who", "1999999999999999"], ["policy", "--stack", "dev"], ["validate"])

    said = [image_share(*words) for words in commands]

    assert [each.status for each in said] == [1] * 4
    assert all("Pulumi.dev.yaml, image-shares:shares.golden." in each.output + each.errors for each in said)


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("accounts: ['16000000000001']", "golden lists the same account for the same image"),
        ("region_id: cn-hangzhou, accounts: ['16000000000001']", "golden lists the same account"),
        (
            "exclusive: true, accounts: ['1550809237710001']",
            "golden is of the same image, and web is exclusive",
        ),
    ],
)
def test_shares_that_a_run_refuses_beside_each_other_are_refused_by_every_command(
    cloud: Simulator, image_share: Command, stack: StackWriter, folder: Path, second: str, reason: str
):
    put(cloud, image(accounts=["16000000000001"]))
    stack({})
    (folder / "Pulumi.dev.yaml").write_text(
        "config:\n  alicloud:region: cn-hangzhou\n  image-shares:shares:\n"
        "    golden: {service: ecs, image_id: m-1, accounts: ['16000000000001']}\n"
        f"    web: {{service: ecs, image_id: m-1, {second}}}\n"
    )
    commands = (["audit"], ["who", "1999999999999999"], ["policy", "--stack", "dev"], ["validate"])

    said = [image_share(*words) for words in commands]

    assert [each.status for each in said] == [1] * 4
    assert all(f"image-shares:shares.web: {reason}" in each.output + each.errors for each in said)


DOCTOR = ("doctor", "--stack", "dev")
MISWRITTEN = {
    "allowedAccounts: []": "did you mean image-shares:allowedAccounts?",
    "images:neverLose: ['16000000000001']": "did you mean image-shares:neverLose?",
    "image-share:deniedAccounts: ['16000000000001']": "did you mean image-shares:deniedAccounts?",
    "image-shares:denied-accounts: ['16000000000001']": "did you mean deniedAccounts?",
    "aliyun:profile: team": "did you mean alicloud:profile?",
    "alicloud:regoin: cn-hangzhou": "did you mean region?",
    "image-shares:provider: nativ": "is neither dynamic nor native",
    "image-shares:provider:": "is neither dynamic nor native",
    "image-shares:groups:": "empty; write {} or remove the key",
    "image-shares:neverLose:": "image-shares:neverLose: '' is neither",
    "image-shares:accountsPerImage:": "image-shares:accountsPerImage: '' is not",
}
"""A key of a stack file that nothing reads or that says nothing, and what is said of it."""


@pytest.mark.parametrize("key", MISWRITTEN)
def test_key_that_no_run_accepts_is_refused_by_every_command(
    cloud: Simulator, image_share: Command, stack: StackWriter, folder: Path, key: str
):
    put(cloud, image(accounts=["16000000000001"]))
    stack({})
    (folder / "Pulumi.dev.yaml").write_text(
        f"config:\n  {key}\n  image-shares:shares:\n"
        "    golden: {service: ecs, image_id: m-1, accounts: ['16000000000001']}\n"
    )

    audit, who, doctor = (image_share(*words) for words in (["audit"], ["who", "1999999999999999"], DOCTOR))
    policy, export = (image_share(name, "--stack", "dev") for name in ("policy", "export"))

    assert [said.status for said in (audit, who, policy, export, doctor)] == [1] * 5
    assert all("NOT read: stack dev (Pulumi.dev.yaml, " in said.output for said in (audit, who))
    assert all(MISWRITTEN[key] in said.output for said in (audit, who, doctor))
    assert all(MISWRITTEN[key] in said.errors.replace("Did you", "did you") for said in (policy, export))
