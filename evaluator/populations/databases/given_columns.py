"""What the columns of a frame state → the plan's columns, in the words of whichever engine holds the frame."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType
from typing import Any

import attrs
import narwhals as nw

from evaluator.core.dates import day_number
from evaluator.core.model import Pack
from evaluator.engines.columns import from_columns as natural
from evaluator.engines.columns import language as x
from evaluator.engines.columns.derived import AS_OF, OWN_DAYS
from evaluator.engines.columns.from_columns import ColumnConversion, Source
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.plan import DOUBT, ROLE, FrameT
from evaluator.engines.columns.truths import column

ID, NAME, INVALID, OFFENDING = "id", "name", "invalid", "offending"
"""The last two: the first column of a row whose value does not fit, and what stands there."""
GATHERED = "gathered"
_OWN_DAYS = dict(zip((AS_OF, GATHERED), OWN_DAYS, strict=True))
"""The columns of days that a table may have, and those that they become."""


@attrs.frozen(kw_only=True)
class Stated:
    """What the columns of a frame say, in its order: by the plan's column that each becomes; and what is carried along.

    `as_of` is the day for everybody; `days_win` whether the frame's own days, in a column `as_of`, come before it. Nothing is judged by
    the days on which facts were gathered, in a column `gathered`; they are told beside what is.
    """

    pack: Pack
    said: Mapping[str, Source]
    kept: tuple[str, ...]
    as_of: datetime.date
    days_win: bool = True

    @property
    def own(self) -> tuple[str, ...]:
        """The columns of `facts` that are no attributes."""
        named = (NAME,) if NAME in self.said else ()
        return (ID, *named, ROLE, AS_OF, *OWN_DAYS, DOUBT, INVALID, *(carried(index) for index in range(len(self.kept))))

    def facts(self, frame: FrameT, *, offending: bool = False) -> FrameT:
        """Return the plan's columns, the person's own, and those carried along under names that are nobody else's."""
        columns = dict(self._columns())
        if offending:
            columns |= {_raw(index): source.raw for index, source in enumerate(self.said.values())}
        frame = frame.select(*(expression.alias(name) for name, expression in columns.items()))
        frame = frame.with_columns(natural.role_place(self.pack, x.col(ROLE)).alias(ROLE))
        if ROLE in self.pack.attributes:
            frame = frame.with_columns(self._role_today().alias(column(ROLE)))
        unfit = self._unfit([x.lit(source.name) for source in self.said.values()]).alias(INVALID)
        texts = [x.col(_raw(index)) for index in range(len(self.said))]
        return frame.with_columns(unfit, *([self._unfit(texts).alias(OFFENDING)] if offending else []))

    def _role_today(self) -> nw.Expr:
        """Return the role that is stated, or where nothing is the entry role of the pack."""
        entry = self.pack.entry_role
        if entry is None:
            return x.col(ROLE)
        stated = [x.col(_there(index)) for index, name in enumerate(self.said) if name == ROLE]
        holds = x.lit(list(self.pack.roles).index(entry.id), Of.SMALL)
        unstated = holds if not stated else x.when(stated[0]).then(x.nothing(Of.SMALL)).otherwise(holds)
        return x.first_known(x.col(ROLE), unstated)

    def _columns(self) -> Iterator[tuple[str, nw.Expr]]:
        attributes = self.pack.attributes.values()
        read: list[ColumnConversion] = [
            natural.taken(attribute, self.said[column(attribute.id)]) for attribute in attributes if column(attribute.id) in self.said
        ]
        columns: dict[str, nw.Expr] = {}
        for part in (*(natural.absent(attribute) for attribute in attributes), *(column_conversion.columns for column_conversion in read)):
            columns |= part
        yield from columns.items()
        yield from ((name, self.said[name].name_text) for name in (ID, NAME) if name in self.said)
        yield ROLE, natural.role_name(self.said[ROLE]) if ROLE in self.said else x.nothing(Of.TEXT)
        yield from self._days()
        yield DOUBT, natural.in_doubt(read)
        yield from ((_there(index), ~source.cell.is_null()) for index, source in enumerate(self.said.values()))
        yield from ((carried(index), x.col(name)) for index, name in enumerate(self.kept))

    def _days(self) -> Iterator[tuple[str, nw.Expr]]:
        """Yield the day for everybody, or each row's own; and the days that a row names itself."""
        own = {name: natural.day_of(self.said[meant]) if meant in self.said else x.nothing(Of.WHOLE) for meant, name in _OWN_DAYS.items()}
        day, named = x.lit(day_number(self.as_of)), own[_OWN_DAYS[AS_OF]]
        yield AS_OF, x.cast(x.first_known(named, day) if AS_OF in self.said and self.days_win else day, Of.SMALL)
        yield from ((name, x.cast(expression, Of.SMALL)) for name, expression in own.items())

    def _unfit(self, results: list[nw.Expr]) -> nw.Expr:
        """Return the result of the first column that holds something and left nothing, or is an id without anything."""
        result = x.nothing(Of.TEXT)
        every = sorted(
            enumerate(self.said), key=lambda column_pair: column_pair[1] == ROLE
        )  # the role last: it may be one that the pack does not have
        for index, name in reversed(every):
            wrong = x.col(_OWN_DAYS.get(name, name)).is_null()
            result = x.when(wrong if name == ID else x.col(_there(index)) & wrong).then(results[index]).otherwise(result)
        return result


def carried(index: int) -> str:
    """Name the column that carries one along."""
    return f"k.{index}"


def free_name(name: str, others: Collection[str]) -> str:
    """Return a name that no other column has, whatever its case: databases do not tell cases apart."""
    return free_name(f"kept.{name}", others) if name.casefold() in {other.casefold() for other in others} else name


def _there(index: int) -> str:
    return f"there.{index}"


def _raw(index: int) -> str:
    return f"raw.{index}"


class Quoting(ModuleType):
    """Narwhals' words with the names of columns in quotes, without which Spark takes `a.b` for a part of `a`."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever narwhals has
        return getattr(nw, name)

    def col(self, name: str) -> nw.Expr:
        """Return a column."""
        return nw.col("`" + name.replace("`", "``") + "`")
