"""What happened in one operation, for whoever has to find out why it was judged as it was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from alicloud_image_simulator import BEHAVIOURS
from tests.machine.oracle import Verdict
from tests.machine.weather import Weather


def story(service: str, verdict: Verdict, weather: Weather, calls: list[Any], words: str) -> str:
    """Tell it line by line."""
    return "\n".join([f"-- {service}", *_lines(verdict, weather, calls, words), ""])


def _lines(verdict: Verdict, weather: Weather, calls: list[Any], words: str) -> Iterator[str]:
    odd = {switch: value for switch, value in weather.behaviour if value != BEHAVIOURS[switch][0]}
    yield f"behaviour {odd}"
    yield from (f"fault     {fault}" for fault in weather.faults)
    yield f"wish      {verdict.wish}"
    yield f"before    {verdict.before}"
    yield f"after     {verdict.after}"
    yield f"appeared  {set(verdict.appeared)}"
    for (action, status, code, parameters), group in groupby(calls, _shown):
        yield f"{len(list(group)):3} times {action} {status} {code or ''} {parameters}"
    yield f"words     {words}"


def _shown(call: Any) -> tuple[Any, ...]:
    parameters = call["parameters"].items()
    told = [value for key, value in parameters if "Account" in key or key == "Operation"]
    return call["action"], call["status"], call["code"], " ".join(told)
