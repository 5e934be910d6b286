"""The SDKs that come from the schema compile, with the programs of examples/other-languages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alicloud_image_share.sharing.share_types import SHARE_TYPE
from tests.plugin.sdks.generated import (
    EXAMPLES,
    NO_GO,
    NO_PARVER,
    NO_TYPESCRIPT,
    PYTHON,
    compile_typescript,
)

RESOURCE = {
    "nodejs": "imageShare.ts",
    "python": "pulumi_image_shares/image_share.py",
    "go": "imageshares/imageShare.go",
    "dotnet": "ImageShare.cs",
}
"""The file of the resource, by language."""


@pytest.mark.parametrize("language", RESOURCE)
def test_sdk_of_a_language_has_the_resource_with_the_alias_of_the_python_provider(sdks: Path, language: str):
    text = (sdks / language / RESOURCE[language]).read_text(encoding="utf-8")

    assert SHARE_TYPE in text
    assert "Who may use the image" in text


@pytest.mark.skipif(NO_TYPESCRIPT is not None, reason=str(NO_TYPESCRIPT))
def test_example_in_typescript_compiles_with_its_sdk(typescript_program: Path):
    assert "golden-web" in typescript_program.read_text(encoding="utf-8")


@pytest.mark.skipif(NO_TYPESCRIPT is not None, reason=str(NO_TYPESCRIPT))
def test_program_in_typescript_with_a_field_that_no_share_has_does_not_compile(
    typescript_modules: Path, tmp_path: Path
):
    program = tmp_path / "wrong.ts"
    text = (EXAMPLES / "typescript/index.ts").read_text(encoding="utf-8")
    program.write_text(text.replace("exclusive:", "exclusively:"))

    with pytest.raises(AssertionError, match="'exclusively' does not exist"):
        compile_typescript(typescript_modules, tmp_path / "program", program)


@pytest.mark.skipif(NO_GO is not None, reason=str(NO_GO))
def test_example_in_go_compiles_with_its_sdk(go_program: Path):
    assert go_program.is_file()


_CONSTRUCT = """
import pulumi, runpy, sys

registered = []
class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        registered.append((args.typ, args.name, sorted(args.inputs["accounts"])))
        return args.name, args.inputs
    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Mocks())

@pulumi.runtime.test
def construct():
    runpy.run_path(sys.argv[1])
construct()
print(registered)
"""


@pytest.mark.skipif(NO_PARVER is not None, reason=str(NO_PARVER))
def test_example_in_python_constructs_its_resources_with_its_sdk(python_sdk: Path):
    done = subprocess.run(
        [sys.executable, "-c", _CONSTRUCT, EXAMPLES / "python/__main__.py"],
        env={"PYTHONPATH": f"{python_sdk}:{PYTHON}"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    golden = "'image-shares:index:ImageShare', 'golden-web', ['1234567890123456', '1550809237710001']"
    assert golden in done.stdout
    assert "'golden-data'" in done.stdout
