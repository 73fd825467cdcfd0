"""The sentences of a case: what is recommended, what the best verdict takes, thin evidence, the way ahead, and the orders promised."""

from __future__ import annotations

import datetime
import itertools
import json
import re
from collections.abc import Mapping
from fractions import Fraction

import attrs
import pytest

from evaluator.candidates.case.building import case_for
from evaluator.candidates.case.view import Case
from evaluator.cli.main import run
from evaluator.core.conditions import Condition
from evaluator.core.evidence import EvidenceMark, evidence_for
from evaluator.core.model import Band, Criterion, Evidence, Pack, Profile
from evaluator.core.recommendation import recommend
from evaluator.core.results import Evaluation
from evaluator.core.values import Value
from evaluator.engines.readiness import evaluate
from evaluator.report.bands import band_words, distance_words, takes_words
from evaluator.report.evidence import bring_words
from evaluator.report.recommendation import recommendation_words, table
from tests.core.build import (
    AS_OF,
    SPAN,
    all_of,
    any_of,
    at_least_of,
    attribute,
    check,
    criterion,
    flag,
    none_of,
    pack,
    profile,
    role,
    simple_role,
)
from tests.core.test_recommendation import COMBINATIONS, LADDER, OUTLOOKS, TABLE, TODAY, way
from tests.product import PRODUCT, ROOT


def judged(made: Pack, person: Profile, as_of: datetime.date = AS_OF) -> Evaluation:
    """Evaluate by the definition of meaning."""
    return evaluate(made, person, as_of=as_of, engine="reference")


def test_the_documentation_has_the_table_of_all_that_is_recommended() -> None:
    """As `python -m evaluator.report.recommendation` prints it, which goes by the same function as every report."""
    assert table() in (ROOT / "docs" / "case.md").read_text(encoding="utf-8")


STARTS = {
    "promote": "Promote x1066 to lead: ",
    "move": "Move x1066 to lead: ",
    "confirm": "Confirm x1066 as lead: ",
    "ask": "Ask before ",
    "ask whether the move is open": "Ask whether the ladder’s move is open (open: yes) before ",
    "wait": "Wait before ",
    "not yet": "Do not ",
    "not yet, whatever the answers": "Do not ",
    "held and not met": "The role that x1066 holds, lead, asks for more than is met",
    "a step down": "For x1066, who is ",
    "no move": "No promotion of x1066 by the ladder, for none of its moves leads from artist straight to lead: ",
    "the move is closed": "The ladder’s move from ",
    "the rules have no answer": "Settle what the rules say before ",
    "no role today": "Whether lead would be a step for x1066 is not known, for no role today is stated: ",
}


@pytest.mark.parametrize(("today", "place"), COMBINATIONS)
def test_each_sentence_says_what_the_table_says(today: str, place: int) -> None:
    """One sentence each, of somebody without a name: the id stands as it is, and only an open promotion says promote."""
    held, facts = TODAY[today]
    person = attrs.evolve(profile(held, None, **list(OUTLOOKS.values())[place], **facts), id="x1066")
    evaluation = judged(LADDER, person)
    said, advice = recommendation_words(evaluation, "lead", LADDER), TABLE[today].split("; ")[place]
    assert said.startswith(STARTS[advice])
    assert ("whatever the answers" in said) is (place == 4 and not today.startswith(("down", "no role")) and "closed" not in today)
    assert said.startswith("Promote") is (advice == "promote")
    assert said.startswith("Ask") is advice.startswith("ask")
    assert "X1066" not in said
    assert re.fullmatch(r"[^.]+\.( [A-Z][^.]+\.)?", said)
    assert "  " not in said
    if "closed" in today:
        assert "is closed" in said
    case = case_for(evaluation, "lead", LADDER)
    assert (case.title, case.front.recommendation) == ("x1066 as lead", said)
    ahead = recommendation_words(evaluation, "lead", LADDER, recommend(evaluation, "lead", LADDER, AS_OF - datetime.timedelta(days=1)))
    assert ahead.startswith("Projection to 2026-11-01, and no recommendation for today: x1066 as lead")
    assert "the verdict would " in ahead


