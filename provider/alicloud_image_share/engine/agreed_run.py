"""Give a run's provider, beside its state, what people have agreed to: the run carries out nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from alicloud_image_share.sharing.allowance import VARIABLE, Allowance


@contextmanager
def agreed_variables(allowance: Allowance | None) -> Iterator[Mapping[str, str]]:
    """Return the variables for the engine of a run, as long as the block lasts; none without an allowance."""
    if allowance is None:
        yield {}
        return
    # The folder is for its owner alone: accounts of others are in the file.
    with tempfile.TemporaryDirectory(prefix="image-share-") as folder:
        path = Path(folder) / "allowance.json"
        path.touch(mode=0o600)
        path.write_text(allowance.to_text(), encoding="utf-8")
        yield {VARIABLE: str(path)}
