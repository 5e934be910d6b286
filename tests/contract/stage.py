"""A service of the simulator with one image, and the shares of a stack that are made on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any, TypeAlias

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.commands.ram_policies import needs_of, ram_policy
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing import notices
from alicloud_image_share.sharing.model import ImageKey, ShareState
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_simulator import OWNER, Account, Reading, Simulator
from tests.support.clock import Time
from tests.wire.tables import Facts

IMAGE_ID = "m-1"
FOREIGN = "1999999999999999"
ROOM = 500
"""The quota that an image has where a test does not say otherwise."""

Call = dict[str, Any]
Behaviour: TypeAlias = dict[str, Reading]
SetUp: TypeAlias = "Callable[[str, Behaviour], Stage]"


def accounts(number: int, first: int = 1) -> list[str]:
    """Give so many account ids."""
    return [str(1_550_000_000_000_000 + n) for n in range(first, first + number)]


@dataclass
class Stage:
    """One service with one image; what is asserted is the simulator's state and its log of calls."""

    service: str
    facts: Facts
    cloud: Simulator
    time: Time
    printed: Callable[[], str]
    """Gives what was written to standard output since the last time."""

    environment: dict[str, str] = field(default_factory=dict)
    """Variables of the provider process."""

    # -- the cloud ----------------------------------------------------------------------------------

    def put_image(self, live: Iterable[str] = (), *, quota: int | None = ROOM, **fields: Any) -> None:
        """Replace the image, shared with these accounts."""
        image = {
            "service": self.service,
            "region_id": self.facts.region_id,
            "image_id": IMAGE_ID,
            "accounts": list(live),
            "quota": quota,
            **fields,
        }
        self.cloud.put_state({**self.cloud.state(), "images": [image]})

    def remove_image(self) -> None:
        """Delete the image outside of the stack."""
        self.cloud.put_state({**self.cloud.state(), "images": []})

    def close_account(self, account: str) -> None:
        """Close an account: nobody can share anything with it."""
        self.cloud.put_state({**self.cloud.state(), "closed_accounts": [account]})

    def live(self) -> set[str]:
        """Who can use the image."""
        return set(self.image()["accounts"])

    def share_outside(self, *more: str) -> None:
        """Share the image in the console."""
        self.put_image(sorted(self.live() | set(more)), quota=self.image()["quota"])

    def unshare_outside(self, *less: str) -> None:
        """Unshare the image in the console."""
        self.put_image(sorted(self.live() - set(less)), quota=self.image()["quota"])

    def fail(self, action: str, kind: str, nth: Iterable[int] = (1,), **fields: Any) -> None:
        """Let the nth calls of an action go wrong."""
        fault = {"service": self.service, "action": action, "kind": kind, "nth": list(nth), **fields}
        self.cloud.put_faults([fault])

    def image(self) -> dict[str, Any]:
        """The image as the control shows it."""
        images: Any = self.cloud.state()["images"]
        image: dict[str, Any] = images[0]
        return image

    @property
    def more_than_a_page(self) -> int:
        """So many accounts that listing them takes a second page, where there are pages."""
        return (self.facts.accounts_per_page or 10) + 1

    # -- the log of calls ---------------------------------------------------------------------------

    def calls(self) -> list[Call]:
        """Every call since the log was cleared, STS left out."""
        return [call for call in self.cloud.calls() if call["service"] == self.service]

    def writes(self) -> list[Call]:
        """Every call that changes something."""
        return [call for call in self.calls() if call["action"] in (self.facts.add, self.facts.remove)]

    def reads(self) -> list[str]:
        """The actions of the calls that change nothing."""
        actions = [call["action"] for call in self.calls()]
        return [action for action in actions if action not in (self.facts.add, self.facts.remove)]

    def sent_to_add(self) -> list[list[str]]:
        """The accounts that each write adds."""
        return [_accounts(call, "Add") for call in self.writes()]

    def sent_to_remove(self) -> list[list[str]]:
        """The accounts that each write removes."""
        return [_accounts(call, "Remove") for call in self.writes()]

    def fewest_writes(self, add: int, remove: int = 0) -> int:
        """How many writes so many accounts take at least."""
        adding, removing = ceil(add / self.facts.add_per_call), ceil(remove / self.facts.remove_per_call)
        together = self.facts.add == self.facts.remove
        return max(adding, removing) if together else adding + removing

    def pages(self, live: int) -> int:
        """How many calls it takes to list so many accounts."""
        return max(1, ceil(live / self.facts.accounts_per_page)) if self.facts.accounts_per_page else 1

    # -- the provider -------------------------------------------------------------------------------

    def run(self, account: Account = OWNER, **image_shares: Any) -> Run:
        """Start a provider process with the credentials of an account."""
        hosts = dict.fromkeys(services.endpoint_keys(), self.cloud.address)
        values = {
            "alicloud:region": "cn-hangzhou",
            "alicloud:accessKey": account.key,
            "alicloud:secretKey": account.secret,
            "alicloud:protocol": "HTTP",
            "alicloud:endpoints": json.dumps([hosts]),
            "image-shares:accountsPerImage": json.dumps({self.service: ROOM}),
        }
        for key, value in image_shares.items():
            text = value if isinstance(value, str) else json.dumps(value)
            values[key if ":" in key else f"image-shares:{key}"] = text
        settings = read_settings(values.get, self.environment, services.names())
        return Run(
            settings, Engine(None), Clock(lambda: self.time.now, self.time.sleep, lambda: self.time.now)
        )

    def inputs(self, accounts: object, **fields: Any) -> dict[str, Any]:
        """Give the inputs of a share of the image, as a program declares them."""
        return {"service": self.service, "image_id": IMAGE_ID, "accounts": accounts, **fields}

    def said(self) -> dict[Kind, Notice]:
        """Every notice since the last time, by kind."""
        found = (notices.parse(line) for line in self.printed().splitlines())
        return {notice.kind: notice for notice in found if notice}

    def deployment(self, account: Account = OWNER, **image_shares: Any) -> Deployment:
        """Give a share of a new stack, with nothing made yet."""
        return Deployment(self, account, image_shares)


