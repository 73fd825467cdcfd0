"""A frame of the user's own in, the same kind of frame out: people judged where their data lies, in Polars, DuckDB or Spark."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import narwhals as nw

from evaluator.diagnostics import did_you_mean
from evaluator.engines.columns import language as x
from evaluator.engines.columns.derived import AS_OF
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.natural import FrameProblem, Source, absent, in_doubt, one_unfit, role_place, taken, without_records
from evaluator.engines.columns.plan import DOUBT, ROLE, FrameT, Plan, plan, side
from evaluator.engines.columns.truths import day_number
from evaluator.model import Pack, Role
from evaluator.populations.levels import words
from evaluator.reading.population.columns import folded

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FrameProblem", "evaluate_frame"]
NativeT = TypeVar("NativeT")
_ID, _NAME, _INVALID, _ABOUT = "id", "name", "invalid", "about"
_SIDES = {"low": "worse", "high": "better"}
_KINDS = (nw.Implementation.POLARS, nw.Implementation.DUCKDB, nw.Implementation.PYSPARK, nw.Implementation.PYSPARK_CONNECT)


def evaluate_frame(
    frame: NativeT, pack: Pack, *, as_of: datetime.date, role: str | None = None, keep: Collection[str] = ()
) -> NativeT:
    """Evaluate a frame of people, one a row, and return the same kind of frame, lazy where it is lazy.

    Columns are `id`, perhaps `name` and `role`, and attributes by id, title or another name, in types of their own; what is
    missing is null. Everybody is judged for the best next role, or for `role`. `keep` carries columns along that are no
    attributes. Raises FrameProblem for a frame that cannot be read; a value that does not fit is named in the row's `invalid`.
    """
    given = _opened(frame)
    table = _table(pack, given.collect_schema(), keep)
    evaluation = _Evaluation(pack=without_records(pack), table=table, as_of=as_of, judged=_judged(pack, role))
    if given.implementation is nw.Implementation.POLARS:
        return _in_polars(evaluation, given)
    with x.speaking(_Quoting("quoting") if given.implementation.is_spark_like() else nw):
        answered: NativeT = evaluation.run(given.lazy()).to_native()
    return answered


class _Quoting(ModuleType):
    """Narwhals' words with the names of columns in quotes, without which Spark takes `a.b` for a part of `a`."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever narwhals has
        return getattr(nw, name)

    def col(self, name: str) -> nw.Expr:
        """Return a column."""
        return nw.col("`" + name.replace("`", "``") + "`")


def _opened(frame: object) -> nw.LazyFrame[Any] | nw.DataFrame[Any]:
    try:
        given: nw.LazyFrame[Any] | nw.DataFrame[Any] = nw.from_native(frame)  # type: ignore[call-overload]
    except TypeError:
        message = f"{type(frame).__module__}.{type(frame).__name__} is no frame that can be evaluated"
        raise FrameProblem(message, "pass a frame of Polars, a relation of DuckDB or a frame of Spark") from None
    if given.implementation.is_pandas_like():
        message = "a frame of pandas cannot tell what is missing from what is no number"
        raise FrameProblem(message, "pass polars.from_pandas(frame), and look at its empty cells")
    if given.implementation not in _KINDS:
        message = f"frames of {given.implementation.name.lower()} are not among those that are tested"
        raise FrameProblem(message, "pass a frame of Polars, a relation of DuckDB or a frame of Spark")
    return given


def _in_polars(evaluation: _Evaluation, given: nw.LazyFrame[Any] | nw.DataFrame[Any]) -> Any:  # noqa: ANN401 - as it came
    import polars as pl

    with x.speaking(pl):
        answered: pl.LazyFrame = evaluation.run(given.lazy().to_native())
    return answered.collect() if isinstance(given, nw.DataFrame) else answered


@attrs.frozen(kw_only=True)
class _Table:
    """What the columns of a frame say: the person's own, attributes by id in the order of the frame, and what is carried along."""

    own: dict[str, Source]
    attributes: dict[str, Source]
    kept: tuple[str, ...]


def _table(pack: Pack, schema: nw.Schema, keep: Collection[str]) -> _Table:
    """Find out what each column says; FrameProblem for one that nobody knows, and for two that say the same."""
    names = {folded(name): one.id for one in pack.attributes.values() for name in (one.title, *one.also, one.id)}
    table = _Table(own={}, attributes={}, kept=tuple(name for name in schema.names() if name in set(keep)))
    if lost := [name for name in keep if name not in schema]:
        raise FrameProblem(f"`keep` names the column `{lost[0]}`, which the frame has not", _hint(lost[0], schema.names(), "take it out"))
    for name, dtype in schema.items():
        key = folded(name)
        if name in table.kept or key.startswith("group:"):
            continue
        said, place = (key, table.own) if key in {_ID, _NAME, ROLE} else (names.get(key, ""), table.attributes)
        if not said:
            raise FrameProblem(f"the column `{name}` is no attribute of the pack", _step(name, [*names, _ID, _NAME, ROLE]))
        first = place.setdefault(said, Source(name=name, dtype=dtype))
        if first.name != name:
            raise FrameProblem(f"the columns `{first.name}` and `{name}` both say `{said}`", "keep one of the two")
    if _ID not in table.own:
        raise FrameProblem("the frame has no column `id`", "name the column that tells people apart `id`")
    return table


