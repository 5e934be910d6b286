"""Find the account at fault in a call that the cloud refused as a whole without naming one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from alicloud_image_share.errors import CloudError, Refused, Throttled
from alicloud_image_share.sharing.failures import AccountNaming
from alicloud_image_share.sharing.model import Batch

Send = Callable[[tuple[str, ...]], None]
"""Adds accounts; raises Refused where one of them is at fault."""


@dataclass(frozen=True, slots=True)
class FaultSearchResult:
    """What sending parts of a refused call has shown."""

    suspected: tuple[str, ...]
    """Who may be at fault: nobody where every part was accepted."""
    refused_alone: bool = False
    """Whether there is one suspect, and it was refused by itself."""
    others_accepted: bool = False
    """Whether the cloud took somebody: else it may refuse every call, whoever is in it."""


def quoted(message: str, accounts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the accounts that a message names; by whole numbers, for a longer one may hold a short id."""
    numbers = set(re.findall(r"\d+", message))
    return tuple(account for account in accounts if account in numbers)


def find_refused_account(send: Send, accounts: tuple[str, ...], most: int | None) -> FaultSearchResult:
    """Send halves until one account is left, and somebody else where nobody has been accepted by then.

    At most ⌈log2 n⌉ + 1 calls, and at most `most` where that is given. Stops early at any error but Refused:
    more calls would not help.
    """
    suspects, calls, alone, accepted = accounts, 0, False, False
    try:
        while calls != most and not alone and suspects:
            half = suspects[: max(1, len(suspects) // 2)]
            calls += 1
            if _refuses(send, half):
                suspects, alone = half, len(half) == 1
            else:
                suspects, accepted = suspects[len(half) :], True
        others = tuple(account for account in accounts if account not in suspects)
        if alone and not accepted and others and calls != most:
            accepted = not _refuses(send, others[:1])
    except CloudError:
        return FaultSearchResult(suspects, alone, accepted)
    return FaultSearchResult(suspects, alone, accepted)


def blame(batch: Batch, result: FaultSearchResult, names: AccountNaming, *, about_account: bool) -> str:
    """Return the words on who is at fault in a refused call.

    `about_account` tells that its code is about an account. A code that no page lists may be about the whole
    call, as long as nobody was accepted.
    """
    adding = len(batch.add)
    if not result.suspected:
        removed = names.list_accounts(batch.remove)
        removing = f", so the refusal is about removing {removed}" if batch.remove else ""
        return f"; sent one part at a time, all {adding} additions were accepted{removing}"
    is_telling = about_account or result.others_accepted
    suspected = result.suspected if is_telling else batch.add
    certain = f"{'is' if len(suspected) == 1 else 'are'} at fault"
    verdict = certain if is_telling and result.refused_alone else "may be at fault"
    return f"; of the {adding} in that call {names.list_accounts(suspected)} {verdict}"


def _refuses(send: Send, accounts: tuple[str, ...]) -> bool:
    try:
        send(accounts)
    except Throttled:
        raise
    except Refused:
        return True
    return False
