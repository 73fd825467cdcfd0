"""The three tables: a row a person, a row a person and role, a row a person, role and criterion."""

from __future__ import annotations

import datetime
import math
import random
from pathlib import Path

import polars as pl
import pytest

from evaluator.model import Pack
from evaluator.population import Level, Request
from evaluator.populations.judging import Judge
from evaluator.populations.levels import PLACES, names, tidy, words
from evaluator.populations.writers import harmless, write
from evaluator.readiness import Evaluator
from evaluator.reading.pack import load_pack
from evaluator.report.words import verdict_words
from evaluator.results import Evaluation, Verdict
from evaluator.spreadsheets import harmless as harmless_cell
from tests.population.runs import frame_with_rows, random_people, write_rules

PEOPLE = 60
Table = list[dict[str, object]]


@pytest.fixture(name="pack", scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_rules(tmp_path_factory.mktemp("rules")))


def judged(pack: Pack, level: Level, role: str | None = None, kept: pl.DataFrame | None = None) -> tuple[pl.DataFrame, list[Evaluation]]:
    """Return a level's table of random people, and their evaluations by the reference."""
    people = random_people(random.Random(9), pack, PEOPLE)
    request = Request(level=level, role=role)
    frame = frame_with_rows(pack, people)
    table = tidy(frame, Judge(pack=pack, request=request).judge(frame), pack, request, pl.DataFrame() if kept is None else kept)
    reference = Evaluator(pack, engine="reference")
    return table, [reference.evaluate(one.profile, as_of=one.as_of) for one in people]


def floored(score: object) -> float:
    """Return a score in steps of one over ten thousand, rounded down."""
    return math.floor(score * PLACES) / PLACES  # type: ignore[operator]


@pytest.mark.parametrize("role", [None, "director"])
def test_people(pack: Pack, role: str | None) -> None:
    """One row each, with standing, next role, verdict, both sides, score, gaps, questions and what it rests on."""
    table, evaluations = judged(pack, Level.PEOPLE, role)
    rows: Table = table.to_dicts()
    assert table.columns == list(names(pack, Request(role=role)))
    for row, evaluation in zip(rows, evaluations, strict=True):
        result = evaluation.roles[role] if role else evaluation.next_roles[0].result if evaluation.next_roles else None
        assert row["id"] == evaluation.profile.id
        assert row["as_of"] == evaluation.provenance.as_of
        assert row["pack_hash"] == pack.content_hash
        assert row["standing_management"] == (", ".join(evaluation.standings[0].roles) or None)
        assert row["judged_role" if role else "next_role"] == (None if result is None else result.role.id)
        if result is not None:
            assert row["verdict"] == verdict_words(result.verdict)
            assert (row["verdict_worse"], row["verdict_better"]) == (result.verdict.low, result.verdict.high)
            assert (row["score_worse"], row["score_better"]) == (floored(result.score.low), floored(result.score.high))
            assert row["gaps"] == ", ".join(gap.criterion.id for gap in result.gaps)
            assert row["questions"] == ", ".join(question.attribute for question in result.questions)
        else:
            assert row["verdict"] is row["gaps"] is None


def test_roles(pack: Pack) -> None:
    """One row a person and judged role, person by person in the order of the ladder."""
    table, evaluations = judged(pack, Level.ROLES)
    rows: Table = table.to_dicts()
    expected = [(evaluation, role) for evaluation in evaluations for role in pack.judged_roles]
    for row, (evaluation, role) in zip(rows, expected, strict=True):
        result = evaluation.roles[role.id]
        assert (row["id"], row["judged_role"]) == (evaluation.profile.id, role.id)
        assert (row["verdict_worse"], row["score_better"]) == (result.verdict.low, floored(result.score.high))
        standing = [role.id in one.roles for one in evaluation.standings], [role.id in one.perhaps for one in evaluation.standings]
        assert row["standing"] == ("standing" if any(standing[0]) else "perhaps" if any(standing[1]) else None)
        ranked = [move.role.id for move in evaluation.next_roles]
        assert row["next_rank"] == (ranked.index(role.id) + 1 if role.id in ranked else None)


