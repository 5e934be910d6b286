"""An approval of secret accounts, on the real engine."""

from __future__ import annotations

import json

import pytest

from alicloud_image_share.sharing.allowance import KEY_VARIABLE
from tests.review.scenarios import PARTNER, SHOP, WEB
from tests.support.cloud_state import live, put_images, writes
from tests.support.stack_files import share
from tests.support.stacks import encrypted

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]


@pytest.fixture
def shared(cloud, project, scenes):
    """A stack whose accounts are secret, shared with one team and about to be shared with another one."""
    put_images(cloud, "m-1")
    list_in_secret(project, WEB)
    scenes.carry_out(project)
    list_in_secret(project, WEB, SHOP)
    return project


def list_in_secret(project, *accounts, **settings):
    """Write a stack file whose groups are encrypted."""
    groups = encrypted(json.dumps({"web": dict.fromkeys(accounts, "")}))
    project.write({"golden": share(groups=["web"])}, {"secure": groups}, **settings)


def test_secret_accounts_that_were_approved_by_a_digest_gain_access(shared, cloud, tmp_path, monkeypatch):
    approval = tmp_path / "approval.json"
    monkeypatch.setenv(KEY_VARIABLE, "a long key that only the jobs have")
    shared.run("review", "--format", "json", "--output", str(approval))
    said = shared.run("up", "--approved", str(approval))

    assert (said.status, live(cloud)) == (0, {WEB, SHOP})
    assert SHOP not in approval.read_text()


def test_other_secret_accounts_than_approved_are_refused(shared, cloud, tmp_path, monkeypatch):
    approval = tmp_path / "approval.json"
    monkeypatch.setenv(KEY_VARIABLE, "a long key that only the jobs have")
    shared.run("review", "--format", "json", "--output", str(approval))
    list_in_secret(shared, WEB, PARTNER)
    said = shared.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud)) == (3, [])
    assert "not approved: other secret accounts of ecs:cn-hangzhou:m-1" in said.errors


def test_secret_accounts_are_not_approved_without_a_key(shared, cloud, tmp_path):
    approval = tmp_path / "approval.json"
    shared.run("review", "--format", "json", "--output", str(approval))
    said = shared.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud)) == (3, [])
    assert f"set {KEY_VARIABLE} for the review and for up" in said.errors


def test_secret_accounts_that_were_shown_are_carried_out_under_a_rule(shared, cloud):
    list_in_secret(shared, WEB, SHOP, **{"image-shares:maxRemoved": 1})

    assert shared.run("up", "--yes").status == 0
    assert live(cloud) == {WEB, SHOP}
