"""Whether somebody is ready for a role, as conditions on other roles read it: worked out by hand, in every engine and verb."""

from __future__ import annotations

import csv
import datetime
import itertools
import json
import random
from pathlib import Path

import attrs
import pytest
import yaml
from jsonschema import Draft202012Validator

from evaluator.cli.main import run
from evaluator.core.bounds import PartialFacts
from evaluator.core.facts import answered, complete
from evaluator.core.model import Pack, Profile
from evaluator.core.values import Value
from evaluator.diagnostics import Span
from evaluator.engines.readiness import Evaluator, evaluate
from evaluator.packs.changes.rules import read_alike
from evaluator.packs.lint import lint_pack
from evaluator.reading.pack.schema import schemas
from evaluator.report.documents import text
from evaluator.report.explain import explanation
from tests.guild_pack import guild
from tests.slow import mostly_soaked
from tests.strategies import random_as_of, random_pack, random_profile

AS_OF = datetime.date(2026, 11, 1)
PIECES = "when: {pieces: {at_least: 10}}}"
READY = """
  - {id: ready, title: A journeyman, kind: step, required: true, basis: judgement, advice: Be one., when: {ready_for: journeyman}}
"""


def ladder(folder: Path, ready: str = READY) -> Pack:
    """Return the guild, where a master has to be ready as a journeyman, and only who is ready as a master may stand in for one."""
    moves = "{from: journeyman, to: acting-master, kind: lateral, basis: judgement"
    return guild(folder, master=(PIECES, PIECES + ready), moves=(moves, moves + ", when: {none_of: [{ready_for: master}]}"))


def person(**given: Value) -> Profile:
    """Return a journeyman of whom some facts are known."""
    return Profile(id="ada", role="journeyman", given=given, span=Span.whole_file("ada.yaml"))


CASES = [
    pytest.param({"pieces": 12, "taught": 1}, ("ready", True, [], False), id="ready for both"),
    pytest.param({"pieces": 12, "taught": 0}, ("not yet", False, [], True), id="not for the lower one"),
    pytest.param({"pieces": 9, "taught": 1}, ("not yet", True, [], True), id="for the lower one alone"),
    pytest.param({"pieces": 12}, ("undecided: not yet to ready", None, ["taught"], None), id="open as the lower one is"),
    pytest.param({"pieces": 9}, ("not yet", None, ["taught"], True), id="open, and it does not matter"),
    pytest.param({"taught": 0}, ("not yet", False, ["pieces"], True), id="decided by the lower one"),
    pytest.param({}, ("undecided: not yet to ready", None, ["pieces", "taught"], None), id="nothing is known"),
]


@pytest.mark.parametrize("engine", ["reference", "inference"])
@pytest.mark.parametrize(("given", "expected"), CASES)
def test_conditions_read_who_is_ready(
    tmp_path: Path, engine: str, given: dict[str, Value], expected: tuple[str, bool | None, list[str], bool | None]
) -> None:
    """Met where the verdict is the best on both sides, unmet where the better side's is not, and else open with that role's questions."""
    pack = ladder(tmp_path)
    everybody = Evaluator(pack, engine=engine)
    evaluation = everybody.evaluate(person(**given), as_of=AS_OF)
    result = evaluation.roles["master"]
    opened = {move.move.to: move.holds for move in evaluation.next_roles}
    asked = sorted(one.attribute for one in result.questions)
    assert (str(result.verdict), result.criteria[1].held, asked, opened.get("acting-master", False)) == expected
    alone = everybody.evaluate(person(**given), as_of=AS_OF, only={"master"})
    assert set(alone.roles) == {"master"}
    assert (alone.roles["master"].verdict, alone.roles["master"].questions) == (result.verdict, result.questions)


def test_a_question_can_change_the_verdict_only_where_an_answer_does(tmp_path: Path) -> None:
    """Of two that are open neither alone makes a master; one alone does."""
    pack = ladder(tmp_path)
    for given, decisive in (({"pieces": 12}, {"taught": True}), ({}, {"pieces": True, "taught": True})):
        result = evaluate(pack, person(**given), as_of=AS_OF, engine="reference").roles["master"]
        assert {one.attribute: one.decisive for one in result.questions} == decisive
        for name in decisive:
            answers = [evaluate(pack, person(**given, **{name: value}), as_of=AS_OF, engine="reference") for value in (0, 99)]
            assert any(answer.roles["master"].verdict != result.verdict for answer in answers)


