"""What is said where the engine may have passed the configuration of the last up, and not the present one."""

from __future__ import annotations

KEYS_OF_LAST_UP = (
    "; refresh and destroy take the credentials of the last up: where those have changed since, run them with"
    " --run-program, or run a plain up first"
)
RULES_OF_LAST_UP = (
    "; a destroy uses the configuration of the last up, `pulumi destroy --run-program` the present one"
)


def without_last_up(text: str) -> str:
    """Return a message as a command of ours shows it: all of them have the engine run the program."""
    return text.replace(KEYS_OF_LAST_UP, "").replace(RULES_OF_LAST_UP, "")
