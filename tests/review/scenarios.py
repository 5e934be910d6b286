"""What the recorded previews are previews of: what stood before, what happened outside, what is asked now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from alicloud_image_share import ImageShare

WEB, SHOP, PARTNER, STRANGER = "1234567890123456", "1550809237710001", "1550809237710009", "1999999999999999"
TEAMS = {WEB: "team web", SHOP: "team shop"}
MANY = {f"15508092377200{number:02}": f"team {number}" for number in range(5)}
HOSTILE = {
    WEB: "<script>alert(1)</script>",
    SHOP: "a | b `c` **d** [e](https://example.com) </details> <!-- @all #1",
    PARTNER: "\x1b[31mred\x1b[0m\x07 bell\r\n| new | row |",
    STRANGER: "\u202egnisrever\u202c \u2066isolate\u2069 \u200bzero",
}

Program = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One preview of one stack."""

    after: Program
    before: Program | None = None
    """What an up has made before."""
    live: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Image → who has access before the first up."""
    outside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Image → who has access afterwards, by somebody's hand in the console."""
    refresh: bool = False
    everyone: tuple[str, ...] = ()
    """Images that are open to everyone."""
    switched: bool | None = None
    """Whether somebody's hand has switched m-simple to the owner's ECS afterwards, or off."""
    unread: bool = False
    """Whether the cloud refuses to say, in the preview, who has access."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """What stands under `image-shares:` in the preview."""


def share(name: str, image_id: str, accounts: Any, service: str = "ecs", **options: Any) -> None:
    """Declare a share."""
    ImageShare(name, service=service, image_id=image_id, accounts=accounts, **options)


def _nothing() -> None:
    """Declare nothing."""


def _teams() -> None:
    share("golden", "m-1", TEAMS)


def _exclusive() -> None:
    share("golden", "m-1", TEAMS, exclusive=True)


def _create() -> None:
    share("golden", "m-1", TEAMS)
    share("strict", "m-2", TEAMS, exclusive=True)
    share("edge", "m-edge", {PARTNER: "partner"}, "ens")


def _update() -> None:
    share("golden", "m-1", {WEB: "web and mobile", PARTNER: "partner"})


def _drift_before() -> None:
    share("golden", "m-1", TEAMS)
    share("calm", "m-2", {WEB: ""})


def _drift() -> None:
    share("golden", "m-1", {SHOP: "team shop", PARTNER: "partner"})
    share("calm", "m-2", {WEB: ""})


def _exclusive_update() -> None:
    share("golden", "m-1", {WEB: "team web", PARTNER: "partner"}, exclusive=True)
    share("strict", "m-2", {WEB: ""}, exclusive=True)


def _exclusive_before() -> None:
    share("golden", "m-1", TEAMS, exclusive=True)
    share("strict", "m-2", {WEB: ""}, exclusive=True)


def _opened() -> None:
    share("golden", "m-1", {WEB: "team web"})


def _shop_only() -> None:
    share("golden", "m-1", {SHOP: "team shop"})


def _renamed() -> None:
    share("golden-2", "m-1", {SHOP: "team shop"})


def _new_image() -> None:
    share("golden", "m-2", TEAMS)


def _swas(*, on: bool, name: str = "simple") -> Program:
    return lambda: share(name, "m-simple", {WEB: "team web"}, "swas", share_to_ecs=on)


def _stranger_listed() -> None:
    share("golden", "m-1", {**TEAMS, STRANGER: "no stranger"})


def _strict() -> None:
    share("golden", "m-1", TEAMS)
    share("strict", "m-2", {WEB: ""}, exclusive=True)


def _retained() -> None:
    share("golden", "m-1", TEAMS, opts=pulumi.ResourceOptions(retain_on_delete=True))


def _secret(accounts: Mapping[str, str]) -> Program:
    return lambda: share("golden", "m-1", pulumi.Output.secret(dict(accounts)))


def _failed() -> None:
    golden = ImageShare("golden", service="ecs", image_id="m-1", accounts={WEB: "team web"})
    # Else it is a matter of luck whether golden's step is still shown.
    share("wrong", "m-2", {"0123": "not an id"}, opts=pulumi.ResourceOptions(depends_on=[golden]))


def _unknown() -> None:
    first = ImageShare("first", service="ecs", image_id="m-1", accounts=TEAMS)
    share("image-later", first.owner_id.apply(lambda owner: f"m-{owner}"), {PARTNER: "partner"})
    share("accounts-later", "m-2", first.owner_id.apply(lambda owner: {owner: ""}))


def _many() -> None:
    share("golden", "m-1", MANY)


def _hostile(*accounts: str) -> Program:
    return lambda: share("golden", "m-1", {account: HOSTILE[account] for account in accounts})


SCENARIOS: Mapping[str, Scenario] = {
    "create": Scenario(_create, live={"m-2": (WEB, STRANGER)}),
    "update": Scenario(_update, _teams),
    "drift": Scenario(
        _drift,
        _drift_before,
        outside={"m-1": (SHOP, STRANGER), "m-2": (WEB, STRANGER)},
        refresh=True,
    ),
    "exclusive": Scenario(
        _exclusive_update, _exclusive_before, outside={"m-1": (WEB, SHOP, STRANGER), "m-2": (WEB, STRANGER)}
    ),
    "exclusive_off": Scenario(_opened, _exclusive, outside={"m-1": (WEB, SHOP, STRANGER)}, refresh=True),
    "replace": Scenario(_new_image, _teams),
    "rename": Scenario(_renamed, _teams),
    "delete": Scenario(_nothing, _many),
    "retained": Scenario(_nothing, _retained),
    "nothing": Scenario(_teams, _teams),
    "failed": Scenario(_failed, _teams),
    "foreign_listed": Scenario(
        _stranger_listed, _teams, live={"m-1": (STRANGER,)}, outside={"m-1": (WEB, SHOP)}
    ),
    "foreign_read": Scenario(_stranger_listed, _teams, live={"m-1": (STRANGER,)}, refresh=True),
    "switch": Scenario(_swas(on=False), _swas(on=True)),
    "switch_drift": Scenario(_swas(on=True), _swas(on=True), switched=False, refresh=True),
    "switch_rename": Scenario(_swas(on=True, name="simple-2"), _swas(on=True)),
    "unread": Scenario(_strict, _strict, unread=True),
    "rule": Scenario(_shop_only, _teams, rules={"neverLose": [WEB]}),
    "secret_create": Scenario(_secret(TEAMS)),
    "secret_left": Scenario(_nothing, _secret(TEAMS), rules={"neverLose": [WEB], "maxRemoved": 1}),
    "secret": Scenario(_secret({WEB: "team web", PARTNER: "partner"}), _secret(TEAMS)),
    "unknown": Scenario(_unknown),
    "everyone": Scenario(_exclusive, everyone=("m-1",)),
    "hostile": Scenario(_hostile(PARTNER, STRANGER), _hostile(WEB, SHOP)),
}
