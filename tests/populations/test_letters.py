"""Gaps and questions in letters and back."""

from __future__ import annotations

import polars as pl

from evaluator.core.model import Pack
from evaluator.populations.name_codes import gap_letters, gap_words, in_words, question_letters, question_words, spelled
from evaluator.reading.pack.pack import load_pack
from tests.product import RULES


def _pack() -> Pack:
    return load_pack(RULES)


def test_letters_are_put_in_words_by_frames_and_one_by_one() -> None:
    """Both say the same: ids in order, nothing for nothing, missing for missing."""
    pack = _pack()
    words = question_words(pack)
    names = list(question_letters(pack))[:3]
    letters = "".join(question_letters(pack)[name] for name in names)
    frame = pl.DataFrame({"asked": [letters, letters[::-1], "", None]})
    expected = [", ".join(names), ", ".join(reversed(names)), "", None]
    assert frame.select(spelled(pl.col("asked"), words)).to_series().to_list() == expected
    assert [in_words(text, words) for text in frame["asked"]] == expected


def test_every_criterion_has_a_letter_of_its_own() -> None:
    """Criteria of two roles may have the same id: their letters differ, their words do not."""
    pack = _pack()
    letters, words = gap_letters(pack), gap_words(pack)
    assert len(set(letters.values())) == len(letters) == sum(len(role.criteria) for role in pack.judged_roles)
    assert all(words[letter] == key.split("/")[1] for key, letter in letters.items())
