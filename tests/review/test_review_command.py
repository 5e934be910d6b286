"""The command `image-share review` on a file."""

import io
import json
import sys

import pytest

from alicloud_image_share.commands.main import main

from .record import INPUTS


@pytest.mark.parametrize(
    ("form", "begins"), [("terminal", "2 acc"), ("markdown", "**"), ("html", "<!doctype"), ("json", "{")]
)
def test_review_of_a_file_is_printed_in_the_format_asked_for(form, begins, capsys):
    status = main(["review", str(INPUTS / "exclusive.json"), "--format", form])

    assert (status, capsys.readouterr().out.startswith(begins)) == (2, True)


def test_review_of_a_dash_reads_the_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO((INPUTS / "nothing.json").read_text()))

    assert main(["review", "-"]) == 0
    assert capsys.readouterr().out == "nobody gains or loses access · stack dev\n"


def test_review_is_written_to_the_file_that_is_named(tmp_path, capsys):
    output = tmp_path / "review.json"
    main(["review", str(INPUTS / "update.json"), "--format", "json", "--output", str(output)])

    assert json.loads(output.read_text())["version"] == 1
    assert capsys.readouterr().out == ""


def test_review_is_written_in_several_formats_at_once(tmp_path):
    files = {"markdown": tmp_path / "comment.md", "html": tmp_path / "review.html"}
    options = [word for form, path in files.items() for word in ("--format", form, "--output", str(path))]

    assert main(["review", str(INPUTS / "update.json"), *options]) == 2
    assert [path.read_text()[:2] for path in files.values()] == ["**", "<!"]


@pytest.mark.parametrize(
    "options", [["--format", "json", "--format", "html"], ["--output", "a", "--output", "b"]]
)
def test_formats_without_a_file_each_are_refused(options, capsys):
    assert main(["review", str(INPUTS / "update.json"), *options]) == 1
    assert "one --output for each --format" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["missing.json"], ["-", "--refresh"], ["-", "--fail-on", "none", "--fail-on", "loss"]],
)
def test_review_that_cannot_be_made_is_an_error_without_output(arguments, capsys):
    status = main(["review", *arguments])

    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert "rror" in said.err
