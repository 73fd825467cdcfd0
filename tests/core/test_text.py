"""What two writings of one name may differ in."""

import datetime

import pytest

from evaluator.core.dates import day_number, day_of
from evaluator.core.text import first_words, fold_accents, fold_name, fold_spaces


@pytest.mark.parametrize("text", ["Ada  Lovelace", " ada lovelace ", "ADA\tLOVELACE", "ada\u00a0lovelace", "Ada\nLovelace"])
def test_space_and_case_do_not_count(text: str) -> None:
    assert fold_spaces(text) == "ada lovelace"


@pytest.mark.parametrize("name", ["team_size", "Team size", "TEAM__SIZE", " team _ size "])
def test_underscores_of_names_do_not_count_either(name: str) -> None:
    assert fold_name(name) == "team size"


def test_each_purpose_folds_no_more_than_it_says() -> None:
    assert fold_spaces("team_size") == "team_size"
    assert fold_name("team-size") == "team-size"
    assert fold_spaces("Été") == fold_name("Été") == "été"
    assert fold_accents("Été  d’Ü") == "ete  d’u"
    assert fold_spaces("Straße") == "strasse"


def test_a_day_is_the_number_that_its_digits_make() -> None:
    assert day_number(datetime.date(2024, 5, 17)) == 20240517
    assert day_number(datetime.date(1, 1, 1)) == 10101
    day = datetime.date(1999, 12, 1)
    for _ in range(800):
        assert day_of(day_number(day)) == day
        day += datetime.timedelta(days=1)


def test_long_lists_say_how_many_more_there_are() -> None:
    """All where they are few enough."""
    assert first_words(["a", "b", "c"], 3) == "a, b, c"
    assert first_words([str(number) for number in range(1_300)], 2) == "0, 1 and 1,298 more"
    assert not first_words([], 2)
