"""A case for a blind panel: nobody's name, id or pronouns, in whatever way they come in."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from evaluator.candidates.case.blind import Redactor
from evaluator.core.model import Profile
from evaluator.diagnostics import Span
from evaluator.reading.pack.pack import load_pack
from tests.candidates.case.casing import quickly, written
from tests.product import PROFILES, RULES

SPAN = Span.whole_file("profile.yaml")
PRONOUNS = re.compile(r"\b(he|she|him|her|his|hers|himself|herself)\b", re.IGNORECASE)


def veil(name: str | None, id_: str = "p1", **given: object) -> Redactor:
    """Return a veil over one person."""
    return Redactor(profile=Profile(id=id_, name=name, given=given, span=SPAN), pack=load_pack(RULES))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Review by Ada Lindqvist", "Review by the candidate"),
        ("Ada’s plan, and ada again", "The candidate’s plan, and the candidate again"),
        ("A. Lindqvist, LINDQVIST, Ada-Lindqvist", "The candidate, the candidate, the candidate"),
        ("adamant Adana headadas", "adamant Adana headadas"),
        ("Figures that she presented herself", "Figures that the candidate presented in person"),
        ("His plan; her team follows him", "The candidate’s plan; the candidate’s team follows the candidate"),
        ("Mentioned as she/her", "Mentioned as [left out]"),
        ("See https://people.example/ada and ada@example.org, @ada", "See [left out] and [left out], [left out]"),
        ("Ms Lindqvist and Mr Jones", "The candidate and Jones"),
        ("ada-lindqvist (id)", "the candidate (id)"),
        ("Nothing of anybody here", "Nothing of anybody here"),
    ],
)
def test_a_name_is_taken_out_of_texts(text: str, shown: str) -> None:
    """Whole words only, whatever their case, with initials and forms of address; pronouns and addresses go too."""
    found = veil("Ada Lindqvist", "ada-lindqvist").text(text)
    assert found.casefold() == shown.casefold()


def test_accents_do_not_hide_a_name() -> None:
    """Márquez is found as Marquez, and the other way round."""
    hidden = veil("Sofía Marquez")
    assert hidden.text("by Sofia Márquez") == "by the candidate"


def test_a_name_that_is_a_word_is_taken_out_only_where_it_looks_like_a_name() -> None:
    """Will Long presented; the team will present before long."""
    hidden = veil("Will Long")
    assert hidden.text("for Will, who will lead before long") == "for the candidate, who will lead before long"


def test_without_a_name_the_id_is_what_identifies() -> None:
    """An id made of a name gives its words away."""
    assert veil(None, "ada-lindqvist").text("Report of Lindqvist") == "Report of the candidate"


def test_employers_in_the_history_are_taken_out() -> None:
    """Where somebody worked says who it is."""
    history = ({"employer": "Lindenhof Software", "title": "Lead"},)
    hidden = veil("Ada", history=history)
    assert hidden.text("Launch at Lindenhof Software") == "Launch at [employer]"
    assert hidden.values({"history": history})["history"] == ({"employer": "[left out]", "title": "Lead"},)


@pytest.mark.parametrize("ending", ["html", "md", "docx"])
@pytest.mark.parametrize("name", ["ada-lindqvist", "sofia-marquez", "grace-otieno", "fatima-al-sayed"])
def test_no_format_gives_a_person_away(name: str, ending: str) -> None:
    """No part of the name, no id, no pronoun and no note is anywhere in the file."""
    if ending == "docx":
        docx = pytest.importorskip("docx")
    data = quickly("case", PROFILES / f"{name}.yaml", role="product-director", form=ending, anonymous=True)
    if ending == "docx":
        made = docx.Document(io.BytesIO(data))
        cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        about = made.core_properties
        said = "\n".join(
            [*(one.text for one in made.paragraphs), *cells, about.title, about.author, made.sections[0].header.paragraphs[0].text]
        )
    else:
        said = re.sub(r"<style>.*?</style>|<[a-z/][^>]*>", " ", data.decode(), flags=re.DOTALL)
    for part in name.split("-"):
        assert not re.search(rf"\b{part}\b", said, re.IGNORECASE), part
    assert not PRONOUNS.search(said)
    assert "Notes in the profile" not in said
    assert "The candidate" in said


def test_the_option_makes_a_case_blind(tmp_path: Path) -> None:
    """`--anonymous` is all it takes."""
    said = written("case", PROFILES / "ada-lindqvist.yaml", "product-director", "--anonymous", to=tmp_path / "case.md").decode()
    assert "# Promotion case: The candidate as Product Director" in said
    assert "Lindqvist" not in said
