"""A frame of the user's own in, the same kind of frame out: people judged where their data lies, in Polars, pandas, DuckDB or Spark."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs
import narwhals as nw

from evaluator.core.model import Pack, Role
from evaluator.core.text import fold_name
from evaluator.diagnostics import did_you_mean
from evaluator.engines.columns import from_columns as natural
from evaluator.engines.columns import language as x
from evaluator.engines.columns.derived import AS_OF
from evaluator.engines.columns.from_columns import FrameProblem, Source
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.plan import DOUBT, ROLE, FrameT, plan, side
from evaluator.engines.columns.spark_sql import through_sql
from evaluator.engines.columns.stages import SIDES, Stages, standing_column
from evaluator.engines.columns.truths import column
from evaluator.engines.columns.without_records import without_records
from evaluator.populations.databases.given_columns import GATHERED, ID, INVALID, NAME, Quoting, Stated, carried, free_name
from evaluator.populations.levels import words
from evaluator.reading.tables.meanings import EVERY_GROUP, GROUP

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FrameProblem", "evaluate_frame"]
NativeT = TypeVar("NativeT")
_ABOUT = "about"
_WORDS = {"low": "worse", "high": "better"}
_WHAT = "pass a frame of Polars, a frame of pandas with Arrow's types, a relation of DuckDB or a frame of Spark"
_KINDS = (nw.Implementation.POLARS, nw.Implementation.DUCKDB, nw.Implementation.PYSPARK, nw.Implementation.PYSPARK_CONNECT)


def evaluate_frame(frame: NativeT, pack: Pack, *, as_of: datetime.date, role: str | None = None, keep: Collection[str] = ()) -> NativeT:
    """Evaluate a frame of people, one a row, and return the same kind of frame, lazy where it is lazy.

    Columns are `id`, perhaps `name` and `role`, and attributes by id, title or another name; what is missing is null. Frames of Polars
    and pandas are read cell by cell as tables are, texts too, and come back with gaps, questions and what the pack reports; columns of
    DuckDB and Spark have the types of their attributes. Everybody is judged for the best next role, or for `role`. `keep` carries
    columns along that are no attributes; facts of groups, `group:…`, are left out unless it names them, or all of them as `group:*`.
    Raises FrameProblem for a frame that cannot be read; a value that does not fit is named in the row's `invalid`.
    """
    given = _opened(frame)
    if given.implementation.is_pandas_like():
        from evaluator.populations.frames_in_memory import from_pandas, to_pandas

        pandas: Any = frame
        return cast("NativeT", to_pandas(evaluate_frame(from_pandas(pandas), pack, as_of=as_of, role=role, keep=keep), pandas.index))
    sources, kept = _table(pack, given.collect_schema(), keep)
    judged = _judged(pack, role)
    if given.implementation is nw.Implementation.POLARS:
        return cast("NativeT", _in_memory(pack, sources, kept, as_of, judged, given.to_native()))
    closed = without_records(pack)
    evaluation = _Evaluation(pack=closed, stated=Stated(pack=closed, said=sources, kept=kept, as_of=as_of), judged=judged)
    if given.implementation is nw.Implementation.PYSPARK:
        return cast("NativeT", through_sql(given.to_native(), evaluation.run))
    with x.speaking(Quoting("quoting") if given.implementation.is_spark_like() else nw):
        answered = evaluation.run(given.lazy())
    return cast("NativeT", answered.to_native())


def _opened(frame: object) -> nw.LazyFrame[Any] | nw.DataFrame[Any]:
    try:
        given: nw.LazyFrame[Any] | nw.DataFrame[Any] = nw.from_native(frame)
    except TypeError:
        raise FrameProblem(f"{type(frame).__module__}.{type(frame).__name__} is no frame that can be evaluated", _WHAT) from None
    if given.implementation not in {*_KINDS, nw.Implementation.PANDAS}:
        raise FrameProblem(f"frames of {given.implementation.name.lower()} are not among those that are tested", _WHAT)
    return given


def _in_memory(  # noqa: PLR0913, PLR0917 - what is asked of a frame
    pack: Pack,
    sources: Mapping[str, Source],
    kept: Collection[str],
    as_of: datetime.date,
    judged: Role | None,
    frame: pl.DataFrame | pl.LazyFrame,
) -> pl.DataFrame | pl.LazyFrame:
    import polars as pl

    from evaluator.populations.frames_in_memory import FrameInMemory

    asked = FrameInMemory(pack=pack, said=sources, kept=kept, as_of=as_of, role=None if judged is None else judged.id)
    asked.check()
    return asked.lazily(frame) if isinstance(frame, pl.LazyFrame) else asked.judged(frame)


def _table(pack: Pack, schema: nw.Schema, keep: Collection[str]) -> tuple[dict[str, Source], tuple[str, ...]]:
    """Return what each column says, and those that are kept; FrameProblem for one nobody knows, and for two that say the same."""
    groups = [name for name in schema if fold_name(name).startswith(GROUP)]
    if groups and EVERY_GROUP in keep:
        keep = [*groups, *(name for name in keep if name != EVERY_GROUP)]
    if lost := [name for name in keep if name not in schema]:
        raise FrameProblem(
            f"`keep` names the column `{lost[0]}`, which the frame has not", did_you_mean(lost[0], schema.names()) or "take it out"
        )
    names = {
        fold_name(name): column(attribute.id)
        for attribute in pack.declared_attributes.values()
        for name in (attribute.title, *attribute.also, attribute.id)
    }
    names |= {name: name for name in (ID, NAME, ROLE)}
    sources: dict[str, Source] = {}
    for name, dtype in schema.items():
        key = fold_name(name)
        if name in keep or key.startswith(GROUP):
            continue
        if key not in names:
            raise FrameProblem(f"the column `{name}` is no attribute of the pack", _step(name, names))
        first = sources.setdefault(names[key], Source(name=name, dtype=dtype))
        if first.name != name:
            raise FrameProblem(f"the columns `{first.name}` and `{name}` say the same", "keep one of the two")
    if ID not in sources:
        raise FrameProblem("the frame has no column `id`", "name the column that tells people apart `id`")
    return sources, tuple(name for name in schema.names() if name in keep)


def _step(name: str, known: Collection[str]) -> str:
    if fold_name(name) == fold_name(AS_OF):
        return "pass the date as `as_of`, or carry the column along with `keep`"
    if fold_name(name) == GATHERED:
        return "carry the column along with `keep`: nobody is judged by the day on which facts were gathered"
    return did_you_mean(fold_name(name), known) or "rename it to an attribute, or carry it along with `keep`"


def _judged(pack: Pack, name: str | None) -> Role | None:
    if name is None:
        return None
    role = pack.find_role(name)
    if several := pack.titled(name):
        raise FrameProblem(f"{len(several)} roles are called `{name}`", f"say which: {' or '.join(f'`{title}`' for title in several)}")
    if role is None:
        step = did_you_mean(name, pack.role_names) or f"use one of {', '.join(pack.roles)}"
        raise FrameProblem(f"the pack has no role called `{name}`", step)
    if role.why_never_judged:
        why = "is a destination, which is never judged" if role.destination else role.why_never_judged
        raise FrameProblem(f"`{role.id}` {why}", "name a role that has criteria")
    return role


@attrs.frozen(kw_only=True)
class _Evaluation:
    """The evaluation of one frame, stage by stage; `judged` is the role for everybody, or nothing for the best next one."""

    pack: Pack
    stated: Stated
    judged: Role | None

    def run(self, frame: FrameT) -> FrameT:
        """Return the results of a frame, in the words that are being spoken."""
        wide = self.stages.run(self.stated.facts(frame))
        wide = wide.with_columns(self._about().alias(_ABOUT))
        wide = wide.with_columns(*(self._picked(what, which).alias(_shown(what, which)) for what in "vmw" for which in SIDES))
        return wide.select(*self._results())

    @functools.cached_property
    def stages(self) -> Stages:
        """The stages of the pack's plan, with the columns that last through all of them."""
        return Stages(plan=plan(self.pack), own=self.stated.own)

    def _about(self) -> nw.Expr:
        """Return the place, among the judged roles, of the one a person is judged for; nothing in a row with something invalid."""
        places = {role.id: index for index, role in enumerate(self.pack.judged_roles)}
        moves = ((x.col("next") == index, places[move.to]) for index, move in enumerate(self.pack.moves) if move.to in places)
        about = natural.place_of(moves) if self.judged is None else x.cast(x.lit(places[self.judged.id]), Of.WHOLE)
        return _where(x.col(INVALID).is_null(), about, Of.WHOLE)

    def _picked(self, what: str, which: str) -> nw.Expr:
        """Return the verdict `v`, met weight `m` or weight `w` of the role a person is judged for."""
        judged = [(index, role) for index, role in enumerate(self.pack.judged_roles) if self.judged in {None, role}]
        cases = [(index, self._code(role, what, which)) for index, role in judged]
        return x.chosen(x.col(_ABOUT), cases, x.nothing(Of.WHOLE))

    def _code(self, role: Role, what: str, which: str) -> nw.Expr:
        """Return the same of a role, a verdict as its place among all words for verdicts."""
        found = x.cast(x.col(side(role, what, which)), Of.WHOLE)
        places = [self.pack.verdict_words.index(verdict) for verdict in self.pack.verdicts_of(role)]
        if what != "v" or places == list(range(len(places))):
            return found
        return x.chosen(found, [(place, x.lit(word, Of.WHOLE)) for place, word in enumerate(places)], x.nothing(Of.WHOLE))

    def _results(self) -> list[nw.Expr]:
        valid = x.col(INVALID).is_null()
        columns = {name: x.col(name) for name in (ID, NAME) if name in self.stated.said}
        columns[ROLE] = _where(valid, _coded(x.col(ROLE), list(self.pack.roles)), Of.TEXT)
        columns |= {f"standing_{track}": _where(valid, x.col(standing_column(track)), Of.TEXT) for track, _ in self.stages.tracks()}
        judged = "next_role" if self.judged is None else "judged_role"
        columns[judged] = _coded(x.col(_ABOUT), [role.id for role in self.pack.judged_roles])
        columns |= self._verdict()
        columns[DOUBT] = _where(valid, x.col(DOUBT), Of.TRUTH).fill_null(value=False)
        columns[INVALID] = x.col(INVALID)
        for index, name in enumerate(self.stated.kept):
            columns[free_name(name, columns)] = x.col(carried(index))
        return [expression.alias(name) for name, expression in columns.items()]

    def _verdict(self) -> dict[str, nw.Expr]:
        verdicts = self.pack.verdict_words
        pairs = [words(low, high) for low in verdicts for high in verdicts]
        low, high = (x.col(_shown("v", which)) for which in SIDES)
        result = {"verdict": _coded(low * len(verdicts) + high, pairs)}
        result |= {f"verdict_{name}": _coded(x.col(_shown("v", which)), verdicts) for which, name in _WORDS.items()}
        for which, name in _WORDS.items():
            met, weight = (x.cast(x.col(_shown(what, which)), Of.FLOAT) for what in "mw")
            result[f"score_{name}"] = met / weight
        return result


def _shown(what: str, which: str) -> str:
    return f"{what}.{which}"


def _where(where: nw.Expr, value: nw.Expr, of: Of) -> nw.Expr:
    return x.when(where).then(value).otherwise(x.nothing(of))


def _coded(code: nw.Expr, options: Sequence[str]) -> nw.Expr:
    """Return the words that small numbers stand for."""
    return x.chosen(code, [(index, x.lit(str(option))) for index, option in enumerate(options)], x.nothing(Of.TEXT))
