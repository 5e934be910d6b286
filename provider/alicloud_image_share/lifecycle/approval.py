"""What people have agreed to, held by the provider itself: in check, and before the first write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.access_end import shown_end
from alicloud_image_share.sharing.allowance import (
    HIDDEN,
    VARIABLE,
    Allowance,
    ImageAllowance,
    digest_of,
    each_provider,
    read_allowance,
)
from alicloud_image_share.sharing.failures import AccountNaming
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Share
from alicloud_image_share.sharing.notices import Kind, Notice, marker, without_markers
from alicloud_image_share.sharing.plan import Blocker, Intent, Plan
from alicloud_image_share.sharing.rules import NOT_APPROVED
from alicloud_image_share.sharing.strict_json import parse_json

_NEXT = "review the change again"
_UNAGREED = "and nobody has agreed to that"


NAMESPACES = ("alicloud:", "image-shares:")


def allowance_of(
    environment: Mapping[str, str],
    configuration: Mapping[str, str | None],
) -> Allowance | None:
    """Return what this run may do; None where nobody has limited it.

    Never raises: an allowance that cannot be read, or that is of another `configuration`, allows nothing and
    says why. It may be that of any provider that was compared.
    """
    path = environment.get(VARIABLE)
    if not path:
        return None
    try:
        allowance = read_allowance(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Allowance(problem=f"{VARIABLE}: what this run may do cannot be read ({type(error).__name__}).")
    if not allowance.configuration:
        return allowance
    present = _of_namespaces(configuration)
    compared = each_provider(dict(allowance.configuration)).values()
    # A provider is not told its name: it is that of the stack, or one that the program declares.
    changed = [_changed_keys(_of_namespaces(texts), present) for texts in compared]
    if all(changed):
        keys = ", ".join(changed[0])
        return Allowance(
            problem=f"{keys}: the configuration has changed since it was compared; nothing was written;"
            f" {_NEXT}. {marker(NOT_APPROVED, 'configuration')}"
        )
    return allowance


def _of_namespaces(texts: Mapping[str, str | None]) -> Mapping[str, str | None]:
    return {key: text for key, text in texts.items() if key.startswith(NAMESPACES)}


def _changed_keys(compared: Mapping[str, str | None], present: Mapping[str, str | None]) -> list[str]:
    """Return the keys whose values differ; a secret one was not compared, and has no text there."""
    keys = compared.keys() | present.keys()
    differing = {key for key in keys if _value(compared.get(key)) != _value(present.get(key))}
    return sorted(key for key in differing if compared.get(key) != HIDDEN)


def _value(text: str | None) -> Any:
    """Return what a text says, for maps may be written in any order."""
    if text is None or not text.startswith(("{", "[")):
        return text
    try:
        return parse_json(text)
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class ApprovalGuard:
    """The allowance of one run, as far as one image is concerned."""

    run: Run
    names: AccountNaming

    def of_check(self, share: Share, before: frozenset[str], others: frozenset[str]) -> tuple[str, ...]:
        """Return why nobody has agreed to a change of a list, as sentences.

        `before` are the accounts that the share asked for until now, `others` those that an exclusive one
        takes off besides. Of secret accounts a digest is said, which an approval can hold.
        """
        gains, losses, allowed = share.account_ids - before, before - share.account_ids, self._allowed
        if self.names.secret:
            return self._of_secret(share, gains, losses | others)
        if allowed is None or self._problem:
            return ()
        breaches = self._not_agreed(
            gains - allowed.gains - allowed.keeps, losses - allowed.losses - allowed.keeps
        )
        breaches += self._other_ends(share, gains & allowed.gains, dict(allowed.ends))
        return tuple(map(self._sentence, breaches))

    def _other_ends(self, share: Share, gains: frozenset[str], ends: Mapping[str, str]) -> list[str]:
        """Return whose access would end at another time than people have agreed to."""
        others = frozenset(
            account for account in gains if shown_end(share.accounts[account]) != ends.get(account, "")
        )
        where = f"access to {self.names.image} until another time, {_UNAGREED}"
        return [f"{self.names.list_accounts(others)} would gain {where}"] if others else []

    def _of_secret(self, share: Share, gains: frozenset[str], losses: frozenset[str]) -> tuple[str, ...]:
        key, allowed = self.run.approval_key, self._allowed
        if not (gains or losses):
            return ()
        until = [f"{account} {shown_end(share.accounts[account])}".rstrip() for account in gains]
        digest = digest_of(key, self.names.image, until, losses) if key else ""
        if digest:
            self.run.engine.say(Notice(str(self.names.image), Kind.DIGEST, detail=digest))
        if allowed is None or self._problem:
            return ()
        if digest not in allowed.digests:
            return tuple(map(self._sentence, self._not_agreed(gains, losses)))
        self.run.ledger(self.names.image).agree(gains, losses)
        return ()

    def announced(self, others: frozenset[str]) -> frozenset[str]:
        """Return which of the accounts that are not listed an exclusive share may remove."""
        allowed = self._allowed
        return others if allowed is None else others & allowed.losses

    def limited(self, intent: Intent) -> Intent:
        """Return the intent without taking off anybody who was shown to keep access.

        Another share of the run asks for the account, if perhaps later.
        """
        allowed = self._allowed
        return (
            intent
            if allowed is None
            else replace(intent, wanted_by_other_shares=intent.wanted_by_other_shares | allowed.keeps)
        )

    def planned(self, plan: Plan) -> Plan:
        """Return the plan without the removal of accounts that no read shows and nobody agreed to."""
        allowed = self._allowed
        if allowed is None or self._hides:
            return plan
        return replace(plan, must_not_have_access=plan.must_not_have_access & (allowed.losses | plan.remove))

    def blocker(self, plan: Plan) -> Blocker | None:
        """Return why nobody has agreed to what is about to be written."""
        allowed = self._allowed
        if allowed is None:
            return None
        losses = NO_ACCOUNTS if self._hides else plan.remove - allowed.losses
        breaches = self._not_agreed(plan.add - allowed.gains, losses)
        if plan.share_to_ecs not in (None, allowed.ecs):
            on = "on" if plan.share_to_ecs else "off"
            breaches.append(f"the share to the owner's own ECS would be switched {on}, {_UNAGREED}")
        if self._problem and not plan.is_empty:
            breaches = [without_markers(self._problem)]
        return Blocker(f"{'; '.join(breaches)} {self._marker}", _NEXT) if breaches else None

    @property
    def _allowed(self) -> ImageAllowance | None:
        """What may happen to the image, with the secret accounts that a digest stands for."""
        if self.run.allowance is None:
            return None
        allowed = self.run.allowance.of(self.names.image)
        gains, losses = self.run.ledger(self.names.image).agreed
        return replace(allowed, gains=allowed.gains | gains, losses=allowed.losses | losses)

    @property
    def _problem(self) -> str:
        return self.run.allowance.problem if self.run.allowance else ""

    @property
    def _hides(self) -> bool:
        """Whether accounts may lose access that nobody could count."""
        return self.names.secret and self._allowed is not None and self._allowed.hidden_losses

    def _not_agreed(self, gains: frozenset[str], losses: frozenset[str]) -> list[str]:
        where = f"access to {self.names.image}, {_UNAGREED}"
        ways = ((gains, "gain"), (losses, "lose"))
        return [
            f"{self.names.list_accounts(accounts)} would {way} {where}" for accounts, way in ways if accounts
        ]

    def _sentence(self, breach: str) -> str:
        return f"accounts: {breach}; nothing was written; {_NEXT}. {self._marker}"

    @property
    def _marker(self) -> str:
        return marker(NOT_APPROVED, str(self.names.image))
