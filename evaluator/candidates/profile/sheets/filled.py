"""A sheet that was filled in: CSV as spreadsheets save it, or a Word file → answers by what they set, each with its place."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs

from evaluator.candidates.profile.sheets.asked import ANSWER, EVIDENCE, KEY, PROFILE
from evaluator.cli.failures import Unusable
from evaluator.core.files import SpecialFile, read_bytes
from evaluator.core.spreadsheets import restored
from evaluator.core.text import fold_spaces
from evaluator.reading.tables.formats import CSV

_DELIMITERS = ",;\t|"
_MOST_BYTES = 32 * 1024 * 1024
_UNREADABLE = "save it as .csv or .docx, as `evaluator profile questions` writes it"


@attrs.frozen(kw_only=True)
class FilledRow:
    """An answer as it was filled in: its place in words, what it sets, its text and its evidence, and the profile it is about if named."""

    place: str
    key: str
    answer: str
    evidence: tuple[str, ...]
    profile: str | None


def filled(path: str) -> tuple[FilledRow, ...]:
    """Read the rows of a sheet in which something was filled in; raises Unusable where it is none."""
    try:
        data = read_bytes(path)
    except OSError as problem:
        words = problem.strerror if isinstance(problem, SpecialFile) else "there is no such file, or it may not be read"
        raise Unusable(f"{path} cannot be read: {words}", "check the name and the folder") from None
    if len(data) > _MOST_BYTES:
        raise Unusable(f"{path} is too large for a sheet of questions", _UNREADABLE)
    ending = Path(path).suffix.lower()
    rows = _of_word(path, data) if ending == ".docx" else _of_csv(path, data) if ending in CSV.endings else None
    if rows is None:
        raise Unusable(f"{path} is no sheet that can be read back", _UNREADABLE)
    return tuple(row for row in rows if row.answer or row.evidence)


def _of_csv(path: str, data: bytes) -> Iterator[FilledRow]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    for delimiter in _DELIMITERS:
        try:
            table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:  # a cell of more than 128 kB, as of a file of something else
            continue
        if table and (places := _columns(table[0])) is not None:
            return _rows(path, [[restored(cell) for cell in row] for row in table[1:]], places, None)
    raise _no_sheet(path)


def _of_word(path: str, data: bytes) -> Iterator[FilledRow]:
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
    except ImportError:
        step = "install the extra: pip install 'promotion-readiness-evaluator[docx]'; or fill in a .csv"
        raise Unusable("reading Word files needs python-docx", step) from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_BYTES:
                raise Unusable(f"{path} is too large for a sheet of questions", _UNREADABLE)
        tables = docx.Document(io.BytesIO(data)).tables
    except (zipfile.BadZipFile, PackageNotFoundError, SyntaxError, KeyError, ValueError, OSError):  # of broken XML, a SyntaxError
        raise Unusable(f"{path} is no Word file", _UNREADABLE) from None
    named = [cells[1] for table in tables for cells in _texts(table.rows) if len(cells) > 1 and cells[0] == PROFILE]
    for table in tables:
        first, *others = list(_texts(table.rows)) or [[]]
        if (places := _columns(first)) is not None:
            return _rows(path, others, places, named[0] if named else None)
    raise _no_sheet(path)


def _texts(rows: Iterable[object]) -> Iterator[list[str]]:
    for row in rows:
        yield [cell.text.strip() for cell in getattr(row, "cells", ())]


def _columns(header: Sequence[str]) -> dict[str, int] | None:
    """Return where the columns of a sheet stand; None where a row is no header of one."""
    folded = {fold_spaces(name): place for place, name in enumerate(header)}
    places = {name: folded[fold_spaces(name)] for name in (PROFILE, KEY, ANSWER, EVIDENCE) if fold_spaces(name) in folded}
    return places if {KEY, ANSWER} <= places.keys() else None


def _rows(path: str, table: Sequence[Sequence[str]], places: dict[str, int], profile: str | None) -> Iterator[FilledRow]:
    for number, cells in enumerate(table, 2):
        texts = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        yield FilledRow(
            place=f"{path}, row {number}",
            key=texts[KEY],
            answer=" ".join(texts[ANSWER].split()),
            evidence=tuple(line.strip() for line in texts.get(EVIDENCE, "").splitlines() if line.strip()),
            profile=texts.get(PROFILE) or profile,
        )


def _no_sheet(path: str) -> Unusable:
    return Unusable(f"{path} is no sheet of questions: it has no columns “{KEY}” and “{ANSWER}”", _UNREADABLE)
