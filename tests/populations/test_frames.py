"""A frame of the user's own is judged as the reference judges it, in Polars, pandas and DuckDB; what does not fit is named."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, TypedDict, Unpack

import attrs
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Problems
from evaluator.populations.frames import FrameProblem, evaluate_frame
from evaluator.populations.judging import Judge
from evaluator.populations.levels import tidy
from evaluator.populations.loading import load_people
from evaluator.populations.request import Request
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options as Reading
from evaluator.reading.tables import open_population
from tests.naturals import Row, differences, natural
from tests.populations.people_pack import PACK
from tests.product import PRODUCT
from tests.strategies import random_as_of, random_pack, random_profile

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

DAY = datetime.date(2026, 11, 1)
DEFAULT = load_pack(PRODUCT / "rules")
SAMPLE = [attrs.evolve(one, given=dict(one.given)) for one in load_people([PRODUCT / "profiles" / "people.csv"], DEFAULT)]
RANDOM_PACKS, PEOPLE = 12, 20
Run = Callable[..., Sequence[Row]]


class Options(TypedDict, total=False):
    """What can be asked of `evaluate_frame`."""

    role: str | None
    keep: Collection[str]


def _eager(frame: pl.DataFrame, pack: Pack, as_of: datetime.date = DAY, **options: Unpack[Options]) -> Sequence[Row]:
    answered = evaluate_frame(frame, pack, as_of=as_of, **options)
    assert isinstance(answered, pl.DataFrame)
    return answered.to_dicts()


def _lazily(frame: pl.DataFrame, pack: Pack, as_of: datetime.date = DAY, **options: Unpack[Options]) -> Sequence[Row]:
    answered = evaluate_frame(frame.lazy(), pack, as_of=as_of, **options)
    assert isinstance(answered, pl.LazyFrame)
    return answered.collect().to_dicts()


def _in_duckdb(frame: pl.DataFrame, pack: Pack, as_of: datetime.date = DAY, **options: Unpack[Options]) -> Sequence[Row]:  # noqa: ARG001 - DuckDB finds it
    duckdb = pytest.importorskip("duckdb", reason="needs the extra duckdb")
    relation = duckdb.sql("select * from frame")
    answered = evaluate_frame(relation, pack, as_of=as_of, **options)
    assert type(answered) is type(relation)
    rows: list[Row] = answered.pl().to_dicts()
    return rows


BOTH = pytest.mark.parametrize("run", [_eager, _in_duckdb])


@pytest.mark.slow
@pytest.mark.parametrize(("run", "role"), [(_eager, None), (_lazily, "Product Director"), (_in_duckdb, "Product Director")])
def test_the_sample_people_come_out_as_in_the_reference(run: Run, role: str | None) -> None:
    """The 200 people of people.csv, as a frame, get the reference's standings, next roles, verdicts and scores."""
    rows = run(natural(DEFAULT, SAMPLE), DEFAULT, role=role)
    assert sum(row["doubt"] for row in rows) <= len(rows) // 50
    assert not differences(DEFAULT, SAMPLE, rows, DAY, None if role is None else "product-director")


RANDOM_RUNS = [
    pytest.param(run, seed, marks=[pytest.mark.slow] * (seed >= quick))
    for run, seeds, quick in ((_eager, RANDOM_PACKS, 3), (_in_duckdb, 4, 1))
    for seed in range(seeds)
]


@pytest.mark.parametrize(("run", "seed"), RANDOM_RUNS)
def test_random_packs_and_people_come_out_as_in_the_reference(run: Run, seed: int) -> None:
    """Every kind of attribute, derivation and condition is right, on every row that is not in doubt."""
    chance = random.Random(5000 + seed)
    pack, day = random_pack(chance), random_as_of(chance)
    people = [_sayable(attrs.evolve(random_profile(chance, pack), id=f"p{place}")) for place in range(PEOPLE)]
    assert not differences(pack, people, run(natural(pack, people), pack, day), day)


