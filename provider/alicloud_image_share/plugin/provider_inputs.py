"""The inputs of a native provider in the schema: where and as whom the cloud is called, and rules."""

from __future__ import annotations

from typing import Any

from alicloud_image_share.cloud.environment_variables import ENVIRONMENT

_BESIDES = " Holds besides what the stack configures."
_ACCOUNTS = {"type": "object", "additionalProperties": {"type": "string"}}
_IMAGES = {"type": "array", "items": {"type": "string"}}
_NUMBERS = {"type": "object", "additionalProperties": {"type": "integer"}}

_TEXTS = {
    "region": "The region of images that name none.",
    "accessKey": "The access key.",
    "secretKey": "The secret of the access key.",
    "securityToken": "The token of temporary keys.",
    "profile": "A profile of the shared credentials file.",
    "sharedCredentialsFile": "The file with profiles, by default `~/.aliyun/config.json`.",
    "ecsRoleName": "The role of the ECS instance that this runs on.",
    "credentialsUri": "An address that gives temporary keys.",
    "accountId": "The account that the credentials belong to.",
    "protocol": "`HTTPS`, or `HTTP` for a host of this machine.",
}
_OBJECTS = {
    "assumeRole": "A role to assume: roleArn, sessionName, policy, sessionExpiration, externalId.",
    "assumeRoleWithOidc": "A role to assume with a token of an OIDC provider.",
    "endpoints": "Service → host, where the cloud's own is not to be called: ecs, ecd, ens, swas, sts.",
}
_SECRET = ("secretKey", "securityToken")
_TIMES = {
    "maxRetryTimeout": "Seconds that the retries of one call may take.",
    "clientReadTimeout": "Milliseconds to wait for an answer.",
    "clientConnectTimeout": "Milliseconds to wait for a connection.",
}
_RULES: dict[str, dict[str, Any]] = {
    "allowedAccounts": {
        **_ACCOUNTS,
        "description": f"Account id → note: only these accounts may be on a list.{_BESIDES}",
    },
    "deniedAccounts": {
        **_ACCOUNTS,
        "description": f"Account id → note: these accounts are refused in every list.{_BESIDES}",
    },
    "neverLose": {
        **_ACCOUNTS,
        "description": f"Account id → note: no run takes access from these accounts.{_BESIDES}",
    },
    "maxRemoved": {
        "type": "integer",
        "description": f"How many accounts one run may remove from one image.{_BESIDES}",
    },
    "maxUntil": {
        "type": "integer",
        "description": f"How many days ahead the access of every listed account must end.{_BESIDES}",
    },
    "exclusiveAllowed": {
        "oneOf": [{"type": "boolean"}, _IMAGES],
        "description": "`false`, or the ids of shares, `ecs:cn-hangzhou:m-…`: where shares may be exclusive."
        f" Default: true.{_BESIDES}",
    },
    "allowRemoval": {
        **_IMAGES,
        "description": "Ids of shares, `ecs:cn-hangzhou:m-…`, for which `neverLose` and `maxRemoved` of this"
        " provider do not hold. Those of the stack hold all the same.",
    },
    "accountsPerImage": {
        **_NUMBERS,
        "description": "Service → how many accounts an image may be shared with, where the quota was raised."
        " Where the stack configures it as well, the lower number counts.",
    },
    "callsPerMinute": {
        **_NUMBERS,
        "description": "Service → how many calls a minute are made. Where the stack configures it as well,"
        " the lower number counts.",
    },
    "preflight": {
        "type": "string",
        "description": "`preview`: previews ask what the cloud would refuse. Default: `up`, only a run does.",
    },
}
_OURS: dict[str, dict[str, Any]] = {
    "timeout": {
        "type": "number",
        "description": "Seconds that an operation may take, whatever a share says. What the stack configures"
        " counts first.",
    },
    "probe": {
        "type": "boolean",
        "description": "Whether further calls find out which account of a refused call is at fault. Default:"
        " true. What the stack configures counts first.",
    },
    "skipOwner": {
        "type": "boolean",
        "description": "Whether a share leaves the owner of its image out of its list. Default: false. What"
        " the stack configures counts first.",
    },
    "warnBeforeEnd": {
        "type": "integer",
        "description": "How many days before its end access is named. Default: 14. What the stack configures"
        " counts first.",
    },
}


def provider_inputs() -> dict[str, Any]:
    """Return the inputs by their names, each with its type and a description."""
    texts: dict[str, dict[str, Any]] = {
        name: {"type": "string", "description": words, **({"secret": True} if name in _SECRET else {})}
        for name, words in _TEXTS.items()
    }
    for name, variables in ENVIRONMENT.items():
        if name in texts:
            texts[name]["description"] += f" Environment: {', '.join(variables)}."
    objects = {name: {**_ACCOUNTS, "description": words} for name, words in _OBJECTS.items()}
    times = {name: {"type": "integer", "description": words} for name, words in _TIMES.items()}
    return {**texts, **objects, **times, **_RULES, **_OURS}
