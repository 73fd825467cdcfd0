"""Facts: what is stated wins, what the pack assumes is marked, what is derived is computed at the as-of date."""

from __future__ import annotations

from fractions import Fraction

from evaluator.core.attributes import Attribute
from evaluator.core.expressions import Calculation, Gather, Gathering, Half, Missing, Operation, Reference, Round, Since, TimeUnit
from evaluator.core.facts import Completed, Difference, complete
from evaluator.core.values import Value
from tests.core.build import AS_OF, attribute, day, pack, profile


def total(*names: str, missing: Missing = Missing.UNKNOWN) -> Calculation:
    """Return the sum of attributes."""
    return Calculation(operation=Operation.SUM, parts=tuple(Reference(attribute=name) for name in names), missing=missing)


def completed(*attributes: Attribute, **given: Value) -> Completed:
    """Return the facts of a profile that states these."""
    return complete(pack(*attributes), profile(**given), AS_OF)


def test_what_is_stated_is_a_fact_and_nothing_else() -> None:
    """A missing attribute stays missing: nothing is defaulted."""
    found = completed(attribute("a"), attribute("b"), a=3)
    assert dict(found.facts) == {"a": 3}
    assert found.assumed == frozenset()
    assert found.differences == ()


def test_an_absent_attribute_means_what_the_pack_says() -> None:
    """The pack's own decision stands in for what is not stated, and is marked as assumed; zero, false and empty sets too."""
    attributes = (
        attribute("skill", "scale", absent_means=0),
        attribute("budget", "flag", absent_means=False),
        attribute("topics", "set", options=("a",), absent_means=frozenset()),
        attribute("years", absent_means=3),
    )
    found = completed(*attributes, years=7)
    assert dict(found.facts) == {"skill": 0, "budget": False, "topics": frozenset(), "years": 7}
    assert found.assumed == {"skill", "budget", "topics"}


def test_derived_attributes_are_computed_down_the_chain() -> None:
    """A derived attribute is a fact once everything it reads is, wherever it stands in the file."""
    attributes = (
        attribute("top", derive=total("middle", "a")),
        attribute("middle", derive=total("a", "b")),
        attribute("a"),
        attribute("b"),
    )
    assert dict(completed(*attributes, a=1, b=2).facts) == {"a": 1, "b": 2, "middle": 3, "top": 4}
    assert dict(completed(*attributes, a=1).facts) == {"a": 1}


def test_what_is_computed_from_an_assumption_is_assumed() -> None:
    """The mark of an assumption goes down the chain, and only there."""
    attributes = (
        attribute("a", absent_means=5),
        attribute("b"),
        attribute("middle", derive=total("a", "b")),
        attribute("top", derive=total("middle", "b")),
        attribute("aside", derive=total("b", "b")),
    )
    found = completed(*attributes, b=1)
    assert dict(found.facts) == {"a": 5, "b": 1, "middle": 6, "top": 7, "aside": 2}
    assert found.assumed == {"a", "middle", "top"}
    assert completed(*attributes, a=5, b=1).assumed == frozenset()


def test_a_stated_value_wins_over_the_computed_one() -> None:
    """What is stated wins and goes down the chain; a difference from what would be computed is reported."""
    attributes = (
        attribute("a"),
        attribute("double", derive=total("a", "a"), given=True),
        attribute("top", derive=total("double", "a")),
    )
    found = completed(*attributes, a=2, double=5)
    assert dict(found.facts) == {"a": 2, "double": 5, "top": 7}
    assert found.differences == (Difference(attribute="double", stated=5, computed=4),)


def test_no_difference_is_reported_where_there_is_none() -> None:
    """A stated value that is what would be computed, or where nothing can be computed, differs from nothing."""
    attributes = (attribute("a"), attribute("double", derive=total("a", "a"), given=True))
    assert completed(*attributes, a=2, double=4).differences == ()
    assert completed(*attributes, double=4).differences == ()


def test_a_stated_value_in_front_of_an_assumption_is_not_assumed() -> None:
    """A derived value that was stated rests on nobody's assumption, whatever it would be computed from."""
    attributes = (attribute("a", absent_means=1), attribute("double", derive=total("a", "a"), given=True))
    found = completed(*attributes, double=9)
    assert found.assumed == {"a"}


def test_a_false_value_that_is_computed_is_a_fact() -> None:
    """A computed zero is a value like any other."""
    assert dict(completed(attribute("a"), attribute("sum", derive=total("a")), a=0).facts) == {"a": 0, "sum": 0}


def test_dates_are_counted_up_to_the_as_of_date() -> None:
    """Years are computed at the date of the evaluation, not at today's."""
    years = Gather(gathering=Gathering.YEARS, records="jobs", start="start", end="end")
    made = pack(
        attribute("jobs", "records"),
        attribute("since", "date"),
        attribute("years", derive=years),
        attribute("months", derive=Since(of="since", unit=TimeUnit.MONTHS)),
        attribute("rounded", derive=Round(of=Reference(attribute="years"), step=Fraction(1, 2), half=Half.UP)),
    )
    person = profile(jobs=({"start": day("2020-01-01")},), since=day("2020-01-15"))
    early, late = (complete(made, person, day(text)).facts for text in ("2020-12-31", "2021-03-14"))
    assert (early["years"], early["months"], early["rounded"]) == (1, 11, 1)
    assert (late["years"], late["months"], late["rounded"]) == (Fraction(5, 4), 13, Fraction(3, 2))


def test_the_profile_is_left_as_it_was() -> None:
    """Completing a profile changes nothing in it."""
    person = profile(a=1)
    complete(pack(attribute("a"), attribute("b", absent_means=2), attribute("sum", derive=total("a", "b"))), person, AS_OF)
    assert dict(person.given) == {"a": 1}