def _sayable(profile: Profile) -> Profile:
    """Return a profile without sets of what a list in a cell cannot say beside other words: nothing at all, and `none`."""
    given = {name: value for name, value in profile.given.items() if not (isinstance(value, frozenset) and value & {"", "none"})}
    return attrs.evolve(profile, given=given)


def _row(**cells: pl.Series) -> pl.DataFrame:
    length = max((len(series) for series in cells.values()), default=1)
    return pl.DataFrame({"id": [f"p{place}" for place in range(length)], **cells})


def _series(cells: Collection[object], dtype: PolarsDataType | None = None) -> pl.Series:
    return pl.Series(list(cells), dtype=dtype, strict=False)


NAN, INF = float("nan"), float("inf")
UNFIT: list[tuple[str, pl.Series, list[bool]]] = [
    ("years", _series([NAN, INF, -INF, -0.5, 60.5, 1e15, 7.25, None]), [True] * 6 + [False] * 2),
    ("years", _series([-1, 61, 10**16, 60, None], pl.Int64), [True, True, True, False, False]),
    ("years", _series([7.3, NAN, None], pl.Float32), [False, True, False]),
    ("years", _series([Decimal("7.5"), Decimal("60.1"), None], pl.Decimal(12, 3)), [False, True, False]),
    ("reports", _series([2.5, NAN, 3.0, -1.0, None]), [True, True, False, True, False]),
    ("reports", _series([0, 255, None], pl.UInt8), [False] * 3),
    ("skill", _series(["nobody", None]), [True, False]),
    ("work", _series(["craft", "other", None], pl.Enum(["craft", "other"])), [False, True, False]),
    ("work", _series(["craft", "other", None], pl.Categorical), [False, True, False]),
    ("since", _series([datetime.date(1899, 12, 31), datetime.date(1900, 1, 1), None]), [True, False, False]),
    (
        "knowledge",
        _series([["data"], [], ["data", "x"], ["data", "data"], ["data", None], None], pl.List(pl.String)),
        [False, False, True, True, True, False],
    ),
    ("owner", _series([True, False, None]), [False] * 3),
    ("worked", _series([None, None]), [False, False]),
    ("role", _series(["Team  LEAD", "lead", "junior", "boss", None]), [False, False, False, True, False]),
]
TEXTS: list[tuple[str, list[str | None], list[bool], list[bool]]] = [
    ("skill", ["", "N/A", None], [True, True, False], [False] * 3),
    ("work", ["craft", "Craft", " craft", None], [False, True, True, False], [False] * 4),
    ("role", ["", "n/a", None], [True, True, False], [False] * 3),
]


@BOTH
@pytest.mark.parametrize(("name", "cells", "wrong"), UNFIT, ids=[f"{name}-{cells.dtype}" for name, cells, _ in UNFIT])
def test_a_value_that_does_not_fit_is_named_and_nothing_is_said(run: Run, name: str, cells: pl.Series, wrong: list[bool]) -> None:
    """NaN, infinities, fractions of people, unknown options and roles are no unknowns: the row gets no verdict."""
    rows = run(_row(**{name: cells}), PACK, role="junior")
    assert [row["invalid"] for row in rows] == [name if one else None for one in wrong]
    assert [row["verdict"] is None for row in rows] == wrong
    assert all(row["doubt"] is False for row in rows)


@pytest.mark.parametrize(("name", "cells", "strict", "read"), TEXTS, ids=[name for name, *_ in TEXTS])
def test_texts_are_read_as_in_tables_where_the_frame_is_in_memory(
    name: str, cells: list[str | None], strict: list[bool], read: list[bool]
) -> None:
    """Case, spaces and words for what is missing do not matter there; a database holds what it holds."""
    for run, wrong in ((_in_duckdb, strict), (_eager, read), (_lazily, read)):
        rows = run(_row(**{name: _series(cells, pl.String)}), PACK, role="junior")
        assert [row["invalid"] for row in rows] == [name if one else None for one in wrong]


