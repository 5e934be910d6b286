"""The lock that serialises the operations on one image, over all processes of an engine run."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from alicloud_image_share.lifecycle.run_file import RunFile
from alicloud_image_share.sharing.model import ImageKey


@dataclass(slots=True)
class ImageLock:
    """Held by the one operation that is under way on an image, in whichever process of the run."""

    image: ImageKey
    file: RunFile | None
    _of_threads: threading.Lock = field(default_factory=threading.Lock)

    def acquire(self, timeout: float = -1) -> bool:
        """Take the lock, at most so many seconds later; -1 waits without end."""
        if not self._of_threads.acquire(timeout=timeout):
            return False
        if self.file is None or self.file.lock(str(self.image), timeout):
            return True
        self._of_threads.release()
        return False

    def release(self) -> None:
        """Give the lock back."""
        if self.file:
            self.file.unlock(str(self.image))
        self._of_threads.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
