"""Facts of a person's group: recognised by name, so that none can ever become an attribute of a rule."""

from __future__ import annotations

import re

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
    }
)
_PHRASES = ("age", "age_band", "age_group", "age_range", "birth_date", "birth_year", "date_of_birth", "year_of_birth")
_PHRASES_INSIDE = (
    "national_origin",
    "sexual_orientation",
    "parental_status",
    "skin_colour",
    "skin_color",
    "country_of_birth",
    "family_status",
)
STEP = "facts of a person's group stand under `groups:` in a profile, where only the impact report reads them"


def is_group_fact(name: str) -> bool:
    """Whether a name says a fact of a person's group, such as sex, ethnicity or age band, however it is written."""
    if re.match(r"\s*groups?\s*[:.]", name.casefold()):
        return True
    words = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return bool(_WORDS.intersection(words.split("_"))) or words in _PHRASES or any(phrase in words for phrase in _PHRASES_INSIDE)