@pytest.mark.parametrize(
    ("weights", "facts", "expected"),
    [
        ((1, 1), {"a": True}, "with 1 open question, "),
        ((1, 1), {}, "with 2 open questions, each of which can change the verdict alone"),
        ((9, 1), {}, "with 2 open questions, 1 of which can change the verdict alone"),
        ((1, 1, 1, 1), {}, "with 4 open questions, whose answers can change the verdict only together"),
        ((1, 1, 2, 1), {}, "with 4 open questions, 1 of which can change the verdict alone"),
    ],
)
def test_ask_says_whether_one_answer_does_it(weights: tuple[int, ...], facts: Mapping[str, Value], expected: str) -> None:
    """How many questions there are, and how many of them can change the verdict alone."""
    made = ladder_of(*(criterion(name, flag(name), weight=weight) for name, weight in zip("abcd", weights, strict=False)))
    assert expected in f"{said_of(made, **facts)}, "


ATTRIBUTES = [attribute(name, "flag") for name in ("a", "b", "c", "d", "e", "f", "g", "open", "other")]


def ladder_of(*criteria: Criterion, verdicts: tuple[Band, ...] = LADDER.bands) -> Pack:
    """Return a ladder whose lead has these criteria, with a promotion from senior."""
    lead = role("lead", *criteria, track="people", rung=3)
    roles = [lead, simple_role("senior", flag("a"), track="people", rung=2)]
    return pack(*ATTRIBUTES, roles=roles, moves=[way("senior", "lead")], tracks=["people"], verdicts=verdicts)


def said_of(made: Pack, /, **facts: Value) -> str:
    """Return the recommendation for somebody senior."""
    return recommendation_words(judged(made, profile("senior", None, **facts)), "lead", made)


def band(when: Condition | None) -> Band:
    """Return a band for the best verdict."""
    return Band(verdict="strong", when=when, span=SPAN)


COUNTS = ("met", "unmet", "unknown", "applicable", "required_met", "required_unmet", "step_unmet", "qualification_applicable")
OPERATORS = ("at_least", "at_most", "above", "below", "is", "is_not")


@pytest.mark.parametrize("name", [*COUNTS, "score"])
@pytest.mark.parametrize("operator", OPERATORS)
def test_any_band_can_be_said(name: str, operator: str) -> None:
    """Every count with every operator against a number and another count, alone and inside every combination."""
    made = ladder_of(criterion("one", flag("a"), required=True), criterion("two", flag("b")))
    criteria = judged(made, profile("senior", None, a=False)).roles["lead"].criteria
    number = Fraction(1, 3) if name == "score" else 2
    tests = [check(name, operator, number)]
    tests += [] if name == "score" else [check(name, operator, other="met"), check(name, operator, 0), check(name, operator, 1)]
    known = check(name, "known", True)  # noqa: FBT003 - as in a rule file
    for test in tests:
        for condition in (test, all_of(test, known), any_of(test, known), none_of(test, known), at_least_of(1, test, known)):
            for said in (band_words(band(condition)), takes_words(band(condition)), distance_words(band(condition), criteria)):
                assert said
                assert not re.search(r"[{}_]|Fraction|None|  ", said), said
    assert band_words(band(None)) == "everything else"
    assert distance_words(band(None), criteria) == "nothing is needed"


def at(score: int, operator: str, line: Fraction) -> tuple[str, str]:
    """Return what a score of so many per cent takes and is away from a line."""
    made = ladder_of(criterion("one", flag("a"), weight=score), criterion("two", flag("b"), weight=1000 - score))
    criteria = judged(made, profile("senior", None, a=True, b=False)).roles["lead"].criteria
    found = band(check("score", operator, line))
    return takes_words(found), distance_words(found, criteria)


@pytest.mark.parametrize(
    ("score", "operator", "expected"),
    [
        (750, "at_least", "75 %, exactly on the line, which is enough"),
        (750, "above", "75 %, exactly on the line, which is not enough"),
        (750, "at_most", "75 %, exactly on the line, which is enough"),
        (750, "below", "75 %, exactly on the line, which is not enough"),
        (749, "at_least", "74 %, less than 1 percentage point below the line"),
        (751, "at_least", "75 %, less than 1 percentage point above the line"),
        (740, "at_least", "74 %, 1 percentage point below the line"),
        (735, "at_least", "73 %, 2 percentage points below the line"),
        (846, "at_least", "84 %, 9 percentage points above the line"),
        (750, "is", "75 %, and exactly 75 % is needed"),
    ],
)
def test_a_score_is_told_with_its_distance_from_the_line(score: int, operator: str, expected: str) -> None:
    """In whole points that agree with the score as it is shown, and on which side the line itself is."""
    takes, here = at(score, operator, Fraction(3, 4))
    assert here == f"score: {expected}"
    if operator != "is":
        assert takes.endswith(f"(75 % itself is {'enough' if operator.startswith('at_') else 'not enough'})")


