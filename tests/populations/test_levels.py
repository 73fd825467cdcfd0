"""The three tables: a row a person, a row a person and role, a row a person, role and criterion."""

from __future__ import annotations

import datetime
import math
import random
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from evaluator.core.model import Pack
from evaluator.core.results import Evaluation, Verdict
from evaluator.core.spreadsheets import harmless as harmless_cell
from evaluator.core.spreadsheets import restored
from evaluator.engines.readiness import Evaluator
from evaluator.populations.evaluate.runner import Level, Request
from evaluator.populations.evaluate.writers import in_csv, in_pages, write
from evaluator.populations.judging import Judge
from evaluator.populations.levels import PLACES, names, tidy, words
from evaluator.reading.pack.pack import load_pack
from evaluator.report.words import verdict_words
from tests.populations.runs import frame_with_rows, random_people, write_rules

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
    assert in_pages(pl.DataFrame({"text": [cell]}))["text"][0] == harmless_cell(cell)


HOSTILE = ["=1+1", "a;=1", "a\n=1", "x\x1b[31m\u202e", "Good:\n- coaching", "x;-1", "plain", None, "a|＝1", "'=1", "<U+001B>", "\tx", "-5"]


@pytest.mark.parametrize("format_", ["csv", "parquet", "jsonl", "xlsx"])
def test_a_written_table_says_what_was_there(tmp_path: Path, format_: str) -> None:
    """Formats with types keep every text as it is, as nothing in them is run; CSV is made harmless, and can be restored."""
    frame = pl.DataFrame({"note": HOSTILE, "number": range(len(HOSTILE))}, schema={"note": pl.String, "number": pl.Int64})
    frame.write_ipc(tmp_path / "part.arrow")
    target = tmp_path / f"out.{format_}"
    write([tmp_path / "part.arrow"], target, format_)
    if format_ == "csv":
        found = pl.read_csv(target, schema_overrides={"note": pl.String})["note"].to_list()
        safe = ["'=1+1", "a;'=1", "a\n'=1", "x<U+001B>[31m<U+202E>", "Good:\n- coaching", "x;-1", "plain", None, "a|'＝1"]
        assert found == [*safe, "''=1", "<'U+001B>", "'\tx", "-5"]
        assert [None if cell is None else restored(cell) for cell in found] == HOSTILE
    elif format_ == "parquet":
        assert pl.read_parquet(target)["note"].to_list() == HOSTILE
    elif format_ == "jsonl":
        assert pl.read_ndjson(target)["note"].to_list() == HOSTILE
    else:
        with zipfile.ZipFile(target) as book:
            assert b"<f" not in book.read("xl/worksheets/sheet1.xml"), "no cell is a formula"
        rows = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()[1:]
        assert [_unescaped(row[0]) or None for row in rows] == HOSTILE


def _unescaped(text: object) -> str:
    """Return what Excel shows of a cell: it writes what XML cannot hold by its number."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), str(text))


def test_a_page_is_harmless_for_a_spreadsheet_that_opens_it(tmp_path: Path) -> None:
    """Spreadsheets run what begins like a formula in the cells of a page too."""
    frame = pl.DataFrame({"note": ["=1+1", "＝1", "a;=1", "x"], "projection_to": [None] * 4}, schema_overrides={"projection_to": pl.Date})
    frame.write_ipc(tmp_path / "part.arrow")
    write([tmp_path / "part.arrow"], tmp_path / "out.html", "html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    for cell in ("&#39;=1+1", "&#39;＝1", "a;=1", "x"):
        assert f"<td>{cell}</td>" in page


def test_headers_and_words_are_made_harmless_too() -> None:
    """A verdict or a carried column may begin like a formula."""
    day = datetime.date(2026, 11, 1)
    frame = pl.DataFrame({"=head": ["x"], "word": pl.Series(["-yet"], dtype=pl.Enum(["-yet"])), "day": [day], "number": [-1]})
    safe = in_csv(frame)
    assert safe.columns == ["'=head", "word", "day", "number"]
    assert safe.row(0) == ("x", "'-yet", day, -1)


@pytest.mark.parametrize("level", [Level.ROLES, Level.CRITERIA])
def test_one_role_alone_where_one_is_asked_for(pack: Pack, level: Level) -> None:
    """The rows of that role, as they are among all, and no other role's."""
    alone, everything = judged(pack, level, "director")[0], judged(pack, level)[0]
    assert alone.height == PEOPLE * (1 if level is Level.ROLES else len(pack.roles["director"].criteria))
    assert alone.to_dicts() == [row for row in everything.to_dicts() if row["judged_role"] == "director"]
