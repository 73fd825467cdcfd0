"""Facts of people's groups are known by what columns of exports call them, in several languages; other words are left alone."""

import pytest

from evaluator.core.groups import is_group_fact

GROUPS = [
    *("sex", "Gender", "GENDER (self-reported)", "group:anything", "Age", "Age band", "date_of_birth", "Marital status", "Disabled?"),
    *("Geschlecht", "Geschlecht (m/w/d)", "Staatsangehörigkeit", "STAATSANGEHÖRIGKEIT", "Alter", "Geburtsdatum", "Schwerbehinderung"),
    *("Sexe", "Âge", "Date de naissance", "Nationalité", "Situation familiale", "sexo", "Fecha de nacimiento", "Estado civil", "Raça"),
    *("Sesso", "Data di nascita", "Geslacht", "Leeftijd", "Kön", "Kjønn", "Fødselsdato", "Płeć", "Data urodzenia", "Wiek"),
]
OTHERS = [
    *("Location", "Stage", "Average", "Package", "Alternatives", "Konzept", "Sales region", "Edge cases", "Manager", "language", "Sextant"),
    *("Management", "usage", "Racing", "Altersvorsorgeprodukte", "Sexton", "", "—", "Platform", "Mentees", "Engagement"),
]


@pytest.mark.parametrize("name", GROUPS)
def test_facts_of_groups_are_known(name: str) -> None:
    """With or without accents, brackets and capitals."""
    assert is_group_fact(name)


@pytest.mark.parametrize("name", OTHERS)
def test_other_names_are_none(name: str) -> None:
    """A word inside another word is no such fact."""
    assert not is_group_fact(name)
