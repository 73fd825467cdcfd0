"""R506: files in a pack's folder that look as if they belonged to it, and that nothing reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from evaluator.core.files import YAML_ENDINGS
from evaluator.diagnostics import Problems, Span
from evaluator.diagnostics.spelling import close_words
from evaluator.reading.pack.imports import FILE as IMPORTS
from evaluator.reading.pack.pack import HEAD, RULE_FILES

_READ = (*RULE_FILES, IMPORTS)
_FOLDERS = ("roles", "tests")
_DEEP = 4


def files_not_read(root: Path, problems: Problems) -> None:
    """Tell of YAML files beside those of the pack, of folders called nearly as one of its own, and of folders within them.

    Anything else may lie in a pack's folder: texts, hidden files, backups of editors, `schema/`, folders with names of their own.
    """
    for entry in _entries(root):
        if entry.is_symlink() and not entry.exists() and entry.name in _FOLDERS:
            step = "mend the link, or take it out"
            problems.add("R506", "this is a link to what is not there", Span.whole_file(os.fspath(entry)), help=step)
        elif entry.is_dir():
            _folder(entry, problems)
        elif is_yaml(entry.name) and entry.name not in _READ:
            problems.add("R506", "this file is not read", Span.whole_file(os.fspath(entry)), help=_file_step(root, entry.name))


def _folder(folder: Path, problems: Problems) -> None:
    meant = None if (folder / HEAD).is_file() else _close(folder.name, _FOLDERS)
    if folder.name in _FOLDERS:
        for entry in _entries(folder):
            if entry.is_dir():
                _tell(entry, f"files in folders of {folder.name}/ are not read", f"move them to {folder}{os.sep}", problems)
            elif is_yaml(entry.name) and entry.suffix not in YAML_ENDINGS:
                ending = entry.name.rpartition(".")[2]
                step = f"let its name end with .yaml, not .{ending}"
                problems.add("R506", "this file is not read", Span.whole_file(os.fspath(entry)), help=step)
    elif meant:
        _tell(folder, "the files of this folder are not read", f"call it {meant}{os.sep}", problems)


def _tell(folder: Path, message: str, step: str, problems: Problems) -> None:
    if any(_files(folder)):
        problems.add("R506", message, Span.whole_file(os.fspath(folder)), help=step)


def _files(folder: Path, deep: int = _DEEP) -> Iterator[Path]:
    for entry in _entries(folder):
        if entry.is_dir():
            yield from _files(entry, deep - 1) if deep else ()
        elif is_yaml(entry.name):
            yield entry


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, but for what is hidden; nothing of one that cannot be looked into."""
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "#")))
    except OSError:
        return []


def is_yaml(name: str) -> bool:
    """Whether a file is YAML by its name, also where an editor put .txt after that, or wrote it in capitals."""
    return name.casefold().removesuffix(".txt").endswith(YAML_ENDINGS)


def _file_step(root: Path, name: str) -> str:
    stem = name.split(".", 1)[0]
    known = {one.removesuffix(".yaml"): one for one in _READ}
    meant = _close(stem, (*known, *_FOLDERS, "role", "test"))
    if meant in known:
        return f"call it {known[meant]}" if not (root / known[meant]).exists() else f"move what it says to {known[meant]}, or take it out"
    return f"move it to {root / 'roles'}{os.sep} if it is a role, to {root / 'tests'}{os.sep} if it holds tests, or out of the pack"


def _close(word: str, known: tuple[str, ...]) -> str | None:
    return next(iter(close_words(word, known, most=1)), None)
