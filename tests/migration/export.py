"""What `pulumi stack export` prints of a stack with pulumi-alicloud's permissions, without its plugin."""

from __future__ import annotations

from typing import Any

STACK, PROJECT = "old", "shares"
TYPE = "alicloud:ecs/imageSharePermission:ImageSharePermission"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
Resource = dict[str, Any]


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:{STACK}::{PROJECT}::{kind}::{name}"


ROOT: Resource = {
    "urn": urn("pulumi:pulumi:Stack", f"{PROJECT}-{STACK}"),
    "custom": False,
    "type": "pulumi:pulumi:Stack",
}


def provider(name: str = "default_4_0_0", number: int = 1, **inputs: Any) -> Resource:
    """A provider of pulumi-alicloud."""
    return {
        "urn": urn("pulumi:providers:alicloud", name),
        "custom": True,
        "id": f"00000000-0000-4000-8000-{number:012}",
        "type": "pulumi:providers:alicloud",
        "inputs": {"version": "4.0.0", **inputs},
        "outputs": {"version": "4.0.0", **inputs},
    }


HANGZHOU = provider(region="cn-hangzhou")


def permission(name: str, image: Any, account: Any, *, of: Resource = HANGZHOU, **fields: Any) -> Resource:
    """One account on one image."""
    values = {"imageId": image, "accountId": account}
    return {
        "urn": urn(TYPE, name),
        "custom": True,
        "id": f"{image}:{account}",
        "type": TYPE,
        "inputs": values,
        "outputs": {"id": f"{image}:{account}", **values},
        "parent": ROOT["urn"],
        "provider": f"{of['urn']}::{of['id']}",
        **fields,
    }


def export(*resources: Resource, providers: tuple[Resource, ...] = (HANGZHOU,)) -> dict[str, Any]:
    """The document."""
    manifest = {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""}
    return {"version": 3, "deployment": {"manifest": manifest, "resources": [ROOT, *providers, *resources]}}
