"""What a call that is tried again waits for, said as soon as the wait is a long one."""

from __future__ import annotations

from collections.abc import Callable

import tenacity

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.request import Request
from alicloud_image_share.cloud.retry import LONG_WAIT
from alicloud_image_share.errors import CloudError, Unreachable


class RetryReport:
    """Tells what one call waits for: at a long wait, and once where short waits add up to a long one."""

    def __init__(self, request: Request, clock: Clock, is_first_report: Callable[[], bool]) -> None:
        """`is_first_report` returns False where another call has said that the host is out of reach."""
        self._request, self._clock, self._is_first_report = request, clock, is_first_report
        self._started = clock.now()
        self._reported = False

    def before_sleep(self, state: tenacity.RetryCallState) -> None:
        """Tell it where the wait so far, with the one to come, is longer than five seconds."""
        error = state.outcome.exception() if state.outcome else None
        waited = self._clock.now() - self._started + state.upcoming_sleep
        if state.upcoming_sleep <= LONG_WAIT and (self._reported or waited <= LONG_WAIT):
            return
        self._reported = True
        if not isinstance(error, Unreachable) or self._is_first_report():
            self._request.tell(f"{self._reason(error)}; trying again in about {state.upcoming_sleep:.0f} s")

    def _reason(self, error: BaseException | None) -> str:
        action = self._request.call.action
        if isinstance(error, Unreachable):
            return f"no connection for {action}: {error.message}"
        if isinstance(error, CloudError) and error.code:
            return f"the cloud answered {error.code} to {action}"
        words = f" ({error.message})" if isinstance(error, CloudError) else ""
        return f"the cloud gave no usable answer to {action}{words}"
