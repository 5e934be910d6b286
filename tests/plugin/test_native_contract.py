"""The core of the contract suite, its very tests, with shares of the native provider."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import provider_pb2

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import NotConverged
from alicloud_image_share.plugin.failed_calls import PartialStateError
from alicloud_image_share.plugin.values import to_struct
from tests.contract.conftest import set_up, shared_simulator, shared_time  # noqa: F401 - fixtures
from tests.contract.stage import Behaviour, SetUp, Stage
from tests.contract.test_contract_drift import *  # noqa: F403
from tests.contract.test_contract_exclusive import *  # noqa: F403
from tests.contract.test_contract_failures import *  # noqa: F403
from tests.contract.test_contract_ownership import *  # noqa: F403
from tests.contract.test_contract_sharing import *  # noqa: F403
from tests.plugin.native_deployment import NativeStage

del test_up_with_another_timeout_calls_nothing  # noqa: F821 - the engine keeps customTimeouts, and not state
# After a failure the native provider reads once more, for state to keep what holds.
del test_taking_back_that_every_read_shows_at_once_reads_twice  # noqa: F821
del test_removal_that_is_refused_is_looked_at_once  # noqa: F821


@pytest.fixture
def native_set_up(set_up: SetUp) -> SetUp:  # noqa: F811
    def stage(service: str, behaviour: Behaviour) -> Stage:
        return NativeStage(**vars(set_up(service, behaviour)))

    return stage


@pytest.fixture(params=services.names())
def stage(request: pytest.FixtureRequest, native_set_up: SetUp) -> Stage:
    """Every service with shares of the native provider."""
    return native_set_up(request.param, {})


@pytest.fixture
def plain(stage: Stage) -> Stage:
    return stage


def test_replacement_that_has_a_time_of_its_own_adds_nobody_who_was_removed_outside(stage: Stage):
    deployment, (first, second) = stage.deployment(), ("1550809237710001", "1550809237710002")
    deployment.up([first, second])
    stage.unshare_outside(first)
    servicer, news = deployment._servicer(), to_struct(stage.inputs({first: "", second: ""}))
    servicer.Check(provider_pb2.CheckRequest(olds=to_struct(deployment.inputs), news=news), None)
    checked = servicer.Check(provider_pb2.CheckRequest(news=news), None)

    request = provider_pb2.CreateRequest(properties=checked.inputs, timeout=60)
    with pytest.raises((NotConverged, PartialStateError), match=first):
        servicer.Create.__wrapped__(servicer, request, None)

    assert stage.live() == {second}


@pytest.mark.parametrize("made", [False, True], ids=["create", "update"])
def test_state_keeps_whoever_a_failed_rollback_has_left_with_access(stage: Stage, made: bool):
    deployment, (first, second) = stage.deployment(), ("1550809237710001", "1550809237710002")
    if made:
        deployment.up([first])
    add, remove = stage.facts.add, stage.facts.remove
    taken = {"action": add, "kind": "error_after", "code": "Forbidden.RAM", "status": 403, "nth": [1]}
    refused = list(range(2 if add == remove else 1, 200))
    stage.cloud.put_faults([taken, {**taken, "action": remove, "kind": "error", "nth": refused}])

    with pytest.raises(NotConverged, match=f"{second} may have access that should not"):
        deployment.up([first, second] if made else [second])
    stage.cloud.put_faults([])

    assert stage.live() == ({first, second} if made else {second})
    assert set(deployment.outputs["owned_accounts"]) == stage.live()
