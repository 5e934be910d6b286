"""Security Token Service: who is calling, and who acts as whom.

https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc

Any role of an account that the simulator knows may be assumed with any token, and by whoever has a key, but
for those that a trust policy was put for.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from alicloud_image_simulator.account import principal
from alicloud_image_simulator.documents import MalformedDocumentError
from alicloud_image_simulator.parameters import Page
from alicloud_image_simulator.policy import Policy, read_policy
from alicloud_image_simulator.refusal import RefusalError
from alicloud_image_simulator.service import Service
from alicloud_image_simulator.session import Role, Session

if TYPE_CHECKING:
    from alicloud_image_simulator.parameters import Parameters
    from alicloud_image_simulator.service import Body, Call

MIN_SECONDS, DEFAULT_SECONDS, MAX_SECONDS = 900, 3600, 43200

_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}", re.ASCII)
_PROVIDER = re.compile(r"acs:ram::(?P<account>[0-9]{1,20}):oidc-provider/[A-Za-z0-9._-]{1,128}", re.ASCII)


def get_caller_identity(call: Call) -> Body:
    """Name the account that has signed the call, or the role that it acts as."""
    caller = call.caller
    if isinstance(caller, Session):
        session = f"3{caller.id}:{caller.name}"
        facts = {"RoleId": f"3{caller.id}", "Arn": caller.arn}
        return {"IdentityType": "AssumedRoleUser", "AccountId": caller.id, "PrincipalId": session, **facts}
    return {
        "IdentityType": "Account",
        "AccountId": caller.id,
        "PrincipalId": caller.id,
        "UserId": caller.id,
        "Arn": principal(caller.id),
    }


def assume_role(call: Call) -> Body:
    """Let the caller act as a role; the gateway has compared its policy, and the role's trust policy."""
    return _started(call, _role(call))


def assume_role_with_oidc(call: Call) -> Body:
    """Let whoever has a token act as a role; the call is not signed."""
    role = _role(call)
    arn = call.parameters.required("OIDCProviderArn")
    provider = _PROVIDER.fullmatch(arn)
    if provider is None:
        raise _invalid("OIDCProviderArn", f"The parameter OIDCProviderArn is wrongly formed: {arn}.")
    call.parameters.required("OIDCToken")
    if provider["account"] != role.account_id:
        message = f"The OIDC provider does not exist: {arn}."
        raise RefusalError(404, "EntityNotExist.OIDCProvider", message)
    return _started(call, role)


def _role(call: Call) -> Role:
    arn = call.parameters.required("RoleArn")
    role = Role.parse(arn)
    if role is None:
        raise _invalid("RoleArn", "The parameter RoleArn is wrongly formed.")
    if role.account_id not in call.accounts:
        raise RefusalError(404, "EntityNotExist.Role", f"The role not exists: {arn}.")
    return role


def _started(call: Call, role: Role) -> Body:
    name = call.parameters.required("RoleSessionName")
    if not _SESSION_NAME.fullmatch(name):
        raise _invalid("RoleSessionName", "The parameter RoleSessionName is wrongly formed.")
    expires = call.seconds + _duration(call.parameters)
    session = call.sessions.start(role, name, expires, _policy(call.parameters))
    user = {"AssumedRoleId": f"3{role.account_id}:{name}", "Arn": session.arn}
    return {"Credentials": session.key_document(), "AssumedRoleUser": user}


def _duration(parameters: Parameters) -> int:
    text = parameters.text("DurationSeconds", str(DEFAULT_SECONDS))
    if not re.fullmatch("[0-9]{1,6}", text) or not MIN_SECONDS <= int(text) <= MAX_SECONDS:
        raise _invalid("DurationSeconds", "The Min/Max value of DurationSeconds is 15min/12hr.")
    return int(text)


def _policy(parameters: Parameters) -> Policy | None:
    text = parameters.text("Policy")
    if not text:
        return None
    try:
        return read_policy(json.loads(text), "Policy")
    except (MalformedDocumentError, ValueError):
        raise _invalid("PolicyGrammar", "The parameter Policy has not passed grammar check.") from None


def _invalid(what: str, message: str) -> RefusalError:
    return RefusalError(400, f"InvalidParameter.{what}", message)


_ROLE = ("RoleArn", "RoleSessionName")
_SESSION = ("DurationSeconds", "Policy")

SERVICE = Service(
    name="sts",
    version="2015-04-01",
    ram="sts",
    actions={
        "GetCallerIdentity": get_caller_identity,
        "AssumeRole": assume_role,
        "AssumeRoleWithOIDC": assume_role_with_oidc,
    },
    parameters={
        "GetCallerIdentity": Page(()),
        "AssumeRole": Page(_ROLE, (*_SESSION, "ExternalId", "SourceIdentity")),
        "AssumeRoleWithOIDC": Page((*_ROLE, "OIDCProviderArn", "OIDCToken"), _SESSION),
    },
    unsigned=frozenset({"AssumeRoleWithOIDC"}),
    denied=lambda _: (403, "NoPermission"),
    has_images=False,
    has_regions=False,
)
