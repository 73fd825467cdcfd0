"""A frame of the user's own in, the same kind of frame out: people judged where their data lies, in Polars, DuckDB or Spark."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Collection, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs
import narwhals as nw

from evaluator.diagnostics import did_you_mean
from evaluator.engines.columns import language as x
from evaluator.engines.columns import natural
from evaluator.engines.columns.derived import AS_OF
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.natural import FrameProblem, Source, Taken
from evaluator.engines.columns.plan import DOUBT, ROLE, FrameT, plan, side
from evaluator.engines.columns.stages import SIDES, Stages, standing_column
from evaluator.engines.columns.truths import column, day_number
from evaluator.model import Pack, Role
from evaluator.populations.levels import words
from evaluator.reading.population.columns import GROUP, folded

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FrameProblem", "evaluate_frame"]
NativeT = TypeVar("NativeT")
_ID, _NAME, _INVALID, _ABOUT = "id", "name", "invalid", "about"
_WORDS = {"low": "worse", "high": "better"}
_WHAT = "pass a frame of Polars, a relation of DuckDB or a frame of Spark"
_KINDS = (nw.Implementation.POLARS, nw.Implementation.DUCKDB, nw.Implementation.PYSPARK, nw.Implementation.PYSPARK_CONNECT)


def evaluate_frame(frame: NativeT, pack: Pack, *, as_of: datetime.date, role: str | None = None, keep: Collection[str] = ()) -> NativeT:
    """Evaluate a frame of people, one a row, and return the same kind of frame, lazy where it is lazy.

    Columns are `id`, perhaps `name` and `role`, and attributes by id, title or another name, in types of their own; what is
    missing is null. Everybody is judged for the best next role, or for `role`. `keep` carries columns along that are no
    attributes. Raises FrameProblem for a frame that cannot be read; a value that does not fit is named in the row's `invalid`.
    """
    given = _opened(frame)
    table = _table(pack, given.collect_schema(), keep)
    evaluation = _Evaluation(pack=natural.without_records(pack), table=table, as_of=as_of, judged=_judged(pack, role))
    if given.implementation is nw.Implementation.POLARS:
        return cast("NativeT", _in_polars(evaluation, given))
    with x.speaking(_Quoting("quoting") if given.implementation.is_spark_like() else nw):
        answered = evaluation.run(given.lazy())
    return cast("NativeT", answered.to_native())


class _Quoting(ModuleType):
    """Narwhals' words with the names of columns in quotes, without which Spark takes `a.b` for a part of `a`."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever narwhals has
        return getattr(nw, name)

    def col(self, name: str) -> nw.Expr:
        """Return a column."""
        return nw.col("`" + name.replace("`", "``") + "`")


def _opened(frame: object) -> nw.LazyFrame[Any] | nw.DataFrame[Any]:
    try:
        given: nw.LazyFrame[Any] | nw.DataFrame[Any] = nw.from_native(frame)
    except TypeError:
        raise FrameProblem(f"{type(frame).__module__}.{type(frame).__name__} is no frame that can be evaluated", _WHAT) from None
    if given.implementation.is_pandas_like():
        step = "pass polars.from_pandas(frame), and look at its empty cells"
        raise FrameProblem("a frame of pandas cannot tell what is missing from what is no number", step)
    if given.implementation not in _KINDS:
        raise FrameProblem(f"frames of {given.implementation.name.lower()} are not among those that are tested", _WHAT)
    return given


def _in_polars(evaluation: _Evaluation, given: nw.LazyFrame[Any] | nw.DataFrame[Any]) -> pl.DataFrame | pl.LazyFrame:
    import polars as pl

    with x.speaking(pl):
        answered: pl.LazyFrame = evaluation.run(given.lazy().to_native())
    return answered.collect() if isinstance(given, nw.DataFrame) else answered


@attrs.frozen(kw_only=True)
class _Table:
    """What the columns of a frame say, in its order: by the plan's column that each becomes; and what is carried along."""

    said: dict[str, Source]
    kept: tuple[str, ...]


