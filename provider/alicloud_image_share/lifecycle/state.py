"""Between the plain values that the engine keeps and our own: shares, and what state holds of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alicloud_image_share.sharing.accounts import plain_notes, text_notes
from alicloud_image_share.sharing.model import DEFAULTS, FIELDS, UNKNOWN, ImageKey, Share, ShareState

IDENTITY = ("service", "region_id", "image_id")
"""Inputs that name the image: another value is another resource."""


def stored(props: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs among the properties in the form that check stores: no unknown keys, no defaults."""
    return {
        key: props[key]
        for key in FIELDS
        if props.get(key) is not None and (key not in DEFAULTS or props[key] != DEFAULTS[key])
    }


def comparable(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored inputs in a form in which every note that says nothing is the same."""
    accounts = inputs.get("accounts")
    return {**inputs, "accounts": plain_notes(accounts)} if isinstance(accounts, Mapping) else dict(inputs)


def is_known(inputs: Mapping[str, Any]) -> bool:
    """Tell whether a share can be made of the inputs: in a preview a value may not be known yet."""
    return not any(value is UNKNOWN for value in inputs.values())


def names_image(inputs: Mapping[str, Any]) -> bool:
    """Tell whether the image of checked inputs is known already."""
    return is_known({key: inputs.get(key) for key in IDENTITY})


def shown_image(inputs: Mapping[str, Any]) -> str:
    """Return the resource id for a message; `?` stands for what is not known yet."""
    parts = (inputs.get(key) for key in IDENTITY)
    return ":".join("?" if part is UNKNOWN else str(part) for part in parts if part)


def image_key(props: Mapping[str, Any]) -> ImageKey:
    """Return the image that the properties name."""
    return ImageKey(props["service"], props.get("region_id"), props["image_id"])


def share(props: Mapping[str, Any]) -> Share:
    """Return the share that checked inputs, or the outputs in state, ask for."""
    inputs = {**DEFAULTS, **stored(props)}
    return Share(
        image=image_key(inputs),
        accounts=text_notes(inputs["accounts"]),
        **{name: inputs[name] for name in DEFAULTS},
    )


def share_state(props: Mapping[str, Any]) -> ShareState:
    """Return what state holds; what an older version did not keep takes its default."""
    share_of_state = share(props)
    owned = props.get("owned_accounts")
    return ShareState(
        share=share_of_state,
        owned=share_of_state.accounts if owned is None else text_notes(owned),
        foreign=tuple(props.get("foreign_accounts") or ()),
        owner_id=props.get("owner_id"),
    )


def inputs_of(state: ShareState) -> dict[str, Any]:
    """Return the inputs that state keeps."""
    return stored(state.share.inputs)


def outputs_of(state: ShareState) -> dict[str, Any]:
    """Return the outputs: every input, and what the operation found out."""
    return {
        **inputs_of(state),
        "owned_accounts": dict(sorted(state.owned.items())),
        "foreign_accounts": sorted(state.foreign),
        "owner_id": state.owner_id,
    }