@pytest.mark.parametrize(
    ("name", "operator", "number", "expected"),
    [
        ("required_unmet", "at_most", 0, "unmet required criteria: 1 to 2 (at worst 2 too many)"),
        ("required_unmet", "at_most", 1, "unmet required criteria: 1 to 2 (at worst 1 too many)"),
        ("required_unmet", "below", 1, "unmet required criteria: 1 to 2 (at worst 2 too many)"),
        ("required_unmet", "at_most", 2, "unmet required criteria: 1 to 2"),
        ("met", "at_least", 3, "criteria met: 1 to 2 (at worst 2 too few)"),
        ("met", "above", 3, "criteria met: 1 to 2 (at worst 3 too few)"),
        ("unknown", "at_most", 0, "unknown criteria: 1 (1 too many)"),
        ("met", "is", 4, "criteria met: 1 to 2 (exactly 4 needed)"),
    ],
)
def test_a_count_is_told_with_what_is_missing(name: str, operator: str, number: int, expected: str) -> None:
    """With what is unknown at its worst and at its best: one met, one unmet, one unknown."""
    made = ladder_of(*(criterion(one, flag(one), required=one != "a") for one in "abc"))
    criteria = judged(made, profile("senior", None, a=True, b=False)).roles["lead"].criteria
    assert distance_words(band(check(name, operator, number)), criteria) == expected


def test_page_one_says_what_the_best_verdict_takes() -> None:
    """In the pack's own word and bands."""
    made = ladder_of(criterion("one", flag("a"), required=True), criterion("two", flag("b")))
    front = case_for(judged(made, profile("senior", None, a=True)), "lead", made).front
    assert front.takes == "“ready” takes no unmet required criterion and a score of at least 75 % (75 % itself is enough)"
    below, above = "50 %, 25 percentage points below the line", "100 %, 25 percentage points above the line"
    assert front.distance == f"unmet required criteria: 0; score: between {below}, and {above}"


OLD, NEW = datetime.date(2020, 1, 1), datetime.date(2026, 9, 1)
ITEMS = {
    "sound": [(NEW, "People team"), (NEW, "A client")],
    "one source": [(NEW, "People team")],
    "own word": [(NEW, "self")],
    "old": [(OLD, "People team"), (OLD, "A client")],
    "undated": [(None, "People team"), (None, "A client")],
    "old own word": [(OLD, None)],
}


def items_of(kind: str) -> tuple[Evidence, ...]:
    """Return items of a kind."""
    return tuple(Evidence(what="Memo", when=when, confirmed_by=who, span=SPAN) for when, who in ITEMS[kind])


def with_evidence(kinds: Mapping[str, str], claims: str) -> Evaluation:
    """Return an evaluation of somebody with met criteria on these claims, some of them carried by items of a kind."""
    items = {name: items_of(kind) for name, kind in kinds.items()}
    person = attrs.evolve(profile("senior", None, **dict.fromkeys(claims, True)), evidence=items)
    return judged(evidenced(claims), person)


def evidenced(claims: str) -> Pack:
    """Return a ladder with a criterion on each claim, in which evidence is old after two years."""
    return attrs.evolve(ladder_of(*(criterion(name, flag(name)) for name in claims)), stale_after_months=24)


