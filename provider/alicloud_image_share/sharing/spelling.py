"""Which known name somebody may have meant by one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: object, known: Iterable[object]) -> str | None:
    """Return the known name that is most like this one, in whatever case; None where none is.

    A name from a file may be of any kind: keys of YAML are.
    """
    name, names = str(name), {each.lower(): each for each in sorted(map(str, known))}
    meant = difflib.get_close_matches(name.lower(), sorted(names))
    # Letters that have changed places are the likeliest slip: esc is ecs, and not ens.
    meant.sort(key=lambda each: sorted(each) != sorted(name.lower()))
    return names[meant[0]] if meant else None


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """Return ' Did you mean X?', empty where no known name is like this one."""
    meant = nearest(name, known)
    return f" Did you mean {meant}?" if meant else ""
