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


UPDATE = (INPUTS / "update.json").read_text()
PLAN = "Update plan written to '/work/plan.json'\nRun `pulumi up --plan='/work/plan.json'` to constrain it"


@pytest.mark.parametrize(
    "text",
    [
        f"{UPDATE}{PLAN}\n",
        f"{UPDATE.strip()}\r\n{PLAN}",
        f"warning: a new version of Pulumi is available\n{UPDATE}",
        f"+ pulumi preview --json\n\n{UPDATE}\n+ set +x\n",
        f'{{"level": "info", "steps": 3}}\n{{not JSON}}\n{UPDATE}{{}}\n[1]\n',
        json.dumps(json.loads(UPDATE)) + "\nDone.",
        "\ufeff" + UPDATE,
        f"Previewing\n\ufeff{UPDATE}",
        f"\x1b[?25h\x1b[0m{UPDATE}\x1b[?25h",
        f"warning: no line ends here {UPDATE}",
        "{not JSON}\n" * 90 + UPDATE,
    ],
    ids=[
        "plan",
        "crlf",
        "before",
        "trace",
        "other-json",
        "one-line",
        "bom",
        "late-bom",
        "colours",
        "joined",
        "many",
    ],
)
def test_preview_is_found_among_other_lines(text, tmp_path, capsys):
    assert main(["review", str(INPUTS / "update.json"), "--format", "json"]) == 2
    alone = capsys.readouterr().out
    (tmp_path / "preview.json").write_bytes(text.encode())

    assert main(["review", str(tmp_path / "preview.json"), "--format", "json"]) == 2
    assert capsys.readouterr().out == alone


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_preview_in_the_encoding_of_another_shell_is_read(encoding, tmp_path):
    (tmp_path / "preview.json").write_bytes(UPDATE.encode(encoding))

    assert main(["review", str(tmp_path / "preview.json")]) == 2


@pytest.mark.parametrize("command", ["review", "migrate"])
def test_input_that_is_closed_is_refused_in_a_sentence(command, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", None)

    assert main([command, "-"]) == 1
    assert capsys.readouterr().err == "error: The input cannot be read, for it is closed.\n"


def test_file_whose_name_is_empty_is_no_preview_made_now(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert main(["review", "", "--stack", "dev"]) == 1
    assert "FILE is empty: name a file, or leave FILE out" in capsys.readouterr().err


def test_streamed_preview_is_refused_with_the_variable_to_unset(tmp_path, capsys):
    events = ['{"sequence":0,"timestamp":1,"preludeEvent":{"config":{}}}', '{"sequence":1,"summaryEvent":{}}']
    (tmp_path / "preview.json").write_text("\n".join(events) + "\n")

    assert main(["review", str(tmp_path / "preview.json")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: These are events of the engine, one a line")
    assert "Unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW" in said


NOISE = "Prévisualisation à 14 h\n".encode("latin-1")


@pytest.mark.parametrize(
    "content",
    [
        NOISE + UPDATE.encode(),
        UPDATE.encode() + NOISE,
        b"\xb5s " + UPDATE.encode(),
        '{"durée": 3}\n'.encode("latin-1") + UPDATE.encode(),
        "预览 中\n".encode("gbk") + UPDATE.encode(),
        b"\xff\n" + UPDATE.encode(),
    ],
    ids=["before", "after", "joined", "other-json", "gbk", "byte"],
)
def test_preview_is_found_among_lines_of_another_encoding(content, tmp_path, capsys):
    assert main(["review", str(INPUTS / "update.json"), "--format", "json"]) == 2
    alone = capsys.readouterr().out
    (tmp_path / "preview.json").write_bytes(content)

    assert main(["review", str(tmp_path / "preview.json"), "--format", "json"]) == 2
    assert capsys.readouterr().out == alone


@pytest.mark.parametrize("before", [b"", NOISE], ids=["alone", "noise"])
def test_preview_that_is_in_another_encoding_itself_is_refused(before, tmp_path, capsys):
    content = UPDATE.replace("team shop", "équipe").encode("latin-1")
    assert b"\xe9" in content
    (tmp_path / "preview.json").write_bytes(before + content)

    assert main(["review", str(tmp_path / "preview.json")]) == 1
    said = capsys.readouterr()
    assert "cannot be read, for it is not UTF-8 text: " in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (UPDATE + UPDATE, "2 documents are in one text"),
        (UPDATE[: len(UPDATE) // 2], "This is not what"),
        ('{"a": {"steps": []},', "This is not what"),
        ('{"a":\n {"steps": []},', "This is not what"),
        ('{"a":\n\x1b[0m{"steps": []},', "This is not what"),
        ('{"a":\nwarning: between\n{"steps": []}\n}', "This is not what"),
        ("{\n" * 5000, "This is not what"),
        ('{"a":' * 5000, "This is not what"),
        ('{"steps": "none"}', "without the expected fields"),
        ("", "no text came"),
    ],
    ids=["two", "half", "inner", "inner-line", "inner-colour", "between", "braces", "deep", "other", "empty"],
)
def test_text_without_one_preview_is_refused_in_one_sentence(text, words, tmp_path, capsys):
    (tmp_path / "preview.json").write_text(text)

    assert main(["review", str(tmp_path / "preview.json")]) == 1
    said = capsys.readouterr()
    assert words in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_review_is_written_to_the_file_that_is_named(tmp_path, capsys):
    output = tmp_path / "review.json"
    main(["review", str(INPUTS / "update.json"), "--format", "json", "--output", str(output)])

    assert json.loads(output.read_text())["version"] == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("stack", [(), ("--stack", "organization/images/dev")], ids=["of the file", "named"])
def test_stack_in_the_name_of_an_output_stands_for_the_one_stack_of_a_file(stack, tmp_path):
    output = ("--format", "html", "--output", str(tmp_path / "review-{stack}.html"))

    assert main(["review", str(INPUTS / "update.json"), *stack, *output]) == 2
    assert [path.name for path in tmp_path.glob("*.html")] == ["review-dev.html"]


def test_stack_in_the_name_of_an_approval_stands_for_the_one_stack(new_project, tmp_path):
    (tmp_path / "approval-dev.json").write_text("[]")

    said = new_project.run("up", "--approved", str(tmp_path / "approval-{stack}.json"))

    assert said.status == 1
    assert "This is no approval" in said.errors


def test_stack_of_a_file_leads_into_no_other_folder(tmp_path):
    preview = tmp_path / "preview.json"
    preview.write_text(UPDATE.replace("urn:pulumi:dev::", "urn:pulumi:../up::"))
    output = tmp_path / "{stack}.html"

    assert main(["review", str(preview), "--format", "html", "--output", str(output)]) == 2
    assert output.exists()


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
def test_review_that_cannot_be_made_is_an_error_without_output(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where there is no project, and so no stack that is meant without a name

    status = main(["review", *arguments])

    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert "rror" in said.err