@pytest.mark.parametrize("seed", mostly_soaked(range(60), ordinary=30))
def test_random_packs_read_the_verdicts_themselves(seed: int) -> None:
    """Each flag is what the role's own verdict says, and a role judged alone comes out as among all."""
    chance = random.Random(seed)
    pack = random_pack(chance, language=2)
    evaluators = [Evaluator(pack, engine=engine) for engine in ("reference", "inference")]
    for _ in range(4):
        profile, day = random_profile(chance, pack), random_as_of(chance)
        together, other = (evaluator.evaluate(profile, as_of=day) for evaluator in evaluators)
        assert {role: result.verdict for role, result in together.roles.items()} == {role: one.verdict for role, one in other.roles.items()}
        for attribute in pack.attributes.values():
            if attribute.ready_for is not None:
                verdict = together.roles[attribute.ready_for].verdict
                best = pack.best_of(pack.roles[attribute.ready_for])
                expected = False if verdict.high != best else True if verdict.low == best else None
                assert together.facts.get(attribute.id) is expected
        for role in pack.waiting_roles:
            alone = evaluators[0].evaluate(profile, as_of=day, only={role}).roles[role]
            assert (alone.verdict, alone.questions, alone.gaps) == tuple(
                getattr(together.roles[role], name) for name in ("verdict", "questions", "gaps")
            )


def test_an_answer_moves_every_flag_that_hangs_on_it() -> None:
    """What is worked out anew of facts with an answer is all that differs from the facts of somebody who had stated it from the start."""
    chained = moved = 0
    for seed in (17, 25, 26, 30, 33, 34, 38, 40, 41, 48, 50, 53):
        chance = random.Random(seed)
        pack = random_pack(chance, language=2)
        flags = {attribute.id for attribute in pack.attributes.values() if attribute.ready_for}
        chained += any(not flags.isdisjoint(role.attributes_read) for role in pack.ready_order)
        for profile, other in [(random_profile(chance, pack), random_profile(chance, pack)) for _ in range(18)]:
            day = random_as_of(chance)
            facts = complete(pack, profile, day).facts
            assert isinstance(facts, PartialFacts)
            for name in sorted(other.given.keys() - profile.given.keys()):
                answer = {name: other.given[name]}
                after = answered(pack, facts, answer, day)
                expected = complete(pack, attrs.evolve(profile, given={**profile.given, **answer}), day).facts
                assert after == expected, (seed, name)
                moved += sum(facts.get(flag) is not after.get(flag) for flag in flags)
    assert chained == 12
    assert moved > 20


@pytest.mark.parametrize("taught", [0, 1])
def test_an_answer_goes_on_from_one_flag_to_the_next(tmp_path: Path, taught: int) -> None:
    """Who is ready as a master hangs on who is ready as a journeyman, and of the two only that one on the answer itself."""
    pack = ladder(tmp_path)
    facts = complete(pack, person(pieces=12), AS_OF).facts
    assert isinstance(facts, PartialFacts)
    after = answered(pack, facts, {"taught": taught}, AS_OF)
    assert after == complete(pack, person(pieces=12, taught=taught), AS_OF).facts
    assert after["ready_for:master"] is (taught == 1)


def test_random_packs_have_some() -> None:
    """So that the tests of engines, too, test something."""
    waiting = [random_pack(random.Random(seed)).waiting_roles for seed in range(100)]
    assert sum(map(bool, waiting)) >= 10


def test_gaps_and_reports_name_the_role_by_its_title(tmp_path: Path) -> None:
    """As a condition, and as what is missing."""
    pack = ladder(tmp_path)
    evaluation = evaluate(pack, person(pieces=12, taught=0), as_of=AS_OF, engine="reference")
    (gap,) = evaluation.roles["master"].gaps
    assert gap.relative == 1
    told = text(explanation(evaluation, "master", pack))
    assert "✗ Ready for Journeyman" in told
    assert "ready_for" not in told


