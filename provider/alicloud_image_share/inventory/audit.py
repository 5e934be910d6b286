"""What is live against what the stacks say: one verdict for each account of each image."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.inventory.declared import (
    Declared,
    DeclaredStack,
    ManagedShare,
    note_of,
    stack_names,
)
from alicloud_image_share.inventory.live import (
    EVERYONE,
    AccountInventory,
    Inventory,
    LiveImage,
    ReadFailure,
)
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


ORDER = {verdict: number for number, verdict in enumerate(Verdict)}


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
    shares: tuple[ManagedShare, ...] = ()
    """Whose it is; of a broken rule, those that list the accounts."""
    hidden: int = 0
    """How many accounts are missing that must not be printed."""
    remark: str = ""

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Where it stands in a report: the worst first, then by image."""
        return ORDER[self.verdict], self.key.service, self.key.region_id or "", self.key.image_id


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that an audit found, worst first, and what it could not read."""

    findings: tuple[Finding, ...]
    inventory: Inventory
    failures: tuple[ReadFailure, ...] = ()
    """Stacks that were to be audited and could not be read."""
    other_stacks_not_read: tuple[ReadFailure, ...] = ()
    """Stacks that were not to be audited and could not be read; what they manage seems to be unmanaged."""

    @property
    def stacks_not_read(self) -> tuple[ReadFailure, ...]:
        """Every stack that could not be read."""
        return (*self.failures, *self.other_stacks_not_read)

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return not self.failures and self.inventory.complete

    @property
    def status(self) -> ExitStatus:
        """The exit status."""
        verdicts = {finding.verdict for finding in self.findings}
        return ExitStatus.of_report(
            complete=self.complete,
            broken=Verdict.RULE in verdicts,
            different=bool(verdicts - {Verdict.OK}),
        )


def findings(account: AccountInventory, declared: Declared) -> Iterator[Finding]:
    """Yield what is to be said of everything that was read, in no order."""
    rules = [stack.settings.rules for stack in declared.stacks]
    for image in account.images:
        shares = declared.on(image.key)
        if shares or image.is_shared:
            yield from _of_image(image, shares, _rules_for(shares, declared.stacks) or rules)
    for key, shares in declared.by_image.items():
        if account.was_read(key) and key not in account.by_key:
            yield _gone(account, key, shares)


def _of_image(image: LiveImage, shares: tuple[ManagedShare, ...], rules: list[Rules]) -> Iterator[Finding]:
    verdicts = _with_access(image, shares, rules)
    missing, hidden = _missing(image, shares)
    if missing:
        verdicts.setdefault(Verdict.DRIFTED, []).extend(missing)
    if image.everyone:
        verdicts[Verdict.EVERYONE] = [AuditedAccount(EVERYONE)]
    remark = _switched(image, shares)
    if hidden or remark:
        verdicts.setdefault(Verdict.DRIFTED, [])
    if not verdicts and shares:
        verdicts[Verdict.OK] = []
    for verdict, accounts in verdicts.items():
        drifted = verdict is Verdict.DRIFTED
        yield Finding(
            verdict=verdict,
            key=image.key,
            owner=image.owner,
            name=image.name,
            accounts=tuple(sorted(accounts, key=lambda account: (not account.missing, account.id))),
            shares=_managing(verdict, shares, accounts),
            hidden=hidden if drifted else 0,
            remark=remark if drifted else "",
        )


def _with_access(
    image: LiveImage, shares: tuple[ManagedShare, ...], rules: list[Rules]
) -> dict[Verdict, list[AuditedAccount]]:
    """Return the verdicts on those who have access."""
    verdicts: dict[Verdict, list[AuditedAccount]] = {}
    listed = {account for share in shares for account in share.accounts}
    unlisted = Verdict.DRIFTED if any(share.definition.exclusive for share in shares) else Verdict.UNMANAGED
    for account in image.accounts:
        verdict = Verdict.OK if account.id in listed else unlisted
        audited = AuditedAccount(account.id, note_of(shares, account.id), account.since)
        verdicts.setdefault(Verdict.RULE if _is_refused(account.id, rules) else verdict, []).append(audited)
    return verdicts


def _managing(
    verdict: Verdict, shares: tuple[ManagedShare, ...], accounts: list[AuditedAccount]
) -> tuple[ManagedShare, ...]:
    if verdict is Verdict.UNMANAGED:
        return ()
    if verdict is not Verdict.RULE:
        return shares
    return tuple(share for share in shares if any(account.id in share.accounts for account in accounts))


def _missing(image: LiveImage, shares: tuple[ManagedShare, ...]) -> tuple[list[AuditedAccount], int]:
    """Return who is listed and has no access: the accounts, and the number of those that are secret."""
    hidden = _listed(shares, secret=True) - image.ids
    shown = sorted(_listed(shares, secret=False) - image.ids - hidden)
    return [AuditedAccount(account, note_of(shares, account), missing=True) for account in shown], len(hidden)


def _listed(shares: tuple[ManagedShare, ...], *, secret: bool) -> set[str]:
    return {account for share in shares if share.secret is secret for account in share.accounts}


def _switched(image: LiveImage, shares: tuple[ManagedShare, ...]) -> str:
    wanted = {share.definition.share_to_ecs for share in shares} - {None}
    if not wanted or image.in_ecs in wanted:
        return ""
    return f"the share to the owner's own ECS is {'on' if image.in_ecs else 'off'}"


def _gone(account: AccountInventory, key: ImageKey, shares: tuple[ManagedShare, ...]) -> Finding:
    listed = sorted(_listed(shares, secret=False))
    return Finding(
        verdict=Verdict.GONE,
        key=key,
        owner=account.account_id,
        name=shares[0].definition.name,
        accounts=tuple(AuditedAccount(one, note_of(shares, one), missing=True) for one in listed),
        shares=shares,
        hidden=len(_listed(shares, secret=True)),
        remark=f"not among the images of {account.account_id}",
    )


def _rules_for(shares: tuple[ManagedShare, ...], stacks: tuple[DeclaredStack, ...]) -> list[Rules]:
    names = stack_names(shares)
    return [stack.settings.rules for stack in stacks if stack.name in names]


def _is_refused(account: str, rules: list[Rules]) -> bool:
    """Tell whether any of these rules denies the account, or all that name the allowed ones leave it out."""
    allowing = [rule.allowed for rule in rules if rule.allowed is not None]
    denied = any(account in rule.denied for rule in rules)
    return denied or (bool(allowing) and not any(account in allowed for allowed in allowing))
