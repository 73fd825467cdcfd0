"""Files that appear whole or not at all: written beside their place, brought to disk, then put there."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SYSTEM_ERROR = re.compile(r"\(os error ([0-9]+)\)")


@contextmanager
def whole(target: Path, mark: str | None = None) -> Iterator[Path]:
    """Give a new path beside the target; what was written there takes the target's place, unless an error came up.

    The path is a new one each time, or always the same for the same `mark`, so that what a killed program left there goes with the next.
    """
    beside = target.with_name(f".{target.name}.{mark or secrets.token_hex(4)}.part")
    _remove(beside)
    try:
        yield beside
        for file in sorted(beside.iterdir()) if beside.is_dir() else (beside,):
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
        to_disk(target.parent)
    except BaseException as problem:
        _remove(beside)
        number = system_error(problem)
        if number is None:
            raise
        raise OSError(number, os.strerror(number), str(target)) from problem


def _remove(beside: Path) -> None:
    if beside.is_dir():
        shutil.rmtree(beside)
    else:
        beside.unlink(missing_ok=True)


def system_error(problem: BaseException) -> int | None:
    """Return the number of the system's error behind a failure, where there is one; polars tells it in its text alone."""
    if isinstance(problem, OSError) and problem.errno is not None:
        return problem.errno
    told = _SYSTEM_ERROR.search(str(problem)) if isinstance(problem, Exception) else None
    return int(told[1]) if told else None


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