def test_lint_knows_it(tmp_path: Path) -> None:
    """Nothing is missing in such a pack."""
    ladder(tmp_path)
    assert [one.message for one in lint_pack(tmp_path) if one.code != "R502"] == []


@pytest.mark.parametrize("engine", ["columns", "inference", "reference", "duckdb"])
def test_every_engine_judges_tables_by_it(tmp_path: Path, engine: str) -> None:
    """With the same gaps and questions."""
    ladder(tmp_path / "rules")
    table, out = tmp_path / "people.csv", tmp_path / "out.csv"
    rows = [(case.values[0].get("pieces", ""), case.values[0].get("taught", "")) for case in CASES]  # type: ignore[attr-defined]
    table.write_text("id,role,pieces,taught\n" + "".join(f"p{at},journeyman,{one},{two}\n" for at, (one, two) in enumerate(rows)))
    assert run(["evaluate", str(table), "--rules", str(tmp_path / "rules"), "--role", "master", "--engine", engine, "-o", str(out)]) == 0
    header, *found = csv.reader(out.read_text().splitlines())
    told = [(row[header.index("verdict")], sorted(filter(None, row[header.index("questions")].split(", ")))) for row in found]
    assert told == [(case.values[1][0], case.values[1][2]) for case in CASES]  # type: ignore[index]


def test_an_edit_moves_people_under_every_role_that_waits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A journeyman who has to teach three is no master either, where a master has to be ready as one."""
    old, new = ladder(tmp_path / "old"), tmp_path / "new"
    ladder(new)
    path = new / "roles" / "journeyman.yaml"
    path.write_text(path.read_text().replace("taught: {at_least: 1}", "taught: {at_least: 3}"))
    table = tmp_path / "people.csv"
    table.write_text("id,role,pieces,taught\na,journeyman,12,1\nb,journeyman,12,4\n")
    assert not read_alike(old, old)
    assert run(["diff", str(tmp_path / "old"), str(new), "--on", str(table), "--among", "everyone", "--as-of", "2026-11-01"]) == 0
    told = capsys.readouterr().out
    assert "1 of 2 people gets another verdict: 1 for Journeyman, 1 for Master" in " ".join(told.split())


def test_a_mutant_is_killed_by_a_test_of_a_role_that_waits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The threshold of a journeyman is held by an example of a master."""
    ladder(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "master.yaml").write_text(
        "role: master\nas_of: 2026-11-01\ntests:\n"
        "  - {name: enough, attributes: {pieces: 10, taught: 1}, expect: {verdict: ready}}\n"
        "  - {name: taught nobody, attributes: {pieces: 10, taught: 0}, expect: {verdict: not yet, gaps: [ready]}}\n"
        "  - {name: too few, attributes: {pieces: 9, taught: 1}, expect: {verdict: not yet, gaps: [masterpieces]}}\n"
    )
    assert run(["test", "--rules", str(tmp_path), "--mutate"]) in {0, 1, 2}
    told = "".join(capsys.readouterr())
    assert "3 passed, 0 failed" in told or "journeyman" in told


