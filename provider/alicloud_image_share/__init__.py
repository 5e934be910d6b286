"""Share Alibaba Cloud machine images with other accounts, as a Pulumi resource."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alicloud_image_share.resource import ImageShare

__all__ = ["ImageShare", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Pulumi takes half a second to import: only for programs, not for every module of this package.
    if name == "ImageShare":
        from alicloud_image_share.resource import ImageShare  # noqa: PLC0415

        return ImageShare
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
