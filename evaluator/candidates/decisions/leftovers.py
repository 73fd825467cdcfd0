"""What lies beside a log that no record names: snapshots, and parts of what a process that was killed was writing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import attrs

from evaluator.candidates.decisions.reading import Log
from evaluator.candidates.decisions.storage import folder_of
from evaluator.core.files import to_disk

_SNAPSHOT = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"\.[0-9a-f]{64}(?:\.yaml|\.part)?\.[0-9a-f]{8}\.part")


@attrs.frozen(kw_only=True)
class Leftovers:
    """Snapshots that no record names, and parts that were never completed."""

    unnamed: tuple[Path, ...]
    parts: tuple[Path, ...]


def leftovers(log: Log) -> Leftovers:
    """Find what no record names; who writes to the log at this moment may be about to name it."""
    named = {name for record in log.records for name in (record.profile_snapshot, record.pack_snapshot)}
    beside = list(_beside(folder_of(log.path)))
    unnamed = (path for path in beside if _SNAPSHOT.fullmatch(path.stem) and path.suffix in {"", ".yaml"} and path.stem not in named)
    return Leftovers(unnamed=tuple(unnamed), parts=tuple(path for path in beside if _PART.fullmatch(path.name)))


def clear(parts: tuple[Path, ...]) -> None:
    """Remove parts of what was never completed; whoever does so holds the log, so that nobody writes them any more."""
    for path in parts:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        to_disk(path.parent)


def _beside(folder: Path) -> Iterator[Path]:
    for name in ("profiles", "packs", "torn"):
        if (folder / name).is_dir():
            yield from sorted((folder / name).iterdir())
