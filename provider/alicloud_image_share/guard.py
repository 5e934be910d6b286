"""Hold what one run does to the configured rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from alicloud_image_share import state
from alicloud_image_share.accounts import known_accounts
from alicloud_image_share.precondition import Obstacle
from alicloud_image_share.rules import NO_RULES, Change, Violation, violations
from alicloud_image_share.run import Run
from alicloud_image_share.wording import Names


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules of one run, and what it has taken off so far."""

    run: Run

    def listed(self, checked: Mapping[str, Any], given_accounts: object) -> tuple[str, ...]:
        """Return the sentences on who may be listed, and on exclusive shares; what is unknown is left out."""
        rules = self.run.settings.rules
        if rules == NO_RULES:
            return ()
        accounts = known_accounts(given_accounts)
        is_decided = isinstance(rules.exclusive_allowed, bool) or state.names_image(checked)
        change = Change(
            image=state.shown_image(checked),
            added=frozenset(accounts),
            exclusive=checked.get("exclusive") is True and is_decided,
            notes=accounts,
            secret=checked.get("accounts_secret") is True,
        )
        return tuple(violation.sentence for violation in violations(rules, change))

    def losses(self, names: Names, removed: Iterable[str]) -> tuple[Violation, ...]:
        """Return the rules that stand against taking accounts off, with all that this run takes off.

        A run that checks nothing is a destroy: only accounts that may never lose access stand against it.
        """
        rules = self.run.settings.rules
        change = Change(
            image=str(names.image),
            removed=self.run.lose(names.image, removed),
            notes=names.notes,
            secret=names.secret,
        )
        return violations(rules if self.run.checks else replace(rules, max_removed=None), change)

    def obstacle(self, names: Names, removed: frozenset[str]) -> Obstacle | None:
        """Return the worst rule that stands against taking accounts off, with the way out."""
        broken = self.losses(names, removed) if removed else ()
        if not broken:
            return None
        way_out = broken[0].way_out
        if not self.run.checks:
            way_out += (
                "; a destroy goes by the configuration of the last up, `pulumi destroy --run-program` by the"
                " present one"
            )
        return Obstacle(broken[0].found, way_out)
