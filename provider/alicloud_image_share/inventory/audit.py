"""What is live against what the stacks say: one verdict for each account of each image."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from alicloud_image_share.inventory.declared import Claim, Declared, DeclaredStack, Managed
from alicloud_image_share.inventory.model import EVERYONE, Live, LiveImage, Survey, Unread
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.rules import Rules


class Verdict(enum.Enum):
    """What is to be said of an image, worst first; the value says it in words."""

    RULE = "shared with accounts that the rules refuse"
    EVERYONE = "open to everyone"
    DRIFTED = "not what its stack says"
    GONE = "in a stack, and not there"
    UNMANAGED = "shared with accounts that no stack lists"
    OK = "as its stack says"

    @property
    def sign(self) -> str:
        """The sign that stands before it, which is no colour."""
        return {Verdict.OK: "✓", Verdict.UNMANAGED: "!", Verdict.EVERYONE: "!"}.get(self, "✗")


ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class AuditedAccount:
    """An account of a finding; `id` is `everyone` where the image is open to more than those listed."""

    id: str
    note: str = ""
    since: str = ""
    missing: bool = False
    """Whether a stack lists it and the image is not shared with it; else it is the other way round."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict on one image: a line of the report."""

    verdict: Verdict
    key: ImageKey
    owner: str
    name: str = ""
    accounts: tuple[AuditedAccount, ...] = ()
    managed: Managed = field(default_factory=Managed)
    hidden: int = 0
    """How many accounts are missing that must not be printed."""
    remark: str = ""

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Where it stands in a report."""
        return ORDER[self.verdict], self.key.service, self.key.region_id or "", self.key.image_id


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that an audit found, worst first, and what it could not read."""

    findings: tuple[Finding, ...]
    survey: Survey
    unread: tuple[Unread, ...] = ()
    """Stacks that were asked for and could not be read."""
    aside: tuple[Unread, ...] = ()
    """Stacks that were not asked for and could not be read; what they manage seems to be unmanaged."""

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return not self.unread and self.survey.complete

    @property
    def status(self) -> int:
        """The exit status: 1 where something was not read, 3 for a broken rule, 2 for a difference."""
        found = {finding.verdict for finding in self.findings}
        if not self.complete:
            return 1
        if Verdict.RULE in found:
            return 3
        return 2 if found - {Verdict.OK} else 0


def findings(live: Live, declared: Declared) -> Iterator[Finding]:
    """Yield what is to be said of everything that was read, in no order."""
    rules = [stack.settings.rules for stack in declared.stacks]
    for image in live.images:
        claims = declared.on(image.key)
        if claims or image.is_shared:
            yield from _of_image(image, claims, _rules_for(claims, declared.stacks) or rules)
    for key, claims in declared.claims.items():
        if live.was_read(key) and key not in live.by_key:
            yield _gone(live, key, claims)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings as they are shown: the worst first, then by image."""
    return tuple(sorted(found, key=lambda finding: finding.order))


def _of_image(image: LiveImage, claims: tuple[Claim, ...], rules: list[Rules]) -> Iterator[Finding]:
    verdicts: dict[Verdict, list[AuditedAccount]] = {}
    asked = {account for claim in claims for account in claim.asked}
    strangers = Verdict.DRIFTED if any(claim.share.exclusive for claim in claims) else Verdict.UNMANAGED
    for account in image.accounts:
        shown = AuditedAccount(account.id, _note(claims, account.id), account.since)
        verdict = Verdict.OK if account.id in asked else strangers
        verdicts.setdefault(Verdict.RULE if _is_refused(account.id, rules) else verdict, []).append(shown)
    missing, hidden = _missing(image, claims)
    if missing:
        verdicts.setdefault(Verdict.DRIFTED, []).extend(missing)
    if image.everyone:
        verdicts[Verdict.EVERYONE] = [AuditedAccount(EVERYONE)]
    remark = _switched(image, claims)
    if hidden or remark:
        verdicts.setdefault(Verdict.DRIFTED, [])
    if not verdicts and claims:
        verdicts[Verdict.OK] = []
    for verdict, accounts in verdicts.items():
        drifted = verdict is Verdict.DRIFTED
        yield Finding(
            verdict=verdict,
            key=image.key,
            owner=image.owner,
            name=image.name,
            accounts=tuple(sorted(accounts, key=lambda one: (not one.missing, one.id))),
            managed=Managed(() if verdict is Verdict.UNMANAGED else _managing(verdict, claims, accounts)),
            hidden=hidden if drifted else 0,
            remark=remark if drifted else "",
        )


def _managing(
    verdict: Verdict, claims: tuple[Claim, ...], accounts: list[AuditedAccount]
) -> tuple[Claim, ...]:
    """Return whose it is: of a broken rule, those who list the accounts; else all who claim the image."""
    if verdict is not Verdict.RULE:
        return claims
    return tuple(claim for claim in claims if any(one.id in claim.asked for one in accounts))


def _missing(image: LiveImage, claims: tuple[Claim, ...]) -> tuple[list[AuditedAccount], int]:
    """Return who is listed and has no access: the accounts, and the number of those that are secret."""
    hidden = {account for claim in claims if claim.secret for account in claim.asked} - image.ids
    open_ones = {account for claim in claims if not claim.secret for account in claim.asked} - image.ids
    shown = [AuditedAccount(one, _note(claims, one), missing=True) for one in sorted(open_ones - hidden)]
    return shown, len(hidden)


def _switched(image: LiveImage, claims: tuple[Claim, ...]) -> str:
    wanted = {claim.share.share_to_ecs for claim in claims} - {None}
    if not wanted or image.in_ecs in wanted:
        return ""
    return f"the share to the owner's own ECS is {'on' if image.in_ecs else 'off'}"


def _gone(live: Live, key: ImageKey, claims: tuple[Claim, ...]) -> Finding:
    listed = {account: claim.note(account) for claim in claims if not claim.secret for account in claim.asked}
    return Finding(
        verdict=Verdict.GONE,
        key=key,
        owner=live.caller,
        name=claims[0].share.name,
        accounts=tuple(AuditedAccount(one, listed[one], missing=True) for one in sorted(listed)),
        managed=Managed(claims),
        hidden=len({account for claim in claims if claim.secret for account in claim.asked}),
        remark=f"not among the images of {live.caller}",
    )


def _note(claims: tuple[Claim, ...], account: str) -> str:
    return next(filter(None, (claim.note(account) for claim in claims)), "")


def _rules_for(claims: tuple[Claim, ...], stacks: tuple[DeclaredStack, ...]) -> list[Rules]:
    names = {claim.stack for claim in claims}
    return [stack.settings.rules for stack in stacks if stack.name in names]


def _is_refused(account: str, rules: list[Rules]) -> bool:
    """Tell whether any of these rules denies the account, or all that name the allowed ones leave it out."""
    allowing = [one.allowed for one in rules if one.allowed is not None]
    denied = any(account in one.denied for one in rules)
    return denied or (bool(allowing) and not any(account in allowed for allowed in allowing))
