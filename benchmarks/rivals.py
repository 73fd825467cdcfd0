# ruff: noqa: D102 - what the words of a language mean is said once, in `decisions.Words`
"""Whole populations by hand: the decisions of a pack in Polars, NumPy, C and DuckDB's SQL, each in the layout that suits it best."""

from __future__ import annotations

import ctypes
import functools
import operator
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import duckdb
import numpy as np
import polars as pl
from decisions import SIDES, Bound, Units, Writer, bounds, columns_read, difference, stretches, table, thresholds

from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.operators import Operator
from evaluator.engines.columns.plan import side
from evaluator.engines.columns.truths import compared

Verdicts = np.ndarray
"""A row for each role and side, in order, with the place of each person's verdict."""
Run = Callable[[], object]
CHUNK = 32_768
SIGNS = {
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.BELOW: "<",
    Operator.IS: "==",
    Operator.IS_NOT: "!=",
}


def lines(pack: Pack) -> list[tuple[Role, str]]:
    """Return the roles and sides in the order of the verdicts."""
    return [(role, which) for role in pack.judged_roles for which in SIDES]


def verdicts_of(frame: pl.DataFrame, pack: Pack) -> Verdicts:
    """Return the verdicts that stand in a frame."""
    return np.array([frame[side(role, "v", which)].cast(pl.UInt8).to_numpy() for role, which in lines(pack)])


# Polars ---------------------------------------------------------------------------------------------------------------------------


def narrowest(column: pl.Series) -> pl.Series:
    """Return a column in the smallest type that holds its numbers exactly."""
    if column.dtype == pl.Boolean:
        return column
    if (column.drop_nulls() % 1 == 0).all():
        return column.cast(pl.Int64).shrink_dtype()
    small = column.cast(pl.Float32)
    return small if small.cast(pl.Float64).equals(column) else column


class PolarsWords:
    """Polars knows three truths, so `unknown` is not asked."""

    def compare(self, name: str, how: Operator, need: float | str, *, unknown: bool) -> pl.Expr:  # noqa: ARG002 - see above
        number = need if isinstance(need, str) or not need.is_integer() else int(need)
        made: pl.Expr = compared(pl.col(name), how, pl.col(number) if isinstance(number, str) else number)
        return made

    def flag(self, name: str, *, wanted: bool, unknown: bool) -> pl.Expr:  # noqa: ARG002 - see above
        return pl.col(name) if wanted else ~pl.col(name)

    def known(self, name: str, *, wanted: bool) -> pl.Expr:
        return pl.col(name).is_not_null() if wanted else pl.col(name).is_null()

    def every(self, parts: Sequence[pl.Expr]) -> pl.Expr:
        return functools.reduce(operator.and_, parts)

    def some(self, parts: Sequence[pl.Expr]) -> pl.Expr:
        return functools.reduce(operator.or_, parts)

    def enough(self, parts: Sequence[pl.Expr], count: int) -> pl.Expr:
        met = self.add([self.choose(part, 1, 0) for part in parts])
        may = met + self.add([self.choose(part.is_null(), 1, 0) for part in parts])
        return pl.when(met >= count).then(statement=True).when(may < count).then(statement=False).otherwise(None)

    def choose(self, where: pl.Expr, then: int | pl.Expr, otherwise: int | pl.Expr) -> pl.Expr:
        return pl.when(where).then(_small(then)).otherwise(_small(otherwise))

    def add(self, parts: Sequence[pl.Expr]) -> pl.Expr:
        return functools.reduce(operator.add, parts)


def _small(number: int | pl.Expr) -> pl.Expr:
    return pl.lit(number, pl.UInt8 if number < 256 else pl.UInt16) if isinstance(number, int) else number  # noqa: PLR2004 - a byte


def in_polars(pack: Pack, frame: pl.DataFrame) -> Run:
    """Criteria, then sums in bytes, then verdicts by bounds on the sums: one lazy query whose stages drop what went in."""
    writer = Writer[pl.Expr](pack=pack, words=PolarsWords())
    data = frame.select(narrowest(frame[name]) for name in columns_read(pack)).lazy()
    criteria = [one for role in pack.judged_roles for one in role.criteria]
    held = [writer.condition(one.when, unknown=False).alias(one.key) for one in criteria]
    held += [writer.condition(one.applies_when, unknown=False).alias(_applies(one)) for one in criteria if one.applies_when is not None]
    wanted = bounds(pack)
    made = [_polars_role(role, which, wanted) for role, which in lines(pack)]
    query = data.select(held).select(count for counts, _ in made for count in counts).select(verdict for _, verdict in made)
    return query.collect


