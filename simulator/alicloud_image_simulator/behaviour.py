"""What no page says, or what two pages say differently: each a switch with all its readings.

The first reading of a switch is the default. Where the pages agree there is no switch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from . import documents

if TYPE_CHECKING:
    from collections.abc import Mapping

Reading: TypeAlias = str | int

BEHAVIOURS: Mapping[str, tuple[Reading, ...]] = MappingProxyType(
    {
        # Accounts beyond what one call may carry: newer texts, "the first are processed"; older, "the
        # parameter is ignored". Both answer 200.
        "over_ten": ("first_ten", "ignored"),
        # A parameter that the page does not have, such as a misspelt list.
        "unknown_parameters": ("refused", "ignored"),
        "add_again": ("ok", "error"),
        "remove_absent": ("ok", "error"),
        # Sharing with the owner itself; only ECS documents that it refuses this.
        "self_share": ("error", "ok"),
        # How many reads after a write still show what was there before.
        "stale_reads": (0, 1, 2, 3),
        "quota_counted": ("after_removals", "before_removals"),
        "ecs_account_type": ("string", "number"),
        "ecs_not_found_status": (404, 403),
        "ecs_self_share_code": ("InvalidAccount.Forbbiden", "InvalidAccount.Forbidden"),
        "ecs_status_code": ("OperationDenied.InvalidImageStatus", "IncorrectImageStatus"),
        "ecs_encrypted": ("snapshot_refused", "service_key_refused", "role_missing", "allowed"),
        "ecs_public_image": ("refused", "allowed"),
        "ecs_is_public_false": ("unchanged", "error"),
        # One page says 20 and 10 at once, older ones 50, the console one at a time.
        "eds_per_call": (10, 20, 50, 1),
        "eds_quota": ("none", 50),
        "eds_codes": ("like_ecs", "plain"),
        "eds_absent_image": ("error", "empty"),
        # The member of an account in DescribeImageSharePermission; "plain" is a list of ids.
        "account_field": ("AliyunUid", "AliyunId", "plain"),
        "ens_per_call": ("none", 10),
        "ens_quota": ("none", 50),
        "ens_remove_several": ("error", "first", "ignored"),
        "ens_absent_image": ("NoPermission", "InvalidParameter", "CallInterface"),
        # What a call is answered that no policy allows: the service's own list of codes, or the gateway.
        "ens_denied_code": ("NoPermission", "Forbidden.RAM"),
        "ens_public_image": ("allowed", "refused"),
        "swas_per_call": ("none", 10, 5),
        # No page has a code for the eleventh account. CustomImageQuotaLimit, of the service's list, is about
        # the number of images in a region.
        "swas_quota_code": ("QuotaExceed.ShareImageUser", "QuotaExceeded"),
        # Pages of 2022 to 2024 limit every action to ten calls a minute; those of 2026 don't say.
        "swas_calls_a_minute": (10, "none"),
        "throttling_code": ("Throttling.User", "Throttling", "Throttling.Api"),
        "throttling_status": (400, 429, 503),
        "unknown_key_status": (404, 400),
        "signature_status": (400, 403),
        # Some gateways quote the request as they understood it, with its key id and its security token.
        "signature_words": ("plain", "quoting"),
    }
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One reading chosen for every switch."""

    readings: Mapping[str, Reading]

    def __getitem__(self, switch: str) -> Reading:
        return self.readings[switch]

    def number(self, switch: str) -> int:
        """Give the reading of a switch whose readings are numbers."""
        return int(self.readings[switch])

    def limit(self, switch: str) -> int | None:
        """Give the reading of a switch whose readings are numbers and "none"."""
        return None if self.readings[switch] == "none" else int(self.readings[switch])

    def text(self, switch: str) -> str:
        """Give the reading of a switch whose readings are words."""
        return str(self.readings[switch])

    def document(self) -> dict[str, Reading]:
        """Give all readings, as the state document shows them."""
        return dict(self.readings)


def read_behaviour(value: object, place: str) -> Behaviour:
    """Read the behaviour of a state document; what it leaves out has its first reading."""
    given = documents.members(value, BEHAVIOURS, place)
    return Behaviour(
        {
            switch: given.take(switch, partial(documents.one_of, allowed=readings), readings[0])
            for switch, readings in BEHAVIOURS.items()
        }
    )


def default_behaviour() -> Behaviour:
    """Choose the first reading of every switch."""
    return read_behaviour({}, "behaviour")
