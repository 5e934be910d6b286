"""Options that a transform sets: they get what they get where the program sets them on the share itself.

The engine calls transforms after the SDK has let a share go: first those of the share, then those of its
parents, and those of the whole stack last. An exception of a transform would end in a traceback, so an
option that does other than it says is taken away with a warning.
"""

from __future__ import annotations

import copy

import pulumi
from pulumi.runtime import get_root_resource
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.settings import _get_callbacks
from pulumi.runtime.sync_await import _sync_await

from alicloud_image_share.sharing.share_types import SHARE_TYPE

SECOND_PROCESS = ("version", "plugin_download_url", "provider")
_REGISTER = "_alicloud_image_share_transform"


def have_the_last_word(opts: pulumi.ResourceOptions) -> None:
    """Have transforms of whatever origin looked at, once for a stack; costs nothing where there are none."""
    root = get_root_resource()
    if root is None or _REGISTER in vars(root):
        return
    if opts.transforms or _CallbackServicer._servicers or opts.parent not in (None, root):
        # The public function waits for all registrations, and so for ever inside of an apply.
        callbacks = _sync_await(_get_callbacks())
        if callbacks is not None:
            callbacks.register_stack_transform(without_refused_options)
            vars(root)[_REGISTER] = True


def without_refused_options(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Take refused options away from a share, and name them; None leaves a resource as it is."""
    if args.type_ != SHARE_TYPE:
        return None
    names = [name for name in (*SECOND_PROCESS, "custom_timeouts") if getattr(args.opts, name)]
    if not names:
        return None
    opts = copy.copy(args.opts)
    for name in names:
        setattr(opts, name, None)
    second = [name for name in names if name in SECOND_PROCESS]
    if second:
        pulumi.log.warn(
            f"ImageShare {args.name}: a transform sets {' and '.join(second)}, which would start a second"
            " provider process without the rules of the stack; the share is registered without the option"
        )
    if "custom_timeouts" in names:
        pulumi.log.warn(
            f"ImageShare {args.name}: a transform sets custom_timeouts, which do not reach a dynamic"
            " provider; the share is registered without the option. Set the input timeout, in seconds."
        )
    return pulumi.ResourceTransformResult(args.props, opts)
