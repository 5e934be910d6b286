"""Where a review comes from: version, time and commit, as its heading and its last lines say them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version

COMMIT_VARIABLES = (
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "BITBUCKET_COMMIT",
    "BUILD_SOURCEVERSION",
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "DRONE_COMMIT_SHA",
    "GIT_COMMIT",
)
"""Where CI systems say which commit they have checked out, the first that is set counts."""

_COMMIT = 12
"""Characters of a commit that are shown."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What made a review, when, and from what."""

    version: str
    time: str
    commit: str = ""
    approval: str = ""
    """The file with the same review as JSON, where one is written: what `up --approved` takes."""
    can_run: bool = True
    """Whether `image-share up` runs this stack: it does not run programs of other kinds."""

    @classmethod
    def now(cls, environment: Mapping[str, str], *, approval: str = "", can_run: bool = True) -> Origin:
        """Return the origin of a review that is made now; the commit is what CI's variables say."""
        commit = next((environment[name] for name in COMMIT_VARIABLES if environment.get(name)), "")
        time = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
        return cls(version("alicloud-image-share"), time, commit[:_COMMIT], approval, can_run)


def approving_commands(stack: str, approval: str) -> tuple[str, ...]:
    """Return the commands that approve a review of a stack and carry out exactly that."""
    file = approval or f"approval-{stack}.json"
    name, output = shlex.quote(stack), shlex.quote(file)
    write = f"image-share review --stack {name} --format json --output {output}"
    use = f"image-share up --stack {name} --approved {output}"
    return (use,) if approval else (write, use)
