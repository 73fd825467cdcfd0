"""Proofs about small packs whose answers are known by hand: each kind of finding, and its absence."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction

import attrs
import pytest

from evaluator.calibration.prove.analysis import prove
from evaluator.calibration.prove.directions import directions
from evaluator.calibration.prove.findings import Claim, Finding, Open, Proofs, Question
from evaluator.calibration.prove.ladder import roles_below
from evaluator.calibration.prove.prover import Prover
from evaluator.calibration.prove.report import claim_words, proofs_page
from evaluator.calibration.prove.solving import PackSolver, Reply, Solved
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition
from evaluator.core.enums import MoveKind, Prefer
from evaluator.core.expressions import Calculation, Gather, Gathering, Literal, Operation, Reference, Since, TimeUnit
from evaluator.core.model import Band, Expectation, Move, Pack, Role, TieBreaker
from evaluator.core.values import Kind, ValueType
from evaluator.report.documents import text
from tests.calibration.small_packs import whole
from tests.core.build import (
    AS_OF,
    SPAN,
    all_of,
    any_of,
    at_least_of,
    attribute,
    bands,
    check,
    criterion,
    day,
    flag,
    move,
    none_of,
    pack,
    role,
    simple_role,
)

ALL_MET = bands(ready=check("unmet", "at_most", 0), not_yet=None)


def ask(made: Pack, *questions: Question, as_of: datetime.date = AS_OF) -> Proofs:
    """Ask a pack some questions."""
    return prove(made, as_of=as_of, questions=questions)


def alone(*conditions: Condition, extra: Sequence[Attribute] = ()) -> list[Finding]:
    """Ask about criteria over whole numbers from 0 to 3, a flag and a derived sum."""
    total = attribute("total", derive=Calculation(operation=Operation.SUM, parts=(Reference(attribute="x"), Reference(attribute="y"))))
    made = pack(whole("x"), whole("y"), attribute("f", "flag"), total, *extra, roles=[simple_role("lead", *conditions)])
    return list(ask(made, Question.CRITERIA).findings)


X2, X3 = check("x", "at_least", 2), check("x", "at_least", 3)
NEVER = {
    "an any-of whose ways each contradict the rest": all_of(any_of(X3, check("y", "at_least", 9)), check("x", "below", 2)),
    "two of three that exclude each other": at_least_of(2, check("x", "is", 0), check("x", "is", 1), check("x", "is", 2)),
    "a sum beyond its parts": check("total", "at_least", 7),
    "an attribute above another and below it": all_of(check("x", "above", other="y"), check("y", "at_least", other="x")),
    "neither a flag nor its opposite": none_of(flag("f"), flag("f", value=False)),
}
ALWAYS = {
    "a flag or its opposite": any_of(flag("f"), flag("f", value=False)),
    "a sum of what cannot be negative": check("total", "at_least", 0),
    "one of two stretches that meet": any_of(check("x", "at_most", 1), X2),
}
NEITHER = {
    "a sum at its highest": check("total", "at_least", 6),
    "a difference that can be": check("x", "above", other="y"),
    "a number strictly between two whole ones": any_of(check("x", "at_most", 1), X3),
}


@pytest.mark.parametrize("condition", NEVER.values(), ids=NEVER)
def test_a_criterion_that_nobody_can_meet(condition: Condition) -> None:
    """It is found, with parts that contradict each other and somebody who misses it."""
    (found,) = alone(condition)
    assert found.claim is Claim.NEVER_MET
    assert found.conflict
    assert found.examples[0].roles["lead"].criteria[0].state == "unmet"


@pytest.mark.parametrize("condition", ALWAYS.values(), ids=ALWAYS)
def test_a_criterion_that_everybody_meets(condition: Condition) -> None:
    """It is found, with somebody who meets it."""
    (found,) = alone(condition)
    assert found.claim is Claim.ALWAYS_MET
    assert found.examples[0].roles["lead"].criteria[0].state == "met"


@pytest.mark.parametrize("condition", NEITHER.values(), ids=NEITHER)
def test_a_criterion_that_some_meet_and_some_miss(condition: Condition) -> None:
    """Nothing is found."""
    assert alone(condition) == []


@pytest.mark.parametrize("operator", ["above", "below", "is", "is_not"])
@pytest.mark.parametrize("kind", ["integer", "number", "date"])
def test_attributes_without_a_range_reach_beyond_every_literal(operator: str, kind: str) -> None:
    """There is a value on each side of a literal, and at it."""
    literal = day("2026-01-01") if kind == "date" else 4
    assert alone(check("free", operator, literal), extra=[attribute("free", kind)]) == []


def test_a_contradiction_is_named_by_its_parts_alone() -> None:
    """What has nothing to do with it stays out of the conflict, and the example meets all but one part."""
    (found,) = alone(all_of(flag("f"), X3, check("x", "below", 2)))
    assert found.conflict == (X3, check("x", "below", 2))
    assert found.examples[0].facts["x"] == 3 or found.examples[0].facts["x"] < 2


def test_a_criterion_that_contradicts_where_it_applies() -> None:
    """What says whether a criterion applies counts: whoever it applies to can never meet it."""
    made = pack(whole("x"), roles=[role("lead", criterion("c", X3, applies_when=check("x", "below", 2)))])
    (found,) = ask(made, Question.CRITERIA).findings
    assert found.claim is Claim.NEVER_MET


def test_a_criterion_that_applies_to_nobody() -> None:
    """It is told apart from one that nobody meets."""
    made = pack(whole("x"), roles=[role("lead", criterion("c", X3, applies_when=check("x", "above", 3)))])
    (found,) = ask(made, Question.CRITERIA).findings
    assert found.claim is Claim.NEVER_APPLIES
    assert found.examples[0].roles["lead"].criteria[0].state == "not applicable"


def test_what_the_pack_expects_of_attributes_together_counts() -> None:
    """Where x is expected never to be above y, nobody can have much of the one and little of the other."""
    unlikely = simple_role("lead", all_of(X3, check("y", "below", 2)))
    made = pack(whole("x"), whole("y"), roles=[unlikely])
    assert ask(made, Question.CRITERIA).findings == ()
    expected = Expectation(expect=check("x", "at_most", other="y"), otherwise="more x than y", span=SPAN)
    (found,) = ask(attrs.evolve(made, plausible=(expected,)), Question.CRITERIA).findings
    assert found.claim is Claim.NEVER_MET


def test_an_implied_criterion() -> None:
    """The stronger comes first, and the example meets the weaker alone."""
    made = pack(whole("x"), whole("y"), roles=[simple_role("lead", X2, all_of(X3, check("y", "at_least", 1)))])
    (found,) = ask(made, Question.IMPLIED).findings
    assert (found.claim, [one.id for one in found.criteria]) == (Claim.IMPLIED, ["c1", "c0"])
    states = {one.criterion.id: one.state for one in found.examples[0].roles["lead"].criteria}
    assert states == {"c0": "met", "c1": "unmet"}


def test_criteria_that_come_to_the_same() -> None:
    """Two spellings of one condition are found once."""
    made = pack(whole("x"), whole("y"), roles=[simple_role("lead", X2, none_of(check("x", "below", 2)))])
    (found,) = ask(made, Question.IMPLIED).findings
    assert found.claim is Claim.SAME


def test_criteria_that_only_share_an_attribute() -> None:
    """Neither implies the other."""
    made = pack(whole("x"), whole("y"), roles=[simple_role("lead", any_of(X3, check("y", "at_least", 1)), any_of(X2, check("y", "is", 0)))])
    assert ask(made, Question.IMPLIED).findings == ()


def ladder(lower: Sequence[Condition], higher: Sequence[Condition]) -> Pack:
    """Return a pack of two rungs on which everything is required."""
    roles = [simple_role("junior", *lower), simple_role("senior", *higher, rung=2)]
    return pack(whole("x"), whole("y"), attribute("f", "flag"), roles=roles, moves=[move("junior", "senior")], verdicts=ALL_MET)


def test_a_role_that_is_easier_than_the_rung_below() -> None:
    """The example is ready for the higher and not for the lower, and states no more than that takes."""
    (found,) = ask(ladder([X2, flag("f")], [X3]), Question.ORDER).findings
    assert found.claim is Claim.EASIER
    assert [one.id for one in found.also] == ["c1"]
    assert found.examples[0].profile.given == {"x": 3, "f": False}
    assert str(found.examples[0].roles["senior"].verdict) == "ready"
    assert found.examples[0].roles["junior"].verdict.high == "not yet"


def test_a_ladder_that_only_gets_harder() -> None:
    """Whoever is ready for the higher is ready for the lower: nothing is found."""
    assert ask(ladder([X2], [X3, flag("f")]), Question.ORDER).findings == ()


def test_a_rung_of_several_roles_needs_one_of_them() -> None:
    """Ready for either role of the rung below is enough."""
    roles = [simple_role("this", X2), simple_role("that", flag("f")), simple_role("senior", X2, flag("f"), rung=2)]
    moves = [move("this", "senior"), move("that", "senior")]
    made = pack(whole("x"), attribute("f", "flag"), roles=roles, moves=moves, verdicts=ALL_MET)
    assert ask(made, Question.ORDER).findings == ()
    changed = [*roles[:2], simple_role("senior", X2, rung=2)]
    other = pack(whole("x"), attribute("f", "flag"), roles=changed, moves=moves, verdicts=ALL_MET)
    assert ask(other, Question.ORDER).findings == ()


def test_a_role_is_held_against_those_from_which_a_move_leads_to_it() -> None:
    """A peer below that leads elsewhere is left out, and so is a whole rung from which nobody comes; a demotion leads nowhere."""
    roles = [simple_role("this", X2), simple_role("that", flag("f")), simple_role("senior", X2, rung=2)]

    def below(*moves: Move, extra: Sequence[Role] = ()) -> list[str]:
        made = pack(whole("x"), attribute("f", "flag"), roles=[*roles, *extra], moves=moves, verdicts=ALL_MET)
        return [one.id for one in roles_below(Prover(pack=made, as_of=AS_OF, seconds=1), roles[2])]

    assert below(move("this", "senior"), move("that", "senior")) == ["that", "this"]
    assert below(move("that", "senior")) == ["that"]
    assert below(move("this", "that"), move("that", "senior")) == ["that"]
    assert below() == []
    assert below(attrs.evolve(move("this", "senior"), kind=MoveKind.DEMOTION)) == []
    acting = attrs.evolve(simple_role("acting", X3, rung=2), interim=True)
    assert below(move("this", "acting"), move("acting", "senior"), extra=[acting]) == ["this"]
    lower = [simple_role("first", X3, rung=0)]
    assert below(move("first", "senior"), extra=lower) == ["first"]
    assert below(move("first", "senior"), move("this", "senior"), extra=lower) == ["this"]
    abroad = [simple_role("abroad", X3, track="management")]
    assert below(move("abroad", "senior"), extra=abroad) == []


def test_without_moves_nothing_is_compared_and_that_is_said() -> None:
    """No rung is held against another one where nobody can go from one to the other."""
    made = attrs.evolve(ladder([X2, flag("f")], [X3]), moves=())
    proofs = ask(made, Question.ORDER)
    assert (proofs.asked, proofs.findings) == ({}, ())
    told = text(proofs_page(proofs, made, ["order"]))
    assert "Not compared by `order`: no move leads to junior or senior from a lower rung of its track" in " ".join(told.split())
    assert "Not compared" not in text(proofs_page(ask(ladder([X2, flag("f")], [X3]), Question.ORDER), made, ["order"]))


def not_compared(made: Pack) -> str:
    """Return what the page says of roles that are held against no lower one."""
    told = text(proofs_page(ask(made, Question.ORDER), made, ["order"]))
    return " ".join(told.partition("Not compared")[2].partition("Found  ")[0].split())


def test_roles_that_a_move_leads_to_are_not_said_to_lack_one() -> None:
    """An interim role is held against none, whatever leads to it; what interim or never judged roles alone lead to is said so."""
    junior, acting = simple_role("junior", X2), attrs.evolve(simple_role("acting", X3, rung=2), interim=True)
    entry = Role(id="trainee", title="Trainee", track=junior.track, rung=0, entry=True, span=SPAN)

    def made(*roles: Role, moves: Sequence[Move]) -> Pack:
        return pack(whole("x"), roles=roles, moves=moves, verdicts=ALL_MET)

    to_acting = made(junior, acting, moves=[move("junior", "acting")])
    assert not_compared(to_acting) == (
        "by `order`: acting is interim, and not held against the rung below; "
        "no move leads to junior from a lower rung of its track"
    )  # fmt: skip
    from_entry = made(entry, junior, moves=[move("trainee", "junior")])
    assert not_compared(from_entry) == (
        "by `order`: from lower rungs of its track, moves lead to junior out of interim or never judged roles alone"
    )


def test_a_policy_in_a_finding_is_called_one() -> None:
    """Its line stands in pack.yaml, and what mends it there holds for other roles too."""
    never = criterion("never", all_of(flag("f"), attrs.evolve(flag("f"), value=False)))
    made = pack(attribute("f", "flag"), roles=[role("lead", never, attrs.evolve(never, id="policy", policy=True))], verdicts=ALL_MET)
    told = [claim_words(found, made) for found in ask(made, Question.CRITERIA).findings]
    assert told == [f"“{never.title}” can never be met", f"the policy “{never.title}” can never be met"]


def test_what_is_not_decided_stands_beside_no_findings() -> None:
    """Where a question stayed open, the page does not begin as if all of them had been answered."""
    made = ladder([X2, flag("f")], [X3])
    proofs = attrs.evolve(
        ask(made, Question.ORDER),
        findings=(),
        open=(Open(question=Question.ORDER, role=made.roles["senior"], about="whether it is easier"),),
    )
    assert "\nNo findings, but 1 question not decided.\n" in text(proofs_page(proofs, made, []))
    assert "\nNo findings.\n" in text(proofs_page(attrs.evolve(proofs, open=()), made, []))


def test_what_may_not_apply_counts_on_the_worse_side() -> None:
    """A ratio by 0 leaves open whether a criterion applies: whoever misses it then is not surely ready."""
    none = attrs.evolve(whole("y"), type=ValueType(kind=Kind.INTEGER, lowest=0, highest=0))
    ratio = attribute("d", derive=Calculation(operation=Operation.RATIO, parts=(Reference(attribute="x"), Reference(attribute="y"))))
    doubtful = role("senior", criterion("c", flag("f"), role="senior", applies_when=check("d", "at_least", 1)), rung=2)
    roles = [simple_role("junior", flag("f")), doubtful]
    made = pack(whole("x"), none, ratio, attribute("f", "flag"), roles=roles, moves=[move("junior", "senior")], verdicts=ALL_MET)
    proofs = ask(made, Question.ORDER)
    assert (proofs.findings, proofs.open) == ((), ())


def test_another_track_is_no_rung_below() -> None:
    """Roles are held against their own track."""
    roles = [simple_role("junior", X3), simple_role("senior", X2, track="management", rung=2)]
    made = pack(whole("x"), roles=roles, moves=[move("junior", "senior")], verdicts=ALL_MET)
    assert ask(made, Question.ORDER).asked == {}


def test_experience_that_makes_a_criterion_apply_lowers_a_verdict() -> None:
    """The classical case: with more years a further criterion applies, and is not met."""
    further = criterion("reports", check("y", "at_least", 1), required=True, applies_when=X2)
    years = criterion("years", check("x", "at_least", 1), required=True)
    made = pack(whole("x"), whole("y"), roles=[role("lead", years, further)])
    (found,) = ask(made, Question.DIRECTION).findings
    assert (found.claim, found.attribute) == (Claim.LOWERED, "x")
    before, after = (one.profile.given for one in found.examples)
    assert (before, after) == ({"x": 1, "y": 0}, {"x": 2, "y": 0})
    assert [str(one.roles["lead"].verdict) for one in found.examples] == ["ready", "nearly"]


def lowering(*conditions: Condition, verdicts: tuple[Band, ...] = ALL_MET) -> list[str | None]:
    """Return the attributes that can lower the verdict of a role with these criteria and one on x of more weight."""
    heavy = criterion("heavy", check("x", "at_least", 1), weight=5)
    made = role("lead", heavy, *(criterion(f"c{place}", one) for place, one in enumerate(conditions)))
    asked = ask(pack(whole("x"), attribute("f", "flag"), roles=[made], verdicts=verdicts), Question.DIRECTION)
    return [one.attribute for one in asked.findings]


def test_uses_against_the_better_direction_lower_a_verdict() -> None:
    """An upper limit, a none-of, an is and an is-not on what gets better upwards."""
    assert lowering(check("x", "at_most", 2)) == ["x"]
    assert lowering(none_of(X3)) == ["x"]
    assert lowering(check("x", "is", 2)) == ["x"]
    assert lowering(check("x", "is_not", 2)) == ["x"]


def test_uses_with_the_better_direction_lower_nothing() -> None:
    """Lower limits, a doubled none-of, and an is-not of the worst value."""
    assert lowering(X2, flag("f")) == []
    assert lowering(none_of(none_of(X3))) == []
    assert lowering(check("x", "is_not", 0)) == []


def test_a_band_that_rewards_failure_lowers_a_verdict() -> None:
    """A verdict that asks for unmet criteria is lost by whoever meets one more."""
    odd = bands(ready=check("unmet", "at_least", 1), not_yet=None)
    assert lowering(X2, verdicts=odd) == ["x"]


def test_better_values_of_a_computed_attribute_are_followed_to_what_is_stated() -> None:
    """A month gets better later, where its age in months is limited; the older half of a ratio gets better downwards."""
    age = attribute("age", derive=Since(of="on", unit=TimeUnit.MONTHS))
    ratio = Calculation(operation=Operation.RATIO, parts=(Reference(attribute="now"), Reference(attribute="before")))
    saved = attribute("saved", derive=Calculation(operation=Operation.DIFFERENCE, parts=(Literal(value=1), ratio)))
    conditions = [check("age", "at_most", 12), check("saved", "at_least", Fraction(1, 5))]
    made = pack(attribute("on", "date"), whole("now"), whole("before"), age, saved, roles=[simple_role("lead", *conditions)])
    assert {name: one.sign for (name, _), one in directions(made).items()} == {"on": 1, "now": -1, "before": 1}


def test_the_heavier_way_wins_and_a_tie_has_no_direction() -> None:
    """Uses count by the weight of their criteria; tie-breakers of the pack go before."""
    low, high = check("x", "at_most", 2), check("x", "at_least", 1)
    roles = [role("lead", criterion("a", low, weight=1), criterion("b", high, weight=2))]
    assert directions(pack(whole("x"), roles=roles))["x", None].sign == 1
    level = pack(whole("x"), roles=[role("lead", criterion("a", low), criterion("b", high))])
    assert directions(level) == {}
    assert ask(level, Question.DIRECTION).undirected == ("x",)
    declared = attrs.evolve(level, tie_breakers=(TieBreaker(attribute="x", prefer=Prefer.LOW, span=SPAN),))
    assert (directions(declared)["x", None].sign, directions(declared)["x", None].declared) == (-1, True)


def test_members_of_a_set_have_directions_of_their_own() -> None:
    """What is asked for gets better by being there, what is ruled out by being gone."""
    asked = check("tags", "includes", frozenset({"p"}))
    ruled_out = check("tags", "includes_none", frozenset({"q"}))
    made = pack(attribute("tags", "set", options=("p", "q")), roles=[simple_role("lead", asked, ruled_out)])
    assert {member: one.sign for (_, member), one in directions(made).items()} == {"p": 1, "q": -1}
    assert ask(made, Question.DIRECTION).findings == ()


def test_a_verdict_that_nobody_can_get() -> None:
    """One required criterion: who misses it has a score of 0, so that nearly stays out of reach."""
    made = pack(whole("x"), roles=[simple_role("lead", X2)])
    (found,) = ask(made, Question.BANDS).findings
    assert (found.claim, found.verdict) == (Claim.OUT_OF_REACH, "nearly")
    assert str(found.examples[0].roles["lead"].verdict) == "not yet"


def test_verdicts_that_can_all_be_got() -> None:
    """Two criteria, of which one is optional, leave room for all three."""
    made = pack(whole("x"), attribute("f", "flag"), roles=[role("lead", criterion("a", X2, required=True), criterion("b", flag("f")))])
    assert ask(made, Question.BANDS).findings == ()


def test_dates_are_days_of_the_calendar() -> None:
    """No day lies between the end of February and the first of March, and leap years have theirs."""

    def between(after: str, before: str) -> list[Finding]:
        dated = all_of(check("on", "above", day(after)), check("on", "below", other="until"), check("until", "at_most", day(before)))
        made = pack(attribute("on", "date"), attribute("until", "date"), roles=[simple_role("lead", dated)])
        return list(ask(made, Question.CRITERIA).findings)

    assert [one.claim for one in between("2023-02-28", "2023-03-01")] == [Claim.NEVER_MET]
    assert between("2024-02-28", "2024-03-01") == []
    assert [one.claim for one in between("2024-04-30", "2024-05-01")] == [Claim.NEVER_MET]


def test_ages_are_counted_to_the_as_of_date() -> None:
    """A day that has to be later than the as-of date, and twelve months old, cannot be."""
    age = attribute("age", derive=Since(of="on", unit=TimeUnit.MONTHS))
    dated = all_of(check("on", "at_least", day("2026-01-15")), check("age", "at_least", 12))
    made = pack(attribute("on", "date"), age, roles=[simple_role("lead", dated)])
    assert [one.claim for one in ask(made, Question.CRITERIA, as_of=day("2027-01-14")).findings] == [Claim.NEVER_MET]
    assert ask(made, Question.CRITERIA, as_of=day("2027-01-15")).findings == ()


def records() -> list[Attribute]:
    """Return positions held, and how many, which can only be computed."""
    history = Attribute(
        id="history", title="history", type=ValueType(kind=Kind.RECORDS, fields={"start": ValueType(kind=Kind.DATE)}), span=SPAN
    )
    counted = attribute("positions", "integer", derive=Gather(gathering=Gathering.COUNT, records="history"))
    return [history, counted]


def test_what_cannot_be_followed_is_named_and_proofs_hold_all_the_same() -> None:
    """A contradiction is one whatever a count of records comes to; what hangs on the count stays open."""
    impossible = all_of(check("positions", "at_least", 2), X3, check("x", "below", 2))
    perhaps = criterion("perhaps", check("positions", "at_least", 2))
    made = pack(whole("x"), *records(), roles=[role("lead", criterion("never", impossible), perhaps)])
    proofs = ask(made, Question.CRITERIA)
    assert [(one.claim, one.criteria[0].id) for one in proofs.findings] == [(Claim.NEVER_MET, "never")]
    assert proofs.free == ("positions",)
    assert {one.about for one in proofs.open} == {"whether perhaps can be met"}
    assert all(one.unconfirmed for one in proofs.open)


def test_what_is_not_decided_in_its_time_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where z3 gives up, the question is said to be open: no finding, and no silence either."""
    monkeypatch.setattr(PackSolver, "ask", lambda *_: Solved(reply=Reply.OPEN))
    proofs = prove(ladder([X2, check("x", "is", other="y")], [X3]), as_of=AS_OF)
    assert proofs.findings == ()
    assert {one.question for one in proofs.open} == set(Question)
    assert not any(one.unconfirmed for one in proofs.open)


def test_what_rules_ask_to_be_known_may_be_missing() -> None:
    """A condition on being known is met by some and missed by others."""
    made = pack(whole("x"), roles=[simple_role("lead", check("x", "known", value=True))])
    proofs = ask(made, Question.CRITERIA)
    assert (proofs.findings, proofs.missing) == ((), ("x",))


def roles_of(made: Pack) -> list[Role]:
    """Return the roles of a pack."""
    return list(made.judged_roles)


def test_some_roles_alone_can_be_asked_about() -> None:
    """The rung below is still the rung below."""
    made = ladder([X2, flag("f")], [X3])
    asked = prove(made, as_of=AS_OF, roles=roles_of(made)[1:])
    assert [role.id for role in asked.roles] == ["senior"]
    assert Claim.EASIER in {one.claim for one in asked.findings}
