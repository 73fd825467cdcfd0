"""rank: by verdict, score and the pack's tie-breakers, with ties shown as ties."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shlex
from collections import Counter
from pathlib import Path

import attrs
import pytest

from evaluator.calibration.people import gathered
from evaluator.cli.main import run
from evaluator.core.enums import MoveKind
from evaluator.core.model import Pack
from evaluator.core.recommendation import Relation, recommend
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import Evaluator
from evaluator.populations.rank.ranking import Among, LeftOut, Ranker, tie_breakers
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population
from tests.populations.runs import AS_OF, Chunks, chunk, frame_with_rows, random_people, write_people, write_rules
from tests.product import PRODUCT, ROOT

Capture = pytest.CaptureFixture[str]


@pytest.fixture(name="pack", scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_rules(tmp_path_factory.mktemp("rules")))


def key(evaluation: Evaluation, pack: Pack) -> tuple[object, ...]:
    """Return what orders an evaluation: what is known, what may be, more years, a higher level; who lacks one comes last."""
    result = evaluation.roles["director"]
    place = pack.verdicts.index
    found: list[object] = [place(result.verdict.low), -result.score.low, place(result.verdict.high), -result.score.high]
    for name in ("years", "level"):
        value = evaluation.facts.get(name)
        found.append((value is None, 0 if value is None else -value))  # type: ignore[operator]
    return tuple(found)


def is_candidate(evaluation: Evaluation) -> bool:
    """Whether the director is a next role: no move of this ladder leads downwards."""
    return "director" in {one.role.id for one in evaluation.next_roles}


@pytest.mark.parametrize("among", Among)
@pytest.mark.parametrize("top", [1, 5, 17, 500])
@pytest.mark.parametrize("size", [7, 1000])
def test_the_order_is_the_references(pack: Pack, top: int, size: int, among: Among) -> None:
    """However the population is cut into chunks, the best come first, and who is level has the same rank."""
    people = random_people(random.Random(4), pack, 60)
    frame = frame_with_rows(pack, people)
    chunks = [chunk(frame[place : place + size]) for place in range(0, frame.height, size)]
    ranking = Ranker(pack=pack, role="director", top=top, among=among).rank(Chunks(chunks=chunks))
    reference = Evaluator(pack, engine="reference")
    judged = [(reference.evaluate(one.profile, as_of=one.as_of), row) for row, one in enumerate(people)]
    counted = [(evaluation, row) for evaluation, row in judged if among is Among.EVERYONE or is_candidate(evaluation)]
    ordered = sorted(((key(evaluation, pack), row, evaluation) for evaluation, row in counted), key=lambda one: one[:2])
    ranks = [1 + sum(other[0] < one[0] for other in ordered) for one in ordered]
    shown = ranking.candidates
    assert shown["id"].to_list() == [one[2].profile.id for one in ordered][:top]
    assert shown["rank"].to_list() == ranks[:top]
    last = ordered[min(top, len(ordered)) - 1][0]
    assert ranking.beyond == sum(one[0] == last for one in ordered[top:])
    assert (ranking.judged, sum(ranking.left_out.values())) == (len(ordered), 60 - len(ordered))
    holders = sum(evaluation.profile.role == "director" for evaluation, _ in judged)
    assert among is Among.EVERYONE or ranking.left_out[LeftOut.HOLDS] == holders > 0
    best = [(one[2], one[3]) for one, _, _ in ordered]
    known = [(one[0], one[1]) for one, _, _ in ordered]
    lasting = known[: len(shown)][-1]
    assert ranking.open == sum(best[place] != known[place] and best[place] < known[place - 1] for place in range(1, len(shown)))  # type: ignore[operator]
    assert ranking.below == sum(mine < lasting for mine in best[len(shown) :])  # type: ignore[operator]


def test_a_pack_without_tie_breakers_leaves_ties(pack: Pack) -> None:
    """The tie-breakers are the pack's own."""
    assert [(one.attribute.id, one.high) for one in tie_breakers(pack)] == [("years", True), ("level", True)]


