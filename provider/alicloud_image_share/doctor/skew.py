"""How far the clock of this machine is from the cloud's: calls are accepted within fifteen minutes."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime

from alicloud_image_share.doctor.finding import Finding, Level

ACCEPTED = 15 * 60
SLIGHT = 60
SECONDS = 5
FIX = "set the clock of this machine, best by NTP"


def clock_finding(url: str, *, accepted: bool, refused: bool) -> Finding:
    """Compare the clocks; a call that was accepted, or refused for its time, tells by itself."""
    ahead = _ahead(url)
    seconds = abs(ahead or 0)
    apart = f"{seconds:,.0f} s {'ahead of' if (ahead or 0) > 0 else 'behind'} the cloud"
    if refused or seconds > ACCEPTED:
        # A proxy may have answered in its place.
        apart = apart if seconds > ACCEPTED else "too far from the cloud"
        words = f"this machine is {apart}, which accepts {ACCEPTED} s"
        return Finding("clock", Level.FAIL, words, FIX)
    if seconds > SLIGHT:
        return Finding("clock", Level.NOTE, f"this machine is {apart}, which accepts {ACCEPTED} s", FIX)
    if ahead is None and not accepted:
        return Finding("clock", Level.NOTE, "it was not compared: the cloud gave no answer")
    return Finding("clock", Level.OK, f"right enough: the cloud accepts {ACCEPTED} s")


def _ahead(url: str) -> float | None:
    """Return by how many seconds this machine is ahead, None where the cloud does not tell."""
    # Unsigned: any answer, a refusal too, carries a date.
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - https, or loopback
            date = answer.headers.get("Date")
    except urllib.error.HTTPError as error:
        date = error.headers.get("Date")
    except OSError:
        return None
    try:
        return time.time() - parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None