@pytest.mark.parametrize(
    ("claims", "kinds", "expected"),
    [
        ("abcdefg", {}, "none of the 7 claims behind met criteria carries evidence"),
        ("abcdefg", {"a": "own word"}, "only 1 of 7 claims behind met criteria carries evidence, and that is on the person’s own word"),
        ("abcdefg", {"a": "old"}, "only 1 of 7 claims behind met criteria carries evidence, and that is old"),
        ("abcdefg", {"a": "sound"}, "only 1 of 7 claims behind met criteria carries evidence"),
        (
            "abcdefg",
            {"a": "old", "b": "own word"},
            "only 2 of 7 claims behind met criteria carry evidence, and none of it that is neither old nor the person’s own word alone",
        ),
        ("a", {}, "the only claim behind met criteria carries no evidence"),
        ("a", {"a": "own word"}, "the only claim behind met criteria carries evidence that is on the person’s own word"),
        ("a", {"a": "old own word"}, "the only claim behind met criteria carries evidence that is old and on the person’s own word"),
        ("a", {"a": "one source"}, ""),
        ("ab", {"a": "sound"}, ""),
        ("abc", {"a": "sound"}, "only 1 of 3 claims behind met criteria carries evidence"),
        ("abc", {"a": "sound", "b": "undated"}, ""),
        (
            "abc",
            {"a": "sound", "b": "own word", "c": "old own word"},
            "only 1 of the 3 claims behind met criteria carries evidence that is neither old nor the person’s own word alone",
        ),
        (
            "abcde",
            {"a": "sound", "b": "sound", "c": "own word", "d": "old"},
            "only 2 of the 5 claims behind met criteria carry evidence that is neither old nor the person’s own word alone",
        ),
    ],
)
def test_thin_evidence_stands_in_the_sentence(claims: str, kinds: Mapping[str, str], expected: str) -> None:
    """Where fewer than half of the claims carry sound evidence; the recommendation and the verdict stay what they are."""
    said = recommendation_words(with_evidence(kinds, claims), "lead", evidenced(claims))
    assert said.startswith("Promote ada to lead: the verdict is “ready”, with a score of ")
    assert said.endswith(f"a score of 100 %, though {expected}." if expected else "a score of 100 %.")


MARKS = {
    (EvidenceMark.NONE,): "an item that somebody else can confirm",
    (): "",
    (EvidenceMark.STALE,): "a newer item",
    (EvidenceMark.UNDATED,): "a dated item",
    (EvidenceMark.OWN_WORD,): "an item that somebody else can confirm",
    (EvidenceMark.ONE_SOURCE,): "an item from a second source",
    (EvidenceMark.STALE, EvidenceMark.OWN_WORD): "a newer item that somebody else can confirm",
    (EvidenceMark.STALE, EvidenceMark.ONE_SOURCE): "a newer item from a second source",
    (EvidenceMark.UNDATED, EvidenceMark.OWN_WORD): "a dated item that somebody else can confirm",
    (EvidenceMark.UNDATED, EvidenceMark.ONE_SOURCE): "a dated item from a second source",
}
"""What to bring for each combination of marks that a claim can have."""


def test_advice_on_thin_evidence_follows_from_the_marks() -> None:
    """Every combination that items can have has its advice, and there is no other."""
    dates, sources = (OLD, NEW, None), ("People team", "A client", "self")
    found = set()
    for items in itertools.chain([()], *(itertools.combinations_with_replacement(itertools.product(dates, sources), n) for n in (1, 2))):
        evidence = {"a": tuple(Evidence(what="Memo", when=when, confirmed_by=who, span=SPAN) for when, who in items)}
        person = attrs.evolve(profile("senior", None, a=True), evidence=evidence if items else {"b": (Evidence(what="Memo", span=SPAN),)})
        case = case_for(judged(evidenced("a"), person), "lead", evidenced("a"))
        marks = evidence_for(evidenced("a"), person, "a", AS_OF).marks
        told = [one.more for one in case.objections if one.text.startswith("Thinly evidenced")]
        assert told == ([(f"Bring {MARKS[marks]} for “a”.",)] if marks else []), items
        found.add(marks)
    assert found == set(MARKS)
    assert all(bring_words(marks) == words for marks, words in MARKS.items())


def test_several_claims_are_told_by_what_each_needs() -> None:
    """One criterion on three claims: a second source for one, an item that can be confirmed for two."""
    made = attrs.evolve(ladder_of(criterion("one", all_of(flag("a"), flag("b"), flag("c")))), stale_after_months=24)
    evidence = {
        "a": (Evidence(what="Memo", when=NEW, confirmed_by="People team", span=SPAN),),
        "b": (Evidence(what="Memo", when=NEW, span=SPAN),),
    }
    person = attrs.evolve(profile("senior", None, a=True, b=True, c=True), evidence=evidence)
    (thin,) = case_for(judged(made, person), "lead", made).objections
    assert thin.more == ("Bring an item from a second source for “a”.", "Bring an item that somebody else can confirm for “b” and “c”.")


