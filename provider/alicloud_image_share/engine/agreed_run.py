"""Give a run's provider, beside its own share, what people have agreed to and what the other shares own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from alicloud_image_share.lifecycle.owned_in_state import VARIABLE as OWNED
from alicloud_image_share.lifecycle.owned_in_state import Owned, to_text
from alicloud_image_share.sharing.allowance import VARIABLE as ALLOWANCE
from alicloud_image_share.sharing.allowance import Allowance


@contextmanager
def agreed_variables(
    allowance: Allowance | None, owned: Owned = MappingProxyType({})
) -> Iterator[Mapping[str, str]]:
    """Return the variables for the engine of a run, as long as the block lasts.

    With an allowance the run carries out nothing else; `owned` is what state says of all shares.
    """
    texts = {ALLOWANCE: allowance.to_text()} if allowance else {}
    texts |= {OWNED: to_text(owned)} if owned else {}
    if not texts:
        yield {}
        return
    # The folder is for its owner alone: accounts of others are in the files.
    with tempfile.TemporaryDirectory(prefix="image-share-") as folder:
        paths = {variable: Path(folder) / f"{variable}.json" for variable in texts}
        for variable, path in paths.items():
            path.touch(mode=0o600)
            path.write_text(texts[variable], encoding="utf-8")
        yield {variable: str(path) for variable, path in paths.items()}
