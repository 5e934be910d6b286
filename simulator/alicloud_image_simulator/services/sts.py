"""Security Token Service: who is calling.

https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alicloud_image_simulator.service import Service

if TYPE_CHECKING:
    from alicloud_image_simulator.service import Body, Call


def get_caller_identity(call: Call) -> Body:
    """Name the account that has signed the call."""
    account_id = call.caller.id
    return {
        "IdentityType": "Account",
        "AccountId": account_id,
        "PrincipalId": account_id,
        "UserId": account_id,
        "Arn": f"acs:ram::{account_id}:root",
    }


SERVICE = Service(
    name="sts",
    version="2015-04-01",
    ram="sts",
    actions={"GetCallerIdentity": get_caller_identity},
    has_images=False,
    has_regions=False,
)
