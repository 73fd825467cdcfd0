"""rank: by verdict, score and the pack's tie-breakers, with ties shown as ties."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.model import Pack
from evaluator.populations.ranking import Ranker, tie_breakers
from evaluator.readiness import Evaluator
from evaluator.reading.pack import load_pack
from evaluator.results import Evaluation
from tests.population.runs import AS_OF, Chunks, chunk, frame_with_rows, random_people, write_people, write_rules

Capture = pytest.CaptureFixture[str]


@pytest.fixture(name="pack", scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_rules(tmp_path_factory.mktemp("rules")))


def key(evaluation: Evaluation, pack: Pack) -> tuple[object, ...]:
    """Return what orders an evaluation: verdict, score, more years, a higher level; who lacks one comes last."""
    result = evaluation.roles["director"]
    place = pack.verdicts.index
    found: list[object] = [place(result.verdict.low), place(result.verdict.high), -result.score.low, -result.score.high]
    for name in ("years", "level"):
        value = evaluation.facts.get(name)
        found.append((value is None, 0 if value is None else -value))  # type: ignore[operator]
    return tuple(found)


@pytest.mark.parametrize("top", [1, 5, 17, 500])
@pytest.mark.parametrize("size", [7, 1000])
def test_the_order_is_the_references(pack: Pack, top: int, size: int) -> None:
    """However the population is cut into chunks, the best come first, and who is level has the same rank."""
    people = random_people(random.Random(4), pack, 60)
    frame = frame_with_rows(pack, people)
    chunks = [chunk(frame[place : place + size]) for place in range(0, frame.height, size)]
    ranking = Ranker(pack=pack, role="director", top=top).rank(Chunks(chunks=chunks))
    reference = Evaluator(pack, engine="reference")
    judged = [(reference.evaluate(one.profile, as_of=one.as_of), row) for row, one in enumerate(people)]
    others = [(key(evaluation, pack), row, evaluation) for evaluation, row in judged if evaluation.profile.role != "director"]
    ordered = sorted(others, key=lambda one: one[:2])
    ranks = [1 + sum(other[0] < one[0] for other in ordered) for one in ordered]
    shown = ranking.candidates
    assert shown["id"].to_list() == [one[2].profile.id for one in ordered][:top]
    assert shown["rank"].to_list() == ranks[:top]
    last = ordered[min(top, len(ordered)) - 1][0]
    assert ranking.beyond == sum(one[0] == last for one in ordered[top:])
    assert (ranking.judged, ranking.holders) == (len(ordered), 60 - len(ordered))


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
    assert "who hold the role today left out, 2 rows rejected\n" in shown


def test_formats_hold_the_same_candidates(tmp_path: Path, capsys: Capture) -> None:
    """JSON and CSV name the same people in the same order."""
    _rank(tmp_path, "--format", "json")
    found = json.loads(capsys.readouterr().out)
    _rank(tmp_path, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [one["id"] for one in found["candidates"]] == [row["id"] for row in rows]
    assert next(row["rank"] for row in rows) == "1"
    assert rows[0]["name"].startswith("'=Name")


def test_a_role_that_is_not_there_is_an_error(tmp_path: Path, capsys: Capture) -> None:
    """With what may have been meant."""
    assert _rank(tmp_path, "--role", "directr") == 2
    assert "error: there is no role called `directr`\nhelp: did you mean `director`?" in capsys.readouterr().err
