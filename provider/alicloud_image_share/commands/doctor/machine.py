"""What this machine has: an engine, a Python, and the launcher that brings both together."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from alicloud_image_share.commands.doctor.finding import Finding, Level
from alicloud_image_share.commands.installed_package import PACKAGE, install_arguments
from alicloud_image_share.engine.pulumi_cli import (
    INSTALLATION_PAGE,
    EngineError,
    PulumiCli,
    installed_cli,
)
from alicloud_image_share.stack_file.project import Project

LAUNCHER = "pulumi-resource-pulumi-python"
LANGUAGE_HOST = "pulumi-language-python"
SECONDS = 60


def machine_findings(folder: Path, project: Project | None) -> Iterator[Finding]:
    """Look at the engine and at the Python that the provider runs in."""
    try:
        cli = installed_cli(folder)
    except EngineError as error:
        yield Finding("engine", Level.FAIL, str(error))
    else:
        yield from _engine(cli)
    yield _python(project)


def _engine(cli: PulumiCli | None) -> Iterator[Finding]:
    if cli is None:
        words = "there is none yet; the first run downloads it, about 150 MB"
        yield Finding("engine", Level.NOTE, words, f"or install it as {INSTALLATION_PAGE} says")
        return
    command = shutil.which(cli.command) or cli.command
    yield Finding("engine", Level.OK, f"pulumi {cli.version or '(of unknown version)'}, {command}")
    beside = os.pathsep.join([str(Path(command).resolve().parent), str(Path(command).parent), _path()])
    launcher, host = (shutil.which(name, path=beside) for name in (LAUNCHER, LANGUAGE_HOST))
    if launcher is None:
        words = f"{LAUNCHER} is neither beside pulumi nor on PATH, or has no run bit"
        yield Finding("plugin launcher", Level.FAIL, words, f"install all of Pulumi, {INSTALLATION_PAGE}")
    else:
        yield Finding("plugin launcher", Level.OK, launcher)
    if host is None:
        words = f"there is no {LANGUAGE_HOST}: image-share needs none, pulumi up does"
        yield Finding("language host", Level.NOTE, words, f"install all of Pulumi, {INSTALLATION_PAGE}")


def _path() -> str:
    return os.environ.get("PATH", "")


def _python(project: Project | None) -> Finding:
    configured = project.virtual_environment if project else None
    if configured is not None and configured.resolve() != Path(sys.prefix).resolve():
        return _other_python(configured, ours=project is not None and project.runs_the_stack_program())
    ours = version(PACKAGE)
    words = f"{platform.python_version()} with pulumi {version('pulumi')}, {PACKAGE} {ours}"
    return Finding("python", Level.OK, f"{words}, {sys.executable}")


def _other_python(environment: Path, *, ours: bool) -> Finding:
    """Look at the environment that Pulumi.yaml names: the provider runs there with the command of Pulumi.

    `ours` are projects that `image-share` runs, too: in its own environment.
    """
    others = [
        path for path in (environment / "bin/python", environment / "Scripts/python.exe") if path.exists()
    ]
    if not others:
        words = (
            f"Pulumi.yaml names the environment {environment}, which does not exist yet; image-share does not"
            " need it, and `pulumi up` does"
        )
        return Finding("python", Level.NOTE, words, "`pulumi install` makes it")
    here = f"; `image-share` runs it in {sys.prefix}, where this command runs" if ours else ""
    try:
        subprocess.run(  # noqa: S603 - the interpreter that Pulumi.yaml names, as the engine runs it
            [others[0], "-c", "import alicloud_image_share"], check=True, capture_output=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        words = (
            f"the provider runs in {environment} with `pulumi up`, and alicloud_image_share is missing there"
        )
        return Finding(
            "python", Level.FAIL, words + here, f"{others[0]} -m pip install {install_arguments()}"
        )
    words = f"the provider runs in {environment} with `pulumi up`, as Pulumi.yaml says"
    return Finding("python", Level.OK, words + here)
