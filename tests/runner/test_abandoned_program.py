"""A program that the engine abandons when a run fails goes without a word, wherever it waited."""

import types

import pytest


@types.coroutine
def waiting():
    """Wait until the coroutine is dropped, and fail then, as the SDK's does without its loop."""
    try:
        yield
    finally:
        raise RuntimeError("no running event loop")


async def coroutine():
    await waiting()


def drop(name: str) -> None:
    """Begin a coroutine of this name, and leave it where it waits."""
    begun = coroutine()
    begun.__name__ = name
    begun.send(None)


@pytest.mark.parametrize("name", ["run_in_stack", "run_pulumi_func"])
def test_program_that_is_abandoned_is_not_told_of(image_share, capsys, name):
    assert image_share("--version").status == 0

    drop(name)

    assert capsys.readouterr().err == ""


def test_other_coroutine_that_fails_when_it_goes_is_told_of(image_share, capsys):
    assert image_share("--version").status == 0

    drop("something_else")

    assert "no running event loop" in capsys.readouterr().err
