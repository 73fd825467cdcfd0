"""Today's role as rules of edition 2 read it: stated, of the entry role, outside the pack, missing; in every engine and verb."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import attrs
import pytest

from evaluator.candidates.decisions.snapshots import snapshot_text
from evaluator.cli.main import run
from evaluator.core.fingerprint import profile_hash
from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Problems, Span
from evaluator.engines.columns.decode import decoded
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.readiness import evaluate
from evaluator.packs.lint import lint_pack
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.profile import profile_in
from tests.guild_pack import GUILD, guild
from tests.tiny_pack import FILES, write

AS_OF = datetime.date(2026, 11, 1)
TABLE = """tables:
  months: {type: integer, rows: {newcomer: 1, apprentice: 24, journeyman: 18, acting-master: 6, master: 0, elder: 0}}
attributes:
"""
NEEDED = "  needed: {title: Months needed, type: integer, unit: months, derive: {lookup: {of: current_role, table: months}}}\n"
RUNG = "\n  - {id: rung, title: Holds a rung, kind: step, basis: judgement, when: {current_rung: {at_least: 2}}}"
HELD = (
    "\n  - {id: held, title: Not long to go, kind: step, required: true, basis: judgement, advice: Wait., when: {needed: {at_most: 18}}}\n"
)


def ladder(folder: Path) -> Pack:
    """Return the guild, where a master has to hold a rung and be near the end of the time in it."""
    end = "when: {pieces: {at_least: 10}}}"
    return guild(folder, attributes=("attributes:\n", TABLE + NEEDED), master=(end, end + RUNG + HELD))


def person(role: str | None = None, *, other: str | None = None) -> Profile:
    """Return a master but for today's role."""
    return Profile(id="ada", role=role, other_role=other, given={"pieces": 12, "taught": 1}, span=Span.whole_file("ada.yaml"))


@pytest.mark.parametrize("engine", ["reference", "inference"])
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        pytest.param(person("journeyman"), ("ready", [True, True, True], []), id="stated"),
        pytest.param(person("apprentice"), ("not yet", [True, False, False], []), id="too low"),
        pytest.param(person(), ("ready", [True, False, True], []), id="the entry role of who states none"),
        pytest.param(person(other="Chef"), ("undecided: not yet to ready", [True, None, None], ["role"]), id="none of the pack"),
        pytest.param(person("elder"), ("ready", [True, True, True], []), id="held only"),
    ],
)
def test_conditions_and_tables_read_todays_role(
    tmp_path: Path, engine: str, who: Profile, expected: tuple[str, list[bool | None], list[str]]
) -> None:
    """Worked out by hand: 12 pieces, rung 2 and at most 18 months of a table over roles."""
    result = evaluate(ladder(tmp_path), who, as_of=AS_OF, engine=engine).roles["master"]
    assert (str(result.verdict), [one.held for one in result.criteria], [one.attribute for one in result.questions]) == expected
    assert all(one.decisive for one in result.questions)


def test_two_entry_roles_are_nobodys(tmp_path: Path) -> None:
    """Then who states no role may hold either, so that it is unknown; without one, too."""
    two = guild(tmp_path / "two", elder=("held_only", "entry"))
    one = guild(tmp_path / "one")
    assert evaluate(one, person(), as_of=AS_OF, engine="reference").role == one.roles["newcomer"]
    assert evaluate(two, person(), as_of=AS_OF, engine="reference").role is None


def test_moves_lead_on_from_the_entry_role(tmp_path: Path) -> None:
    """Of somebody who states none, and not of somebody whose role is none of the pack."""
    pack = guild(tmp_path)
    ahead = [[move.role.id for move in evaluate(pack, who, as_of=AS_OF).next_roles] for who in (person(), person(other="Chef"))]
    assert ahead == [["apprentice"], []]


def test_a_pack_that_reads_no_role_has_no_such_attribute(tmp_path: Path) -> None:
    """So nothing new is listed, and in edition 1 the names are names like any other."""
    later = {**FILES, "pack.yaml": FILES["pack.yaml"].replace("version:", "language: 2\nversion:")}
    assert set(load_pack(write(tmp_path / "later", later)).attributes) == set(load_pack(write(tmp_path / "first", FILES)).attributes)
    named = FILES["attributes.yaml"].replace(
        "attributes:\n", "attributes:\n  current_rung: {title: Grade, type: integer, question: Grade?}\n"
    )
    assert load_pack(write(tmp_path / "named", {**FILES, "attributes.yaml": named})).attributes["current_rung"].title == "Grade"


