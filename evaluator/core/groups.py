"""Facts of a person's group: recognised by name, so that none can ever become an attribute of a rule."""

from __future__ import annotations

import re

from evaluator.core.text import fold_accents

_WORDS = frozenset(
    {
        "sex",
        "gender",
        "ethnicity",
        "ethnic",
        "race",
        "racial",
        "religion",
        "religious",
        "disability",
        "disabled",
        "nationality",
        "citizenship",
        "caste",
        "pregnant",
        "pregnancy",
        "maternity",
        "paternity",
        "marital",
        "married",
        "transgender",
        "sexuality",
        "birthday",
        "birthdate",
        "veteran",
        "indigenous",
        *("geschlecht", "konfession", "staatsangehorigkeit", "nationalitat", "behinderung", "schwerbehinderung", "schwerbehindert"),
        *("familienstand", "geburtsdatum", "geburtstag", "geburtsjahr", "altersgruppe", "schwanger", "schwangerschaft", "mutterschutz"),
        *("elternzeit", "ethnie", "sexe", "nationalite", "handicap", "grossesse", "sexo", "nacionalidad", "nacionalidade", "discapacidad"),
        *("embarazo", "gravidez", "etnia", "raza", "raca", "religiao", "religione", "sesso", "nazionalita", "disabilita", "gravidanza"),
        *("geslacht", "nationaliteit", "geboortedatum", "leeftijd", "godsdienst", "kjonn", "fodselsdato", "fodelsedatum", "medborgarskap"),
        *("plec", "narodowosc", "niepelnosprawnosc"),
    }
)
_PHRASES = (
    *("age", "age_band", "age_group", "age_range", "birth_date", "birth_year", "date_of_birth", "year_of_birth"),
    *("alter", "edad", "idade", "wiek", "kon", "dob"),
)
_PHRASES_INSIDE = (
    *("date_de_naissance", "annee_de_naissance", "fecha_de_nacimiento", "data_di_nascita", "data_de_nascimento", "data_urodzenia"),
    *("situation_familiale", "estado_civil", "stato_civile", "burgerlijke_staat", "origine_ethnique"),
    "national_origin",
    "sexual_orientation",
    "parental_status",
    "skin_colour",
    "skin_color",
    "country_of_birth",
    "family_status",
)
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d", "ı": "i"})
STEP = "facts of a person's group stand under `groups:` in a profile, where only the impact report reads them"


def is_group_fact(name: str) -> bool:
    """Whether a name says a fact of a person's group, such as sex, ethnicity or age band, however it is written.

    Words of nine other languages are known, as exports have them: `Geschlecht`, `Date de naissance`, `Płeć`.
    """
    if re.match(r"\s*groups?\s*[:.]", name.casefold()):
        return True
    words = re.sub(r"[^a-z0-9]+", "_", fold_accents(name).translate(_LETTERS)).strip("_")
    return bool(_WORDS.intersection(words.split("_"))) or words in _PHRASES or any(phrase in words for phrase in _PHRASES_INSIDE)
