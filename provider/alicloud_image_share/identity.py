"""Whose credentials these are."""

from __future__ import annotations

from alicloud_image_share.clock import Clock, Deadline
from alicloud_image_share.config import STS, Settings
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.model import Call
from alicloud_image_share.request import Reads, Request, Tell

SECONDS = 30


def caller_of(openapi: Reads, settings: Settings, clock: Clock, tell: Tell) -> str:
    """Return the id of the account that calls; raise ConfigurationError where another one is configured."""
    call = Call("GetCallerIdentity", {})
    request = Request("sts", STS, None, call, Deadline.after(clock, SECONDS), tell=tell)
    caller = openapi.read(request, lambda answer: str(answer["AccountId"]))
    configured = settings.account_id
    if configured and configured != caller:
        raise ConfigurationError(
            f"alicloud:accountId is {configured}, and the credentials belong to account {caller};"
            " use credentials of that account, or correct the setting."
        )
    return caller
