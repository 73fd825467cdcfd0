"""Files that appear whole or not at all: written beside their place, brought to disk, then put there."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a new path beside the target; what was written there takes the target's place, unless an error came up."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        yield beside
        with beside.open("rb+") as stream:
            os.fsync(stream.fileno())
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
        to_disk(target.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def to_disk(folder: Path) -> None:
    """Bring the names in a folder to disk, where a system can do that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_json(target: Path, content: dict[str, Any]) -> None:
    """Write a small JSON file, whole or not at all."""
    with whole(target) as beside:
        beside.write_text(json.dumps(content, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON file; None where there is none, or none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
