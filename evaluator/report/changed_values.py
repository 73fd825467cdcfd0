"""A value and what it comes to, in words: of a set, only what joins it or leaves it."""

from __future__ import annotations

from evaluator.core.attributes import Attribute
from evaluator.core.values import Value
from evaluator.report.sentences import member_words, value_words
from evaluator.report.words import joined, some

_SHOWN = 3


def change_words(attribute: Attribute, before: Value | None, after: Value | None) -> tuple[str, str]:
    """Return what a value is and what it comes to."""
    old = _few(attribute, before) if isinstance(before, frozenset) else value_words(attribute, before)
    if not isinstance(after, frozenset) or not isinstance(before, frozenset) or not before:
        return old, value_words(attribute, after)
    joining, leaving = after - before, before - after
    words = [f"also {value_words(attribute, frozenset(joining))}"] if joining else []
    words += [f"no longer {value_words(attribute, frozenset(leaving))}"] if leaving else []
    return old, joined(words) or "the same, so nothing changes"


def _few(attribute: Attribute, members: frozenset[str]) -> str:
    """Show a set; of a long one, how many members it has and the first of them."""
    if len(members) <= _SHOWN + 1:
        return value_words(attribute, members)
    return f"{len(members)}: {some(member_words(attribute, members), _SHOWN)}"
