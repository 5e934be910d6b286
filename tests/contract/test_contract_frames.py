"""A create is a short way: few frames of ours are on the stack where its read-back goes out to the wire."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.resource import ImageShareProvider
from tests.contract.stage import Stage, accounts

MOST = 10


def test_read_back_of_a_create_has_few_frames_of_ours_on_the_stack(
    plain: Stage, monkeypatch: pytest.MonkeyPatch
):
    stacks: list[list[str]] = []
    send = HTTPAdapter.send

    def recording_send(adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> Any:
        modules = ((frame.frame.f_globals.get("__name__", ""), frame.function) for frame in inspect.stack(0))
        stacks.append(
            [f"{module}.{name}" for module, name in modules if module.startswith("alicloud_image_share")]
        )
        return send(adapter, request, **options)

    provider = ImageShareProvider()
    provider._run = plain.run()
    checked = Preview(provider._run).check({}, plain.inputs(accounts(2)))
    monkeypatch.setattr(HTTPAdapter, "send", recording_send)

    provider.create(dict(checked.inputs))

    assert plain.live() == set(accounts(2))
    assert len(stacks[-1]) <= MOST, "\n".join(stacks[-1])
