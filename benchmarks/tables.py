"""Made people as a Parquet file of any length: every column drawn apart from the others, so that hardly two people are alike."""

from __future__ import annotations

import functools
import random
from fractions import Fraction
from pathlib import Path

import polars as pl
from made import MISSING, SEED, made_people

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.values import Kind, Value

DRAWN_FROM = 3000
AT_ONCE = 250_000
_QUARTERS = 60


def write_people(pack: Pack, count: int, target: Path) -> None:
    """Write a table of so many people, with an id, today's role and all that can be stated in a cell; some at a time."""
    pools = _pools(pack)
    starts = range(0, count, AT_ONCE)
    parts = [pl.defer(functools.partial(_people, pools, start, min(AT_ONCE, count - start)), schema=_schema(pools)) for start in starts]
    pl.concat(parts).sink_parquet(target, row_group_size=AT_ONCE, maintain_order=True, compression="lz4")


def _schema(pools: dict[str, pl.Series]) -> dict[str, pl.DataType]:
    return {"id": pl.String(), **{name: pool.dtype for name, pool in pools.items()}}


def _people(pools: dict[str, pl.Series], start: int, count: int) -> pl.DataFrame:
    """Return some people, the same on every run."""
    drawn = {name: pool.sample(count, with_replacement=True, seed=SEED + start + place) for place, (name, pool) in enumerate(pools.items())}
    ids = pl.select(pl.format("p{}", pl.int_range(start + 1, start + count + 1))).to_series()
    return pl.DataFrame({"id": ids, **drawn})


def _pools(pack: Pack) -> dict[str, pl.Series]:
    """Return what each column is drawn from: what made people say, one value in twenty missing."""
    people = made_people(pack, DRAWN_FROM)
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    found = {"role": pl.Series([person.role for person in people], dtype=pl.String)}
    for attribute in pack.attributes.values():
        if attribute.kind is not Kind.RECORDS and attribute.may_be_given:
            given = [person.given.get(attribute.id) for person in people]
            if attribute.derivation is not None:
                given = [None if chance.random() < MISSING else Fraction(chance.randrange(_QUARTERS), 4) for _ in people]
            found[attribute.id] = pl.Series([None if value is None else _cell(attribute, value) for value in given])
    return found


def _cell(attribute: Attribute, value: Value) -> object:
    """Return a value as a table has it: words, numbers, dates, and the members of a set between semicolons."""
    if isinstance(value, frozenset):
        return ";".join(sorted(value)) or "none"
    if attribute.kind is Kind.SCALE:
        return attribute.type.options[int(str(value))]
    return float(value) if isinstance(value, Fraction) or attribute.kind is Kind.NUMBER else value