def _step(name: str, known: Sequence[str]) -> str:
    if folded(name) == folded(AS_OF):
        return "pass the date as `as_of`, or carry the column along with `keep`"
    return _hint(folded(name), known, "rename it to an attribute, or carry it along with `keep`")


def _hint(word: str, known: Collection[str], otherwise: str) -> str:
    return did_you_mean(word, known) or otherwise


def _judged(pack: Pack, name: str | None) -> Role | None:
    if name is None:
        return None
    role = pack.find_role(name)
    if role is None:
        raise FrameProblem(f"the pack has no role called `{name}`", _hint(name, pack.role_names, f"use one of {', '.join(pack.roles)}"))
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
        """Return the results of a frame in the words that are being spoken."""
        compiled: Plan = plan(self.pack)
        wide = compiled.run(frame.select(*self._facts()))
        wide = wide.with_columns(self._about().alias(_ABOUT))
        wide = wide.with_columns(*(self._picked(what, which).alias(_shown(what, which)) for what in "vmw" for which in _SIDES))
        return wide.select(*self._results())

    def _facts(self) -> list[nw.Expr]:
        """Return the plan's columns, the person's own, and those carried along under names that are nobody else's."""
        own, given = self.table.own, self.table.attributes
        read = {source.name: taken(self.pack.attributes[name], source) for name, source in given.items()}
        if ROLE in own:
            read[own[ROLE].name] = role_place(self.pack, own[ROLE])
        columns = {ROLE: x.nothing(Of.WHOLE)}
        for name, attribute in self.pack.attributes.items():
            columns |= absent(attribute) if name not in given else {}
        for part in read.values():
            columns |= part.columns
        unfit = [(own[_ID].name, own[_ID].cell.is_null()), *((name, part.unfit) for name, part in read.items())]
        columns |= {_INVALID: one_unfit(unfit), DOUBT: in_doubt(read.values()), AS_OF: x.cast(x.lit(day_number(self.as_of)), Of.SMALL)}
        columns |= {name: own[name].text for name in (_ID, _NAME) if name in own}
        columns |= {_carried(place): x.col(name) for place, name in enumerate(self.table.kept)}
        return [expression.alias(name) for name, expression in columns.items()]

    def _about(self) -> nw.Expr:
        """Return the place, among the judged roles, of the one a person is judged for; nothing in a row with something invalid."""
        places = {role.id: place for place, role in enumerate(self.pack.judged_roles)}
        if self.judged is not None:
            about = x.lit(places[self.judged.id])
        else:
            about = x.nothing(Of.WHOLE)
            for place, move in enumerate(self.pack.moves):
                if move.to in places:
                    about = x.when(x.col("next") == place).then(x.lit(places[move.to])).otherwise(about)
        return _where(x.col(_INVALID).is_null(), x.cast(about, Of.WHOLE), Of.WHOLE)

    def _picked(self, what: str, which: str) -> nw.Expr:
        """Return the verdict `v`, met weight `m` or weight `w` of the role a person is judged for."""
        picked = x.nothing(Of.WHOLE)
        for place, role in enumerate(self.pack.judged_roles):
            if self.judged in {None, role}:
                picked = x.when(x.col(_ABOUT) == place).then(x.cast(x.col(side(role, what, which)), Of.WHOLE)).otherwise(picked)
        return picked

    def _results(self) -> list[nw.Expr]:
        pack, valid = self.pack, x.col(_INVALID).is_null()
        found = {name: x.col(name) for name in (_ID, _NAME) if name in self.table.own}
        found[ROLE] = _where(valid, _coded(x.col(ROLE), list(pack.roles)), Of.TEXT)
        for track in pack.tracks:
            if roles := [role for role in pack.judged_roles if role.track == track.id]:
                found[f"standing_{track.id}"] = _where(valid, _listed(roles), Of.TEXT)
        judged = "next_role" if self.judged is None else "judged_role"
        found[judged] = _coded(x.col(_ABOUT), [role.id for role in pack.judged_roles])
        found |= self._verdict()
        found[DOUBT] = _where(valid, x.col(DOUBT), Of.TRUTH).fill_null(value=False)
        found[_INVALID] = x.col(_INVALID)
        taken_names = {name.casefold() for name in found}
        for place, name in enumerate(self.table.kept):
            found[f"kept.{name}" if name.casefold() in taken_names else name] = x.col(_carried(place))
        return [expression.alias(name) for name, expression in found.items()]

    def _verdict(self) -> dict[str, nw.Expr]:
        verdicts = self.pack.verdicts
        pairs = [words(low, high) for low in verdicts for high in verdicts]
        low, high = (x.col(_shown("v", which)) for which in _SIDES)
        found = {"verdict": _coded(low * len(verdicts) + high, pairs)}
        found |= {f"verdict_{name}": _coded(x.col(_shown("v", which)), verdicts) for which, name in _SIDES.items()}
        for which, name in _SIDES.items():
            met, weight = (x.cast(x.col(_shown(what, which)), Of.FLOAT) for what in "mw")
            found[f"score_{name}"] = met / weight
        return found


def _carried(place: int) -> str:
    return f"k.{place}"


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


def _listed(roles: Sequence[Role]) -> nw.Expr:
    """Return the roles that are the standing of their track, in one text; nothing where there is none."""
    named = [_where(x.col(f"standing.{role.id}"), x.lit(role.id), Of.TEXT) for role in roles]
    listed = x.joined(*named, separator=", ")
    return _where(listed != "", listed, Of.TEXT)
