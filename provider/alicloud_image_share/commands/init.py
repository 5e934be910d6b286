"""`image-share init`: write the files of a new project."""

from __future__ import annotations

import json
import re
import shlex
import sys
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from alicloud_image_share.commands.installed_package import requirement
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.standard_streams import say
from alicloud_image_share.stack_file import stack_file_schema
from alicloud_image_share.stack_file.project import ProjectError

SCHEMA = "image-shares.schema.json"
FILES = ("Pulumi.yaml", "__main__.py", "Pulumi.dev.yaml", "requirements.txt", ".gitignore", SCHEMA)

STEPS = {
    "doctor": "name what is missing: credentials, a region, permissions",
    "preview --stack dev": "show who would gain access; change nothing",
    "up --stack dev": "show it again, ask, and share the images",
}
"""What a newcomer runs after `init`, and what for."""


@click.command(epilog="Example: image-share init images")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> ExitStatus:
    """Make a project in DIR, with a first stack file."""
    for path in write_project(folder):
        say(f"wrote {path}")
    say(f"Next: write into {folder / 'Pulumi.dev.yaml'} what to share, then run")
    there = shlex.quote(str(folder))
    lines = [
        (f"  image-share {command} --cwd {there}", f"    # {purpose}") for command, purpose in STEPS.items()
    ]
    width = max(len(command) for command, _ in lines)
    for command, purpose in lines:
        say(command.ljust(width) + purpose)
    return ExitStatus.NOTHING


def write_project(folder: Path) -> tuple[Path, ...]:
    """Write a project into a folder, made if need be; raise ProjectError rather than overwrite anything."""
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise ProjectError(f"{folder} already has {', '.join(there)}; nothing was written.")
    values = {"name": _name(folder), "environment": _environment(folder), "requirement": requirement()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(_write(folder / name, values) for name in FILES)
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror}.") from error


def _write(path: Path, values: dict[str, str]) -> Path:
    text = schema_text() if path.name == SCHEMA else _from_template(path.name, values)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path


def schema_text() -> str:
    """Return the JSON Schema of stack files as a document."""
    return json.dumps(stack_file_schema(), indent=2) + "\n"


def _from_template(name: str, values: dict[str, str]) -> str:
    folder = files("alicloud_image_share.commands") / "project_template"
    template = (folder / f"{name.removeprefix('.')}.template").read_text(encoding="utf-8")
    return Template(template).substitute(values)


def _name(folder: Path) -> str:
    """Return the folder's name with what a project name may not contain replaced."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip("-") or "image-shares"


def _environment(folder: Path) -> str:
    """Name this Python environment if it lies in the project, else the one that `pulumi install` makes there.

    Any other path is of this machine only. Without a name `pulumi install` would install into the Python of
    the machine.
    """
    prefix = Path(sys.prefix).resolve()
    if sys.prefix != sys.base_prefix and prefix.is_relative_to(folder.resolve()):
        return f"{{toolchain: pip, virtualenv: {prefix.relative_to(folder.resolve()).as_posix()}}}"
    return "{toolchain: pip, virtualenv: .venv}"
