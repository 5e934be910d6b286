"""What was shown is what is carried out, whatever happens in between; on the real engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alicloud_image_share.engine.console import console
from alicloud_image_share.engine.report import Report
from alicloud_image_share.engine.session import Session
from tests.review.scenarios import PARTNER, SHOP, STRANGER, WEB
from tests.support.cloud_state import live, put_images, share_in_console, unshare_in_console, writes
from tests.support.stack_files import golden
from tests.support.stacks import shares_in_state, state_file

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]


def answering(project, meanwhile: Callable[[], object], operation: str = "up") -> int:
    """Run a command that shows its plan and asks; something happens before yes is answered."""
    session = Session(project.folder, Report(console()))

    def agree(_question: str) -> bool:
        meanwhile()
        return True

    return session.up("dev", agree=agree) if operation == "up" else session.destroy_if_agreed("dev", agree)


@pytest.fixture
def rotating(cloud, project):
    """A share of the newest image of a family, with nothing made yet, and what makes further images."""

    def put(*numbers):
        images = [
            {"image_id": f"m-{n}", "family": "golden", "created": f"2026-11-{n:02}T06:00:00Z"}
            for n in numbers
        ]
        cloud.put_state({"images": [*cloud.state()["images"], *({"service": "ecs", **i} for i in images)]})

    put(1)
    project.write({"golden": {"service": "ecs", "family": "golden", "keep": 1, "accounts": {WEB: ""}}})
    return project, put


def test_image_that_became_the_newest_after_it_was_shown_is_not_shared(rotating, cloud, capsys):
    project, put = rotating
    status = answering(project, lambda: put(2))

    assert (status, writes(cloud)) == (3, [])
    errors = capsys.readouterr().err
    assert f"{WEB} would gain access to ecs:cn-hangzhou:m-2, and nobody has agreed to that" in errors


def test_what_was_shown_is_carried_out(rotating, cloud):
    assert answering(rotating[0], lambda: None) == 0
    assert cloud.state()["images"][0]["accounts"] == [WEB]


def test_account_that_came_to_an_exclusive_image_after_the_question_stays(cloud, project, scenes):
    put_images(cloud, "m-1")
    project.write(golden({WEB: "", SHOP: ""}, exclusive=True))
    scenes.carry_out(project)
    project.write(golden({WEB: ""}, exclusive=True))

    assert answering(project, lambda: share_in_console(cloud, STRANGER)) == 0
    assert live(cloud) == {WEB, STRANGER}


def test_stack_file_that_changed_after_the_question_stops_before_the_first_write(cloud, project, capsys):
    put_images(cloud, "m-1")
    project.write(golden({WEB: ""}), **{"image-shares:deniedAccounts": [PARTNER]})

    status = answering(project, lambda: project.write(golden({WEB: ""})))

    assert (status, writes(cloud)) == (3, [])
    assert "image-shares:deniedAccounts: the configuration has changed since it was compared" in (
        capsys.readouterr().err
    )


def test_yes_under_a_rule_holds_what_its_own_preview_has_shown(cloud, project, scenes):
    put_images(cloud, "m-1")
    project.write(golden({WEB: "", SHOP: ""}))
    scenes.carry_out(project)
    unshare_in_console(cloud, SHOP)
    project.write(golden({WEB: "", PARTNER: ""}), **{"image-shares:maxRemoved": 1})

    assert project.run("up", "--yes").status == 0
    assert live(cloud) == {WEB, PARTNER}


def test_destroy_removes_accounts_that_it_has_shown(cloud, project, scenes):
    put_images(cloud, "m-1")
    project.write(golden({WEB: "", SHOP: ""}))
    scenes.carry_out(project)

    assert answering(project, lambda: share_in_console(cloud, STRANGER), "destroy") == 0
    assert live(cloud) == {STRANGER}


def test_account_that_a_rename_drops_as_agreed_is_foreign_to_nobody(cloud, project, scenes):
    put_images(cloud, "m-1")
    share_in_console(cloud, STRANGER)
    project.write({"old": golden({WEB: "", SHOP: ""})["golden"]})
    scenes.carry_out(project)
    project.write({"new": golden({WEB: ""})["golden"]})

    assert (answering(project, lambda: None), live(cloud)) == (0, {WEB, STRANGER})
    (share,) = shares_in_state(state_file()).values()
    assert share["outputs"]["foreign_accounts"] == [STRANGER]
