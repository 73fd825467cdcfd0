"""Dates in columns of text: read where the data lies as profiles read them, in every spelling."""

from __future__ import annotations

import datetime
import itertools
import random

import narwhals as nw
import polars as pl
import pytest

from evaluator.core.dates import DateProblem, Precision, day_number, parse_date, truncate
from evaluator.engines.columns.from_columns import Source, day_of
from evaluator.engines.columns.language import speaking

duckdb = pytest.importorskip("duckdb", reason="needs the extra duckdb")

YEARS = ["2024", "1999", "1900", "0000", "24", "12024"]
MONTHS = ["1", "05", "12", "13", "0", "005"]
NAMES = [
    "Jan",
    "february",
    "MAR",
    "Apr.",
    "may",
    "June",
    "Jul",
    "August",
    "Sept",
    "Sept.",
    "oct",
    "November",
    "DEC.",
    "Mai",
    "Septe",
    "\u017fep",
    "May2",
]
DAYS = ["1", "07", "29", "31", "30", "0", "32", "017", "1st", "22nd", "3rd", "4th", "5th."]
GAPS = [" ", "  ", "-", "/", ", ", ".", ". ", "", "–"]
SHAPES = ["Y", "YM", "YMD", "MY", "DMY", "NY", "YN", "DNY", "NDY", "YND", "ND", "DN", "N"]
LEFT = [
    "",
    "today",
    "2024-05-17T00:00",
    "May 2024 June 2024",
    "2024\n",
    "1 May 2024 2",
    "May",
    "-",
    "٢٠٢٤",
    "29 February 2024",
    "2023-2-29",
]


def spellings(seed: int) -> list[str]:
    """Return texts made of parts of dates, right and wrong, in many orders."""
    chance = random.Random(seed)
    parts = {"Y": YEARS, "M": MONTHS, "D": DAYS, "N": NAMES}
    texts = list(LEFT)
    for shape, _ in itertools.product(SHAPES, range(250)):
        gap = chance.choice(GAPS)
        made = ""
        for part in shape:
            listed = parts[part]
            made += (gap if made else "") + (chance.choice(listed[:3]) if chance.random() < 0.6 else chance.choice(listed))
            gap = gap if chance.random() < 0.8 else chance.choice(GAPS)
        texts.append(made)
    return texts


def expected(text: str, precision: Precision) -> int | None:
    """Return the number of the day that a profile would read, or nothing."""
    plain = text.strip()
    try:
        day, given = parse_date(plain)
    except DateProblem as problem:
        # a year before 1900 is refused by its number, one step later
        return None if "before" not in str(problem) else -1
    return None if given.coarser_than(precision) else day_number(truncate(day, precision))


@pytest.mark.parametrize("precision", Precision)
@pytest.mark.parametrize("seed", range(2))
def test_every_spelling_says_in_a_column_what_it_says_in_a_profile(seed: int, precision: Precision) -> None:
    """In Polars and in DuckDB, for thousands of texts of which most are no dates, and many are."""
    texts = spellings(seed)
    frame = pl.DataFrame({"since": texts})
    source = Source(name="since", dtype=nw.String(), spelt=True)
    with speaking(pl):
        in_polars = frame.select(since=day_of(source, precision))["since"].to_list()  # type: ignore[arg-type]
    relation = nw.from_native(duckdb.sql("select * from frame")).select(since=day_of(source, precision)).to_native()
    in_duckdb = [row[0] for row in relation.fetchall()]
    wanted = [expected(text, precision) for text in texts]
    early = datetime.date(1900, 1, 1)
    for text, want, *found in zip(texts, wanted, in_polars, in_duckdb, strict=True):
        held = [None if one is not None and one < day_number(early) else one for one in found]
        assert held == [None if want == -1 else want] * 2, (text, found)
    assert sum(want is not None for want in wanted) > 200
