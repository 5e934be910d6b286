"""Whether the native provider is there where a project uses it, and whether it is of this version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from alicloud_image_share.cloud.regular_file import open_regular
from alicloud_image_share.commands.doctor.finding import Finding, Level
from alicloud_image_share.commands.installed_package import PACKAGE
from alicloud_image_share.sharing.share_types import NATIVE_PLUGIN, NATIVE_TYPE
from alicloud_image_share.stack_file.project import Project

SUBJECT = "native provider"
SECONDS = 30
_USED = re.compile(
    rf"""^\s*["']?image-shares:provider["']?\s*:\s*["']?native\b|\bpulumi_image_shares\b|{NATIVE_TYPE}""",
    re.MULTILINE,
)
"""A stack file that chooses the native provider, or a program in Python that declares its shares."""
_INSTALLED = "resource-image-shares-v"
_PAGE = "docs/other-languages.md says how"


def native_findings(project: Project | None) -> Iterator[Finding]:
    """Look for the plugin, where a stack file or the language of the program needs it."""
    if project is None or not _is_used(project):
        return
    ours, found = version(PACKAGE), shutil.which(NATIVE_PLUGIN)
    if found:
        yield _on_path(found, ours)
        return
    installed = _installed(os.environ)
    if ours in installed:
        yield Finding(SUBJECT, Level.OK, f"{NATIVE_PLUGIN} {ours}, installed as a plugin of the engine")
    elif installed:
        words = f"the engine has {NATIVE_PLUGIN} {', '.join(installed)}, and this is {PACKAGE} {ours}"
        yield Finding(SUBJECT, Level.FAIL, words, f"install that of {ours}; {_PAGE}")
    else:
        yield _missing(project)


def _is_used(project: Project) -> bool:
    runtime = project.settings.get("runtime")
    language = runtime.get("name") if isinstance(runtime, Mapping) else runtime
    texts = (*project.folder.glob("Pulumi*.yaml"), project.folder / "__main__.py")
    return language not in (None, "python") or any(map(_names_native, texts))


def _names_native(file: Path) -> bool:
    try:
        with open_regular(file) as opened:
            return bool(_USED.search(opened.read().decode()))
    except (OSError, ValueError):
        return False  # what cannot be read is named where the configuration is looked at


def _on_path(found: str, ours: str) -> Finding:
    theirs = _version_of(found)
    if theirs == ours:
        return Finding(SUBJECT, Level.OK, f"{NATIVE_PLUGIN} {ours}, {found}")
    words = (
        f"{found} is of {f'version {theirs}' if theirs else 'unknown version'}, and this is {PACKAGE} {ours}"
    )
    return Finding(SUBJECT, Level.FAIL, words, f"put the plugin of {ours} first on PATH; {_PAGE}")


def _version_of(program: str) -> str | None:
    """Return what the plugin says; the engine starts the same file."""
    try:
        said = subprocess.run(  # noqa: S603 - the plugin that the engine would start
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        ).stdout
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return said.strip() if re.fullmatch(r"[\w.+-]{1,40}", said.strip()) else None


def _installed(environment: Mapping[str, str]) -> list[str]:
    """Return the versions that the engine keeps itself, sorted."""
    home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
    folders = home.glob(f"plugins/{_INSTALLED}*")
    return sorted(path.name.removeprefix(_INSTALLED) for path in folders if path.is_dir())


def _missing(project: Project) -> Finding:
    words = f"there is no {NATIVE_PLUGIN} on PATH, and none among the plugins of the engine"
    beside = Path(sysconfig.get_path("scripts"), NATIVE_PLUGIN)
    if beside.is_file() and project.runs_the_stack_program():
        words += ": image-share finds its own, and pulumi up does not"
        return Finding(SUBJECT, Level.NOTE, words, f"put {beside.parent} on PATH")
    fix = f"put {beside.parent} on PATH" if beside.is_file() else f"install it; {_PAGE}"
    return Finding(SUBJECT, Level.FAIL, words, fix)
