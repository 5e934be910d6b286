"""What a run shows of itself: a bar on a terminal, every line once, and no escapes where none are wanted."""

import io

import pytest
from rich.console import Console

from alicloud_image_share.engine.console import console, shows_progress
from alicloud_image_share.engine.report import Report
from alicloud_image_share.engine.run_progress import RunProgress
from tests.runner.test_journal import journal, result, share, step

IMAGE = "ecs:cn-hangzhou:m-1"


@pytest.fixture
def progress():
    """The progress of a run of 200 shares, and the seconds that a test sets."""
    seconds = [0.0]
    return RunProgress(Console(file=io.StringIO()), 200, lambda: seconds[0]), seconds


def test_progress_counts_what_is_done_and_waits_and_names_what_is_slow(progress):
    shown, seconds = progress
    for number in range(120):
        shown.share_started(f"golden-{number}")
        shown.share_ended(f"golden-{number}")
    shown.share_started("slow")
    seconds[0] = 14
    shown.share_started("quick")

    assert str(shown) == "120 of 200 shares, 78 waiting · slow (14 s), quick"


def test_progress_without_a_known_number_counts_what_is_done():
    shown = RunProgress(Console(file=io.StringIO()), None)
    shown.share_started("a")
    shown.share_ended("a")
    shown.share_started("b")

    assert str(shown) == "1 done · b"


def test_progress_of_more_shares_than_the_file_names_claims_no_number():
    shown = RunProgress(Console(file=io.StringIO()), 1)
    for name in ("new", "old"):
        shown.share_started(name)

    assert str(shown) == "0 done · new, old"


def test_share_that_a_refresh_has_read_is_not_done_before_its_update(progress):
    shown, _ = progress
    shown.share_started("golden")
    shown.share_ended("golden")
    shown.share_started("golden")

    assert str(shown) == "0 of 200 shares, 199 waiting · golden"


@pytest.mark.parametrize("width", [30, 80])
def test_progress_takes_one_line_on_a_terminal_of_any_width(width):
    output = io.StringIO()
    shown = RunProgress(Console(file=output, width=width, force_terminal=True, color_system=None), 2)
    shown.share_started("a-share-with-a-name-that-is-longer-than-any-narrow-terminal")
    shown.start()
    shown.stop()

    lines = output.getvalue().replace("\r", "\n").splitlines()
    assert any("0 of 2" in line for line in lines)
    assert max(len(line.partition("\x1b")[0]) for line in lines) <= width


def printed(capsys, *, verbose=False):
    found = journal(
        *(step("same", share({"2": ""}), share({"2": ""}), name=f"kept-{n}") for n in range(2)),
        step("update", share({}), share({"1": "team web"})),
    )
    report = Report(console(), verbose=verbose)
    with report.progress(lambda: 3):
        report.share_changed(found.changes[0])
    report.finished(result(found))
    return capsys.readouterr().out


def test_run_ends_with_what_changed_and_a_count_of_the_rest(capsys):
    assert printed(capsys).splitlines() == [
        f"~ golden {IMAGE}: updated",
        '    golden + 1 "team web"',
        "1 account gained access · 1 share updated, 2 unchanged · stack dev",
    ]


def test_verbose_run_ends_with_who_has_access(capsys):
    lines = printed(capsys, verbose=True).splitlines()

    assert lines[2].startswith("Who has access, ")
    assert f'{IMAGE}  1  golden  "team web"' in lines


def test_message_is_printed_once_and_an_error_as_often_as_it_comes(capsys):
    report = Report(console())
    for severity in ("warning", "warning", "error", "error"):
        report.message(severity, "image is open")

    said = capsys.readouterr()
    assert said.out == "warning: image is open\n"
    assert said.err == "error: image is open\n" * 2


@pytest.mark.parametrize(
    ("variables", "escapes", "progress"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False, True),
        ({"TERM": "dumb"}, False, False),
    ],
    ids=["colours", "NO_COLOR", "dumb"],
)
def test_terminal_gets_the_styles_and_the_bar_that_it_takes(monkeypatch, variables, escapes, progress):
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**variables, "TTY_COMPATIBLE": "1"}.items():
        monkeypatch.setenv(name, value)
    where = console()
    where.file = io.StringIO()
    where._force_terminal = True
    where.print("LOSES", style="bold red")

    assert ("\x1b" in where.file.getvalue()) is escapes
    assert shows_progress(where) is progress