@BOTH
def test_the_first_of_several_is_named(run: Run) -> None:
    """In the order of the frame, the role last: it may be one that the pack does not have; a row without an id is one of them."""
    frame = pl.DataFrame({"owner": [True, True], "role": ["boss", "lead"], "years": [NAN, 1.0], "id": ["a", None]})
    assert [row["invalid"] for row in run(frame, PACK)] == ["years", "id"]


@BOTH
def test_columns_go_by_any_name_and_roles_too(run: Run) -> None:
    """An attribute's title and other names are its own, in any case; the result has the role's id."""
    named = run(
        pl.DataFrame({"ID": [1], "Years_of  work": [2], "Role": ["team lead"], "Name": ["Ada"], "group:sex": ["f"]}), PACK, role="Junior"
    )
    assert (named[0]["id"], named[0]["role"], named[0]["name"], named[0]["verdict"]) == ("1", "lead", "Ada", "ready")
    assert "group:sex" not in named[0]


@BOTH
def test_kept_columns_come_back(run: Run) -> None:
    """As they were, under another name where the results have theirs; dots and quotes in names are nothing special."""
    frame = pl.DataFrame({"id": ["a"], "team.name": ["x"], "a `b`": [1.5], "verdict": ["old"], "kept.verdict": ["older"]})
    row = run(frame, PACK, role="junior", keep=["verdict", "kept.verdict", "team.name", "a `b`"])[0]
    assert (row["team.name"], row["a `b`"], row["kept.verdict"], row["kept.kept.verdict"]) == ("x", 1.5, "old", "older")
    assert row["verdict"] == "undecided: not yet to ready"


@BOTH
def test_a_decimal_with_many_digits_is_in_doubt_and_with_too_many_is_refused(run: Run) -> None:
    """A float may stand for the number next to it, so the reference is to be asked; beyond 15 digits no door takes a number."""
    cells = _series(
        [Decimal("2.000000000000000001"), Decimal("2.0123456"), Decimal("2.0"), Decimal("0.000000000000000001"), None], pl.Decimal(38, 18)
    )
    rows = run(_row(years=cells), PACK, role="junior")
    assert [row["invalid"] for row in rows] == ["years", None, None, None, None]
    assert [row["doubt"] for row in rows[1:]] == ([True, False, True, False] if run is _in_duckdb else [False] * 4)


@BOTH
def test_a_float_of_32_bits_is_the_number_that_it_is_written_as(run: Run) -> None:
    """7.3 is at most 7.3, though its 32 bits are a little more in 64."""
    attribute = PACK.attributes["years"]
    narrow = attrs.evolve(attribute, type=attrs.evolve(attribute.type, lowest=0, highest=Fraction(73, 10)))
    pack = attrs.evolve(PACK, attributes={**PACK.attributes, "years": narrow})
    cells = _series([7.2, 7.3, 7.4], pl.Float32)
    assert [row["invalid"] for row in run(_row(years=cells), pack, role="junior")] == [None, None, "years"]


def _problem(frame: object, pack: Pack = PACK, **options: Unpack[Options]) -> str:
    with pytest.raises(FrameProblem) as caught:
        evaluate_frame(frame, pack, as_of=DAY, **options)
    return str(caught.value)


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"yeers": [1]}, "the column `yeers` is no attribute of the pack; did you mean `years`"),
    ({"as_of": [DAY]}, "the column `as_of` is no attribute of the pack; pass the date as `as_of`"),
    ({"zzz": [1]}, "the column `zzz` is no attribute of the pack; rename it to an attribute, or carry it along with `keep`"),
    ({"years": [1], "experience": [2]}, "the columns `years` and `experience` say the same; keep one of the two"),
    ({"years": [True]}, "the column `years` holds Boolean, and `years` is a number"),
    ({"owner": [1]}, "the column `owner` holds Int64, and `owner` is a flag; cast the column to a boolean"),
    ({"skill": [1]}, "the column `skill` holds Int64, and `skill` is a scale; cast the column to text, one of the scale's labels"),
    ({"role": [3]}, "the column `role` holds Int64, and a role is text; name roles by id or title"),
    ({"history": [["x"]]}, "`history` is a list of entries, which the column `history` cannot hold; state what is computed from it"),
    (
        {"only_computed": [1]},
        "`only_computed` is computed from other attributes, and the column `only_computed` states it; leave the column out",
    ),
]