def test_a_plan_goes_through_another_role(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing for the lower role is among the steps, with that role's criterion; what nothing brings is told by it."""
    rules = tmp_path / "rules"
    ladder(rules)
    table = tmp_path / "people.csv"
    table.write_text("id,role,pieces,taught\na,journeyman,9,0\n")
    command = ["plan", str(table), "master", "--rules", str(rules), "--as-of", "2026-11-01"]
    attributes = (rules / "attributes.yaml").read_text()
    (rules / "attributes.yaml").write_text(attributes.replace("type: integer", "type: integer, effort: {each: 2}"))
    assert run([*command, "--format", "json"]) == 0
    best = json.loads(capsys.readouterr().out)["best"]
    assert best["effort"] == 4
    assert {step["attribute"]: step["criteria"] for step in best["steps"]} == {
        "pieces": ["masterpieces"],
        "taught": ["journeyman/teaches"],
    }
    assert run(command) == 0
    assert "journeyman/teaches" in capsys.readouterr().out
    (rules / "attributes.yaml").write_text(attributes.replace("title: Finished pieces, ", "title: Finished pieces, effort: {each: 2}, "))
    assert run([*command, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["blocked"] == ["ready", "journeyman/teaches"]
    assert run(command) == 0
    assert "Teaches (journeyman/teaches)" in capsys.readouterr().out


def test_work_on_a_role_waited_for_takes_its_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A criterion of the lower role that takes a year is not closed in half a one, unless it is met already."""
    rules = tmp_path / "rules"
    ladder(rules)
    attributes = (rules / "attributes.yaml").read_text()
    (rules / "attributes.yaml").write_text(attributes.replace("type: integer", "type: integer, effort: {each: 2}"))
    role = rules / "roles" / "journeyman.yaml"
    role.write_text(role.read_text().replace("advice: Teach.", "advice: Teach., takes: 12 months"))
    table = tmp_path / "people.csv"
    table.write_text("id,role,pieces,taught\na,journeyman,9,0\nb,journeyman,9,1\n")
    ends = []
    for person, by in itertools.product(("a", "b"), ("2027-05-01", "2027-12-01")):
        command = ["plan", str(table), "master", "--person", person, "--by", by, "--rules", str(rules), "--as-of", "2026-11-01"]
        assert run([*command, "--format", "json"]) == 0
        plan = json.loads(capsys.readouterr().out)
        ends.append((plan["why"], plan["best"] and (plan["best"]["effort"], plan["best"]["months"])))
    assert ends == [("too-late", None), (None, (4, 12)), (None, (2, 0)), (None, (2, 0))]


def test_prove_sees_that_a_role_that_waits_is_no_easier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody could be a master and no journeyman, but not where the one waits for the other."""
    ladder(tmp_path / "waits")
    guild(tmp_path / "apart")
    for folder, easier in (("apart", True), ("waits", False)):
        run(["prove", str(tmp_path / folder), "master", "--only", "order", "--as-of", "2026-11-01"])
        assert ("not for Journeyman" in capsys.readouterr().out) is easier


def test_prove_decides_criteria_that_ask_for_another_role(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One that somebody meets and somebody misses is no finding and not left open; one that nobody can meet is told, with its cap."""
    ladder(tmp_path / "rules")
    arguments = ["prove", str(tmp_path / "rules"), "master", "--only", "criteria", "--as-of", "2026-11-01"]
    assert run(arguments) == 0
    told = capsys.readouterr().out
    assert "Not decided" not in told
    assert "nobody" not in told.split("What was asked")[0]
    cap = READY.replace("required: true", "caps_at: not yet")
    cap = cap.replace("{ready_for: journeyman}", "{ready_for: journeyman, taught: {at_most: 0}}")
    ladder(tmp_path / "never", ready=cap)
    assert run([arguments[0], str(tmp_path / "never"), *arguments[2:]]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "for the verdict: it caps at “not yet”, so that no one it applies to gets a better one" in told
    cap = cap.replace("{ready_for: journeyman, taught: {at_most: 0}}", "{any_of: [{ready_for: journeyman}, {taught: {at_most: 0}}]}")
    ladder(tmp_path / "always", ready=cap)
    assert run([arguments[0], str(tmp_path / "always"), *arguments[2:]]) == 1
    assert "for the verdict: it caps at “not yet” and holds nobody there" in " ".join(capsys.readouterr().out.split())


def test_editors_accept_it_where_the_tool_does(tmp_path: Path) -> None:
    """In criteria and moves of edition 2, and not in what facts are computed from."""
    files = schemas(ladder(tmp_path))
    conditions = {name: schema.get("$defs", {}).get("condition", {}) for name, schema in files.items()}
    asking = {name for name, condition in conditions.items() if "ready_for" in condition.get("properties", {})}
    assert asking == {"role", "moves", "pack"}
    role = yaml.safe_load((tmp_path / "roles" / "master.yaml").read_text())
    Draft202012Validator(files["role"]).validate(role)
    rung = role["criteria"][0]["when"] = {"current_rung": {"at_least": 2}, "current_role": {"is": "journeyman"}}
    Draft202012Validator(files["role"]).validate(role)
    rung["ready_for"] = "nobody"
    assert not Draft202012Validator(files["role"]).is_valid(role)