def _table(pack: Pack, schema: nw.Schema, keep: Collection[str]) -> _Table:
    """Find out what each column says; FrameProblem for one that nobody knows, and for two that say the same."""
    if lost := [name for name in keep if name not in schema]:
        raise FrameProblem(
            f"`keep` names the column `{lost[0]}`, which the frame has not", did_you_mean(lost[0], schema.names()) or "take it out"
        )
    names = {folded(name): column(one.id) for one in pack.attributes.values() for name in (one.title, *one.also, one.id)}
    names |= {name: name for name in (_ID, _NAME, ROLE)}
    said: dict[str, Source] = {}
    for name, dtype in schema.items():
        key = folded(name)
        if name in keep or key.startswith(GROUP):
            continue
        if key not in names:
            raise FrameProblem(f"the column `{name}` is no attribute of the pack", _step(name, names))
        first = said.setdefault(names[key], Source(name=name, dtype=dtype))
        if first.name != name:
            raise FrameProblem(f"the columns `{first.name}` and `{name}` say the same", "keep one of the two")
    if _ID not in said:
        raise FrameProblem("the frame has no column `id`", "name the column that tells people apart `id`")
    return _Table(said=said, kept=tuple(name for name in schema.names() if name in keep))


def _step(name: str, known: Collection[str]) -> str:
    if folded(name) == folded(AS_OF):
        return "pass the date as `as_of`, or carry the column along with `keep`"
    return did_you_mean(folded(name), known) or "rename it to an attribute, or carry it along with `keep`"


def _judged(pack: Pack, name: str | None) -> Role | None:
    if name is None:
        return None
    role = pack.find_role(name)
    if role is None:
        step = did_you_mean(name, pack.role_names) or f"use one of {', '.join(pack.roles)}"
        raise FrameProblem(f"the pack has no role called `{name}`", step)
    if role.destination:
        raise FrameProblem(f"`{role.id}` is a destination, which is never judged", "name a role that has criteria")
    return role


