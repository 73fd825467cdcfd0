"""Where a log keeps what its records rest on: a folder beside it."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from evaluator.record.problems import LogProblem

FILE_MODE = 0o660
FOLDER_MODE = 0o770
"""Not for everybody: a log holds personal data. Whoever may write to the folder decides further."""
_ENDINGS = (".jsonl", ".ndjson")


def folder_of(log: Path) -> Path:
    """Return the folder beside a log: decisions.log.jsonl has decisions.log.d. Raises LogProblem where the name is no log's."""
    if log.suffix.lower() not in _ENDINGS:
        raise LogProblem(f"{log} is no name for a log", "end it in .jsonl")
    return log.with_suffix(".d")


def make_folder(folder: Path) -> None:
    """Make a folder where there is none, and those above it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=FOLDER_MODE)
        synced_folder(folder.parent)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, whole or not at all, and wait until it is on the disk."""
    with part_of(path) as part:
        write_synced(part, content)
        part.replace(path)
    synced_folder(path.parent)


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """Give the name of what is to become a file or folder; whatever is left there in the end goes."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
    finally:
        if part.is_dir():
            import shutil

            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def synced_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can be asked for that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
