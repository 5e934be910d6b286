"""A program is the one of stack files where it is that import alone, whatever its comments say."""

import pytest

from alicloud_image_share.stack_file.program import is_stack_program
from alicloud_image_share.stack_file.project import find_project

IMPORT = "import alicloud_image_share.stack_program"


@pytest.mark.parametrize(
    "source",
    [
        IMPORT,
        f"{IMPORT}  # declares the shares\n",
        f'"""Declares the shares."""\n\nfrom __future__ import annotations\n\n{IMPORT} as program\n',
        "from alicloud_image_share import stack_program\n",
    ],
)
def test_import_alone_is_the_stack_program(source):
    assert is_stack_program(source)


@pytest.mark.parametrize(
    "source",
    [
        f"# {IMPORT}\nfrom alicloud_image_share import ImageShare\nImageShare('a')\n",
        f"'{IMPORT}'\n",
        f"{IMPORT}\nfrom alicloud_image_share import ImageShare\n",
        f"{IMPORT}\nprint()\n",
        f"{IMPORT}, os\n",
        f"if True:\n    {IMPORT}\n",
        "from .alicloud_image_share import stack_program\n",
        "from alicloud_image_share import stack_program, ImageShare\n",
        "from alicloud_image_share.stack_program import run\n",
        f"{IMPORT}\nnot python",
        "(" * 5_000,
        f"{IMPORT}\n\x00",
        "",
    ],
)
def test_anything_else_is_a_program_of_its_own(source):
    assert not is_stack_program(source)


@pytest.mark.parametrize(
    ("settings", "beside", "expected"),
    [
        ("runtime: python", None, True),
        ("runtime: {name: python}", None, True),
        ("runtime: nodejs", None, False),
        ("runtime: python\nmain: other", None, False),
        ("runtime: python", "alicloud_image_share.py", False),
        ("runtime: python", "alicloud_image_share", False),
    ],
)
def test_project_whose_engine_would_run_something_else_has_a_program_of_its_own(
    tmp_path, settings, beside, expected
):
    (tmp_path / "Pulumi.yaml").write_text(f"name: images\n{settings}\n")
    (tmp_path / "__main__.py").write_text(IMPORT)
    if beside:
        (tmp_path / beside).write_text("")

    assert find_project(tmp_path).runs_the_stack_program() is expected
