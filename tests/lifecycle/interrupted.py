"""A provider whose every operation is told to exit, as a library may do that knows of no engine."""

from __future__ import annotations

from typing import NoReturn

from pulumi.dynamic import ConfigureRequest

from alicloud_image_share.resource import ImageShareProvider


class Exiting:
    """Exits whatever it is asked."""

    def __getattr__(self, name: str) -> NoReturn:
        raise SystemExit(3)


class InterruptedProvider(ImageShareProvider):
    """The provider, with an exit in place of its operations."""

    def configure(self, req: ConfigureRequest) -> None:
        """Configure as ever."""
        super().configure(req)
        self._preview = Exiting()

    @property
    def _lifecycle(self) -> Exiting:
        return Exiting()
