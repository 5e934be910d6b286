"""The command `image-share policy`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import click

from alicloud_image_share import services
from alicloud_image_share.folder_option import folder_option
from alicloud_image_share.model import ImageKey
from alicloud_image_share.project import SHARES, ProjectError, find_project
from alicloud_image_share.ram_policy import LARGEST, Need, needs_of, ram_policy
from alicloud_image_share.stack_configuration import read_stack
from alicloud_image_share.stack_file import rotations

ALL = "all"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


@click.command(
    epilog="Example: image-share policy --service ecs --image ecs:cn-hangzhou:m-bp1golden0000000001"
)
@click.option(
    "--service",
    "names",
    multiple=True,
    type=click.Choice((*services.names(), ALL)),
    help="A service that is used; may be repeated.",
)
@click.option("--region", "regions", multiple=True, metavar="REGION", help="Only there; or all.")
@click.option(
    "--image",
    "images",
    multiple=True,
    metavar="ID",
    help="Only this image, ecs:cn-hangzhou:m-… or ens:m-…, with one --service m-…; may be repeated.",
)
@click.option("--stack", metavar="NAME", help="What the file of this stack shares, in place of the above.")
@folder_option("The folder of the stack's project, or one below it; by default this one.")
@click.option("--read-only", is_flag=True, help="For reviews, refreshes and audits: no action that writes.")
def policy(
    names: Sequence[str],
    regions: Sequence[str],
    images: Sequence[str],
    stack: str | None,
    folder: Path,
    read_only: bool,
) -> int:
    """Print the smallest RAM policy that suffices, as JSON.

    A service of which no --image is named is allowed on all its images. A share that leaves the stack
    file needs its image in the policy until up has unshared it.
    """
    if stack:
        if names or regions or images:
            raise click.UsageError("--stack names services, regions and images itself")
        needs = _of_stack(folder, stack)
    else:
        needs = _of_options(names, regions, images)
    document = ram_policy(needs, read_only=read_only)
    click.echo(json.dumps(document, indent=2))
    for need in needs:
        if need.is_wider(read_only=read_only):
            click.echo(f"{need.service}: RAM cannot hold every action of it to single images", err=True)
    if len(json.dumps(document, separators=(",", ":"))) > LARGEST:
        click.echo(
            f"RAM takes {LARGEST} characters a policy: name fewer images, or a service alone", err=True
        )
    return 0


def _of_options(names: Sequence[str], regions: Sequence[str], images: Sequence[str]) -> tuple[Need, ...]:
    chosen = services.names() if ALL in names else tuple(dict.fromkeys(names))
    keys = [_image(text, chosen) for text in images]
    if not (chosen or keys):
        raise click.UsageError("give --service, --image or --stack")
    named = {need.service: need for need in needs_of(keys)}
    every = (*chosen, *(name for name in named if name not in chosen))
    places = tuple(dict.fromkeys(region for region in regions if region != ALL))
    return tuple(
        Need(name, named[name].images if name in named else (), places, lists_regions=ALL in regions)
        for name in every
    )


def _image(text: str, chosen: Sequence[str]) -> ImageKey:
    *place, image_id = text.split(":")
    if not all(map(_NAME.fullmatch, (*place, image_id))):
        raise click.UsageError(f"--image {text!r} is not an image id")
    if not place:
        if len(chosen) != 1:
            raise click.UsageError(f"--image {text} names no service: give one --service, or ecs:…:{text}")
        return ImageKey(chosen[0], None, text)
    service, *region = place
    if service not in services.names():
        raise click.UsageError(f"--image {text}: {service} is none of {', '.join(services.names())}")
    regional = services.service(service).API.regional
    if len(region) != regional:
        form = f"{service}:cn-hangzhou:m-…" if regional else f"{service}:m-…"
        raise click.UsageError(f"--image {text} is not written like {form}")
    return ImageKey(service, region[0] if region else None, image_id)


def _of_stack(folder: Path, stack: str) -> tuple[Need, ...]:
    configuration = read_stack(find_project(folder), stack)
    shares, region = configuration.shares(), configuration.settings(os.environ).region
    keys = [
        ImageKey(
            share.service,
            (share.region_id or region) if services.service(share.service).API.regional else None,
            share.image_id,
        )
        for share in shares
    ]
    named = needs_of(keys, to_ecs=any(share.share_to_ecs is not None for share in shares))
    # Only the cloud tells which images rotate in: all of the service may.
    rotate = rotations(configuration.values()) if SHARES in configuration.texts else ()
    rotating = {rotation.share.service for rotation in rotate}
    needs = (*(need for need in named if need.service not in rotating), *map(Need, sorted(rotating)))
    if not needs:
        raise ProjectError(f"The file of {stack} names no shares: give --service and --image.")
    return needs
