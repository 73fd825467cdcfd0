"""The list of what the documents say is in step with the default pack, and its page with both."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from evaluator import Pack, load_pack
from tests.product import ROOT


@pytest.fixture(scope="module")
def script() -> Any:
    """Return the script that writes the page, as a module."""
    spec = importlib.util.spec_from_file_location("facts", ROOT / "docs" / "facts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Return the default pack."""
    return load_pack(ROOT / "rules")


def test_every_fact_names_sections_of_its_document(script: Any, pack: Pack) -> None:
    """A heading that is not in sources.yaml is none of the document's."""
    for fact in script.facts():
        assert fact.sections, fact
        assert set(fact.sections) <= set(pack.documents[fact.document].sections), fact


def test_every_fact_has_a_place_or_a_reason(script: Any) -> None:
    """What is rendered says where, what is left out says why, what is rendered in part says both."""
    for fact in script.facts():
        assert fact.status in script.STATUSES, fact
        assert bool(fact.at) == (fact.status != "left out"), fact
        assert bool(fact.why) or fact.status == "rendered", fact


def test_every_place_is_in_the_pack(script: Any, pack: Pack) -> None:
    """No fact names a role, a criterion, a move or an attribute that is not there, nor one twice."""
    known = script.parts_of(pack)
    for fact in script.facts():
        assert [name for name in fact.at if name not in known] == [], fact
        assert len(set(fact.at)) == len(fact.at), fact


def test_whatever_cites_a_section_is_listed_under_it(script: Any, pack: Pack) -> None:
    """Each criterion, role and move that cites a document stands with a fact of the section that it cites."""
    listed = {(name, fact.document, section) for fact in script.facts() for name in fact.at for section in fact.sections}
    missing = {
        (name, source.document, source.section) for name, (_, source) in script.parts_of(pack).items() if source is not None
    } - listed
    assert missing == set()


def test_no_fact_is_listed_twice(script: Any) -> None:
    """The same words of one document stand once."""
    said = [(fact.document, fact.words) for fact in script.facts()]
    assert len(set(said)) == len(said)


def test_the_page_is_what_the_list_and_the_pack_say(script: Any, pack: Pack) -> None:
    """`python docs/facts.py` would write what is there."""
    assert script.PAGE.read_text(encoding="utf-8") == script.made(pack), "run `python docs/facts.py`"
