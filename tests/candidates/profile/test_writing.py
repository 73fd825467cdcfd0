"""Drafts written as YAML come back exactly as they were, whatever their texts hold."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.candidates.profile.drafting.draft import Draft, Proposal, Statement, draft_of
from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.core.dates import Precision
from evaluator.core.model import Evidence
from evaluator.diagnostics import Problems, Span
from evaluator.populations.loading import load_people
from evaluator.reading.profile.profile import profile_in
from evaluator.reading.yaml.writing import decimal
from tests.candidates.profile.packs import pack
from tests.product import PRODUCT


@pytest.mark.parametrize(
    ("value", "written"),
    [(7, "7"), (Fraction(13, 2), "6.5"), (Fraction(-1, 4), "-0.25"), (Fraction(1, 3), "0.3333"), (Fraction(2, 3), "0.6667")],
)
def test_numbers_are_written_as_people_write_them(value: int | Fraction, written: str) -> None:
    """Exactly, or to four places where no decimal can say them."""
    assert decimal(value) == written


def test_every_sample_profile_reads_back_as_it_was() -> None:
    """Attributes, role, evidence, groups and notes come through."""
    people = load_people([str(path) for path in sorted((PRODUCT / "profiles").glob("*.yaml"))], pack())
    assert len(people) > 20
    for person in people:
        problems = Problems()
        again = profile_in(profile_text(draft_of(person), pack()), f"{person.id}.yaml", pack(), problems)
        assert again is not None, str(problems)
        assert list(problems) == []
        assert (again.given, again.role, again.as_of, again.name) == (person.given, person.role, person.as_of, person.name)
        assert (again.groups, again.notes) == (person.groups, person.notes)
        items = {name: [(one.what, one.date_words, one.confirmed_by, one.link) for one in found] for name, found in person.evidence.items()}
        assert {
            name: [(one.what, one.date_words, one.confirmed_by, one.link) for one in found] for name, found in again.evidence.items()
        } == items


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(str.strip), st.text(max_size=40))
def test_no_text_can_leave_its_place(text: str, note: str) -> None:
    """Whatever an export holds: titles, names, notes and comments change nothing around them."""
    item = Evidence(what=text, when=datetime.date(2026, 1, 1), precision=Precision.YEAR, confirmed_by=text, span=Span.whole_file("x"))
    draft = Draft(
        id="ada",
        name=text,
        role="product-manager",
        role_note=note,
        statements={
            "history": Statement(attribute="history", value=({"title": text, "employer": text},), note=note, entry_notes=(note,)),
            "mentees": Statement(attribute="mentees", value=3, note=note),
        },
        proposals=(Proposal(attribute="coaching", note=note),),
        evidence={"mentees": (item,)},
        groups={"x": text},
        notes=text,
        head=(note,),
    )
    problems = Problems()
    found = profile_in(profile_text(draft, pack()), "ada.yaml", pack(), problems)
    assert found is not None, str(problems)
    assert found.given == {"history": ({"title": text, "employer": text},), "mentees": 3}
    assert (found.name, found.role, found.notes, dict(found.groups)) == (text, "product-manager", text, {"x": text})
    assert [(one.what, one.confirmed_by) for one in found.evidence["mentees"]] == [(text, text)]
