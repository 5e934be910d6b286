"""An audit: the stacks by the account that each is configured for, and that account's images against them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from alicloud_image_share import services
from alicloud_image_share.live.audit import Audit, Finding, findings, in_order
from alicloud_image_share.live.declared import Declared, DeclaredStack
from alicloud_image_share.live.model import Place, Unread
from alicloud_image_share.live.rotated import with_rotated
from alicloud_image_share.live.scope import Scope
from alicloud_image_share.live_accounts import Matches, accounts_of
from alicloud_image_share.live_session import LiveSession, stacks_of
from alicloud_image_share.project import ProjectError


def audit(folder: Path, pattern: str, scope: Scope, roles: Sequence[str] = ()) -> Audit:
    """Audit the stacks whose names match, with the credentials that each is configured with.

    What other stacks of the same account manage is known for managed, and not reported on. The accounts of
    `roles` are read besides.
    """
    declared = stacks_of(folder).declared()

    def matches(stack: str) -> bool:
        return fnmatchcase(stack, pattern)

    _some_match(declared, matches, pattern)
    accounts = accounts_of(declared.stacks, matches, roles)
    asked = accounts.asked
    session = LiveSession(
        tuple(account.connection for account in asked.values()), declared, tuple(accounts.unreached)
    )
    places = {
        account_id: _places(stack for stack in account.stacks if matches(stack.name))
        for account_id, account in asked.items()
    }
    survey = session.read(scope, places)
    found: list[Finding] = []
    for live in survey.reads:
        stacks = Declared(tuple(asked[live.caller].stacks))
        about = findings(live, with_rotated(stacks, live))
        found += (one for one in about if _is_about(one, matches))
    unread = (*declared.unread, *accounts.strange)
    return Audit(
        in_order(found),
        survey,
        tuple(one for one in unread if matches(_name(one))),
        tuple(one for one in unread if not matches(_name(one))),
    )


def _some_match(declared: Declared, matches: Matches, pattern: str) -> None:
    names = sorted([*(stack.name for stack in declared.stacks), *map(_name, declared.unread)])
    if pattern != "*" and not any(map(matches, names)):
        raise ProjectError(f"no stack matches {pattern}; known are {', '.join(names) or 'none'}.")


def _places(stacks: Iterable[DeclaredStack]) -> frozenset[Place]:
    """Return where the images of the stacks are, and all else in the regions that they are configured for."""
    regional = [name for name in services.names() if services.service(name).API.regional]
    stacks = tuple(stacks)
    regions = {stack.settings.region for stack in stacks if stack.settings.region}
    homes = {Place(service, region) for service in regional for region in regions}
    return frozenset(homes | {place for stack in stacks for place in stack.places})


def _is_about(finding: Finding, matches: Matches) -> bool:
    claims = finding.managed.claims
    return not claims or any(matches(claim.stack) for claim in claims)


def _name(unread: Unread) -> str:
    return unread.what.removeprefix("stack ")