def _applies(one: Criterion) -> str:
    return f"applies {one.key}"


def _polars_role(role: Role, which: str, wanted: Sequence[Bound]) -> tuple[list[pl.Expr], pl.Expr]:
    units, name = Units.of(role), f"{role.id} {which}"
    last = pl.lit(len(wanted), pl.UInt8)
    if units.weight:
        return _polars_varying(role, which, wanted)
    shares = [_polars_share(one, units, which) for one in role.criteria]
    count, result = pl.col(name), last
    for first, end, place in stretches(table(units, tuple(wanted))):
        inside = count <= end if first == 0 else (count >= first) & (count <= end)
        result = result if place == len(wanted) else pl.when(inside).then(pl.lit(place, pl.UInt8)).otherwise(result)
    return [functools.reduce(operator.add, shares).alias(name)], result.alias(side(role, "v", which))


def _polars_share(one: Criterion, units: Units, which: str) -> pl.Expr:
    of = pl.UInt8 if units.most <= 256 else pl.UInt16  # noqa: PLR2004 - a byte
    held, weight, lost = pl.col(one.key), pl.lit(int(one.weight), of), pl.lit(units.required * one.required, of)
    return pl.when(~held).then(lost).otherwise(weight) if which == "high" else pl.when(held).then(weight).otherwise(lost)


def _polars_varying(role: Role, which: str, wanted: Sequence[Bound]) -> tuple[list[pl.Expr], pl.Expr]:
    """Count met weight, weight and unmet required criteria apart, and compare the score crosswise."""
    names = [f"{role.id} {which} {what}" for what in ("met", "weight", "unmet")]
    counts: tuple[list[pl.Expr], ...] = ([pl.lit(0, pl.UInt8)], [pl.lit(0, pl.UInt8)], [pl.lit(0, pl.UInt8)])
    high, words = which == "high", PolarsWords()
    for one in role.criteria:
        held, weight = pl.col(one.key), int(one.weight)
        applies = pl.lit(value=True) if one.applies_when is None else pl.col(_applies(one))
        may, sure = applies.fill_null(value=True), applies.fill_null(value=False)
        met = may & held.fill_null(value=True) if high else sure & held.fill_null(value=False)
        unmet = sure & ~held.fill_null(value=True) if high else may & ~held.fill_null(value=False)
        counts[0].append(words.choose(met, weight, 0))
        counts[1].append(pl.lit(weight, pl.UInt8) if one.applies_when is None else words.choose(met | unmet, weight, 0))
        counts[2].extend([words.choose(unmet, 1, 0)] if one.required else [])
    met_weight, weights, lost = map(pl.col, names)
    result = pl.lit(len(wanted), pl.UInt8)
    for place, bound in reversed(list(enumerate(wanted))):
        above = met_weight.cast(pl.Int32) * bound.score.denominator >= pl.max_horizontal(weights, 1).cast(pl.Int32) * bound.score.numerator
        result = pl.when((lost <= bound.unmet) & above).then(pl.lit(place, pl.UInt8)).otherwise(result)
    made = [functools.reduce(operator.add, some).alias(name) for name, some in zip(names, counts, strict=True)]
    return made, result.alias(side(role, "v", which))


# Bytes, for NumPy and C -----------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Bytes:
    """The columns as ranks among what they are compared with, in bytes from 1 to 254: unknown is 0 in `bottom` and 255 in `top`.

    So every test is one comparison of bytes, on either side: with what is unknown below everything, or above.
    """

    bottom: np.ndarray
    top: np.ndarray
    names: Sequence[str]
    ranks: Mapping[str, Sequence[float]]

    @classmethod
    def of(cls, pack: Pack, frame: pl.DataFrame) -> Bytes:
        """Bin the columns of a frame; two that are compared with each other become one, their difference."""
        ranks = thresholds(pack)
        compared = {name for name, numbers in ranks.items() if numbers}
        names = [*compared, *(name for name in columns_read(pack) if name not in compared)]
        coded = [_binned(_numbers(frame, name), ranks.get(name, ())) for name in names]
        return cls(bottom=np.array([low for low, _ in coded]), top=np.array([high for _, high in coded]), names=names, ranks=ranks)


def _numbers(frame: pl.DataFrame, name: str) -> np.ndarray:
    one, _, other = name.partition(" - ")
    numbers = frame[one].cast(pl.Float64).to_numpy()
    return numbers - frame[other].cast(pl.Float64).to_numpy() if other else numbers


