"""What a program marks as secret stays so in what the native provider answers, and so in state."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2

from alicloud_image_share.cloud import services
from alicloud_image_share.plugin.failed_calls import PartialStateError
from alicloud_image_share.plugin.servicer import ImageSharesServicer
from alicloud_image_share.plugin.values import document, is_secret
from tests.contract.conftest import set_up, shared_simulator, shared_time  # noqa: F401 - fixtures
from tests.contract.stage import IMAGE_ID, SetUp, Stage, accounts
from tests.plugin.conftest import share

MARK = rpc._special_sig_key


def secret(value: object) -> dict[str, Any]:
    return {MARK: rpc._special_secret_sig, "value": value}


def struct(properties: dict[str, Any]) -> struct_pb2.Struct:
    given = struct_pb2.Struct()
    given.update(properties)
    return given


def marked(properties: struct_pb2.Struct) -> set[str]:
    return {name for name, value in document(properties).items() if is_secret(value)}


@pytest.fixture(params=services.names())
def stage(request: pytest.FixtureRequest, set_up: SetUp) -> Stage:  # noqa: F811
    return set_up(request.param, {})


@pytest.fixture
def servicer(stage: Stage) -> ImageSharesServicer:
    started = ImageSharesServicer()
    started._run = stage.run()
    return started


@pytest.fixture
def inputs(stage: Stage, servicer: ImageSharesServicer) -> struct_pb2.Struct:
    """Checked inputs of a share whose image is secret, and nothing else."""
    news = {"service": stage.service, "imageId": secret(IMAGE_ID), "accounts": {accounts(1)[0]: "web"}}
    checked = servicer.Check(provider_pb2.CheckRequest(news=struct(news)), None)
    assert list(checked.failures) == []
    checked_inputs: struct_pb2.Struct = checked.inputs
    return checked_inputs


def made(servicer: ImageSharesServicer, inputs: struct_pb2.Struct, *, preview: bool = False) -> Any:
    request = provider_pb2.CreateRequest(properties=inputs, preview=preview)
    create: Any = ImageSharesServicer.Create
    return create.__wrapped__(servicer, request, None).properties


def test_checked_inputs_keep_the_mark_of_a_secret_field(inputs):
    assert marked(inputs) == {"imageId"}


@pytest.mark.parametrize("preview", [True, False])
def test_created_share_keeps_the_mark_of_a_secret_field(servicer, inputs, preview):
    assert marked(made(servicer, inputs, preview=preview)) == {"imageId"}


@pytest.mark.parametrize("preview", [True, False])
def test_updated_share_keeps_the_mark_of_a_secret_field(servicer, inputs, preview):
    olds, news = made(servicer, inputs), document(inputs)
    news["accounts"] = dict.fromkeys(accounts(2), "web")
    request = provider_pb2.UpdateRequest(olds=olds, news=struct(news), preview=preview)

    updated = ImageSharesServicer.Update.__wrapped__(servicer, request, None)  # type: ignore[attr-defined]

    assert marked(updated.properties) == {"imageId"}


def test_refreshed_share_keeps_the_mark_of_a_secret_field(servicer, inputs):
    request = provider_pb2.ReadRequest(properties=made(servicer, inputs), inputs=inputs)

    found = ImageSharesServicer.Read.__wrapped__(servicer, request, None)  # type: ignore[attr-defined]

    assert (marked(found.properties), marked(found.inputs)) == ({"imageId"}, {"imageId"})


def test_share_that_failed_in_part_names_its_secret_fields(stage, servicer, inputs):
    first = 2 if stage.facts.add == stage.facts.remove else 1
    every = list(range(first, 200))
    stage.cloud.put_faults(
        [
            {
                "action": stage.facts.add,
                "kind": "error_after",
                "code": "Forbidden",
                "status": 403,
                "nth": [1],
            },
            {"action": stage.facts.remove, "kind": "error", "code": "Forbidden", "status": 403, "nth": every},
        ]
    )

    with pytest.raises(PartialStateError) as failed:
        made(servicer, inputs)

    assert failed.value.secret == {"image_id"}


@pytest.mark.parametrize("field", ["imageId", "regionId", "exclusive", "roleArn", "service"])
def test_unknown_secret_stays_unknown_and_secret(servicer, field):
    known = {"service": "ecs", "imageId": IMAGE_ID, "accounts": {accounts(1)[0]: ""}}
    news = struct({**known, field: secret(rpc.UNKNOWN)})

    checked = servicer.Check(provider_pb2.CheckRequest(news=news), None)

    assert (list(checked.failures), document(checked.inputs)[field]) == ([], secret(rpc.UNKNOWN))


@pytest.mark.engine
def test_secret_image_is_encrypted_in_state_through_up_and_refresh(native):
    native.program = lambda: share(imageId=pulumi.Output.secret("m-1")) and None

    for command in (native.up, native.refresh, native.up):
        assert command().succeeded

        (resource,) = (each for each in native.state().values() if each["type"].startswith("image-shares"))
        for kept in (resource["inputs"], resource["outputs"]):
            assert kept["imageId"][MARK] == rpc._special_secret_sig
