"""What is live against what the stacks say: one verdict for each account of each image."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import datetime

from alicloud_image_share.inventory.audit_ends import too_long_access
from alicloud_image_share.inventory.audit_result import (
    NO_RUNS,
    AuditedAccount,
    Finding,
    InterruptedRun,
    Runs,
    Verdict,
)
from alicloud_image_share.inventory.declared import (
    Declared,
    DeclaredStack,
    ManagedShare,
    note_of,
    stack_names,
)
from alicloud_image_share.inventory.live import EVERYONE, AccountInventory, LiveImage
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.rules import Rules


def findings(
    account: AccountInventory, declared: Declared, runs: Runs = NO_RUNS, now: datetime | None = None
) -> Iterator[Finding]:
    """Yield what is to be said of everything that was read, in no order; without `now` no access ends."""
    rules = [stack.settings.rules for stack in declared.stacks]
    for image in account.images:
        shares = declared.on(image.key)
        if image.not_read:
            yield from _of_unread_image(image, shares)
            yield from _of_resource_shares(image, shares, _rules_for(shares, declared.stacks) or rules)
        elif shares or image.is_shared:
            rules_here = _rules_for(shares, declared.stacks) or rules
            too_long = tuple(too_long_access(image, shares, declared.stacks, now)) if now else ()
            yield from too_long
            yield from _of_image(image, shares, rules_here, runs.get(image.key, ()), now, too_long)
            yield from _of_resource_shares(image, shares, rules_here)
    for key, shares in declared.by_image.items():
        if account.was_read(key) and key not in account.by_key:
            yield _absent_image(account, key, shares)


def _of_image(
    image: LiveImage,
    shares: tuple[ManagedShare, ...],
    rules: list[Rules],
    runs: tuple[InterruptedRun, ...],
    now: datetime | None,
    too_long: tuple[Finding, ...],
) -> Iterator[Finding]:
    present = tuple(share.without_ended(now) for share in shares)
    verdicts = _with_access(image, shares, present, rules, runs)
    _leave_out(verdicts, too_long)
    missing, hidden = _missing(image, present)
    if missing:
        verdicts.setdefault(Verdict.DRIFTED, []).extend(missing)
    if image.everyone:
        verdicts[Verdict.EVERYONE] = [AuditedAccount(EVERYONE)]
    remarks = _remarks(image, shares, verdicts, runs)
    if hidden or Verdict.DRIFTED in remarks:
        verdicts.setdefault(Verdict.DRIFTED, [])
    if not (verdicts or too_long) and shares and not image.resource_shares:
        verdicts[Verdict.OK] = []
    for verdict, accounts in verdicts.items():
        yield Finding(
            verdict=verdict,
            key=image.key,
            owner=image.owner,
            name=image.name,
            accounts=tuple(sorted(accounts, key=lambda account: (not account.missing, account.id))),
            shares=_managing(verdict, shares, accounts),
            hidden=hidden if verdict is Verdict.DRIFTED else 0,
            remark=remarks.get(verdict, ""),
            runs=runs if verdict is Verdict.INTERRUPTED else (),
        )


def _of_unread_image(image: LiveImage, shares: tuple[ManagedShare, ...]) -> Iterator[Finding]:
    """Yield what is certain of an image whose accounts could not be read."""
    if image.everyone:
        accounts = (AuditedAccount(EVERYONE),)
        yield Finding(Verdict.EVERYONE, image.key, image.owner, image.name, accounts, shares)


def _leave_out(verdicts: dict[Verdict, list[AuditedAccount]], too_long: tuple[Finding, ...]) -> None:
    """Leave out of those that are right whoever breaks the rule on ends."""
    breaking = {account.id for finding in too_long for account in finding.accounts}
    right = [account for account in verdicts.pop(Verdict.OK, ()) if account.id not in breaking]
    if right:
        verdicts[Verdict.OK] = right


def _of_resource_shares(
    image: LiveImage, shares: tuple[ManagedShare, ...], rules: list[Rules]
) -> Iterator[Finding]:
    """Yield the verdicts on each resource share that holds the image."""
    for share in image.resource_shares:
        verdicts: dict[Verdict, list[AuditedAccount]] = {}
        for principal in share.principals:
            refused = principal.kind == "account" and _is_refused(principal.id, rules)
            verdict = Verdict.RULE if refused else Verdict.VIA_RESOURCE_SHARE
            note = str(principal).replace(f" {principal.id}", "")
            verdicts.setdefault(verdict, []).append(AuditedAccount(principal.id, note))
        for verdict, accounts in verdicts.items():
            yield Finding(
                verdict=verdict,
                key=image.key,
                owner=image.owner,
                name=image.name,
                accounts=tuple(accounts),
                shares=_managing(verdict, shares, accounts),
                remark=share.label,
            )


def _with_access(
    image: LiveImage,
    shares: tuple[ManagedShare, ...],
    present: tuple[ManagedShare, ...],
    rules: list[Rules],
    runs: tuple[InterruptedRun, ...],
) -> dict[Verdict, list[AuditedAccount]]:
    """Return the verdicts on those who have access; `present` are the shares without what has ended."""
    verdicts: dict[Verdict, list[AuditedAccount]] = {}
    listed = {account for share in present for account in share.accounts}
    has_ended = {account for share in shares for account in share.accounts} - listed
    unlisted = Verdict.DRIFTED if any(share.definition.exclusive for share in shares) else Verdict.UNMANAGED
    for account in image.accounts:
        verdict = Verdict.OK if account.id in listed else unlisted
        verdict = Verdict.ENDED if account.id in has_ended else verdict
        if verdict is unlisted and any(run.may_have_shared_with(account.id) for run in runs):
            verdict = Verdict.INTERRUPTED
        audited = AuditedAccount(account.id, note_of(shares, account.id), account.since)
        verdicts.setdefault(Verdict.RULE if _is_refused(account.id, rules) else verdict, []).append(audited)
    wanted_in_ecs = any(share.definition.share_to_ecs for share in shares)
    if image.in_ecs and not wanted_in_ecs and any(run.share.to_ecs for run in runs):
        verdicts.setdefault(Verdict.INTERRUPTED, [])
    return verdicts


def _remarks(
    image: LiveImage,
    shares: tuple[ManagedShare, ...],
    verdicts: Container[Verdict],
    runs: tuple[InterruptedRun, ...],
) -> dict[Verdict, str]:
    remarks = {}
    if switched := _switched(image, shares):
        remarks[Verdict.DRIFTED] = switched
    if Verdict.INTERRUPTED in verdicts:
        operations = dict.fromkeys(
            f"an interrupted {run.share.operation} of {run.share.name}" for run in runs
        )
        to_ecs = ", shared with the owner's own ECS" if image.in_ecs else ""
        remarks[Verdict.INTERRUPTED] = f"{' and '.join(operations)}{to_ecs}"
    return remarks


def _managing(
    verdict: Verdict, shares: tuple[ManagedShare, ...], accounts: list[AuditedAccount]
) -> tuple[ManagedShare, ...]:
    if verdict in (Verdict.UNMANAGED, Verdict.INTERRUPTED):
        return ()
    if verdict not in (Verdict.RULE, Verdict.ENDED):
        return shares
    return tuple(share for share in shares if any(account.id in share.accounts for account in accounts))


def _missing(image: LiveImage, shares: tuple[ManagedShare, ...]) -> tuple[list[AuditedAccount], int]:
    """Return who is listed and has no access: the accounts, and the number of those that are secret."""
    # The owner can always use its image, and no run shares it with the owner.
    hidden = _listed(shares, secret=True) - image.ids - {image.owner}
    shown = sorted(_listed(shares, secret=False) - image.ids - hidden - {image.owner})
    return [AuditedAccount(account, note_of(shares, account), missing=True) for account in shown], len(hidden)


def _listed(shares: tuple[ManagedShare, ...], *, secret: bool) -> set[str]:
    return {account for share in shares if share.secret is secret for account in share.accounts}


def _switched(image: LiveImage, shares: tuple[ManagedShare, ...]) -> str:
    wanted = {share.definition.share_to_ecs for share in shares} - {None}
    if not wanted or image.in_ecs in wanted:
        return ""
    return f"the share to the owner's own ECS is {'on' if image.in_ecs else 'off'}"


def _absent_image(account: AccountInventory, key: ImageKey, shares: tuple[ManagedShare, ...]) -> Finding:
    listed = sorted(_listed(shares, secret=False) - {account.account_id})
    return Finding(
        verdict=Verdict.GONE,
        key=key,
        owner=account.account_id,
        name=shares[0].definition.name,
        accounts=tuple(
            AuditedAccount(account_id, note_of(shares, account_id), missing=True) for account_id in listed
        ),
        shares=shares,
        hidden=len(_listed(shares, secret=True) - {account.account_id}),
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