@pytest.mark.parametrize(("columns", "sentence"), REFUSED, ids=[",".join(columns) for columns, _ in REFUSED])
def test_a_frame_that_cannot_be_read_is_refused_in_a_sentence(columns: dict[str, object], sentence: str) -> None:
    """Before anything is evaluated, with a next step."""
    assert sentence in _problem(pl.DataFrame({"id": ["a"]} | columns))


def test_a_database_holds_the_types_of_attributes() -> None:
    """There no cell is read, so that texts of numbers, dates and sets are refused."""
    duckdb = pytest.importorskip("duckdb", reason="needs the extra duckdb")
    for cells, sentence in (
        ("'7' as years", "the column `years` holds String, and `years` is a number; cast the column to a number"),
        ("'data' as knowledge", "holds String, and `knowledge` is a set; cast the column to a list of text"),
        ("timestamp '2024-01-01 09:00' as since", "and `since` is a date; cast the column to a date without a time"),
    ):
        assert sentence in _problem(duckdb.sql(f"select 'a' as id, {cells}"))


def test_what_is_no_frame_or_names_nothing_is_refused() -> None:
    """Frames without ids, objects that are none, columns and roles that are not there."""
    frame = pl.DataFrame({"id": ["a"]})
    assert "the frame has no column `id`" in _problem(pl.DataFrame({"years": [1]}))
    assert "builtins.dict is no frame that can be evaluated; pass a frame of Polars" in _problem({"id": ["a"]})
    assert "`keep` names the column `team`, which the frame has not; take it out" in _problem(frame, keep=["team"])
    assert "the pack has no role called `juniour`; did you mean `junior`?" in _problem(frame, role="juniour")
    destination = next(role.id for role in DEFAULT.roles.values() if role.destination)
    assert "is a destination, which is never judged" in _problem(frame, DEFAULT, role=destination)


def test_frames_of_other_kinds_are_refused() -> None:
    """Arrow's tables are no frames that are tested; pandas on NumPy is not three-valued."""
    arrow = pytest.importorskip("pyarrow")
    assert "frames of pyarrow are not among those that are tested" in _problem(arrow.table({"id": ["a"]}))


def _of_pandas(frame: pl.DataFrame, pack: Pack, as_of: datetime.date = DAY, **options: Unpack[Options]) -> Sequence[Row]:
    pandas = pytest.importorskip("pandas", reason="a frame of pandas is made here")
    given = frame.to_pandas(use_pyarrow_extension_array=True).set_index(pandas.Index(range(10, 10 + frame.height)))
    answered = evaluate_frame(given, pack, as_of=as_of, **options)
    assert isinstance(answered, pandas.DataFrame)
    assert answered.index.equals(given.index)
    return pl.from_pandas(answered).to_dicts()


def test_frames_of_pandas_with_types_of_arrow_come_out_as_those_of_polars() -> None:
    """By their own index, missing cells as missing ones, lists and days too."""
    since = pl.Series([datetime.date(2024, 1, 1), None, datetime.date(2020, 5, 1)], dtype=pl.Date)
    frame = pl.DataFrame(
        {
            "id": ["a", "b", "c"],
            "role": ["junior", None, "lead"],
            "years": [7.5, None, 61.0],
            "knowledge": pl.Series([["data"], [], None], dtype=pl.List(pl.String)),
            "since": since,
            "team": ["x", "y", "z"],
        }
    )
    assert _of_pandas(frame, PACK, role="junior", keep=["team"]) == _eager(frame, PACK, role="junior", keep=["team"])


