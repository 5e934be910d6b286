"""Rules in a stack file, where accounts come from groups."""

import pytest

from alicloud_image_simulator import Simulator
from tests.runner.conftest import StackProject

pytestmark = pytest.mark.engine

WEB = "1550809237710001"


@pytest.mark.usefixtures("engine_environment", "owner")
def test_denied_account_is_refused_whatever_group_it_comes_from(project: StackProject, cloud: Simulator):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    share = {"service": "ecs", "image_id": "m-1", "groups": ["web"]}
    project.write(
        {"golden": share}, {"web": {WEB: "team web"}}, **{"image-shares:deniedAccounts": {WEB: "left"}}
    )

    said = project.run("preview")

    assert said.status == 3
    assert f'accounts: {WEB} "team web" is denied by image-shares:deniedAccounts' in said.output + said.errors
    assert cloud.calls() == []