def ahead_of(facts: Mapping[str, Value]) -> Case:
    """Return a case whose role leads on in six ways."""
    track = {
        "near": ("people", 4),
        "far": ("people", 5),
        "aside": ("craft", 1),
        "shut": ("people", 4),
        "asked": ("people", 4),
        "last": ("people", 6),
    }
    roles = [simple_role(name, flag("a"), track=where, rung=rung) for name, (where, rung) in track.items()]
    moves = [
        way("lead", "shut", when=flag("open")),
        way("lead", "last"),
        way("lead", "aside", "lateral"),
        way("lead", "asked", when=flag("other")),
        way("lead", "far"),
        way("lead", "near"),
    ]
    lead = role("lead", criterion("one", flag("a")), track="people", rung=3)
    made = pack(*ATTRIBUTES, roles=[lead, *roles], moves=moves, tracks=["people", "craft"])
    return case_for(judged(made, profile(None, None, a=True, **facts)), "lead", made)


@pytest.mark.parametrize(
    ("facts", "words", "drawn"),
    [
        (
            {"open": False},
            [
                "From lead the ladder leads on to near, far, last and aside: open, by what is known today.",
                "Whether it leads on from lead to 1 further role is an open question.",
                "From lead to 1 further role the way is closed, by what is known today.",
            ],
            {"near", "far", "last", "aside"},
        ),
        (
            {"open": True, "other": False},
            [
                "From lead the ladder leads on to near, shut, far, last and 1 more: open, by what is known today.",
                "From lead to 1 further role the way is closed, by what is known today.",
            ],
            {"near", "shut", "far", "last"},
        ),
    ],
)
def test_the_way_ahead_is_what_is_open_to_this_person(facts: Mapping[str, Value], words: list[str], drawn: set[str]) -> None:
    """Open before asked before closed, promotions before others, the nearest first; the picture has the roles that are named."""
    place = ahead_of(facts).place
    assert [one for one in place.words if "lead" in one and not one.startswith(("Today", "In question"))] == words
    assert set(place.pack.roles) == {"lead", *drawn}


def order_of(weights: Mapping[str, int], required: str, kinds: Mapping[str, str], criteria: str) -> Case:
    """Return a case of met criteria with weights, some required, some evidenced, in the order of a file."""
    made = attrs.evolve(
        ladder_of(*(criterion(name, flag(name), weight=weights.get(name, 1), required=name in required) for name in criteria)),
        stale_after_months=24,
    )
    items = {
        name: tuple(Evidence(what="Memo", when=when, confirmed_by=who, span=SPAN) for when, who in ITEMS[kind])
        for name, kind in kinds.items()
    }
    person = attrs.evolve(profile("senior", None, **dict.fromkeys(criteria, True)), evidence=items)
    return case_for(judged(made, person), "lead", made)


@pytest.mark.parametrize("criteria", ["abcd", "dcba", "bdac"])
def test_the_strongest_points_keep_the_order_they_promise(criteria: str) -> None:
    """The heaviest first; of equal weight the best evidenced, also before required ones; then required ones."""
    assert [one.text for one in order_of({"d": 2}, "c", {"a": "sound"}, criteria).front.strongest] == ["d", "a", "c"]
    assert [one.text for one in order_of({}, "c", {"a": "sound", "b": "own word"}, criteria).front.strongest] == ["a", "b", "c"]


@pytest.mark.parametrize("criteria", ["abcde", "edcba", "cbeda"])
def test_thinly_evidenced_criteria_keep_the_order_they_promise(criteria: str) -> None:
    """Required ones first, also before heavier ones; then by weight; then those with the least behind them."""
    case = order_of({"b": 3, "c": 2}, "a", {"d": "own word", "a": "own word"}, criteria)
    assert [one.text.removeprefix("Thinly evidenced: ") for one in case.objections] == ["a", "b", "c", "e", "d"]


