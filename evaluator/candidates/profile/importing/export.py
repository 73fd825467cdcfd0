"""An export on disk, a folder or a ZIP archive → the texts of its files."""

from __future__ import annotations

import codecs
import os
from collections.abc import Collection, Mapping
from pathlib import Path

import attrs

from evaluator.candidates.profile.importing.archive import ExportProblem, archived, check_size
from evaluator.core.files import open_to_read
from evaluator.reading import limits

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_NAMES = 10_000


@attrs.frozen(kw_only=True)
class Source:
    """A file of an export: the place to name it by, and its text."""

    place: str
    text: str


def sources(path: str, wanted: Collection[str]) -> dict[str, Source]:
    """Return the wanted files of a folder or archive by lower-case name; raises ExportProblem, and OSError where nothing can be read."""
    root = Path(path)
    if root.is_dir():
        found = {name: (os.fspath(file), _limited(file)) for name, file in _files(root, wanted).items()}
    else:
        inside = archived(root, wanted)
        found = {name: (f"{path}/{member}", data) for name, (member, data) in inside.items()}
    return {name: Source(place=location, text=text_of(location, data)) for name, (location, data) in found.items()}


def _files(root: Path, wanted: Collection[str]) -> Mapping[str, Path]:
    """Return the files that are meant; the one folder of an archive that unpacked into a folder of its own counts as the export."""
    for folder in (root, *_only_folder(root)):
        paths: dict[str, Path] = {}
        for file in sorted(folder.iterdir())[:_MOST_NAMES]:
            if file.name.lower() not in wanted or not file.is_file():
                continue
            if file.is_symlink():
                raise ExportProblem(f"{file} is a link to another file", "put the file itself there")
            if file.name.lower() in paths:
                raise ExportProblem(f"{paths[file.name.lower()]} and {file} differ only in case", "keep one of the two")
            paths[file.name.lower()] = file
        if paths:
            return paths
    return {}


def _only_folder(root: Path) -> tuple[Path, ...]:
    folders = [entry for entry in sorted(root.iterdir())[:_MOST_NAMES] if entry.is_dir() and not entry.is_symlink()]
    return tuple(folders) if len(folders) == 1 else ()


def _limited(file: Path) -> bytes:
    with open_to_read(file) as stream:
        data = stream.read(limits.EXPORTED + 1)
    check_size(os.fspath(file), len(data))
    return data


def text_of(location: str, data: bytes) -> str:
    """Turn bytes into text: UTF-8, or what a byte order mark names; raises ExportProblem."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        step = "save it as UTF-8"
        raise ExportProblem(f"{location}, line {line}: the bytes here are no {encoding.removesuffix('-sig').upper()}", step) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ExportProblem(f"{location}, line {line}: there is a NUL character", "save it as UTF-8")
    return text