def test_lint_finds_nothing_in_it(tmp_path: Path) -> None:
    """No attribute is told to be unused, no table of roles to be incomplete."""
    ladder(tmp_path)
    assert [one.message for one in lint_pack(tmp_path) if one.code != "R502"] == []


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Give a table of four people, and the rules beside it."""
    ladder(tmp_path / "rules")
    (tmp_path / "people.csv").write_text("id,role,pieces,taught\na,Journeyman,12,1\nb,,12,1\nc,Chef,12,1\nd,apprentice,12,1\ne,n/a,12,1\n")
    return tmp_path


@pytest.mark.parametrize("engine", ["columns", "inference", "reference", "duckdb"])
def test_every_engine_reads_the_role_column(people: Path, engine: str) -> None:
    """Who states none is a newcomer, and of a chef nothing is known."""
    out = people / "out.csv"
    evaluate_people = ["evaluate", str(people / "people.csv"), "--rules", str(people / "rules"), "--engine", engine, "-o", str(out)]
    assert run([*evaluate_people, "--role", "master"]) == 0
    header, *rows = csv.reader(out.read_text().splitlines())
    told = [(row[0], row[header.index("role")], row[header.index("verdict")], row[header.index("questions")]) for row in rows]
    assert told == [
        ("a", "journeyman", "ready", ""),
        ("b", "", "ready", ""),
        ("c", "", "undecided: not yet to ready", "role"),
        ("d", "apprentice", "not yet", ""),
        ("e", "", "ready", ""),
    ]
    out.unlink()
    assert run(evaluate_people) == 0
    header, *rows = csv.reader(out.read_text().splitlines())
    assert [row[header.index("next_role")] for row in rows] == ["master", "apprentice", "", "journeyman", "apprentice"]


def test_whatif_sets_the_role_by_any_of_its_names(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What follows from it changes too."""
    assert run(["whatif", str(people / "people.csv"), "--person", "c", "--set", "role=Journeyman", "--rules", str(people / "rules")]) in {
        0,
        1,
    }
    told = "".join(capsys.readouterr())
    assert "Master  undecided: not yet to ready  33–100 %        ready" in told
    assert "Rung today (computed)" in told


def test_explain_asks_for_the_role(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And for nothing that follows from it."""
    assert run(["explain", str(people / "people.csv"), "master", "--person", "c", "--rules", str(people / "rules")]) in {0, 1}
    told = "".join(capsys.readouterr())
    assert "? Which role do they hold today? (can change the verdict)" in told
    assert "? Rung today is at least 2 – not stated" in told


def test_nothing_of_a_role_is_read_from_other_columns(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column `current_rung` says nothing, and is told."""
    table = people / "rungs.csv"
    table.write_text("id,role,current_rung,pieces,taught\na,apprentice,4,12,1\n")
    assert run(["evaluate", str(table), "--rules", str(people / "rules"), "--role", "master"]) in {0, 1}
    told = "".join(capsys.readouterr())
    assert "current_rung" in told
    assert "not yet" in told


def test_a_move_reads_the_track(tmp_path: Path) -> None:
    """It is closed to who holds a role of another track, and asks for the role of who may hold one."""
    pack = guild(
        tmp_path, moves=("to: journeyman, kind: promotion,", "to: journeyman, kind: promotion, when: {current_track: {is_not: craft}},")
    )
    evaluation = evaluate(pack, person("apprentice"), as_of=AS_OF, engine="reference")
    assert [move.to for move in evaluation.closed] == ["journeyman"]
    assert "current_track" in pack.attributes
    assert attrs.evolve(pack, language=1).entry_role is not None
    assert "role" not in GUILD


@pytest.mark.parametrize("test", ["current_rung: {at_least: 0}", "current_track: {is: craft}", "current_role: {is_not: apprentice}"])
def test_nothing_is_known_in_part_of_a_role_that_is_not_known(tmp_path: Path, test: str) -> None:
    """Although every role of the pack meets the test: the one that somebody holds may be none of them."""
    pack = guild(tmp_path, master=("pieces: {at_least: 10}", test))
    known, unknown = (evaluate(pack, who, as_of=AS_OF, engine="reference").roles["master"] for who in (person(), person(other="Chef")))
    assert (str(known.verdict), str(unknown.verdict)) == ("ready", "undecided: not yet to ready")


def test_a_profile_may_name_a_role_outside_the_pack(tmp_path: Path) -> None:
    """It is told, and kept in what a decision rests on; a slip for one of the pack's is an error still, and any where no rule reads it."""
    pack = ladder(tmp_path / "rules")
    path = tmp_path / "ada.yaml"
    path.write_text("profile: ada\nrole: Chef de cuisine\nattributes: {pieces: 12, taught: 1}\n")
    problems = Problems()
    profile = profile_in(path.read_text(), "ada.yaml", pack, problems)
    assert profile is not None
    assert [one.code for one in problems] == ["P206"]
    assert evaluate(pack, profile, as_of=AS_OF, engine="reference").roles["master"].questions[0].attribute == "role"
    again = profile_in(snapshot_text(profile, pack), "ada.yaml", pack, Problems())
    assert again is not None
    assert (again.role, again.other_role, profile_hash(again)) == (None, "Chef de cuisine", profile_hash(profile))
    for text, rules in (("Journeymann", pack), ("Chef de cuisine", load_pack(write(tmp_path / "tiny", FILES)))):
        problems = Problems()
        assert profile_in(f"profile: ada\nrole: {text}\n", "ada.yaml", rules, problems) is None
        assert [one.code for one in problems] == ["P105"]


def test_a_row_has_one_hash_by_whatever_door_it_comes(people: Path) -> None:
    """The facts that columns hold are no more than those of the row's profile."""
    pack = load_pack(people / "rules")
    frame = frame_of(pack, [Person(profile=person("apprentice"), as_of=AS_OF), Person(profile=person(), as_of=AS_OF)])
    told = [one.profile for one in decoded(pack, frame)]
    assert [(one.role, one.other_role, dict(one.given)) for one in told] == [
        ("apprentice", None, {"pieces": 12, "taught": 1}),
        (None, None, {"pieces": 12, "taught": 1}),
    ]
