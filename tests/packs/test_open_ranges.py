"""Ranges with ends that are not in them: whatever reads a range goes by them, and nothing proposes such an end."""

from __future__ import annotations

import datetime
import json
import shlex
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import attrs
import polars as pl
import pytest

from evaluator.calibration.prove.interval_check import candidates
from evaluator.cli.main import run
from evaluator.core.bounds import known_in_part
from evaluator.core.dates import Precision
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.trial_values import points
from evaluator.core.values import Kind, Number, ValueType
from evaluator.diagnostics import Problems, Span
from evaluator.packs.lint.possible_values import declared
from evaluator.populations.frames import evaluate_frame
from evaluator.reading.pack.pack import load_pack, read_pack
from tests.tiny_pack import FILES

_YEARS = "{title: Years in product management, type: number, unit: years, question: How many years?}"
EDITION = "pack: tiny\nlanguage: 2\n"
Command = Callable[[str], tuple[int, str]]


def written(folder: Path, declaration: str) -> Path:
    """Write the tiny pack in the second edition, with one attribute declared so."""
    files = {**FILES, "pack.yaml": FILES["pack.yaml"].replace("pack: tiny\n", EDITION)}
    files["attributes.yaml"] = files["attributes.yaml"].replace(_YEARS, declaration)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def ranged(folder: Path, range_: str, kind: str = "number", more: str = "") -> Pack:
    """Return the pack with years in such a range."""
    return load_pack(written(folder, f"{{title: Years, type: {kind}, {more} range: {range_}, question: How many years?}}"))


@pytest.mark.parametrize(
    ("range_", "more", "expected"),
    [
        ("{above: 0}", "number", (0, True, None, False)),
        ("{below: 2.5}", "number", (None, False, Fraction(5, 2), True)),
        ("{above: 0, below: 1}", "number", (0, True, 1, True)),
        ("{above: -1, at_most: 1}", "number", (-1, True, 1, False)),
        ("{at_least: 1, below: 3}", "number", (1, False, 3, True)),
        ("{above: 0}", "integer", (1, False, None, False)),
        ("{above: 0, below: 2}", "integer", (1, False, 1, False)),
        ("{at_least: -3, below: 0}", "integer", (-3, False, -1, False)),
    ],
)
def test_open_ends_of_numbers_are_kept_and_of_whole_numbers_are_the_next_one(
    tmp_path: Path, range_: str, more: str, expected: tuple[object, ...]
) -> None:
    """`above: 0` of a whole number says what `at_least: 1` says."""
    type_ = ranged(tmp_path, range_, more).attributes["product_years"].type
    assert (type_.lowest, type_.lowest_open, type_.highest, type_.highest_open) == expected


@pytest.mark.parametrize(
    ("range_", "precision", "lowest", "highest"),
    [
        ("{above: 2020-01-31, below: 2024-03-01}", "day", datetime.date(2020, 2, 1), datetime.date(2024, 2, 29)),
        ("{above: 2020-12, below: 2024-01}", "month", datetime.date(2021, 1, 1), datetime.date(2023, 12, 1)),
        ("{above: 2020, below: 2024}", "year", datetime.date(2021, 1, 1), datetime.date(2023, 1, 1)),
    ],
)
def test_an_open_end_of_a_date_is_the_next_one_of_its_precision(
    tmp_path: Path, range_: str, precision: str, lowest: datetime.date, highest: datetime.date
) -> None:
    """Days, months and years are steps, so the next one is the end."""
    files = FILES["attributes.yaml"].replace("precision: month", f"precision: {precision}, range: {range_}")
    folder = written(tmp_path, _YEARS)
    (folder / "attributes.yaml").write_text(files, encoding="utf-8")
    type_ = load_pack(folder).attributes["reviewed"].type
    assert (type_.precision, type_.lowest, type_.highest, type_.lowest_open) == (Precision(precision), lowest, highest, False)


