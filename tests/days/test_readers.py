"""The day on which facts were gathered: read alike from every kind of file, kept, hashed and written, and judging nobody."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from evaluator.candidates.decisions.snapshots import snapshot_text
from evaluator.candidates.profile.drafting.draft import draft_of
from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.cli.main import run
from evaluator.core.fingerprint import profile_hash
from evaluator.core.model import FACTS_STALE_AFTER, Pack, Profile
from evaluator.diagnostics import Problems, Span
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.people import read_people
from evaluator.reading.profile.profile import profile_in
from tests.product import PRODUCT

RULES = str(PRODUCT / "rules")
DAY = datetime.date(2025, 9, 1)
ROWS = {"id": ["ada", "ben"], "role": ["product-manager"] * 2, "product_management_years": [7.5, 3.0]}
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(RULES)


def _frame(**more: object) -> object:
    import polars as pl

    return pl.DataFrame({**ROWS, **more}, schema_overrides={"gathered": pl.Date, "as_of": pl.Date})


def _csv(folder: Path) -> str:
    path = folder / "people.csv"
    path.write_text("id,role,product_management_years,Gathered\nada,product-manager,7.5,2025-09-01\nben,product-manager,3,\n")
    return str(path)


def _semicolons(folder: Path) -> str:
    path = folder / "people.csv"
    path.write_text("id;role;product_management_years;GATHERED\nada;product-manager;7,5;1 Sept. 2025\nben;product-manager;3;\n")
    return str(path)


def _jsonl(folder: Path) -> str:
    path = folder / "people.jsonl"
    lines = [
        {"id": "ada", "role": "product-manager", "gathered": "2025-09-01", "product_management_years": 7.5},
        {"profile": "ben", "role": "product-manager", "attributes": {"product_management_years": 3}},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def _nested(folder: Path) -> str:
    path = folder / "people.jsonl"
    lines = [
        {"profile": "ada", "role": "product-manager", "gathered": "2025-09-01", "attributes": {"product_management_years": 7.5}},
        {"profile": "ben", "role": "product-manager", "attributes": {"product_management_years": 3}},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def _parquet(folder: Path) -> str:
    path = folder / "people.parquet"
    _frame(gathered=[DAY, None]).write_parquet(path)  # type: ignore[attr-defined]
    return str(path)


def _texts(folder: Path) -> str:
    path = folder / "people.parquet"
    import polars as pl

    pl.DataFrame({**ROWS, "gathered": ["2025-09-01", None]}).write_parquet(path)
    return str(path)


def _excel(folder: Path) -> str:
    path = folder / "people.xlsx"
    _frame(gathered=[DAY, None]).write_excel(path)  # type: ignore[attr-defined]
    return str(path)


def _folder(folder: Path) -> str:
    people = folder / "people"
    people.mkdir()
    for name, years, day in (("ada", 7.5, f"gathered: {DAY}\n"), ("ben", 3, "")):
        text = f"profile: {name}\nrole: product-manager\n{day}attributes: {{product_management_years: {years}}}\n"
        (people / f"{name}.yaml").write_text(text)
    return str(people)


FORMATS: Mapping[str, Callable[[Path], str]] = {
    "csv": _csv,
    "csv with semicolons": _semicolons,
    "json lines": _jsonl,
    "json lines as profiles": _nested,
    "parquet": _parquet,
    "parquet with texts": _texts,
    "excel": _excel,
    "folder": _folder,
}
DECIMAL = {"csv with semicolons": ("--decimal", ",")}


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_has_the_day_of_the_facts(format_: str, tmp_path: Path, capfd: Capture) -> None:
    """The column goes by its name, whatever its case; an empty cell says nothing; nobody's verdict hangs on it."""
    source, out = FORMATS[format_](tmp_path), tmp_path / "out.csv"
    assert run(["evaluate", source, "--rules", RULES, *DECIMAL.get(format_, ()), "-o", str(out)]) == 0
    assert "facts as of 2025-09-01, 14 months old for 1 of 2 people" in "".join(capfd.readouterr())
    import polars as pl

    rows = pl.read_csv(out).select("id", "as_of", "facts_as_of", "score_worse").rows()
    assert [row[:3] for row in rows] == [("ada", "2026-11-28", "2025-09-01"), ("ben", "2026-11-28", None)]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["columns", "duckdb", "reference", "inference"])
