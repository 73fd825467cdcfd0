"""A process that may write no file longer than so many bytes, as on a full disk."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable


def room_for(size: int) -> Callable[[], None]:
    """Return what a started process runs first, so that the system refuses every file longer than so many bytes.

    What it compiles it does not keep: Python would leave halves of modules behind, which break every process after it.
    """

    def begin() -> None:
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    return begin
