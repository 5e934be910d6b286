"""By which time access has ended, and how long before its end that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.config_reader import Lookup
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.rule_settings import read_whole_number

TIME_VARIABLE = "IMAGE_SHARES_TIME"
"""The variable with the time that one command decides for its previews and its run."""
WARN_BEFORE_END = "image-shares:warnBeforeEnd"
WARN_DAYS = 14


@dataclass(frozen=True, slots=True)
class EndSettings:
    """What is configured of access that ends. Hashable, as the settings are."""

    warn_days: int = WARN_DAYS
    """How many days before its end access is named."""
    time: datetime | None = None
    """By which access has ended; None is the time of the clock."""

    def now(self, clock: Clock) -> datetime:
        """Return the time by which access has ended."""
        return self.time or datetime.fromtimestamp(clock.wall(), timezone.utc)


def decided_time(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variable with the time of one command, so that its run does what its preview showed."""
    return {TIME_VARIABLE: environment.get(TIME_VARIABLE) or datetime.now(timezone.utc).isoformat()}


def time_of(environment: Mapping[str, str]) -> datetime:
    """Return the time that the variable says, else the present one."""
    return _time(environment, []) or datetime.now(timezone.utc)


def read_end_settings(lookup: Lookup, environment: Mapping[str, str], problems: list[str]) -> EndSettings:
    """Read what is configured of access that ends."""
    days = read_whole_number(WARN_BEFORE_END, lookup, problems)
    return EndSettings(WARN_DAYS if days is None else days, _time(environment, problems))


def _time(environment: Mapping[str, str], problems: list[str]) -> datetime | None:
    text = environment.get(TIME_VARIABLE)
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if time.utcoffset() is not None:
            return time.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        pass
    problems.append(f"{TIME_VARIABLE}: {show(text)} is not a time with a zone, as in 2027-03-31T18:00:00Z.")
    return None