def test_every_engine_has_it_too(engine: str, rules: Path, tmp_path: Path, capfd: Capture) -> None:
    """With and without days of their own; by a small pack, as a database takes long over the shipped one."""
    import polars as pl

    source = tmp_path / "people.parquet"
    columns = {"id": ["ada", "ben"], "role": ["manager"] * 2, "product_years": [7.5, 3.0], "gathered": [DAY, None]}
    pl.DataFrame({**columns, "as_of": [None, datetime.date(2026, 11, 1)]}).write_parquet(source)
    out = tmp_path / "out.parquet"
    assert run(["evaluate", str(source), "--rules", str(rules), "--engine", engine, "-o", str(out)]) == 0
    capfd.readouterr()
    rows = pl.read_parquet(out).sort("id").select("as_of", "projection_to", "facts_as_of").rows()
    day = datetime.date(2026, 11, 1)
    assert rows == [(datetime.date(2026, 11, 28), None, DAY), (day, None, day)]
    assert run(["evaluate", str(source), "--rules", str(rules), "--engine", engine, "--as-of", "2031-01-01", "-o", str(out)]) == 0
    ahead = datetime.date(2031, 1, 1)
    rows = pl.read_parquet(out).sort("id").select("as_of", "projection_to", "facts_as_of").rows()
    assert rows == [(ahead, ahead, DAY), (ahead, ahead, day)]


@pytest.mark.parametrize("format_", FORMATS)
def test_one_person_of_every_format_is_the_same_person(format_: str, tmp_path: Path, capfd: Capture) -> None:
    """The same facts have the same hash, wherever they were read from; what a row does not say is not made up."""
    source = FORMATS[format_](tmp_path)
    found = []
    for name in ("ada", "ben"):
        words = ["explain", source, "product-director", "--person", name, "--rules", RULES, "--format", "json"]
        assert run([*words, *DECIMAL.get(format_, ())]) == 0
        found.append(json.loads(capfd.readouterr().out))
    assert [one["days"]["facts_as_of"] for one in found] == ["2025-09-01", None]
    given = {"product_management_years": Fraction(15, 2)}
    whole = Profile(id="ada", role="product-manager", gathered=DAY, given=given, span=Span.whole_file(""))
    assert found[0]["provenance"]["profile_hash"] == profile_hash(whole)


@pytest.mark.parametrize("cell", ["soon", "2025-13-01", "31/11/2025", "03/04/2026"])
def test_a_day_that_is_none_is_told(cell: str, tmp_path: Path, capfd: Capture) -> None:
    """In a row as in a profile, by its own name and with its place."""
    path = tmp_path / "people.csv"
    path.write_text(f"id,role,gathered\nada,product-manager,{cell}\nben,product-manager,\n")
    assert run(["evaluate", str(path), "--rules", RULES, "-o", str(tmp_path / "out.csv")]) == 1
    assert f"`{cell}`" in (tmp_path / "out.csv.rejected.csv").read_text()
    assert "and `gathered` is a date" in (tmp_path / "out.csv.rejected.csv").read_text()
    capfd.readouterr()


def test_an_attribute_of_that_name_stays_one(tmp_path: Path) -> None:
    """A pack that had an attribute called gathered before there was such a column reads its tables as before."""
    from tests.days.test_days_of_verbs import PACK, write

    attributes = PACK["attributes.yaml"] + "  gathered: {title: Apples gathered, type: integer, unit: apples, question: How many?}\n"
    write(tmp_path / "rules", {**PACK, "attributes.yaml": attributes})
    (tmp_path / "people.csv").write_text("id,gathered\nada,7\n")
    (found,) = read_people([tmp_path / "people.csv"], load_pack(tmp_path / "rules"), Problems())
    assert (found.gathered, found.given) == (None, {"gathered": 7})


def test_old_hashes_stay(pack: Pack) -> None:
    """A profile without the key has the hash that it had before; with it another one, which is read again from what is written."""
    text = "profile: ada\nrole: product-manager\nas_of: 2026-11-01\nattributes: {product_management_years: 7.5}\n"
    before = profile_in(text, "ada.yaml", pack, Problems())
    after = profile_in(text.replace("as_of: 2026-11-01", "gathered: 2025-09-01\nas_of: 2026-11-01"), "ada.yaml", pack, Problems())
    assert before is not None
    assert after is not None
    assert profile_hash(before) == "57a9033ae21f9cac"
    assert profile_hash(after) != profile_hash(before)
    again = profile_in(profile_text(draft_of(after), pack), "ada.yaml", pack, Problems())
    assert again is not None
    assert (again.gathered, again.as_of, profile_hash(again)) == (DAY, datetime.date(2026, 11, 1), profile_hash(after))
    assert "gathered: 2025-09-01\n" in snapshot_text(after, pack)


def test_no_verdict_hangs_on_it(pack: Pack) -> None:
    """Whatever day the facts are said to be of, the evaluation is the same but for the hash."""
    evaluator = Evaluator(pack, engine="reference")
    text = "profile: ada\nrole: product-manager\nattributes: {history: [{title: PM, function: product, start: 2019-01}]}\n"
    found = profile_in(text, "ada.yaml", pack, Problems())
    assert found is not None
    day = datetime.date(2026, 11, 28)
    judged = [evaluator.evaluate(attrs.evolve(found, gathered=one), as_of=day) for one in (None, DAY, day)]
    assert [one.roles for one in judged] == [judged[0].roles] * 3
    assert len({one.provenance.profile_hash for one in judged}) == 3


