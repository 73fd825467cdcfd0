"""A table looked through as it stands: its columns and the texts of its cells, whatever they mean, and nothing of facts of groups."""

from __future__ import annotations

import codecs
import datetime
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from evaluator.core.files import open_to_read
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.columns import ColumnMap, HeaderBelow, Vocabulary, vocabulary
from evaluator.reading.tables.formats import CSV, JSON, JSON_LINES, PROFILE, format_of
from evaluator.reading.tables.likely_columns import likely_ids, likely_maps
from evaluator.reading.tables.meanings import ID
from evaluator.reading.tables.model import Chunk, Options, Raw
from evaluator.reading.tables.population import Table
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File, opener
from evaluator.reading.tables.text_stream import looks_like_utf16, marked_encoding

Look = Callable[[Raw, ColumnMap], None]
_CHUNK = 200_000
_PIECE = 1 << 20
_ANY_DAY = datetime.date(2000, 1, 1)


@attrs.frozen(kw_only=True)
class _Words(Vocabulary):
    """Knows headers by what other systems call things, too, and takes every column as it stands."""

    as_it_stands: bool = True
    finds_header: bool = False

    def names_ids(self, cells: Sequence[str]) -> bool:
        """Whether one of a row's cells is likely to say that a column holds ids."""
        return any(self.meaning(cell) == ID for cell in cells) or bool(likely_ids(cells))

    def may_be_header(self, cells: Sequence[str]) -> bool:
        """Whether a row is likely to be a header: it says several things that a column can say; none is where none is looked for."""
        if not self.finds_header:
            return False
        said = {meaning for cell in cells if (meaning := self.meaning(cell)) is not None} | {*likely_maps(cells, self.names).values()}
        return self.names_ids(cells) or len(said) > 1


@attrs.define(kw_only=True)
class _Looking(Door):
    """Shows rows to somebody, and reads none."""

    look: Look

    def chunk(self, raw: Raw, columns: ColumnMap, path: str) -> Chunk:
        """Show some rows."""
        import polars as pl

        self.look(raw, columns)
        nothing = pl.DataFrame()
        return Chunk(frame=nothing, kept=nothing, rejected=(), rows=raw.rows, path=path)


def has_named_columns(file: File) -> bool:
    """Whether a file names its columns once for all rows, so that it can be looked through: no JSON, and no profiles."""
    return not file.place.is_dir() and format_of(file.place, file.path) not in {PROFILE, JSON, JSON_LINES}


def is_utf8(file: File) -> bool:
    """Whether a file of text is UTF-8, or says by a mark what it is; a workbook and the like are no matter of encodings."""
    if format_of(file.place, file.path) is not CSV:
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_to_read(file.place) as opened:
        first = opened.read(_PIECE)
        if marked_encoding(first)[0] is not None or looks_like_utf16(first):
            return True
        try:
            while first:
                decoder.decode(first)
                first = opened.read(_PIECE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def look_through(  # noqa: PLR0913 - what is read, how, and who looks
    file: File, pack: Pack, options: Options, problems: Problems, look: Look, *, find_header: bool = False
) -> tuple[Table, int | None] | None:
    """Show the rows of a table, some at a time, and return it with the row of its header where another one than the first was found.

    None, and problems, where it cannot be read. The header is only looked for below where `find_header` says so.
    """
    plain = vocabulary(pack, options, problems)
    known = {field.name: getattr(plain, field.name) for field in attrs.fields(Vocabulary) if field.name != "as_it_stands"}
    words = _Words(**known, finds_header=find_header)
    asking = Asking(pack=pack, words=words, options=options, chunk_rows=_CHUNK, problems=problems)
    found: int | None = None
    try:
        table: Any = opener(file)(file, asking)
    except HeaderBelow as below:
        found = below.row
        table = opener(file)(file, attrs.evolve(asking, options=attrs.evolve(options, header_row=found)))
    if table is None:
        return None
    reader = CellReader(pack=pack, decimal=options.sign)
    door = _Looking(pack=pack, reader=reader, as_of=_ANY_DAY, as_of_wins=False, look=look)
    door.begin(file.path)
    for _ in table.chunks(door):
        pass
    return table, found
