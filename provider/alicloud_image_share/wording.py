"""How messages are put: accounts by name, and failures in four parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alicloud_image_share.model import ImageKey, Share
from alicloud_image_share.notices import count, quoted
from alicloud_image_share.plan import Settlement

_ID = re.compile(r"(?<![\w-])[1-9][0-9]{4,19}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Names:
    """The accounts of one share as a message may show them: with their notes, or only counted."""

    image: ImageKey
    notes: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False

    @classmethod
    def of(cls, *shares: Share) -> Names:
        """Return the names of what shares of one image ask for: the last note wins, one secret hides all."""
        notes = {account: note for share in shares for account, note in share.accounts.items()}
        return cls(shares[-1].image, notes, secret=any(share.accounts_secret for share in shares))

    def each(self, accounts: Iterable[str]) -> str:
        """Return the accounts one by one with their notes; a count where they are secret."""
        listed = sorted(accounts)
        if self.secret:
            return f"{count(listed)} (secret)"
        named = (f"{a} {quoted(self.notes[a])}" if self.notes.get(a) else a for a in listed)
        return ", ".join(named)

    def said(self, error: Exception) -> str:
        """Return the sentence that quotes an error; without the ids in it where accounts are secret."""
        return self.shown(str(error))

    def shown(self, words: str) -> str:
        """Return a sentence as it may be shown: without the ids in it where accounts are secret."""
        return _ID.sub("…", words) if self.secret else words

    def doing(self, settlement: Settlement) -> str:
        """Return what an operation does: 'adding 12 accounts to ecs:…'."""
        adding, removing = settlement.add, settlement.remove
        if adding and removing:
            return f"adding {count(adding)} to {self.image} and removing {len(removing)}"
        if removing:
            return f"removing {count(removing)} from {self.image}"
        if not adding:
            return f"switching the share to ECS of {self.image}"
        return f"adding {count(adding)} to {self.image}"


def failure(doing: str, outcome: str, found: str, now: str, next_step: str) -> str:
    """Put a failure: what was being done, what was found, what holds now, what to do next."""
    found = found.rstrip(".")
    return f"{doing} {outcome}.\n{found}.\nNow: {now}.\nNext: {next_step}."
