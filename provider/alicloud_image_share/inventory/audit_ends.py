"""Who is listed without the end that the rule `maxUntil` of a stack requires, for an audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from alicloud_image_share.inventory.audit_result import AuditedAccount, Finding, Verdict
from alicloud_image_share.inventory.declared import DeclaredStack, ManagedShare
from alicloud_image_share.inventory.live import LiveImage
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.rules import without_required_end


def too_long_access(
    image: LiveImage, shares: Iterable[ManagedShare], stacks: Iterable[DeclaredStack], now: datetime
) -> Iterator[Finding]:
    """Yield a finding for each share that lists accounts for longer than the rule of its stack allows.

    The rule is about lists: an account that no list names is UNMANAGED or DRIFTED.
    """
    limits = {stack.name: stack.settings.rules.max_until for stack in stacks}
    for share in shares:
        days = limits.get(share.stack)
        notes = share.without_ended(now).definition.notes
        breaking = without_required_end(notes, days, now) - {image.owner}  # it always has access
        if days is None or not breaking:
            continue
        since = {account.id: account.since for account in image.accounts}
        shown = [account for account in sorted(breaking) if account in since or not share.secret]
        yield Finding(
            verdict=Verdict.RULE,
            key=image.key,
            owner=image.owner,
            name=image.name,
            accounts=tuple(
                AuditedAccount(account, share.note(account), since.get(account, ""), account not in since)
                for account in shown
            ),
            shares=(share,),
            hidden=len(breaking) - len(shown),
            remark=f"no end within {count(range(days), 'day')}, which image-shares:maxUntil requires",
        )
