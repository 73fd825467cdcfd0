"""Gaps and questions in one letter each, while people are judged: a list of them is a short text, put in words at the end."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from evaluator.core.expressions import Expression
from evaluator.core.model import Pack
from evaluator.core.unknowns import computations
from evaluator.engines.columns.gaps import SEPARATOR
from evaluator.engines.columns.without_records import ungathered

if TYPE_CHECKING:
    import polars as pl

_FIRST, _SURROGATES, _PLENTY = 0x100, 0xD800, 0x10000
"""Letters begin after those that ids are written in, and pass by those that no text may hold."""


def _letter(index: int) -> str:
    return chr(_FIRST + index if _FIRST + index < _SURROGATES else _PLENTY + index)


@functools.lru_cache(maxsize=64)
def _numbered(names: tuple[str, ...]) -> Mapping[str, str]:
    return {name: _letter(index) for index, name in enumerate(names)}


def gap_letters(pack: Pack) -> Mapping[str, str]:
    """Return the letter of each criterion, by its key."""
    return _numbered(tuple(criterion.key for role in pack.judged_roles for criterion in role.criteria))


def question_letters(pack: Pack) -> Mapping[str, str]:
    """Return the letter of each attribute."""
    return _numbered(tuple(pack.attributes))


def undefined_letters(pack: Pack) -> Mapping[tuple[str, Expression], str]:
    """Return the letter of each computation that may have no result, also as it is where no column holds records."""
    letters = {computation: _letter(index) for index, computation in enumerate(computations(pack.attributes))}
    return {(name, ungathered(operator)): letter for (name, operator), letter in letters.items()} | letters


def undefined_words(pack: Pack) -> Mapping[str, str]:
    """Return the attribute of the computation that each letter stands for."""
    return {letter: name for (name, _), letter in undefined_letters(pack).items()}


def gap_words(pack: Pack) -> Mapping[str, str]:
    """Return the id of the criterion that each letter stands for."""
    ids = (criterion.id for role in pack.judged_roles for criterion in role.criteria)
    return dict(zip(gap_letters(pack).values(), ids, strict=True))


def question_words(pack: Pack) -> Mapping[str, str]:
    """Return the attribute that each letter stands for."""
    return {letter: name for name, letter in question_letters(pack).items()}


def spelled(letters: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """Return texts of letters in words."""
    if not words:
        return letters
    return letters.str.replace_many(list(words), [word + SEPARATOR for word in words.values()]).str.strip_suffix(SEPARATOR)


def named_once(letters: pl.Series, words: Mapping[str, str]) -> pl.Expr:
    """Return a column of texts of letters in words, each word once."""
    import polars as pl

    texts = letters.unique().drop_nulls().to_list()
    told = {text: SEPARATOR.join(dict.fromkeys(words[letter] for letter in text)) for text in texts}
    return pl.col(letters.name).replace_strict(told, return_dtype=pl.String) if told else pl.col(letters.name)


def in_words(letters: str | None, words: Mapping[str, str]) -> str | None:
    """Return one text of letters in words."""
    return None if letters is None else SEPARATOR.join(_words(letters, words))


def _words(letters: str, words: Mapping[str, str]) -> Iterable[str]:
    return (words[letter] for letter in letters) if set(letters) <= set(words) else (letters,)
