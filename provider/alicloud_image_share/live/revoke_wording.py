"""What a revocation says: each result, what is left, and which stacks would give the access back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from alicloud_image_share.live import documents
from alicloud_image_share.live.declared import Claim, Declared
from alicloud_image_share.live.model import INVISIBLE
from alicloud_image_share.live.revocation import Revoked
from alicloud_image_share.live.who import Uses
from alicloud_image_share.live.wording import Line, place_text
from alicloud_image_share.notices import printable


def result_line(one: Revoked) -> Line:
    """Return what came of one account on one image."""
    where = f"{one.account} {place_text(one.key)}"
    if one.left:
        return printable(f"✗ {where}: IS LEFT: {one.reason or 'the last read still shows it'}"), "red"
    request = f"request {one.request_id}" if one.request_id else "the answer was lost, a read showed it"
    return f"✓ {where}: is off ({request}, {one.at})", "green"


def summary_lines(found: Uses, results: tuple[Revoked, ...], declared: Declared) -> Iterator[Line]:
    """Sum a revocation up, and say what to do next."""
    everyone = {(use.account, use.key) for use in found.uses if use.image.everyone}
    left = everyone | {(one.account, one.key) for one in results if one.left}
    off = {(one.account, one.key) for one in results} - left
    yield f"{len(off)} off, {len(left)} left", "red" if left else "green"
    for use in found.uses:
        if use.image.everyone:
            words = "everyone can use this image, so it is left: take it back from everyone in the console"
            yield f"✗ {use.account} {place_text(use.key)}: {words}", "red"
    for gap in found.survey.gaps:
        yield printable(f"NOT everything was read, so there may be more: {gap}"), "red"
    giving = giving_back(found.accounts, declared)
    if giving:
        yield "these would give it back, at the latest with `up --refresh`:", "yellow"
    for account, claim in giving:
        yield printable(f"  stack {claim.stack}: {claim.source(account)} lists {account}"), "yellow"
    yield (
        "to refuse it in every list, whatever group it comes from, add to the file of each stack:",
        "",
    )
    yield f"  {denied_line(found.accounts)}", ""


def to_json(found: Uses, results: Iterable[Revoked], declared: Declared) -> str:
    """Return a revocation as JSON."""
    document = {
        "accounts": list(found.accounts),
        **documents.what_was_read(found),
        "invisible": INVISIBLE,
        "results": [{**asdict(one), "key": str(one.key)} for one in results],
        "open_to_everyone": [str(use.key) for use in found.uses if use.image.everyone],
        "would_give_back": [
            {"account": account, "stack": claim.stack, "share": claim.source(account)}
            for account, claim in giving_back(found.accounts, declared)
        ],
        "denied_accounts": denied_line(found.accounts),
    }
    return documents.text(document)


def giving_back(accounts: Iterable[str], declared: Declared) -> list[tuple[str, Claim]]:
    """Return every share of a stack that lists one of the accounts."""
    claims = [claim for stack in declared.stacks for claim in stack.claims]
    return [(account, claim) for account in accounts for claim in claims if account in claim.asked]


def denied_line(accounts: Iterable[str]) -> str:
    """Return the line for a stack file."""
    return f"image-shares:deniedAccounts: {json.dumps(list(accounts))}"
