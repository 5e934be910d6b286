"""The SDKs of all languages, generated once in a run of tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin.sdks.generated import (
    EXAMPLES,
    NO_GENERATOR,
    PROGRAM,
    ROOT,
    compile_go,
    compile_typescript,
    compile_typescript_sdk,
)
from tools.sdks.generate import LANGUAGES, generate


@pytest.fixture(scope="session")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with an SDK for each language."""
    if NO_GENERATOR:
        pytest.skip(NO_GENERATOR)
    folder = tmp_path_factory.mktemp("sdks")
    for language in LANGUAGES:
        generate(PROGRAM, ROOT / "sdk/schema.json", language, folder / language)
    return folder


@pytest.fixture(scope="session")
def typescript_modules(sdks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of a program in TypeScript, with the SDK among them."""
    return compile_typescript_sdk(sdks / "nodejs", tmp_path_factory.mktemp("typescript_sdk"))


@pytest.fixture(scope="session")
def typescript_program(typescript_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example in TypeScript, compiled."""
    folder = tmp_path_factory.mktemp("typescript") / "program"
    return compile_typescript(typescript_modules, folder, EXAMPLES / "typescript/index.ts")


@pytest.fixture(scope="session")
def go_program(sdks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example in Go, compiled."""
    return compile_go(sdks / "go", tmp_path_factory.mktemp("go") / "program", EXAMPLES / "go/main.go")


@pytest.fixture(scope="session")
def python_sdk(sdks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SDK of Python, installed into a folder."""
    folder = tmp_path_factory.mktemp("python")
    options = (
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        folder,
    )
    command = (sys.executable, "-m", "pip", "install", *options, sdks / "python")
    subprocess.run(command, check=True, timeout=300)
    return folder
