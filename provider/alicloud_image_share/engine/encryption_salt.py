"""The engine's encryption salt in a stack file, beside what a person wrote there.

The engine writes the whole file anew to add its salt: comments, anchors and the order of keys would be lost.
"""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml

from alicloud_image_share.engine.environment import PASSPHRASE, backend
from alicloud_image_share.engine.own_files import refuse_link_out
from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.sharing.bounded_yaml import compose_yaml, load_yaml
from alicloud_image_share.stack_file.project import Project, ProjectError

_KEYS = {"encryptionsalt", "encryptedkey", "secretsprovider"}
"""What the engine writes into a stack file by itself."""


def add_salt(project: Project, stack: str, cli: PulumiCli, variables: Mapping[str, str]) -> None:
    """Add a salt to the file of a new stack whose secrets a passphrase encrypts; raise ProjectError."""
    file = project.stack_file(stack)
    if project.encrypts(stack) or (backend(project, os.environ) or "").startswith(("https://", "http://")):
        return
    # The file may be somebody else's, that was never meant for a stack.
    refuse_link_out(file)
    with tempfile.TemporaryDirectory(prefix="image-share-") as name:
        # The engine makes the salt, of a stack that nobody needs.
        folder = Path(name)
        (folder / "Pulumi.yaml").write_text("{name: salt, runtime: python}", encoding="utf-8")
        environment = {**variables, **_passphrase_file(project), "PULUMI_BACKEND_URL": folder.as_uri()}
        cli.run(["stack", "init", "salt", "--no-select"], str(folder), environment)
        settings = load_yaml((folder / "Pulumi.salt.yaml").read_text(encoding="utf-8"))
    _add(file, file.read_bytes(), {"encryptionsalt": settings["encryptionsalt"]})


def keys_in_state(deployment: Mapping[str, Any]) -> dict[str, str]:
    """Return what the stack file says of how state is encrypted; nothing where that is up to Pulumi Cloud.

    Raise KeyError or TypeError where state has it in a form that the engine does not write.
    """
    provider = deployment.get("secrets_providers") or {}
    names = {
        "passphrase": {"encryptionsalt": "salt"},
        "cloud": {"secretsprovider": "url", "encryptedkey": "encryptedkey"},
    }
    keys = {key: provider["state"][name] for key, name in names.get(str(provider.get("type")), {}).items()}
    if not all(isinstance(value, str) for value in keys.values()):
        raise TypeError("a key that is not text")
    return keys


@contextmanager
def kept_text(file: Path, keys: Mapping[str, str]) -> Iterator[None]:
    """Put back what a person wrote where the engine has rewritten a stack file only to add its keys.

    Keys of the stack that its file has lost are put back first: the engine rewrites a file without them
    before the program reads it, and makes another text of a time. Raise ProjectError where they find no
    place.
    """
    before = file.read_bytes() if file.is_file() else None
    if before is not None and keys and not _values(before).keys() & _KEYS:
        refuse_link_out(file)
        _add(file, before, keys)
        before = file.read_bytes()
    try:
        yield
    finally:
        if before is not None and file.is_file() and file.read_bytes() != before:
            # A person may have written into the file in the meantime: that is left alone.
            with suppress(ValueError):
                after = _values(file.read_bytes())
                added = {key: after.pop(key) for key in sorted(_KEYS & after.keys())}
                if added and after == _values(before):
                    _add(file, before, added)


def _passphrase_file(project: Project) -> dict[str, str]:
    name = os.environ.get(f"{PASSPHRASE}_FILE")
    return {f"{PASSPHRASE}_FILE": str(project.folder / name)} if name else {}


def _add(file: Path, before: bytes, values: Mapping[str, Any]) -> None:
    """Write the text of a file with further keys; raise ProjectError where there is no place for them."""
    expected = {**_values(before), **values}
    line = b"\r\n" if b"\r\n" in before else b"\n"
    lines = [f"{key}: {value}".encode() + line for key, value in values.items()]
    for text in (
        before + (b"" if before.endswith(b"\n") or not before else line) + b"".join(lines),
        _before_first_key(before, lines),
        _in_braces(before, values),
    ):
        try:
            fits = _values(text) == expected
        except ValueError:
            continue
        if fits:
            file.write_bytes(text)
            return
    raise ProjectError(
        f"{file.name} has no place for the engine's salt: add to it: {b''.join(lines).decode().strip()}"
    )


def _values(content: bytes) -> dict[str, Any]:
    return load_yaml(content.decode()) or {}


def _before_first_key(before: bytes, lines: Sequence[bytes]) -> bytes:
    """Return the text with further lines before its first key, as far to the right as that one.

    A text may end in a mark of its end, or in a value to which a further line would belong.
    """
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    text = before.removeprefix(mark)
    document = compose_yaml(text.decode())
    if not isinstance(document, yaml.MappingNode) or not document.value:
        return before
    first = document.value[0][0].start_mark
    rows = text.splitlines(keepends=True)
    margin = b" " * first.column
    rows[first.line : first.line] = [margin + line for line in lines]
    return mark + b"".join(rows)


def _in_braces(before: bytes, values: Mapping[str, Any]) -> bytes:
    """Return the text of a map in braces, as JSON is, with further keys at its beginning."""
    entries = b"".join(f'"{key}": "{value}", '.encode() for key, value in values.items())
    return before.replace(b"{", b"{" + entries, 1)
