"""Which files there are under a path, which format each has, and what pins down its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from evaluator.diagnostics import Problems, Span
from evaluator.reading.population.asking import Asking, File

_PROFILES = frozenset({".yaml", ".yml"})
_CSV = frozenset({".csv", ".tsv", ".tab", ".txt"})
_PARQUET = frozenset({".parquet", ".pq"})
_PIECE = 1 << 20
_SAMPLES = 64

Opener = Callable[[File, Asking], Any]


@attrs.frozen(kw_only=True)
class Fingerprint:
    """What pins down a file: its name, size, time of change, and a hash of its ends and of pieces between them."""

    path: str
    size: int
    changed_ns: int
    digest: str


def fingerprint(file: File) -> Fingerprint:
    """Return a file's fingerprint; of a large one, pieces are read."""
    if file.place.is_dir():
        return _folder_fingerprint(file)
    found = file.place.stat()
    digest = hashlib.sha256(str(found.st_size).encode())
    with file.place.open("rb") as opened:
        for start in _starts(found.st_size):
            opened.seek(start)
            digest.update(opened.read(_PIECE))
    return Fingerprint(path=file.path, size=found.st_size, changed_ns=found.st_mtime_ns, digest=digest.hexdigest())


def _starts(size: int) -> list[int]:
    if size <= _PIECE * _SAMPLES:
        return list(range(0, size, _PIECE))
    return [(size - _PIECE) * sample // (_SAMPLES - 1) for sample in range(_SAMPLES)]


def _folder_fingerprint(file: File) -> Fingerprint:
    digest = hashlib.sha256()
    size = changed = 0
    for path in profiles_in(file.place):
        found = path.stat()
        digest.update(f"{path.name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
        size, changed = size + found.st_size, max(changed, found.st_mtime_ns)
    return Fingerprint(path=file.path, size=size, changed_ns=changed, digest=digest.hexdigest())


def profiles_in(folder: Path) -> list[Path]:
    """Return the profiles of a folder, in order."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _PROFILES and path.is_file())


def files_under(path: str, problems: Problems) -> list[File]:
    """Return the files that a path stands for."""
    return [File(path=path, place=Path(path))]


def opener(file: File) -> Opener:
    """Return who opens a file of its format."""
    from evaluator.reading.population.csvtable import open_csv
    from evaluator.reading.population.parquet import open_parquet

    with file.place.open("rb") as opened:
        first = opened.read(8)
    if file.place.suffix.lower() in _PARQUET or first.startswith(b"PAR1"):
        return open_parquet
    return open_csv
