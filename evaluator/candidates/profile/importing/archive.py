"""A ZIP archive opened with care: nothing is unpacked to disk, and nothing is read beyond stated bounds."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from evaluator.core.files import open_to_read
from evaluator.diagnostics import EvaluatorError
from evaluator.reading import limits

_TAIL = 65_557
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, LookupError)
"""What the standard library raises of archives that are no good: an offset before the file's start comes as an OSError."""


class ExportProblem(EvaluatorError):
    """An export cannot be used; carries one lower-case sentence and a next step."""


def archived(path: Path, wanted: Collection[str]) -> dict[str, tuple[str, bytes]]:
    """Return the wanted files of an archive by lower-case name, each with its name inside and its bytes; raises ExportProblem."""
    _check_directory(path)
    try:
        with open_to_read(path) as file, zipfile.ZipFile(file) as archive:
            return {name: (entry.filename, _bytes(archive, entry)) for name, entry in _entries(archive, wanted).items()}
    except _DAMAGED as error:
        raise ExportProblem("the archive is damaged, or packed in a way that cannot be read", "ask for the export again") from error


def _check_directory(path: Path) -> None:
    """Hold the archive's own table of contents against the bounds before anything parses it."""
    with open_to_read(path) as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
    index = tail.rfind(_END)
    if index < 0 or len(tail) - index < 22:  # noqa: PLR2004 - the record's length in the format
        step = "name the .zip file as it was downloaded, or the folder that it was unpacked to"
        raise ExportProblem("this is no ZIP archive", step)
    if tail[max(0, index - 20) : index].startswith(_END_64):
        raise ExportProblem("the archive is of the kind meant for more than 4 GB", "unpack it, and name the folder")
    entries, length = struct.unpack("<HI", tail[index + 10 : index + 16])
    if entries > limits.ENTRIES or length > limits.ENTRIES * 512:
        raise ExportProblem(f"the archive holds more than {limits.ENTRIES:,} files", "it is no export of one person's data")


def _entries(archive: zipfile.ZipFile, wanted: Collection[str]) -> dict[str, zipfile.ZipInfo]:
    result: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        _check_name(entry)
        name = PurePosixPath(entry.filename).name.lower()
        if entry.is_dir() or name not in wanted or "__MACOSX" in entry.filename:
            continue
        if name in result:
            step = "leave one of them in the archive"
            raise ExportProblem(f"the archive holds {PurePosixPath(entry.filename).name} twice", step)
        result[name] = entry
    if not result and (inner := next((one.filename for one in archive.infolist() if one.filename.lower().endswith(".zip")), None)):
        raise ExportProblem(
            f"the archive holds another archive, {_clip(inner)}, and no table of its own", "unpack it, and name the inner one"
        )
    return result


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    leads_out = name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name.split("/")[0]
    if leads_out:
        raise ExportProblem(
            f"the archive holds the name `{_clip(name)}`, which leads outside it", "do not use it: no export looks like this"
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ExportProblem(f"`{_clip(name)}` in the archive is a link to another file", "do not use it: no export looks like this")


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    name = _clip(entry.filename)
    if entry.flag_bits & _ENCRYPTED:
        raise ExportProblem(f"{name} in the archive is encrypted", "unpack it with its password, and name the folder")
    with archive.open(entry) as file:
        data = file.read(limits.EXPORTED + 1)
    if len(data) > limits.SMALL_EXPORTED and len(data) > limits.RATIO * max(entry.compress_size, 1):
        raise ExportProblem(
            f"{name} in the archive unpacks to more than {limits.RATIO} times its size", "do not use it: no export looks like this"
        )
    check_size(name, len(data))
    return data


def check_size(name: str, size: int) -> None:
    """Raise ExportProblem where a file is larger than any such export."""
    if size > limits.EXPORTED:
        step = "take out what is no part of the export; descriptions are not read at all"
        raise ExportProblem(f"{name} is larger than {limits.EXPORTED // limits.MIB} MiB", step)


def _clip(name: str) -> str:
    text = "".join(letter if letter.isprintable() else "?" for letter in name)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - what fits a line
