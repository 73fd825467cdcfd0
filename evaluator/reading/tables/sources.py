"""Which files of people there are under a path, who opens each, and what pins down its content."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from evaluator.core.database_address import address_of
from evaluator.core.files import Nameless, SpecialFile, no_ordinary_file, open_to_read, special, standard_input
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, Span
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.reading import limits
from evaluator.reading.tables.columns import HeaderReader, Vocabulary
from evaluator.reading.tables.database_query import asked
from evaluator.reading.tables.formats import CSV, GZIP, PROFILE, PROFILE_ENDINGS, READ, TABLE_ENDINGS, Format, ending, format_of
from evaluator.reading.tables.model import Options
from evaluator.reading.yaml.files import ORDINARY_FILE, THROUGH_INPUT

STANDARD_INPUT = "-"
INPUT_NAME = "<standard input>"
_COPIES: list[Nameless] = []
"""What keeps the copies of standard input and of compressed files open: closed, they would be gone."""
_PIECE = 1 << 20
_SAMPLES = 64


@attrs.frozen(kw_only=True)
class File:
    """A file: its name as it was given, and where its bytes are; `copied` where that is a copy of this program's own.

    Where it is the answer of a database, `query` is what was asked.
    """

    path: str
    place: Path
    copied: bool = False
    query: str | None = None


@attrs.frozen(kw_only=True)
class Asking:
    """What is asked of a file: the pack's words, the options, how many rows at a time, and where problems go."""

    pack: Pack
    words: Vocabulary
    options: Options
    chunk_rows: int
    problems: Problems

    def header(self, path: str, span: Callable[[int], Span], *, row: int | None = None, later: int | None = None) -> HeaderReader:
        """Return a reader of a file's header; `row` is where it stands, and `later` a row below that looks more like one."""
        return HeaderReader(words=self.words, options=self.options, problems=self.problems, path=path, span=span, row=row, later=later)


Opener = Callable[[File, Asking], Any]


@attrs.frozen(kw_only=True)
class Fingerprint:
    """What pins down a file: its name, size and hash; of a large one a hash of pieces, and the time of change (else 0)."""

    path: str
    size: int
    changed_ns: int
    digest: str


def fingerprint(file: File) -> Fingerprint:
    """Return a file's fingerprint; of a large one, pieces are read. What came from standard input has no time of its own."""
    if file.place.is_dir():
        return _folder_fingerprint(file)
    found = file.place.stat()
    digest = hashlib.sha256(str(found.st_size).encode())
    with open_to_read(file.place) as opened:
        for start in _starts(found.st_size, every=file.copied):
            opened.seek(start)
            digest.update(opened.read(_PIECE))
    changed = 0 if file.copied or found.st_size <= _PIECE * _SAMPLES else found.st_mtime_ns
    return Fingerprint(path=file.path, size=found.st_size, changed_ns=changed, digest=digest.hexdigest())


def _starts(size: int, *, every: bool) -> list[int] | range:
    if every or size <= _PIECE * _SAMPLES:
        return range(0, size, _PIECE)
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
    return sorted(path for path in folder.iterdir() if ending(path) in PROFILE_ENDINGS and _to_read(path))


def _to_read(path: Path) -> bool:
    """Whether what lies in a folder of people is read, or refused by name, as a pipe is."""
    return path.is_file() or special(path) is not None


def files_under(path: str, problems: Problems, query: str | None = None) -> list[File]:
    """Return the files that a path stands for: itself, standard input in a file of its own, or the tables of a folder.

    The address of a database stands for the answer to `query`, which raises PopulationProblem where there is none.
    """
    if (address := address_of(path)) is not None:
        if query is None:
            raise PopulationProblem(f"{address} is a database, and no query says who is read of it", "write one that begins with select")
        return [File(path=str(address), place=asked(address, query), copied=True, query=query)]
    place = Path(path)
    if path == STANDARD_INPUT:
        return _standard_input(problems)
    if place.is_dir() and not profiles_in(place):
        tables = sorted(one for one in place.iterdir() if ending(one) in TABLE_ENDINGS and _to_read(one))
        if not tables:
            step = f"name a folder of profiles (.yaml), or a {READ}"
            problems.add("D101", "the folder holds no profile and no table", Span.whole_file(path), help=step)
        return [file for table in tables if _ordinary(table, problems) for file in _unpacked(table, str(table), problems)]
    return _unpacked(place, path, problems) if _ordinary(place, problems) else []


def _unpacked(place: Path, path: str, problems: Problems) -> list[File]:
    """Return a file, or a copy of what it holds where it is compressed."""
    if place.is_dir() or not _is_compressed(place):
        return [File(path=path, place=place)]
    try:
        with open_to_read(place) as packed, gzip.GzipFile(fileobj=packed) as opened:
            return _copied(opened, path, "the file unpacks to", problems)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error):
        step = "write it again; a copy may have stopped half-way"
        problems.add("D101", "the file is compressed, and what it holds is damaged or cut off", Span.whole_file(path), help=step)
        return []


def _is_compressed(path: Path) -> bool:
    try:
        with open_to_read(path) as opened:
            return opened.read(len(GZIP)) == GZIP
    except OSError:  # whoever opens it says why
        return False


def _copied(stream: BinaryIO, path: str, subject: str, problems: Problems) -> list[File]:
    """Copy a stream into a file of which nothing is left, however the program ends; a problem where it is too long."""
    nameless = Nameless()
    try:
        if not _fits(stream, nameless.path):
            step = "give the table in parts, each a file of its own"
            problems.add("D101", f"{subject} more than {limits.UNPACKED >> 30} GiB", Span.whole_file(path), help=step)
            nameless.close()
            return []
    except BaseException:
        nameless.close()
        raise
    _COPIES.append(nameless)
    return [File(path=path, place=nameless.path, copied=True)]


def _ordinary(path: Path, problems: Problems) -> bool:
    """Whether a table can be opened again and again, as it has to be; a problem where it cannot."""
    words = special(path)
    if words is None and (path.is_fifo() or path.is_char_device()):  # given open: read once, it would be gone
        words = no_ordinary_file("a pipe" if path.is_fifo() else "a terminal")
    if words is not None:
        problems.add("D101", f"the file cannot be read: {words}", Span.whole_file(str(path)), help=THROUGH_INPUT)
    return words is None


def _fits(stream: BinaryIO, path: Path) -> bool:
    """Copy a stream, and say whether all of it could be."""
    size = 0
    with path.open("wb") as copy:
        while size <= limits.UNPACKED and (piece := stream.read(_PIECE)):
            size += len(piece)
            copy.write(piece)
    return size <= limits.UNPACKED


def _standard_input(problems: Problems) -> list[File]:
    """Return a copy of standard input, unpacked where it is compressed."""
    try:
        given = standard_input()
    except SpecialFile as problem:
        problems.add("D101", f"standard input cannot be read: {problem.strerror}", Span.whole_file(INPUT_NAME), help=ORDINARY_FILE)
        return []
    copies = _copied(given, INPUT_NAME, "standard input holds", problems)
    return [file for copy in copies for file in (_unpacked(copy.place, INPUT_NAME, problems) if _is_compressed(copy.place) else [copy])]


def opener(file: File) -> Opener:
    """Return who opens a file of its format."""
    if file.place.is_dir():
        return _reader(PROFILE)
    return _reader(format_of(file.place, file.path))


def _reader(found: Format) -> Opener:
    module, _, function = (found.reader or CSV.reader).partition(".")
    opened: Opener = getattr(importlib.import_module(f"evaluator.reading.tables.{module}"), function)
    return opened
