"""The command wait: for pipelines that build an image and share it in the next step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import click

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.image import ReadableImage
from alicloud_image_share.cloud.retry import attempts
from alicloud_image_share.cloud.session import ReadOnly, Session
from alicloud_image_share.commands.options import (
    STACK_OR_ENVIRONMENT,
    folder_option,
    role_option,
    stack_option,
)
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.standard_streams import say
from alicloud_image_share.errors import PreconditionFailed
from alicloud_image_share.inventory.account_sessions import AccountSessions, tell
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.plan import Blocker, own_image

_EXAMPLE = "ecs:cn-hangzhou:m-bp1golden0000000001"


def _image(_context: click.Context, _parameter: click.Parameter, value: str) -> ImageKey:
    key = ImageKey.parse(value)
    if key is None or key.service not in services.names():
        raise click.BadParameter(f"{show(value)} is no image: write SERVICE:REGION:ID, such as {_EXAMPLE}")
    if not services.knows(key):
        raise click.BadParameter(f"{show(value)}: every service but ens needs a region, such as {_EXAMPLE}")
    return key


@click.command("wait", epilog=f"\b\nExample: image-share wait {_EXAMPLE} --timeout 1800")
@click.argument("image", callback=_image)
@click.option(
    "--timeout",
    type=click.FloatRange(0, 86_400),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="Give up after this time.",
)
@stack_option(STACK_OR_ENVIRONMENT)
@role_option("Look with this role.")
@folder_option("Project folder, for --stack (default: the current folder).")
def wait(
    image: ImageKey, timeout: float, stack: str | None, roles: Sequence[str], folder: Path
) -> ExitStatus:
    """Wait until a new image can be shared.

    IMAGE is SERVICE:REGION:ID, for ENS ens:ID. The cloud may not list the image yet. An image whose status
    does not lead to Available ends the wait at once, with exit status 1.
    """
    if math.isnan(timeout):
        raise click.UsageError("--timeout nan is no number of seconds")
    if len(roles) > 1:
        raise click.UsageError("wait looks at one image: give one --role-arn")
    (session,) = AccountSessions.of(folder, stack, roles).sessions
    _wait(session, image, timeout)
    say(f"{image} can be shared")
    return ExitStatus.NOTHING


def _wait(session: Session, key: ImageKey, seconds: float) -> None:
    clock = session.sessions.clock
    deadline, why = Deadline.after(clock, seconds), ""
    image = ReadableImage(
        client=ReadOnly(session.client), service=services.service(key.service), key=key, tell=tell
    )
    for _ in attempts(deadline, lambda _: None):
        described = image.describe(deadline)
        owned = None if described is None else own_image(described, lambda: session.account_id)
        if isinstance(owned, Blocker):
            raise PreconditionFailed(f"{key} cannot be shared. {owned.reason}. Next: {owned.next_step}.")
        if owned and not owned.unshareable_because:
            return
        reason = owned.unshareable_because if owned else f"account {session.account_id} sees no such image"
        if owned and not owned.pending:
            raise PreconditionFailed(f"{key} cannot be shared: {reason}.")
        if reason != why:
            tell(f"{key}: {reason}; waiting")
            why = str(reason)
    raise PreconditionFailed(
        f"{key} was not available after {seconds:g} s: {why}. Next: wait again, or look at the image's build."
    )
