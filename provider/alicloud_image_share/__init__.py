"""Share Alibaba Cloud machine images with other accounts, as a Pulumi resource."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from alicloud_image_share.cloud.gc_paused import gc_paused_imports

if TYPE_CHECKING:
    from alicloud_image_share.programs.newest_images import newest_images
    from alicloud_image_share.programs.shared_image import SharedImage
    from alicloud_image_share.resource import ImageShare
    from alicloud_image_share.sharing.access_end import until

__all__ = ["ImageShare", "SharedImage", "__version__", "newest_images", "until"]
__version__ = "0.1.0"


_MODULES = {
    "ImageShare": "resource",
    "SharedImage": "programs.shared_image",
    "newest_images": "programs.newest_images",
    "until": "sharing.access_end",
}


def __getattr__(name: str) -> Any:
    # Pulumi takes half a second to import: only for programs, not for every module of this package.
    if name in _MODULES:
        with gc_paused_imports():
            return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
