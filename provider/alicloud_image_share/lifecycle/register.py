"""The register of one engine run: a ledger for each image, kept together by all processes of the run."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from types import MappingProxyType

from alicloud_image_share.lifecycle.image_lock import ImageLock
from alicloud_image_share.lifecycle.ledger import ImageLedger
from alicloud_image_share.lifecycle.owned_in_state import Owned
from alicloud_image_share.lifecycle.run_file import Entry, RunFile
from alicloud_image_share.sharing.model import ImageKey


class RunRegister:
    """What all processes of one engine run know; without a file, what this process alone knows."""

    def __init__(
        self, file: RunFile | None = None, problem: str = "", owned: Owned = MappingProxyType({})
    ) -> None:
        self._owned_in_state = owned
        self.problem = problem
        """Why the other processes of the run cannot be told something, as a sentence; else empty."""
        self._file = file
        self._lock = threading.RLock()
        self._ledgers: dict[str, ImageLedger] = {}
        self._checks = False

    def ledger(self, image: ImageKey) -> ImageLedger:
        """Return what the run knows of an image."""
        with self._lock:
            return self._ledger(str(image), image)

    def _ledger(self, name: str, image: ImageKey) -> ImageLedger:
        if name not in self._ledgers:
            self._ledgers[name] = ImageLedger(
                ImageLock(image, self._file),
                lambda entry: self._tell({"image": name, **entry}),
                self._current,
                _owned=set(self._owned_in_state.get(name, ())),
            )
        return self._ledgers[name]

    @property
    def checks(self) -> bool:
        """Whether a process of the run has checked a share: the run is no destroy."""
        with self._current():
            return self._checks

    def note_check(self) -> None:
        """Note that the run checks shares."""
        if not self._checks:
            self._tell({"checks": True})

    def _tell(self, entry: Entry) -> None:
        with self._lock:
            try:
                if self._file:
                    self._file.append(entry)
            except OSError as error:
                self._fail(error)
            if not self._file or self.problem:
                self._take(entry)

    @contextlib.contextmanager
    def _current(self) -> Iterator[None]:
        with self._lock:
            try:
                for entry in self._file.new_entries() if self._file else ():
                    self._take(entry)
            except OSError as error:
                self._fail(error)
            yield

    def _take(self, entry: Entry) -> None:
        self._checks = self._checks or entry.get("checks", False)
        image = ImageKey.parse(entry.get("image", ""))
        if image:
            self._ledger(entry["image"], image).take(entry)

    def _fail(self, error: OSError) -> None:
        where = self._file.path if self._file else ""
        self.problem = (
            "TMPDIR: the processes of this run cannot tell each other any more which accounts they ask for:"
            f" {where}: {error.strerror or error}; make room there, or set TMPDIR to another place."
        )
