"""Images that Packer has built: `image_id: {packer: packer-manifest.json}`, or `images:` with it.

The manifest is what the post-processor `manifest` of Packer writes. The builder alicloud-ecs and the
post-processor alicloud-import give an artifact such as `cn-hangzhou:m-bp1…,cn-shanghai:m-uf6…`. Builds of
earlier runs stay in the file; `last_run_uuid` says which run was the last one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.place import Place, Problem, UnreadFile, known_name
from alicloud_image_share.stack_file.project_text import project_text

_IMAGE = r"[a-z]+(?:-[a-z0-9]+)+:m-[A-Za-z0-9-]+"
_ARTIFACT = re.compile(f"{_IMAGE}(?:,{_IMAGE})*", re.ASCII)
_FIELDS = ("image_id", "images")

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"packer": {"type": "string", "pattern": r"\.json$"}, "build": {"type": "string"}},
    "required": ["packer"],
    "additionalProperties": False,
    "description": "The images of the last run of Packer, by its manifest in the project's folder.",
}
"""The JSON Schema of images in a manifest."""


def with_packer_manifests(shares: Any, folder: Path, place: Place) -> Any:
    """Return the shares with the images of their manifests, read from a project's folder.

    `place` is where the shares stand. A manifest that cannot be used gives an UnreadFile, which says why.
    """
    if not isinstance(shares, Mapping):
        return shares
    return {name: _share(fields, folder, place.at(name)) for name, fields in shares.items()}


def _share(fields: Any, folder: Path, place: Place) -> Any:
    if not isinstance(fields, Mapping):
        return fields
    for name in _FIELDS:
        source = fields.get(name)
        if isinstance(source, Mapping) and "packer" in source:
            images = _images(source, fields, folder, place.at(name))
            if isinstance(images, Mapping) and name == "image_id":
                return {**fields, **_one_image(images, fields.get("region_id"), place.at(name))}
            return {**fields, name: images}
    return fields


def _images(source: Mapping[str, Any], fields: Any, folder: Path, place: Place) -> Any:
    """Return region → image of the build that is meant."""
    problems = [
        place.at(key).problem("unknown key; a manifest has packer and build")
        for key in source
        if key not in ("packer", "build")
    ]
    if fields.get("service") != "ecs":
        problems.append(place.problem("Packer builds images of ecs only; name the image by its id"))
    if problems:
        return UnreadFile(tuple(problems))
    name = source["packer"]
    text = project_text(name, folder, (".json",), place.at("packer"))
    if isinstance(text, UnreadFile):
        return text
    result = _of_build(text, source.get("build"), Place(Path(name).name))
    return UnreadFile((result,)) if isinstance(result, Problem) else result


def _of_build(text: str, build: Any, place: Place) -> dict[str, str] | Problem:
    try:
        artifacts = _artifacts(parse_json(text))
    except (KeyError, TypeError):
        reason = "builds, each with name, artifact_id and packer_run_uuid, and last_run_uuid"
        return place.problem(f"not a manifest of Packer: it needs {reason}")
    except ValueError as error:
        return place.problem(f"not JSON: {error}")
    names = {name for name, _ in artifacts}
    meant = [artifact for name, artifact in artifacts if build in (None, name)]
    if not artifacts:
        return place.problem("the last run has built no ECS image (artifact_id `region:m-…`); build again")
    if not meant:
        return place.problem(f"the last run has no build {place.shown(build)}{known_name(build, names)}")
    if len(meant) > 1:
        step = "name one with `build`" if len(names) > 1 and build is None else "give each build a name"
        return place.problem(f"the last run has {len(meant)} artifacts ({', '.join(sorted(names))}); {step}")
    return _by_region(meant[0], place)


def _by_region(artifact: str, place: Place) -> dict[str, str] | Problem:
    images = [image.split(":") for image in artifact.split(",")]
    by_region = dict(images)
    if len(by_region) < len(images):
        return place.problem(f"the build has several images of a region, {artifact}; name one by its id")
    return by_region


def _artifacts(manifest: Any) -> set[tuple[str, str]]:
    """Return the name and the artifact of each build of the last run that has ECS images."""
    run = manifest["last_run_uuid"]
    if not (run and isinstance(run, str)):
        raise TypeError
    return {
        (str(build["name"]), build["artifact_id"])
        for build in manifest["builds"]
        if build["packer_run_uuid"] == run and _ARTIFACT.fullmatch(build["artifact_id"])
    }


def _one_image(images: Mapping[str, str], region: Any, place: Place) -> dict[str, Any]:
    """Return the image of a region, or of the only one."""
    if region is None and len(images) == 1:
        (region,) = images
    if region in images:
        return {"region_id": region, "image_id": images[region]}
    regions = ", ".join(images)
    step = (
        "write images in place of image_id, or region_id beside it" if region is None else "correct region_id"
    )
    return {"image_id": UnreadFile((place.problem(f"the build has images in {regions}; {step}"),))}