def test_no_day_follows_the_last_of_the_calendar(tmp_path: Path) -> None:
    """A range above the last day there is holds nothing, and says so."""
    folder = written(tmp_path, _YEARS)
    text = FILES["attributes.yaml"].replace("precision: month", "range: {above: 9999-12-31}")
    (folder / "attributes.yaml").write_text(text, encoding="utf-8")
    problems = Problems()
    read_pack(folder, problems)
    assert [(one.code, one.message) for one in problems] == [("R204", "there is no value in the range")]


OPEN = "{title: Years, type: number, unit: years, range: {above: 0, below: 60}, question: How many years?}"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Give a way to run a command over the pack with an open range: its exit code, and all that it printed in one line."""
    written(tmp_path / "rules", OPEN)
    monkeypatch.chdir(tmp_path)

    def command(line: str) -> tuple[int, str]:
        capfd.readouterr()
        code = run(shlex.split(line))
        return code, " ".join("".join(capfd.readouterr()).split())

    return command


@pytest.mark.parametrize("value", ["0", "60", "0.00", "-1", "60.5"])
def test_a_profile_at_an_open_end_is_refused(command: Command, value: str) -> None:
    """The end is no answer in a profile or at the command line, and all that asks for it says so."""
    Path("ada.yaml").write_text(f"profile: ada\nattributes: {{product_years: {value}}}\n", encoding="utf-8")
    Path("bo.yaml").write_text("profile: bo\nattributes: {product_years: 59.99}\n", encoding="utf-8")
    for line in ("explain ada.yaml director", "profile check ada.yaml", f"whatif bo.yaml --set product_years={value}"):
        code, told = command(line)
        assert (code > 0, "is not above 0 and below 60 years" in told) == (True, True), (line, told)
    assert command("explain bo.yaml director")[0] == 0


@pytest.mark.parametrize("cells", [("0", "0.0", "-0", "60", "60.00"), ("-1", "61")])
@pytest.mark.parametrize("name", ["people.csv", "people.parquet", "people.jsonl"])
def test_cells_of_every_kind_of_table_at_an_open_end_are_rejected(command: Command, name: str, cells: tuple[str, ...]) -> None:
    """Text and numbers are held against the same ends; what lies just inside is taken."""
    every = [*cells, "0.001", "59.999999", "1"]
    frame = pl.DataFrame({"id": [f"p{index}" for index in range(len(every))], "product_years": every})
    typed = frame.with_columns(pl.col("product_years").cast(pl.Float64))
    if name == "people.csv":
        frame.write_csv(name)
    elif name == "people.parquet":
        typed.write_parquet(name)
    else:
        typed.write_ndjson(name)
    code, told = command(f"evaluate {name} -o verdicts.csv --role director --as-of 2026-11-01")
    assert code == 1, told
    assert sorted(set(pl.read_csv("verdicts.csv")["id"].to_list())) == [f"p{len(cells) + index}" for index in range(3)]


def test_a_frame_of_numbers_is_held_against_open_ends_too(tmp_path: Path) -> None:
    """What a library hands over is refused at the end, and told by name."""
    pack = load_pack(written(tmp_path, OPEN))
    rows = evaluate_frame(
        pl.DataFrame({"id": [*"abcd"], "product_years": [0.0, 0.5, 60.0, 59.0]}), pack, role="director", as_of=datetime.date(2026, 11, 1)
    )
    assert rows["invalid"].to_list() == ["product_years", None, "product_years", None]


def test_schemas_and_lists_tell_an_open_end(command: Command) -> None:
    """Editors get an exclusive end, lists say above and below, and JSON has a key for each way an end can be."""
    assert command("schema")[0] == 0
    found = Path("rules/schema/profile.json").read_text(encoding="utf-8")
    assert ('"exclusiveMinimum": 0' in found, '"exclusiveMaximum": 60' in found) == (True, True)
    assert "above 0 and below 60 years" in command("show --attributes")[1]
    attributes = json.loads(command("show --attributes --format json")[1])["attributes"]
    years = next(one for one in attributes if one["id"] == "product_years")
    assert [years[key] for key in ("at_least", "above", "at_most", "below")] == [None, 0, None, 60]


@pytest.mark.parametrize("values", ["0,5", "4,60", "58..61"])
def test_a_sweep_to_an_open_end_is_refused(command: Command, values: str) -> None:
    """A threshold at an end that nobody can have is none to try."""
    Path("people.csv").write_text("id,role,product_years\na,manager,0.5\nb,manager,59.5\n", encoding="utf-8")
    code, told = command(f"sweep director years.product_years.at_least --values {values} --on people.csv --as-of 2026-11-01")
    assert (code, "is not above 0 and below 60 years" in told) == (2, True), told


TYPES = [
    ValueType(kind=Kind.NUMBER, lowest=low, highest=high, lowest_open=True, highest_open=high is not None)
    for low, high in ((0, None), (0, 60), (0, Fraction(1, 100)), (Fraction(-1, 2), 0), (10, 11), (10**9, None))
]


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.range_words())
@pytest.mark.parametrize("marks", [(), (0,), (Fraction(1, 2), 8), (60,), (-5, 100)])
def test_whatever_proposes_values_stays_off_an_open_end(type_: ValueType, marks: tuple[Number, ...]) -> None:
    """Values that worked examples and proofs try lie within, and some do."""
    tried = points(type_, marks)[0]
    assert tried
    assert not any(type_.outside(value) for value in tried if not isinstance(value, frozenset | tuple))
    near = list(candidates(type_, ()))
    assert near
    assert not any(type_.outside(value) for value in near if not isinstance(value, frozenset | tuple))


@pytest.mark.parametrize(("number", "there"), [(0, False), (Fraction(1, 10**9), True), (60, False), (59, True), (-1, False)])
def test_what_lint_says_a_value_can_be_leaves_an_open_end_out(number: Number, there: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """So a divisor above 0 never is 0."""
    assert declared(TYPES[1]).holds(number) is there


@pytest.mark.parametrize(
    ("range_", "words"), [("{at_least: 0}", None), ("{above: 0}", "more than 0"), ("{above: 0, below: 4}", "more than 0.5")]
)
def test_a_ratio_is_known_in_part_where_its_divisor_is_above_nothing(tmp_path: Path, range_: str, words: str | None) -> None:
    """By what may be 0 nothing is known; by what is above it the ratio is above 0, and above 2 / 4 where the divisor is below 4."""
    folder = written(tmp_path, f"{{title: Years, type: number, range: {range_}, question: How many years?}}")
    path = folder / "attributes.yaml"
    text = path.read_text(encoding="utf-8").replace("title: Improvement aimed for, type: number, unit: percent", "title: Aim, type: number")
    path.write_text(text + "  rate: {title: Rate, type: number, derive: {ratio: [target, product_years]}}\n", encoding="utf-8")
    pack = load_pack(folder)
    facts = complete(pack, Profile(id="a", given={"target": 2}, span=Span.whole_file("a.yaml")), datetime.date(2026, 11, 1)).facts
    bounds = known_in_part(facts, "rate")
    assert (None if bounds is None else pack.attributes["rate"].show(bounds)) == words


def test_a_proof_finds_nobody_at_an_open_end() -> None:
    """What only the end itself would meet can be met by nobody, and what lies beside it can."""
    z3 = pytest.importorskip("z3")
    from evaluator.calibration.prove.symbols import one_of_kind

    value, within = one_of_kind("years", ValueType(kind=Kind.NUMBER, lowest=0, highest=1, lowest_open=True, highest_open=True))
    found = {}
    for name, wanted in {"0": value == 0, "1": value == 1, "between": z3.And(value > 0, value < z3.RealVal("1/1000"))}.items():
        solver = z3.Solver()
        solver.add(*within, wanted)
        found[name] = solver.check() == z3.sat
    assert found == {"0": False, "1": False, "between": True}


def test_the_end_closed_again_is_a_change_that_diff_tells(tmp_path: Path) -> None:
    """Two packs that differ in one end alone differ."""
    from evaluator.calibration.diff.words import change_words
    from evaluator.packs.changes.rules import changes

    one, two = (ranged(tmp_path / name, range_, more="unit: years,") for name, range_ in (("a", "{at_least: 0}"), ("b", "{above: 0}")))
    assert [change_words(change, one, two) for change in changes(one, attrs.evolve(two, content_hash=one.content_hash))] == [
        "Years: range 0 years or more → above 0 years"
    ]