def test_columns_of_pandas_on_numpy_are_taken_where_they_tell_what_is_missing() -> None:
    """Whole numbers, text and days do; floats do not, and the step that is named is right when it is followed."""
    pandas = pytest.importorskip("pandas", reason="a frame of pandas is made here")
    days = pandas.to_datetime(["2024-01-01", None])
    frame = pandas.DataFrame({"id": ["a", "b"], "reports": [2, 3], "since": days, "work": ["craft", None]})
    answered = evaluate_frame(frame, PACK, as_of=DAY, role="junior")
    assert [one is None or one is pandas.NA for one in answered["invalid"]] == [True, True]
    assert "pandas keeps `years` on NumPy, which cannot tell what is missing" in _problem(frame.assign(years=[1.5, NAN]))
    mended = frame.assign(years=[1.5, NAN]).convert_dtypes(dtype_backend="pyarrow")
    assert evaluate_frame(mended, PACK, as_of=DAY, role="junior").shape[0] == 2


def test_the_sample_as_it_is_read_without_types_is_judged_as_the_file_is() -> None:
    """What `pl.read_csv` makes of people.csv: sets in text, `none`, roles by title; verdicts, gaps and questions are those of the file."""
    path = PRODUCT / "profiles" / "people.csv"
    answered = evaluate_frame(pl.read_csv(path), DEFAULT, as_of=DAY)
    population = open_population([path], DEFAULT, Reading(), as_of=DAY, as_of_wins=True, problems=Problems())
    request = Request()
    (chunk,) = population
    told = tidy(chunk.frame, Judge(pack=DEFAULT, request=request).judge(chunk.frame), DEFAULT, request, pl.DataFrame())
    words = ["id", "name", "role", "next_role", "verdict", "gaps", "questions", "undefined"]
    assert answered["invalid"].null_count() == answered.height == 200
    assert_frame_equal(answered.select(words), told.select(pl.col(words).cast(pl.String)))
    for name in ("score_worse", "score_better"):
        assert_frame_equal(answered.select((pl.col(name) * 1e4 + 1e-6).floor() / 1e4), told.select(name))
    assert answered["questions"].str.len_chars().max() > 0


def test_what_a_pack_reports_stands_beside_the_verdict() -> None:
    """Under the name of the attribute, with what it lies between where it is known in part."""
    reported = attrs.evolve(next(one for one in PACK.attributes.values() if one.derivation is not None), report=True)
    pack = attrs.evolve(PACK, attributes={**PACK.attributes, reported.id: reported})
    answered = evaluate_frame(pl.DataFrame({"id": ["a"], "years": [2.0]}), pack, as_of=DAY)
    assert reported.id in answered.columns
    assert answered.columns.index(reported.id) < answered.columns.index("invalid")


def test_why_a_row_cannot_be_judged_is_said() -> None:
    """In the words of every table: what stands there and what to write."""
    frame = pl.DataFrame({"id": ["a", "b", "c"], "years": ["7,5", "1,000", "6"], "since": ["2024-05-07", "03/04/2026", "2024-05-07"]})
    rows = _eager(frame, PACK, role="junior")
    assert [row["invalid"] for row in rows] == ["years", "years", None]
    assert rows[0]["reason"].startswith("`7,5` is no plain number, and `years` is a number")
    assert rows[2]["reason"] is None


def test_an_empty_frame_stays_empty() -> None:
    """With the columns of the results, in order."""
    people: list[Profile] = []
    found = evaluate_frame(natural(PACK, people), PACK, as_of=DAY)
    standings = [f"standing_{track}" for track in PACK.standing_roles]
    verdict = ["verdict", "verdict_worse", "verdict_better", "score_worse", "score_better"]
    assert found.height == 0
    details = ["gaps", "questions", "undefined"]
    assert found.columns == ["id", "name", "role", *standings, "next_role", *verdict, *details, "doubt", "invalid", "reason"]
