"""Files → text: UTF-8 of a bounded size, or a finding that says why not."""

from __future__ import annotations

import codecs
import os
from typing import BinaryIO

from evaluator.core.files import SpecialFile, foreign, open_to_read
from evaluator.diagnostics import Problems, Span, lines_of
from evaluator.reading import limits

ORDINARY_FILE = "name an ordinary file, or put one in its place"
THROUGH_INPUT = "name an ordinary file; what comes through a pipe is read with `-`, from standard input"


def read_text(path: str | os.PathLike[str], problems: Problems) -> str | None:
    """Read a file of at most 4 MiB as UTF-8, line ends as they are; a byte order mark is taken off."""
    name = os.fspath(path)
    try:
        with open_input(path, problems) as file:
            data = file.read(limits.TEXT_FILE + 1)
    except OSError as error:
        step = ORDINARY_FILE if isinstance(error, SpecialFile) else "check the name and the folder"
        problems.add("R001", f"the file cannot be read: {_system_words(error)}", Span.whole_file(name), help=step)
        return None
    problems.files[name] = data
    return decode(data, name, problems)


def open_input(path: str | os.PathLike[str], problems: Problems) -> BinaryIO:
    """Open a file in which something may be found wrong, and note where nothing of it may be shown then; raises OSError."""
    note_owner(path, problems)
    return open_to_read(path)


def note_owner(path: str | os.PathLike[str], problems: Problems, archive: str | os.PathLike[str] | None = None) -> None:
    """Note where a link of another user than its owner reaches a file, or the archive that it is in."""
    if foreign(path) or (archive is not None and foreign(archive)):
        problems.foreign.add(os.fspath(path))


def decode(data: bytes, name: str, problems: Problems) -> str | None:
    """Turn the bytes of a file into text; problems where it is too large or not UTF-8."""
    if len(data) > limits.TEXT_FILE:
        problems.add("R008", "the file is larger than 4 MiB", Span.whole_file(name), help="split it, or use a table of data")
        return None
    return as_text(data, name, "R001", problems)


def as_text(data: bytes, name: str, code: str, problems: Problems) -> str | None:
    """Turn bytes into text, a byte order mark taken off; a problem of that code where they are not UTF-8."""
    try:
        problems.texts[name] = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            problems.add(code, "the file is saved as UTF-16", Span.whole_file(name), help="save it as UTF-8")
            return None
        lines = lines_of(data[: error.start].decode("utf-8-sig", "replace"))
        line, column = len(lines), len(lines[-1]) + 1
        span = Span(path=name, line=line, column=column, end_line=line, end_column=column + 1)
        problems.texts.setdefault(name, data.decode("utf-8-sig", "replace"))
        problems.add(code, f"the byte 0x{data[error.start]:02x} here is no UTF-8", span, help="save the file as UTF-8")
        return None
    return problems.texts[name]


def _system_words(error: OSError) -> str:
    if isinstance(error, SpecialFile):
        return str(error.strerror)
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    return "permission denied" if isinstance(error, PermissionError) else "the system refused"