def test_objections_come_in_the_order_they_promise() -> None:
    """Required and unmet, the ladder, unmet, required and unknown, thinly evidenced, assumed."""
    assumed = attribute("f", "flag", absent_means=True)
    lead = role(
        "lead",
        criterion("assumed", flag("f"), weight=9),
        criterion("thin", flag("b"), weight=9),
        criterion("unknown", flag("c"), required=True, weight=9),
        criterion("unmet", flag("d"), weight=9),
        criterion("required", flag("e"), required=True),
        track="people",
        rung=3,
    )
    roles = [lead, simple_role("artist", flag("a"), track="people", rung=1)]
    made = pack(*(one for one in ATTRIBUTES if one.id != "f"), assumed, roles=roles, tracks=["people"])
    evidence = {"b": (Evidence(what="Memo", when=NEW, span=SPAN),)}
    person = attrs.evolve(profile("artist", None, b=True, d=False, e=False), evidence=evidence)
    starts = [
        "A required criterion is not met: required",
        "The ladder has no move from artist straight to lead",
        "Not met, though not required: unmet",
        "Nobody has said whether this is so: “unknown”",
        "Thinly evidenced: assumed",
        "Thinly evidenced: thin",
        "Rests on what the pack assumes",
    ]
    found = [one.text for one in case_for(judged(made, person), "lead", made).objections]
    assert [text.startswith(start) for text, start in zip(found, starts, strict=True)] == [True] * len(starts), found


def test_names_and_ids_are_never_altered() -> None:
    """Small letters, capitals, scripts and signs stay; only the words for a blind panel begin a title with a capital."""
    made = ladder_of(criterion("one", flag("a")))
    for name, id_, shown in [
        (None, "x1066", "x1066"),
        (None, "ß-7", "ß-7"),
        (None, "ǆ9", "ǆ9"),
        ("de la Cruz", "p1", "de la Cruz"),
        ("bell hooks", "p2", "bell hooks"),
        ("李小龙", "p3", "李小龙"),
        (None, "mcDonald.ID", "mcDonald.ID"),
    ]:
        person = attrs.evolve(profile("senior", None, a=True), id=id_, name=name)
        case = case_for(judged(made, person), "lead", made)
        assert case.title == f"{shown} as lead"
        assert case.front.recommendation.startswith(f"Promote {shown} to lead: ")
        blind = case_for(judged(made, person), "lead", made, anonymous=True)
        assert (blind.title, blind.who) == ("The candidate as lead", "the candidate")


def test_every_verb_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """`explain` the sentence of the case, as text and as JSON; `evaluate --role` who holds the role and who stands above it."""
    rules, person = str(PRODUCT / "rules"), str(PRODUCT / "profiles" / "hiroshi-tanaka.yaml")
    sentence = "For Hiroshi Tanaka, who is Product Director today, Group Product Manager would be a step down and no promotion: "
    for words in (["explain", person, "group-product-manager"], ["case", person, "group-product-manager", "--format", "text"]):
        assert run([*words, "--rules", rules]) == 0
        assert sentence in " ".join(capsys.readouterr().out.split())
    assert run(["explain", person, "group-product-manager", "--rules", rules, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["recommendation"]
    assert found.pop("words").startswith(sentence)
    assert found == {"advice": "a step down", "relation": "step down", "outlook": "the best", "candidate": False, "projection": False}
    assert run(["explain", person, "product-director", "--rules", rules, "--as-of", "2999-01-01", "--format", "json"]) == 0
    ahead = json.loads(capsys.readouterr().out)["recommendation"]
    assert ahead["projection"] is True
    assert ahead["words"].startswith(
        "Projection to 2999-01-01, and no recommendation for today: Hiroshi Tanaka as Product Director, the role held"
    )
    others = [str(PRODUCT / "profiles" / f"{name}.yaml") for name in ("sofia-marquez", "jonas-weber", "ada-lindqvist")]
    assert run(["evaluate", person, *others, "--role", "group-product-manager", "--rules", rules]) == 0
    shown = capsys.readouterr().out
    assert "Sofía Márquez, Jonas Weber hold Group Product Manager today" in shown
    assert "Hiroshi Tanaka stands above Group Product Manager, so it would be a step down" in shown
    assert "Ada Lindqvist" not in shown[shown.index("\nPeople") :]