def test_a_decision_keeps_it_and_replays(tmp_path: Path, capfd: Capture) -> None:
    """What is recorded has the day, and comes out the same again; an export has it too."""
    (tmp_path / "ada.yaml").write_text(
        f"profile: ada\nrole: product-manager\ngathered: {DAY}\nattributes: {{product_management_years: 7.5}}\n"
    )
    log = str(tmp_path / "log.jsonl")
    words = ["decide", str(tmp_path / "ada.yaml"), "product-director", "--decision", "deferred", "--reason", "Later.", "--log", log]
    assert run([*words, "--rules", RULES]) == 0
    assert "facts as of 2025-09-01, 14 months old" in capfd.readouterr().out
    assert run(["decisions", "replay", log]) == 0
    assert run(["decisions", "verify", log]) == 0
    (kept,) = tmp_path.rglob("profiles/*.yaml")
    assert f"gathered: {DAY}" in kept.read_text()
    capfd.readouterr()


@pytest.mark.parametrize(
    ("on", "stated", "said"),
    [
        ("2025-09-15", "gathered: 2025-09-01\nas_of: 2025-09-15", ""),
        ("2026-11-20", "gathered: 2025-09-01", "facts as of 2025-09-01, 14 months old"),
        ("2026-06-01", "as_of: 2026-11-01", "judged as of 2026-11-01, after the day of the decision"),
        ("2026-06-01", "gathered: 2026-11-01", "facts as of 2026-11-01, after the day of the decision"),
    ],
)
def test_a_decision_is_held_against_its_own_day(on: str, stated: str, said: str, tmp_path: Path, capfd: Capture) -> None:
    """Facts that were fresh when people decided are not called old because the record is made later."""
    (tmp_path / "ada.yaml").write_text(f"profile: ada\nrole: product-manager\n{stated}\nattributes: {{product_management_years: 7.5}}\n")
    words = ["decide", str(tmp_path / "ada.yaml"), "product-director", "--decision", "deferred", "--reason", "Later.", "--on", on]
    assert run([*words, "--log", str(tmp_path / "log.jsonl"), "--rules", RULES]) == 0
    shown = capfd.readouterr().out
    assert said in shown
    assert ("\nDays" in shown) is bool(said)


def test_a_pack_says_its_limit(tmp_path: Path) -> None:
    """`facts: stale_after:` is read and part of what a pack means; 12 months where it is left out."""
    from evaluator.calibration.diff.analysis import diff
    from tests.days.test_days_of_verbs import PACK, write

    write(tmp_path / "six", PACK)
    write(tmp_path / "none", {**PACK, "pack.yaml": PACK["pack.yaml"].replace("facts: {stale_after: 6 months}\n", "")})
    write(tmp_path / "year", {**PACK, "pack.yaml": PACK["pack.yaml"].replace("6 months", "1 year")})
    six, none, year = (load_pack(tmp_path / name) for name in ("six", "none", "year"))
    assert (six.facts_stale_after_months, none.facts_stale_after_months, year.facts_stale_after_months) == (6, FACTS_STALE_AFTER, 12)
    (changed,) = diff(six, none).changes
    assert (changed.field, changed.wording) == ("facts_stale_after_months", False)
    assert diff(none, year).changes == ()


def test_what_is_imported_or_asked_for_is_judged_for_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """Neither writes a day to judge for; a year later the years that passed count, and the age is told."""
    from evaluator.cli import clock

    target = tmp_path / "jana-novak.yaml"
    assert run(["profile", "import", "linkedin", str(PRODUCT / "profiles/exports/linkedin"), "-o", str(target), "--rules", RULES]) == 0
    text = target.read_text()
    assert "\ngathered: 2026-11-28\n" in text
    assert "\nas_of:" not in text
    capfd.readouterr()
    monkeypatch.setattr(clock, "now", lambda: datetime.datetime(2028, 1, 5, tzinfo=datetime.UTC))
    assert run(["explain", str(target), "group-product-manager", "--rules", RULES, "--format", "json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert (found["provenance"]["as_of"], found["days"]["facts_months_old"], found["days"]["facts_old"]) == ("2028-01-05", 13, True)


@pytest.mark.parametrize("words", [("import", "linkedin", str(PRODUCT / "profiles/exports/linkedin")), ("new",)])
def test_facts_are_not_gathered_on_a_day_to_come(words: tuple[str, ...], capfd: Capture) -> None:
    """--as-of of an import or an interview is the day of the facts."""
    assert run(["profile", *words, "--as-of", "2026-11-29", "--rules", RULES]) == 2
    assert "--as-of 2026-11-29 has not come yet; name the day on which the facts were gathered" in capfd.readouterr().err