@attrs.frozen(kw_only=True)
class _Evaluation:
    """The evaluation of one frame, stage by stage; `judged` is the role for everybody, or nothing for the best next one."""

    pack: Pack
    table: _Table
    as_of: datetime.date
    judged: Role | None

    def run(self, frame: FrameT) -> FrameT:
        """Return the results of a frame, in the words that are being spoken."""
        wide = self.stages.run(self._facts(frame))
        wide = wide.with_columns(self._about().alias(_ABOUT))
        wide = wide.with_columns(*(self._picked(what, which).alias(_shown(what, which)) for what in "vmw" for which in SIDES))
        return wide.select(*self._results())

    @functools.cached_property
    def stages(self) -> Stages:
        """The stages of the pack's plan, with the columns that last through all of them."""
        named = (_NAME,) if _NAME in self.table.said else ()
        carried = (_carried(place) for place in range(len(self.table.kept)))
        return Stages(plan=plan(self.pack), own=(_ID, *named, ROLE, AS_OF, DOUBT, _INVALID, *carried))

    def _facts(self, frame: FrameT) -> FrameT:
        """Return the plan's columns, the person's own, and those carried along under names that are nobody else's."""
        said = self.table.said
        read: list[Taken] = [natural.taken(one, said[column(one.id)]) for one in self.pack.attributes.values() if column(one.id) in said]
        columns: dict[str, nw.Expr] = {}
        for part in (*(natural.absent(one) for one in self.pack.attributes.values()), *(one.columns for one in read)):
            columns |= part
        columns |= {DOUBT: natural.in_doubt(read), AS_OF: x.cast(x.lit(day_number(self.as_of)), Of.SMALL)}
        columns |= {name: said[name].text for name in (_ID, _NAME) if name in said}
        columns[ROLE] = natural.role_name(said[ROLE]) if ROLE in said else x.nothing(Of.TEXT)
        columns |= {_there(place): ~source.cell.is_null() for place, source in enumerate(said.values())}
        columns |= {_carried(place): x.col(name) for place, name in enumerate(self.table.kept)}
        frame = frame.select(*(expression.alias(name) for name, expression in columns.items()))
        frame = frame.with_columns(natural.role_place(self.pack, x.col(ROLE)).alias(ROLE))
        return frame.with_columns(self._unfit().alias(_INVALID))

    def _unfit(self) -> nw.Expr:
        """Return the first column that holds something and left nothing to be judged, or has no id; nothing where all is well."""
        result = x.nothing(Of.TEXT)
        for place, (name, source) in reversed(list(enumerate(self.table.said.items()))):
            empty = x.col(name).is_null()
            result = x.when(empty if name == _ID else x.col(_there(place)) & empty).then(x.lit(source.name)).otherwise(result)
        return result

    def _about(self) -> nw.Expr:
        """Return the place, among the judged roles, of the one a person is judged for; nothing in a row with something invalid."""
        places = {role.id: place for place, role in enumerate(self.pack.judged_roles)}
        moves = ((x.col("next") == place, places[move.to]) for place, move in enumerate(self.pack.moves) if move.to in places)
        about = natural.place_of(moves) if self.judged is None else x.cast(x.lit(places[self.judged.id]), Of.WHOLE)
        return _where(x.col(_INVALID).is_null(), about, Of.WHOLE)

    def _picked(self, what: str, which: str) -> nw.Expr:
        """Return the verdict `v`, met weight `m` or weight `w` of the role a person is judged for."""
        picked = x.nothing(Of.WHOLE)
        for place, role in enumerate(self.pack.judged_roles):
            if self.judged in {None, role}:
                picked = x.when(x.col(_ABOUT) == place).then(x.cast(x.col(side(role, what, which)), Of.WHOLE)).otherwise(picked)
        return picked

    def _results(self) -> list[nw.Expr]:
        valid = x.col(_INVALID).is_null()
        found = {name: x.col(name) for name in (_ID, _NAME) if name in self.table.said}
        found[ROLE] = _where(valid, _coded(x.col(ROLE), list(self.pack.roles)), Of.TEXT)
        found |= {f"standing_{track}": _where(valid, x.col(standing_column(track)), Of.TEXT) for track, _ in self.stages.tracks()}
        judged = "next_role" if self.judged is None else "judged_role"
        found[judged] = _coded(x.col(_ABOUT), [role.id for role in self.pack.judged_roles])
        found |= self._verdict()
        found[DOUBT] = _where(valid, x.col(DOUBT), Of.TRUTH).fill_null(value=False)
        found[_INVALID] = x.col(_INVALID)
        for place, name in enumerate(self.table.kept):
            found[_free(name, found)] = x.col(_carried(place))
        return [expression.alias(name) for name, expression in found.items()]

    def _verdict(self) -> dict[str, nw.Expr]:
        verdicts = self.pack.verdicts
        pairs = [words(low, high) for low in verdicts for high in verdicts]
        low, high = (x.col(_shown("v", which)) for which in SIDES)
        found = {"verdict": _coded(low * len(verdicts) + high, pairs)}
        found |= {f"verdict_{name}": _coded(x.col(_shown("v", which)), verdicts) for which, name in _WORDS.items()}
        for which, name in _WORDS.items():
            met, weight = (x.cast(x.col(_shown(what, which)), Of.FLOAT) for what in "mw")
            found[f"score_{name}"] = met / weight
        return found


def _free(name: str, others: Collection[str]) -> str:
    """Return a name that no other column has, whatever its case: databases do not tell cases apart."""
    return _free(f"kept.{name}", others) if name.casefold() in {other.casefold() for other in others} else name


def _carried(place: int) -> str:
    return f"k.{place}"


def _there(place: int) -> str:
    return f"there.{place}"


def _shown(what: str, which: str) -> str:
    return f"{what}.{which}"


def _where(where: nw.Expr, value: nw.Expr, of: Of) -> nw.Expr:
    return x.when(where).then(value).otherwise(x.nothing(of))


def _coded(code: nw.Expr, options: Sequence[str]) -> nw.Expr:
    """Return the words that small numbers stand for."""
    result = x.nothing(Of.TEXT)
    for place, option in enumerate(options):
        result = x.when(code == place).then(x.lit(str(option))).otherwise(result)
    return result
