"""Rows of a database that are left out: with a value that does not fit, or an id that another row has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import attrs
import narwhals as nw
import polars as pl

from evaluator.core.model import Pack
from evaluator.core.values import Kind, clip
from evaluator.engines.columns.plan import ROLE
from evaluator.engines.columns.truths import column
from evaluator.populations.databases.given_columns import ID, INVALID, OFFENDING, Stated
from evaluator.reading.tables import Rejected
from evaluator.reading.tables.builtin_columns import NO_ID
from evaluator.reading.tables.cell_values import CellReader, is_missing
from evaluator.reading.tables.meanings import DAYS
from evaluator.reading.tables.model import Misfit, rejected

_STEP = "write it as the attribute's type asks, or judge the table with --engine columns"


@attrs.frozen(kw_only=True)
class Refusals:
    """Tells which rows cannot be judged, and why; `first` holds the first row of every id that stands in several, or 0 for none."""

    reader: CellReader
    stated: Stated
    path: str
    first: Mapping[str, int]

    @classmethod
    def of(cls, pack: Pack, stated: Stated, frame: pl.LazyFrame, *, path: str, ordered: bool) -> Refusals:
        """Look through all rows for ids that come twice; where rows have no order, none of them is the first."""
        rows = frame.filter(pl.col(INVALID).is_null()).group_by(ID).agg(pl.len(), pl.col("row").min())
        twice = rows.filter(pl.col("len") > 1).collect(engine="streaming")
        first = {name: row if ordered else 0 for name, _, row in twice.iter_rows()}
        return cls(reader=CellReader(pack=pack), stated=stated, path=path, first=first)

    def part(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Rejected, ...], Mapping[str, int]]:
        """Return the rows that can be judged, the others with their reasons, and the roles that the pack does not have."""
        others = self._other_roles(frame)
        is_other = pl.col(OFFENDING).is_in(list(others)) & (pl.col(INVALID) == self._role_column)
        unfit = pl.col(INVALID).is_not_null() & ~is_other.fill_null(value=False)
        again = pl.lit(value=False)
        if self.first:
            earlier = pl.col(ID).replace_strict(self.first, default=None, return_dtype=pl.UInt32)
            again = ~unfit & (earlier != pl.col("row")).fill_null(value=False)
        reasons = [*self._unfit(frame.filter(unfit)), *self._repeated(frame.filter(again))]
        good = frame.filter(~(unfit | again))
        held = Counter(text for text in good.filter(is_other)[OFFENDING] if not is_missing(text))
        return good, tuple(sorted(reasons, key=lambda one: one.row)), held

    @property
    def _role_column(self) -> str:
        return self.stated.said[ROLE].name if ROLE in self.stated.said else ""

    def _other_roles(self, frame: pl.DataFrame) -> list[str]:
        """Return the texts that stand where a role does and are none of the pack's, nor slips for one."""
        texts = frame.filter(pl.col(INVALID) == self._role_column)[OFFENDING].unique().drop_nulls().to_list()
        return [text for text in texts if not isinstance(self.reader.role(text), Misfit)]

    def _unfit(self, rows: pl.DataFrame) -> Iterator[Rejected]:
        meant = {source.name: name for name, source in self.stated.said.items()}
        for row, id_, name, text in rows.select("row", ID, INVALID, OFFENDING).iter_rows():
            misfit = self._misfit(meant[name], text or "")
            yield rejected(misfit.code, misfit.reason, row=row, column=name, text=text or "", id_=id_, path=self.path)

    def _misfit(self, meaning: str, text: str) -> Misfit:
        """Return why a text cannot be used, in the words of every other door."""
        if meaning == ID:
            return NO_ID
        found: object
        if meaning in {ROLE, *DAYS}:
            found = self.reader.role(text) if meaning == ROLE else self.reader.day(text, meaning)
        else:
            attribute = next(one for one in self.reader.pack.attributes.values() if column(one.id) == meaning)
            listed = attribute.kind is Kind.SET and self.stated.said[meaning].dtype != nw.String
            found = self.reader.attribute(attribute, text[1:-1].replace(", ", ";") if listed else text)
        what = meaning.removeprefix("a.")
        reason = f"`{clip(text)}` is no value that this engine takes for `{what}`; {_STEP}"
        return found if isinstance(found, Misfit) else Misfit("P102", reason)

    def _repeated(self, rows: pl.DataFrame) -> Iterator[Rejected]:
        for row, name in rows.select("row", ID).iter_rows():
            first = self.first[name]
            where = f"row {first:,} already" if first else "several rows, of which none is the first"
            reason = f"the id `{clip(name)}` stands in {where}; give each row an id of its own"
            yield rejected("D104", reason, row=row, column=ID, text=name, id_=name, path=self.path)
