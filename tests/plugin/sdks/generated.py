"""The SDKs that come from the schema in the repository, and programs that are compiled against them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.go_program import GoProgram
from tools.sdks.generate import GENERATOR

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples/other-languages"
READY = ROOT / ".engine/sdks"
"""What `make sdk-tools` has made ready."""
PROGRAM = READY / GENERATOR.name
NODE = READY / "node/node_modules"
PYTHON = READY / "python"
NO_GENERATOR = None if PROGRAM.is_file() else "no generator of SDKs here: see `make sdk-tools`"
NO_TYPESCRIPT = NO_GENERATOR or (
    None if NODE.is_dir() and shutil.which("node") else "no packages of TypeScript"
)
NO_GO = NO_GENERATOR or (None if shutil.which("go") else "no Go here")
NO_PARVER = NO_GENERATOR or (None if PYTHON.is_dir() else "no parver here")


def compile_go(sdk: Path, folder: Path, source: Path) -> Path:
    """Compile a program against the SDK, and return the program."""
    folder.mkdir()
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(Path(__file__).parent / "go" / name, folder / name)
    shutil.copyfile(source, folder / "main.go")
    shutil.copytree(sdk, folder / "sdk")
    return GoProgram("program", folder, ".").build(folder / "bin")


def compile_typescript_sdk(sdk: Path, folder: Path) -> Path:
    """Compile the SDK as if to publish it; return the folder of packages that it stands in."""
    modules = folder / "node_modules"
    (modules / "@pulumi").mkdir(parents=True)
    for package in NODE.iterdir():
        if package.name != "@pulumi":
            (modules / package.name).symlink_to(package)
    (modules / "@pulumi/pulumi").symlink_to(NODE / "@pulumi/pulumi")
    shutil.copytree(sdk, folder / "sdk")
    published = modules / "@pulumi/image-shares"
    _tsc(folder, "--project", folder / "sdk", "--outDir", published)
    shutil.copyfile(sdk / "package.json", published / "package.json")
    return modules


def compile_typescript(modules: Path, folder: Path, source: Path) -> Path:
    """Compile a program against the SDK; return the program in JavaScript."""
    folder.mkdir()
    (folder / "node_modules").symlink_to(modules)
    shutil.copyfile(source, folder / "index.ts")
    _tsc(folder, "--strict", "--skipLibCheck", "--target", "ES2020", "--module", "commonjs", "index.ts")
    return folder / "index.js"


def _tsc(folder: Path, *options: str | Path) -> None:
    done = subprocess.run(
        ["node", NODE / "typescript/bin/tsc", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
