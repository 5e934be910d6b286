"""A hand-over as it is printed: a fragment that can be used as it is, with the steps as comments in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from alicloud_image_share.commands.migration.hand_over import HandOver
from alicloud_image_share.inventory.documents import yaml_text
from alicloud_image_share.sharing.printable_text import json_text

_YAML_STEPS = """\
1. Put the text below into Pulumi.{stack}.yaml of a project that `image-share init` makes, and look:
     image-share review --stack {stack}
   {check}
2. Adopt; this writes nothing in the cloud:
     image-share up --stack {stack}
"""
_PYTHON_STEPS = """\
1. Put the text below into the program, beside the old resources, and look:
     pulumi config set --stack {stack} image-shares:preflight preview
     pulumi preview --stack {stack} --diff
   {check}
2. Adopt; this writes nothing in the cloud:
     pulumi up --stack {stack}
"""
_CHECK = """\
It must say that every account has access already. If an account gains access, somebody removed it outside
   of Pulumi, which the old resource does not notice: leave it out, unless it should have access again."""
_LAST_STEPS = """\
3. In the old project, have state forget the old resources, before they leave the program: the other way
   round, the engine would delete them, and with them the access. Let nobody run up there before step 4.
{commands}
4. Take the old resources out of the program, and look once more:
     pulumi preview --stack {stack}
   It must show no ImageSharePermission, neither to create nor to delete.
"""


def to_yaml(result: HandOver) -> str:
    """Return a fragment of a stack file."""
    shares = {share.name: share.entry for share in result.shares}
    config = {"config": {"image-shares:preflight": "preview", "image-shares:shares": shares}}
    return _comments(result, _YAML_STEPS) + yaml_text(config, width=110)


def to_python(result: HandOver) -> str:
    """Return a fragment of a program."""
    lines = ["from alicloud_image_share import ImageShare", ""]
    for share in result.shares:
        lines += share.call()
    return _comments(result, _PYTHON_STEPS) + "\n".join(lines) + "\n"


def to_commands(result: HandOver) -> str:
    """Return the commands of step 3 alone, for a shell."""
    return "".join(f"{command}\n" for command in result.commands)


def to_json(result: HandOver) -> str:
    """Return everything as a document."""
    document = {
        "stack": result.stack,
        "shares": [{"name": share.name, **share.entry} for share in result.shares],
        "commands": result.commands,
        "notes": result.notes,
        "problems": result.problems,
    }
    return json_text(document)


FORMATS: Mapping[str, Callable[[HandOver], str]] = MappingProxyType(
    {"yaml": to_yaml, "python": to_python, "commands": to_commands, "json": to_json}
)


def _comments(result: HandOver, first: str) -> str:
    count = len(result.commands)
    head = f"{count} ImageSharePermission of stack {result.stack} as {len(result.shares)} ImageShare.\n\n"
    notes = "".join(f"Note: {note}.\n" for note in result.notes)
    commands = "\n".join(f"     {command}" for command in result.commands)
    steps = (first + _LAST_STEPS).format(stack=result.stack, check=_CHECK, commands=commands)
    lines = f"{head}{steps}{notes}".splitlines()
    return "".join(f"# {line}".rstrip() + "\n" for line in lines) + "\n"
