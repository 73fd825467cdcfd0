"""A new folder, written whole or not at all, and never over anything."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from evaluator.cli.failures import Unusable
from evaluator.core.files import to_disk
from evaluator.core.text import first_words

_LEFT_ALONE = frozenset({".git", ".DS_Store"})
_NAMED = 3


def refuse_used(folder: Path) -> None:
    """Refuse a folder that is no folder, or in which anything lies but a fresh git repository."""
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"{folder} is a file", "name a new folder, or an empty one")
    if os.path.lexists(folder) and not folder.exists():
        raise Unusable(f"{folder} is a link to what is not there", "name a new folder, or an empty one")
    there = sorted(entry.name for entry in folder.iterdir() if entry.name not in _LEFT_ALONE) if folder.is_dir() else []
    if there:
        raise Unusable(f"{folder} is not empty: it holds {first_words(there, _NAMED)}", "name a new folder, or an empty one")


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder, whose files take their place in the one that is named, unless an error came up: then nothing is left."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f".init.{secrets.token_hex(4)}.part"
        beside.mkdir()
        try:
            yield beside
            _put(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise
    to_disk(folder)


def _put(beside: Path, folder: Path) -> None:
    """Move what was written to its place; where one of it cannot be moved, none stays."""
    moved: list[Path] = []
    try:
        for entry in sorted(beside.iterdir()):
            target = folder / entry.name
            _refuse_there(target)
            entry.rename(target)
            moved.append(target)
    except BaseException:
        for target in moved:
            shutil.rmtree(target, ignore_errors=True) if target.is_dir() else target.unlink(missing_ok=True)
        raise


def _refuse_there(target: Path) -> None:
    if os.path.lexists(target):
        raise Unusable(f"{target} has come into being meanwhile", "name a new folder, or an empty one")


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