def test_criteria(pack: Pack) -> None:
    """One row a person, role and criterion, with its state and what it is made from."""
    table, evaluations = judged(pack, Level.CRITERIA)
    rows: Table = table.to_dicts()
    expected = [(evaluation, one) for evaluation in evaluations for role in evaluation.roles.values() for one in role.criteria]
    said = {True: "true", False: "false", None: "unknown"}
    for row, (evaluation, one) in zip(rows, expected, strict=True):
        assert (row["id"], row["judged_role"], row["criterion"]) == (evaluation.profile.id, one.criterion.role, one.criterion.id)
        assert (row["state"], row["held"], row["applies"]) == (str(one.state), said[one.held], said[one.applies])


def test_what_is_carried_along_stands_in_every_row(pack: Pack) -> None:
    """A column with the name of one of the results gets another."""
    kept = pl.DataFrame({"verdict": [f"mine {place}" for place in range(PEOPLE)], "team": ["a"] * PEOPLE})
    table, _ = judged(pack, Level.ROLES, kept=kept)
    roles = len(pack.judged_roles)
    assert table["kept.verdict"].to_list() == [f"mine {place // roles}" for place in range(PEOPLE * roles)]
    assert table.columns[-1] == "team"


def test_an_undecided_verdict_has_one_wording() -> None:
    """Tables and reports say it alike."""
    for low, high in (("ready", "ready"), ("not yet", "nearly")):
        assert words(low, high) == verdict_words(Verdict(low=low, high=high))


@pytest.mark.parametrize("cell", ["=1+1", "+x", "-1", "-1.5", "-", "@a", "\tx", "\rx", "\nx", "plain", "", "+12", "-1\n", "=", "a=b", "−1"])
def test_cells_are_made_harmless_as_reports_do(cell: str) -> None:
    """Columns and single cells follow one rule."""
    assert harmless(pl.DataFrame({"text": [cell]}))["text"][0] == harmless_cell(cell)


@pytest.mark.parametrize("format_", ["csv", "parquet", "jsonl", "xlsx"])
def test_cells_of_a_written_table_are_harmless_inside_too(tmp_path: Path, format_: str) -> None:
    """In CSV alone, where a separator can cut them; other formats keep the text, and CSV what needs no guard."""
    cells = ["a;=1", "a\n=1", "x\x1b[31m\u202e", "Good:\n- coaching", "x;-1", "plain", None, "a|＝1"]
    frame = pl.DataFrame({"note": cells, "number": range(len(cells))}, schema={"note": pl.String, "number": pl.Int64})
    frame.write_ipc(tmp_path / "part.arrow")
    target = tmp_path / f"out.{format_}"
    write([tmp_path / "part.arrow"], target, format_)
    if format_ == "csv":
        safe = ["a;'=1", "a\n'=1", "x\ufffd[31m\ufffd", "Good:\n- coaching", "x;-1", "plain", None, "a|'＝1"]
        assert pl.read_csv(target)["note"].to_list() == safe
    elif format_ == "parquet":
        assert pl.read_parquet(target)["note"].to_list() == cells
    elif format_ == "jsonl":
        assert pl.read_ndjson(target)["note"].to_list() == cells
    else:
        from python_calamine import CalamineWorkbook

        rows = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
        assert [row[0] or None for row in rows[1:]][0:2] == cells[0:2]


def test_headers_and_words_are_made_harmless_too() -> None:
    """A verdict or a carried column may begin like a formula."""
    day = datetime.date(2026, 11, 1)
    frame = pl.DataFrame({"=head": ["x"], "word": pl.Series(["-yet"], dtype=pl.Enum(["-yet"])), "day": [day], "number": [-1]})
    safe = harmless(frame)
    assert safe.columns == ["'=head", "word", "day", "number"]
    assert safe.row(0) == ("x", "'-yet", day, -1)