def _binned(numbers: np.ndarray, ranks: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    unknown = np.isnan(numbers)
    codes = np.searchsorted(ranks, numbers, "right") + np.searchsorted(ranks, numbers, "left") + 1 if len(ranks) else numbers + 1
    return tuple(np.where(unknown, one, codes).astype(np.uint8) for one in (0, 255))  # type: ignore[return-value]


@attrs.frozen(kw_only=True)
class ByteWords:
    """Tests of bytes as text that C and NumPy read alike; `b[3]` is the fourth column with unknown at the bottom, `t[3]` at the top."""

    data: Bytes

    def compare(self, name: str, how: Operator, need: float | str, *, unknown: bool) -> str:
        column, number = (difference(name, need), 0.0) if isinstance(need, str) else (name, need)
        return self._test(column, how, 2 * list(self.data.ranks[column]).index(number) + 2, unknown=unknown)

    def flag(self, name: str, *, wanted: bool, unknown: bool) -> str:
        return self._test(name, Operator.IS, 1 + wanted, unknown=unknown)

    def known(self, name: str, *, wanted: bool) -> str:
        return f"({self._at(name, top=False)} {'!=' if wanted else '=='} 0)"

    def _at(self, name: str, *, top: bool) -> str:
        return f"{'t' if top else 'b'}[{list(self.data.names).index(name)}]"

    def _test(self, name: str, how: Operator, code: int, *, unknown: bool) -> str:
        upward = how in {Operator.AT_LEAST, Operator.ABOVE}
        test = f"({self._at(name, top=unknown if upward else not unknown)} {SIGNS[how]} {code})"
        if how is Operator.IS and unknown:
            return f"({test} | ({self._at(name, top=False)} == 0))"
        if how is Operator.IS_NOT and not unknown:
            return f"({test} & ({self._at(name, top=False)} != 0))"
        return test

    def every(self, parts: Sequence[str]) -> str:
        return f"({' & '.join(parts)})"

    def some(self, parts: Sequence[str]) -> str:
        return f"({' | '.join(parts)})"

    def enough(self, parts: Sequence[str], count: int) -> str:
        return f"(({' + '.join(parts)}) >= {count})"

    def choose(self, where: str, then: int | str, otherwise: int | str) -> str:
        return f"PICK({where}, {then}, {otherwise})"

    def add(self, parts: Sequence[str]) -> str:
        return f"({' + '.join(parts)})"


class NumpyWords(ByteWords):
    """The same for NumPy, where truths are added as bytes, and a choice is a product or a `where`."""

    def enough(self, parts: Sequence[str], count: int) -> str:
        return f"(({' + '.join(f'{part}.view(u8)' for part in parts)}) >= {count})"

    def choose(self, where: str, then: int | str, otherwise: int | str) -> str:
        if otherwise == 0 and isinstance(then, int) and then < 256:  # noqa: PLR2004 - a byte
            return f"({where}.view(u8) * u8({then}))"
        texts = (f"u16({one})" if isinstance(one, int) else one for one in (then, otherwise))
        return f"where({where}, {', '.join(texts)})"


def _halves(count: int, parts: int, step: int) -> list[tuple[int, int]]:
    size = -(-count // parts // step) * step
    return [(place, min(count, place + size)) for place in range(0, count, size)]


def _in_threads(work: Callable[[int, int], object], count: int, step: int) -> None:
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(lambda part: work(*part), _halves(count, cores, step)))


def in_numpy(pack: Pack, frame: pl.DataFrame) -> Run:
    """Run generated statements over chunks that stay in the cache, every distinct test once, a thread for each core."""
    data = Bytes.of(pack, frame)
    words = NumpyWords(data=data)
    writer = Writer[str](pack=pack, words=words)
    wanted = bounds(pack)
    statements: list[str] = []
    for place, (role, which) in enumerate(lines(pack)):
        units = Units.of(role)
        if units.weight:
            total = writer.sum(role, unknown=SIDES[which])
        else:
            held = [writer.condition(one.when, unknown=SIDES[which]) for one in role.criteria]
            changes = [int(one.weight) - units.required * one.required for one in role.criteria]
            of, size = ("u8", 256) if units.most <= 256 else ("u16", 65536)  # noqa: PLR2004 - a byte
            start = sum(units.required * one.required for one in role.criteria)
            shares = [f"{one}.view(u8) * {of}({change % size})" for one, change in zip(held, changes, strict=True)]
            total = " + ".join([*shares, f"{of}({start % size})"])
        statements.append(f"out[{place}] = tables[{place}].take({total})")
    body = _once_each(statements)
    tables = [np.frombuffer(table(Units.of(role), wanted), np.uint8) for role, _ in lines(pack)]
    found: dict[str, Callable[..., None]] = {}
    space = {"u8": np.uint8, "u16": np.uint16, "where": np.where, "tables": tables}
    exec("def chunk(b, t, out):\n" + "".join(f"    {line}\n" for line in body), space, found)  # noqa: S102 - our own statements
    count = frame.height

    def run() -> Verdicts:
        out = np.empty((len(tables), count), np.uint8)

        def work(first: int, last: int) -> None:
            for start in range(first, last, CHUNK):
                here = slice(start, min(last, start + CHUNK))
                found["chunk"](data.bottom[:, here], data.top[:, here], out[:, here])

        _in_threads(work, count, CHUNK)
        return out

    return run


def _once_each(statements: Sequence[str]) -> list[str]:
    """Give every distinct test a name, so that it is made once a chunk."""
    tests = re.compile(r"\([bt]\[\d+\] [<>=!]+ \d+\)")
    names: dict[str, str] = {}
    body: list[str] = []
    for statement in statements:
        for test in tests.findall(statement):
            if test not in names:
                names[test] = f"x{len(names)}"
                body.append(f"{names[test]} = {test[1:-1]}")
        body.append(tests.sub(lambda found: names[found.group()], statement))
    return body


def in_c(pack: Pack, frame: pl.DataFrame) -> Run:
    """Compile a loop for each role and side over bytes, and run it block by block, a thread for each core."""
    data = Bytes.of(pack, frame)
    writer = Writer[str](pack=pack, words=ByteWords(data=data))
    wanted, loops = bounds(pack), []
    for role, which in lines(pack):
        units = Units.of(role)
        loops.append(_loop(len(loops), units, writer.sum(role, unknown=SIDES[which]), table(units, wanted)))
    names = ", ".join(f"loop_{place}" for place in range(len(loops)))
    text = "".join(loops) + f"static const loop loops[] = {{{names}}};\n"
    library = ctypes.CDLL(str(_compiled(text)))
    count = frame.height
    bottom, top = ([ctypes.c_void_p(row.ctypes.data) for row in rows] for rows in (data.bottom, data.top))
    pointers = ctypes.c_void_p * len(bottom)
    columns = pointers(*bottom), pointers(*top)

    def run() -> Verdicts:
        out = np.empty((len(loops), count), np.uint8)
        rows = (ctypes.c_void_p * len(loops))(*(row.ctypes.data for row in out))
        size = ctypes.c_size_t
        _in_threads(lambda first, last: library.decide(*columns, rows, size(first), size(last), size(len(loops))), count, CHUNK)
        return out

    run.data = data  # type: ignore[attr-defined] - the bytes live as long as what reads them
    return run


def _loop(place: int, units: Units, total: str, found: bytes) -> str:
    of = "uint8_t" if units.most <= 256 else "uint16_t"  # noqa: PLR2004 - a byte
    if units.weight:
        return f"LOOP_TABLE({place}, {of}, PROTECT({', '.join(map(str, found))}), {total})\n"
    pieces = [f"(((sum >= {first}) & (sum <= {end})) * {verdict})" for first, end, verdict in stretches(found) if verdict]
    return f"LOOP({place}, {of}, {total}, {' + '.join(pieces) or '0'})\n"


def _compiled(text: str) -> Path:
    """Compile the kernel around the loops; the folder goes when Python does."""
    folder = Path(tempfile.mkdtemp(prefix="kernel-"))
    (folder / "loops.h").write_text(re.sub(r"([bt])\[(\d+)\]", r"\1[\2][i]", text))
    made = folder / "kernel.so"
    source = Path(__file__).with_name("kernel.c")
    subprocess.run(["gcc", "-O3", "-march=native", "-shared", "-fPIC", f"-I{folder}", "-o", made, source], check=True)  # noqa: S603, S607 - our own
    return made


# DuckDB ---------------------------------------------------------------------------------------------------------------------------


class SqlWords:
    """SQL knows three truths as well."""

    def compare(self, name: str, how: Operator, need: float | str, *, unknown: bool) -> str:  # noqa: ARG002 - see above
        number = f'"{need}"' if isinstance(need, str) else f"{need:g}"
        return f'("{name}" {SIGNS[how]} {number})'

    def flag(self, name: str, *, wanted: bool, unknown: bool) -> str:  # noqa: ARG002 - see above
        return f'"{name}"' if wanted else f'(not "{name}")'

    def known(self, name: str, *, wanted: bool) -> str:
        return f'("{name}" is {"not " if wanted else ""}null)'

    def every(self, parts: Sequence[str]) -> str:
        return f"({' and '.join(parts)})"

    def some(self, parts: Sequence[str]) -> str:
        return f"({' or '.join(parts)})"

    def enough(self, parts: Sequence[str], count: int) -> str:
        met = " + ".join(f"case when {part} then 1 else 0 end" for part in parts)
        may = " + ".join(f"case when not {part} then 0 else 1 end" for part in parts)
        return f"(case when {met} >= {count} then true when {may} < {count} then false end)"

    def choose(self, where: str, then: int | str, otherwise: int | str) -> str:
        return f"case when {where} then {then} else {otherwise} end"

    def add(self, parts: Sequence[str]) -> str:
        return " + ".join(parts)


def in_duckdb(pack: Pack, frame: pl.DataFrame) -> Run:
    """Three nested queries over a table in memory: truths, sums, verdicts."""
    words = SqlWords()
    writer = Writer[str](pack=pack, words=words)
    criteria = [one for role in pack.judged_roles for one in role.criteria]
    held = [f'{writer.condition(one.when, unknown=False)} as "{one.key}"' for one in criteria]
    held += [
        f'{writer.condition(one.applies_when, unknown=False)} as "{_applies(one)}"' for one in criteria if one.applies_when is not None
    ]
    wanted = bounds(pack)
    made = [_sql_role(role, which, wanted) for role, which in lines(pack)]
    sums, verdicts = ", ".join(count for counts, _ in made for count in counts), ", ".join(verdict for _, verdict in made)
    connection = duckdb.connect()
    connection.execute(f"set threads to {os.cpu_count() or 1}")
    data = {name: frame[name] for name in columns_read(pack)}
    types = {name: str(narrowest(column).dtype) for name, column in data.items()}
    sql_types = ", ".join(f'"{name}" {_SQL[type_]}' for name, type_ in types.items())
    connection.execute(f"create table people ({sql_types})")
    with tempfile.TemporaryDirectory() as folder:
        frame.select(narrowest(column) for column in data.values()).write_parquet(f"{folder}/people.parquet")
        connection.execute(f"insert into people select * from '{folder}/people.parquet'")  # noqa: S608 - our own
    query = f"select {verdicts} from (select {sums} from (select {', '.join(held)} from people))"  # noqa: S608 - our own
    return lambda: connection.execute(query).fetchnumpy()


_SQL = {"Int8": "tinyint", "Int16": "smallint", "Int32": "integer", "Int64": "bigint"}
_SQL |= {"Float32": "real", "Float64": "double", "Boolean": "boolean"}


def _sql_role(role: Role, which: str, wanted: Sequence[Bound]) -> tuple[list[str], str]:
    """Count met weight, weight and unmet required criteria, and compare the score crosswise."""
    names = {what: f'"{role.id} {which} {what}"' for what in ("met", "weight", "unmet")}
    high = which == "high"
    counts: Mapping[str, list[str]] = {"met": [], "weight": [], "unmet": ["0"]}
    for one in role.criteria:
        met = f'coalesce("{one.key}", {str(high).lower()})'
        unmet, weight = f"not {met}", int(one.weight)
        if one.applies_when is not None:
            may, sure = (f'coalesce("{_applies(one)}", {either})' for either in ("true", "false"))
            met, unmet = (f"({may} and {met})", f"({sure} and {unmet})") if high else (f"({sure} and {met})", f"({may} and {unmet})")
        counts["met"].append(f"case when {met} then {weight} else 0 end")
        counts["weight"].append(str(weight) if one.applies_when is None else f"case when {met} or {unmet} then {weight} else 0 end")
        counts["unmet"].extend([f"case when {unmet} then 1 else 0 end"] if one.required else [])
    cases = " ".join(
        f"when {names['unmet']} <= {bound.unmet} and {names['met']} * {bound.score.denominator} >= "
        f"greatest({names['weight']}, 1) * {bound.score.numerator} then {place}"
        for place, bound in enumerate(wanted)
    )
    made = [f"({' + '.join(some)})::smallint as {names[what]}" for what, some in counts.items()]
    return made, f'(case {cases} else {len(wanted)} end)::tinyint as "{side(role, "v", which)}"'
