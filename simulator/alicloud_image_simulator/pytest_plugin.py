"""The pytest plugin: a simulator for the tests of one's own stacks, as the fixture `alicloud_simulator`.

pytest finds it wherever this distribution is installed; aiohttp is loaded only where the fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from alicloud_image_simulator import Simulator


@pytest.fixture
def alicloud_simulator() -> Iterator[Simulator]:
    """Return the four APIs and STS on a loopback port, for one test, with no image in them yet."""
    try:
        from alicloud_image_simulator import Simulator  # noqa: PLC0415 - costs only those who use it
    except ModuleNotFoundError as error:
        message = f"the fixture alicloud_simulator: {error}; pip install 'alicloud-image-share[simulator]'"
        pytest.fail(message, pytrace=False)
    with Simulator() as simulator:
        yield simulator
