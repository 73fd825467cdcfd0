"""A ranking by the keys that a pack names, in their order: people level in all of them share a rank, and are listed by name and id."""

from __future__ import annotations

import itertools
import json
import random
import shlex
from fractions import Fraction
from pathlib import Path

import pytest

from evaluator.calibration.diff.words import change_words
from evaluator.cli.main import run
from evaluator.core.enums import Prefer, RankBy
from evaluator.core.model import Pack, TieBreaker
from evaluator.core.results import Evaluation
from evaluator.engines.readiness import Evaluator
from evaluator.packs.changes.rules import ChangeSubject, changes
from evaluator.populations.rank.ranking import Ranker
from evaluator.reading.pack.pack import load_pack
from tests.populations.runs import FILES, chunk, frame_with_rows, random_people
from tests.tiny_pack import write

TIES = "ranking:\n  tie_breakers:\n    - {attribute: years, prefer: high}\n    - {attribute: level}\n"
PEOPLE = """id,name,role,years,reports,level,areas,owns,appointed
a,Zoe,manager,9,2,good,pricing,true,2009-05-01
b,adam,manager,9,2,good,pricing,true,2009-05-01
c,Bea,manager,9,2,good,none,true,2001-01-01
d,Cid,manager,9,0,good,none,true,1999-12-31
e,Dan,manager,2,2,good,pricing,true,1990-01-01
f,Eve,manager,9,2,good,pricing,true,
"""
"""All but e are ready: a, b and f with a score of 1, c with 6/7, and d with 5/6, as without a team no budget is asked for."""


def made(folder: Path, by: str) -> Pack:
    """Write the small pack with an order of its own, and read it."""
    files = dict(FILES)
    files["pack.yaml"] = FILES["pack.yaml"].replace(TIES, f"ranking:\n  by: {by}\n" if by else TIES)
    files["pack.yaml"] = files["pack.yaml"].replace("version: 1.2.0", "version: 1.2.0\nlanguage: 2")
    files["attributes.yaml"] += "  appointed: {title: Appointed on, type: date, question: When?}\n"
    return load_pack(write(folder / "rules", files))


def ranked(words: str) -> list[tuple[int, str]]:
    """Return ranks and ids as `rank` writes them."""
    assert run(shlex.split(f"rank people.csv --role director --rules rules --as-of 2026-11-01 --format json -o out.json {words}")) == 0
    return [(one["rank"], one["id"]) for one in json.loads(Path("out.json").read_text(encoding="utf-8"))["candidates"]]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("[verdict, score]", [(1, "b"), (1, "f"), (1, "a"), (4, "c"), (5, "d"), (6, "e")]),
        (
            "[verdict, {attribute: appointed, prefer: low}, score]",
            [(1, "d"), (2, "c"), (3, "b"), (3, "a"), (5, "f"), (6, "e")],
        ),
        ("[{attribute: appointed, prefer: low}]", [(1, "e"), (2, "d"), (3, "c"), (4, "b"), (4, "a"), (6, "f")]),
        ("[{attribute: appointed}, verdict]", [(1, "b"), (1, "a"), (3, "c"), (4, "d"), (5, "e"), (6, "f")]),
        ("[score]", [(1, "b"), (1, "f"), (1, "a"), (4, "c"), (5, "d"), (6, "e")]),
        ("[verdict]", [(1, "b"), (1, "c"), (1, "d"), (1, "f"), (1, "a"), (6, "e")]),
    ],
)
def test_people_are_ranked_by_the_keys_that_the_pack_names(
    by: str, expected: list[tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worked out by hand; who does not state an attribute comes last by it, and names are in order whatever their case."""
    made(tmp_path, by)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert ranked("") == expected
    assert ranked("--top 2") == expected[:2]


def test_the_report_says_what_the_order_goes_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And shows the values of the attributes among its keys."""
    made(tmp_path, "[verdict, {attribute: appointed, prefer: low}, score]")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split("rank people.csv --role director --rules rules --as-of 2026-11-01")) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Order verdict, Appointed on (earlier first), score; who is level, by name" in told
    assert "1999-12-31" in told


VERDICT, SCORE = RankBy.VERDICT, RankBy.SCORE


def _before(pack: Pack, evaluation: Evaluation) -> tuple[object, ...]:
    """Return what puts somebody before others, written out once more: runs of verdict and score by their worse side first."""
    result, found = evaluation.roles["director"], []
    for attribute, keys in itertools.groupby(pack.ranking, key=lambda key: isinstance(key, TieBreaker)):
        together = list(keys)
        if attribute:
            for key in together:
                assert isinstance(key, TieBreaker)
                value = evaluation.facts.get(key.attribute)
                number = Fraction(value) if isinstance(value, int | Fraction) else Fraction(0)
                found.append((value is None, -number if key.prefer is Prefer.HIGH else number))
        else:
            for which in ("low", "high"):
                for key in together:
                    place = pack.verdicts.index(getattr(result.verdict, which))
                    found.append((False, Fraction(place) if key is VERDICT else -getattr(result.score, which)))
    return tuple(found)


@pytest.mark.parametrize(
    "by",
    ["[score, {attribute: level}, verdict]", "[{attribute: years}, verdict, score]", "[verdict, {attribute: years, prefer: low}, score]"],
)
def test_random_people_are_ranked_as_the_reference_orders_them(by: str, tmp_path: Path) -> None:
    """With much unknown; in two chunks, by columns."""
    pack = made(tmp_path, by)
    people = random_people(random.Random(5), pack, 60)
    frame = frame_with_rows(pack, people)
    ranking = Ranker(pack=pack, role="director", top=1000, among="everyone").rank([chunk(frame.head(25)), chunk(frame.slice(25))])  # type: ignore[arg-type]
    reference = Evaluator(pack, engine="reference")
    evaluations = {one.profile.id: reference.evaluate(one.profile, as_of=one.as_of) for one in people}
    keys = [_before(pack, evaluations[name]) for name in ranking.candidates["id"]]
    assert keys == sorted(keys)
    assert ranking.candidates["rank"].to_list() == [keys.index(key) + 1 for key in keys]


def test_compare_places_people_by_the_same_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one who was appointed first comes first, though another has the better score."""
    made(tmp_path, "[verdict, {attribute: appointed, prefer: low}, score]")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    assert run(shlex.split("compare people.csv --role director --rules rules --as-of 2026-11-01")) == 0
    told = capsys.readouterr().out.partition("The candidates")[2]
    places = [told.index(name) for name in ("Cid", "Bea", "Zoe", "Eve", "Dan")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[verdict, {attribute: appointed, prefer: low}, score]", "[verdict, score]", "what the ranking goes by"),
        ("", "[verdict, score]", "what the ranking goes by"),
        ("[verdict, score]", "[verdict, {attribute: years}, score]", "what the ranking goes by"),
    ],
)
def test_one_edit_of_the_order_is_told_once(before: str, after: str, told: str, tmp_path: Path) -> None:
    """What `by` names as an attribute is no tie-breaker that came or went besides."""
    old, new = made(tmp_path / "old", before), made(tmp_path / "new", after)
    found = [change_words(one, old, new) for one in changes(old, new) if one.what is ChangeSubject.PACK]
    assert len(found) == 1
    assert told in found[0]