def _rank(folder: Path, *more: str) -> int:
    rules = write_rules(folder / "rules")
    people = write_people(folder / "people.csv", 80, bad=40)
    return run(["rank", str(people), "--rules", str(rules), "--as-of", str(AS_OF), "--role", "Director", "--top", "3", *more])


def test_the_table_names_what_it_rests_on(tmp_path: Path, capsys: Capture) -> None:
    """Candidates, how many were considered, the order, and rejected rows with exit code 1."""
    assert _rank(tmp_path) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("Candidates for Director\n")
    assert "Order       verdict, score, Years (more first), Level (more first)\n" in shown
    assert re.search(r"\nConsidered  \d+ people for whom it is a step, 2 rows left out that cannot be judged\n", shown)
    assert re.search(r"\nLeft out    \d+ people: \d+ hold the role today", shown)


def test_rows_that_cannot_be_judged_are_told_with_their_reasons(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is a role that the pack does not have; the command beneath is followed, and keeps the row that is named."""
    monkeypatch.chdir(tmp_path)
    rules = write_rules(tmp_path / "rules")
    Path("people.csv").write_text("id;role;How long\nada;manager;3,5\nben;manager;long\ncleo;gardener;2\n", encoding="utf-8")
    arguments = ["rank", "people.csv", "--rules", str(rules), "--role", "director", "--decimal", ",", "--map", "How long=years"]
    assert run([*arguments, "--among", "everyone"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("1 person has a role that the pack does not have, read without one: gardener (1)\n")
    assert "\n1 of 3 rows cannot be judged and is left out:\n  people.csv, line 3, How long: `long` is no" in told
    command = re.search(r"`(evaluator evaluate people.csv .*)`", told)
    assert command
    assert run(shlex.split(command[1])[1:]) == 1
    kept = Path("results.csv.rejected.csv").read_text(encoding="utf-8").splitlines()
    assert len(kept) == 2
    assert "long" in kept[1]


def test_formats_hold_the_same_candidates(tmp_path: Path, capsys: Capture) -> None:
    """JSON and CSV name the same people in the same order."""
    _rank(tmp_path, "--format", "json")
    found = json.loads(capsys.readouterr().out)
    _rank(tmp_path, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [one["id"] for one in found["candidates"]] == [row["id"] for row in rows]
    assert next(row["rank"] for row in rows) == "1"
    assert rows[0]["name"].startswith("'=Name")


SERVICE = {
    "pack.yaml": """
pack: service
title: Service
version: 1.0.0
effective: 2020-01-01
tracks: {main: {title: Main}}
scoring: {default_weight: 1}
verdicts: [{verdict: ready, when: {required_unmet: {at_most: 0}}}, {verdict: not yet}]
ranking:
  tie_breakers:
    - {attribute: appointed, prefer: low}
    - {attribute: born, prefer: high}
    - {attribute: mark, prefer: high}
    - {attribute: books, prefer: low}
    - {attribute: grade, prefer: high}
""",
    "attributes.yaml": """
scales: {grades: [low, high]}
attributes:
  appointed: {title: Appointed on, type: date, precision: day, question: When?}
  born: {title: Born in, type: date, precision: month, question: When?}
  mark: {title: Mark, type: number, question: Which?}
  books: {title: Books, type: integer, question: How many?}
  grade: {title: Grade, type: scale, scale: grades, question: Which?}
""",
    "sources.yaml": "documents: {d: {title: Doc, publisher: P, sections: [S]}}\n",
    "moves.yaml": "moves:\n  - {from: mate, to: captain, kind: promotion, reason: R., basis: judgement}\n",
    "roles/mate.yaml": "role: mate\ntitle: Mate\ntrack: main\nrung: 1\n",
    "roles/captain.yaml": "role: captain\ntitle: Captain\ntrack: main\nrung: 2\n",
}
CRITERION = """
criteria:
  - id: mark
    title: The mark
    kind: skill
    required: true
    when: {mark: {at_least: 0}}
    source: {document: d, section: S}
    basis: judgement
    advice: Learn.
"""
MATES = """id,role,appointed,born,mark,books,grade
dan,Mate,2009-05-01,1979-01,9,6,high
eve,Mate,2009-05-01,1979-01,7.5,125,low
fay,Mate,2010-05-01,1979-01,7.5,125,
"""


def test_what_breaks_ties_is_shown_as_what_it_is(tmp_path: Path, capsys: Capture) -> None:
    """A day is a day and no 20090501.0, in every format; of dates, the earlier come first."""
    for name, text in SERVICE.items():
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + (CRITERION if name.startswith("roles/") else ""), encoding="utf-8")
    (tmp_path / "people.csv").write_text(MATES, encoding="utf-8")
    command = ["rank", str(tmp_path / "people.csv"), "--rules", str(tmp_path / "rules"), "--as-of", str(AS_OF), "--role", "captain"]
    names = ("appointed", "born", "mark", "books", "grade")
    assert run(command) == 0
    shown = capsys.readouterr().out
    lines = [line.split() for line in shown.splitlines() if line[:1].isdigit()]
    seen = [line[6:11] for line in lines]
    assert seen[:2] == [["2009-05-01", "1979-01", "9", "6", "high"], ["2009-05-01", "1979-01", "7.5", "125", "low"]]
    assert "Appointed on (earlier first), Born in (later first), Mark (more first), Books (less first), Grade (more first)" in shown
    run([*command, "--format", "json"])
    found = json.loads(capsys.readouterr().out)["candidates"]
    assert [[one[name] for name in names] for one in found] == [
        ["2009-05-01", "1979-01", 9, 6, "high"],
        ["2009-05-01", "1979-01", 7.5, 125, "low"],
        ["2010-05-01", "1979-01", 7.5, 125, None],
    ]
    run([*command, "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [rows[1][name] for name in names] == ["2009-05-01", "1979-01", "7.5", "125", "low"]


def test_a_role_that_is_not_there_is_an_error(tmp_path: Path, capsys: Capture) -> None:
    """With what may have been meant."""
    assert _rank(tmp_path, "--role", "directr") == 2
    assert "error: there is no role called `directr`\nhelp: did you mean `director`?" in capsys.readouterr().err


@pytest.mark.slow
def test_whoever_a_role_is_a_step_for_is_its_candidate_everywhere() -> None:
    """For every role of the shipped pack: what is recommended, what `diff`, `sweep` and `impact` count, and whom `rank` ranks agree."""
    pack = load_pack(PRODUCT / "rules")
    population = open_population([str(PRODUCT / "profiles" / "people.csv")], pack, Options(), as_of=AS_OF, problems=Problems())
    people = gathered(population, pack)
    judge = Evaluator(pack, engine="reference")
    evaluations = [judge.evaluate(people.profile(place), as_of=AS_OF) for place in range(people.height)]
    numbers = []
    for role in pack.judged_roles:
        told = [recommend(one, role.id, pack).candidate for one in evaluations]
        assert people.candidates(role).to_list() == told
        ranking = Ranker(pack=pack, role=role.id, top=1000).rank(Chunks(chunks=[chunk(people.frame)]))
        ids = {one.profile.id for one, step in zip(evaluations, told, strict=True) if step}
        assert set(ranking.candidates["id"]) == ids
        words = {
            Relation.HELD: LeftOut.HOLDS,
            Relation.DOWN: LeftOut.ABOVE,
            Relation.NO_MOVE: LeftOut.NO_MOVE,
            Relation.NO_ROLE: LeftOut.NO_ROLE,
        }
        others = [recommend(one, role.id, pack) for one in evaluations]
        assert ranking.left_out == Counter(words.get(one.relation, LeftOut.CLOSED) for one in others if not one.candidate)
        numbers.append(len(ids))
    assert sum(numbers) > 100
    assert min(numbers) == 0


def test_nobody_who_stands_above_a_role_is_its_candidate(capsys: Capture) -> None:
    """On the sample table, those for Product Manager are all below it; the others are counted by why they are none."""
    words = ["rank", str(PRODUCT / "profiles" / "people.csv"), "--rules", str(PRODUCT / "rules"), "--as-of", str(AS_OF), "--top", "500"]
    assert run([*words, "--role", "product-manager", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["role"] for one in found["candidates"]} == {"associate-product-manager"}
    assert found["considered"] + sum(found["left_out"].values()) == 200
    assert run([*words, "--role", "associate-product-manager"]) == 2
    shown = capsys.readouterr().err
    assert "Associate Product Manager would be a step for nobody of 200 people: " in shown
    assert "help: `--among everyone` ranks everybody" in shown
    assert run([*words, "--role", "associate-product-manager", "--among", "everyone", "--format", "json"]) == 0
    everybody = json.loads(capsys.readouterr().out)
    assert (everybody["considered"], len(everybody["candidates"]), everybody["left_out"]) == (200, 200, {})


def test_people_without_a_role_are_no_candidates(tmp_path: Path, capsys: Capture) -> None:
    """Whether it would be a step for them is not known, and that is said; so is a ladder move that is closed."""
    table = tmp_path / "people.csv"
    table.write_text(
        "id,role,preferred_work,mentees\na,,,2\nb,senior-product-manager,craft,2\nc,senior-product-manager,,3\nd,senior-product-manager,people,1\n"
    )
    words = ["rank", str(table), "--rules", str(PRODUCT / "rules"), "--as-of", str(AS_OF), "--role", "group-product-manager"]
    assert run([*words, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sorted(one["id"] for one in found["candidates"]) == ["c", "d"]
    assert found["left_out"] == {"no role today is stated": 1, "the move there is closed": 1}


def test_who_states_no_role_holds_the_entry_role(tmp_path: Path, capsys: Capture) -> None:
    """As for every other verb; a role that the pack does not have is not the entry role."""
    table = tmp_path / "people.csv"
    table.write_text("id,role,field_years\na,,9\nb,engineer,8\nc,Head Gardener,7\nd,staff-engineer,6\n")
    words = ["rank", str(table), "--rules", str(ROOT / "tests/ladders/policies"), "--as-of", str(AS_OF), "--role", "senior-engineer"]
    assert run([*words, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sorted(one["id"] for one in found["candidates"]) == ["a", "b"]
    assert found["left_out"] == {"no role today is stated": 1, "stands above it": 1}


def test_a_move_that_leads_downwards_makes_no_candidate() -> None:
    """A pack may have one: the role is then a next role, and no step, for those who stand above it; everywhere the same."""
    pack = load_pack(PRODUCT / "rules")
    down = attrs.evolve(pack.moves[0], origin="chief-product-officer", to="product-director", kind=MoveKind.LATERAL, when=None)
    other = attrs.evolve(pack, moves=(*pack.moves, down))
    population = open_population([str(PRODUCT / "profiles" / "people.csv")], other, Options(), as_of=AS_OF, problems=Problems())
    people = gathered(population, other)
    role = other.roles["product-director"]
    above = people.current(other.roles["chief-product-officer"])
    assert above.any()
    assert not (people.candidates(role) & above).any()
    assert (people.next_role(role) & above).sum() == above.sum()
    assert people.candidates(role).to_list() == people.candidates(role, pack.moves).to_list()
    ranking = Ranker(pack=other, role=role.id, top=1000).rank(Chunks(chunks=[chunk(people.frame)]))
    assert ranking.left_out[LeftOut.ABOVE] >= above.sum()
    assert ranking.judged == people.candidates(role).sum()
