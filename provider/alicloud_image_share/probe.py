"""Find the account at fault in a call that the cloud refused as a whole without naming one."""

from __future__ import annotations

from collections.abc import Callable

from alicloud_image_share.errors import CloudError, Refused, Throttled


def suspects(
    send: Callable[[tuple[str, ...]], None], accounts: tuple[str, ...], most: int | None
) -> tuple[str, ...]:
    """Send halves until one account is left; return who is still suspected, nobody when all were accepted.

    `send` adds accounts and raises Refused where one of them is at fault. At most ⌈log2 n⌉ + 1 calls, and at
    most `most` where that is given. Stops early at any other error: more calls would not help.
    """
    left = accounts
    calls = 0
    refused_alone = False
    try:
        while calls != most and not refused_alone and left:
            half = left[: max(1, len(left) // 2)]
            calls += 1
            if _refuses(send, half):
                left, refused_alone = half, len(half) == 1
            else:
                left = left[len(half) :]
    except CloudError:
        return left
    return left


def _refuses(send: Callable[[tuple[str, ...]], None], accounts: tuple[str, ...]) -> bool:
    try:
        send(accounts)
    except Throttled:
        raise
    except Refused:
        return True
    return False