def _accounts(call: Call, what: str) -> list[str]:
    """The accounts that a call adds or removes: numbered, as a comma list, or all it has."""
    prefix = "Account" if call["action"].startswith(what) else f"{what}Account"
    found = [value for key, value in call["parameters"].items() if key.startswith(prefix)]
    return [account for value in found for account in value.split(",")]


def policy(stage: Stage, *, read_only: bool = False, image: str = IMAGE_ID) -> dict[str, Any]:
    """Give the smallest policy for the image of a stage, or for another one."""
    key = ImageKey(stage.service, stage.facts.region_id, image)
    return ram_policy(needs_of([key]), read_only=read_only)


@dataclass
class Deployment:
    """One share of a stack, driven as the engine drives it; every command is a new provider process."""

    stage: Stage
    account: Account
    image_shares: dict[str, Any]
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)

    def up(self, accounts: object, **fields: Any) -> None:
        """Create or update, where the preview shows a difference."""
        run = self.run()
        checked = Preview(run).check(self.inputs, self.stage.inputs(accounts, **fields))
        assert checked.failures == ()
        if not self.outputs:
            self._keep(Lifecycle(run).create(checked.inputs), checked.inputs)
        elif self._changes(run, checked.inputs):
            self._keep(Lifecycle(run).update(self.outputs, checked.inputs), checked.inputs)

    def refresh(self) -> None:
        """Take over what is live."""
        found = Lifecycle(self.run()).read(self.outputs)
        if found is None:
            self.inputs, self.outputs = {}, {}
        else:
            self._keep(found, state.inputs_of(found))

    def destroy(self) -> None:
        """Delete the share."""
        Lifecycle(self.run()).delete(self.outputs)
        self.inputs, self.outputs = {}, {}

    def run(self) -> Run:
        """Start the provider process of one command."""
        return self.stage.run(self.account, **self.image_shares)

    def _changes(self, run: Run, news: dict[str, Any]) -> bool:
        difference = Preview(run).diff(self.outputs, news)
        assert difference.replaces == ()
        return self.inputs != news if difference.changes is None else difference.changes

    def _keep(self, found: ShareState, inputs: dict[str, Any]) -> None:
        # Through JSON, as state does.
        self.inputs = json.loads(json.dumps(inputs))
        self.outputs = json.loads(json.dumps(state.outputs_of(found)))
