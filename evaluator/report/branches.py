"""A condition as a tree of what it came to for one profile: each part's truth, the value behind it and whether it decided."""

from __future__ import annotations

from typing import assert_never

import attrs

from evaluator.core.bounds import known_in_part
from evaluator.core.conditions import AttributeTest, Condition, ConditionName, NoneOf, Truth, nameless, truth
from evaluator.core.model import ROLE, Pack
from evaluator.core.operators import Operator, inclusion_of
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Span
from evaluator.report.blocks import Item
from evaluator.report.computed import computed_words
from evaluator.report.sentences import lead_words, member_words, test_words, value_words
from evaluator.report.undefined import unknown_words
from evaluator.report.words import MARKS, TRUTH_STYLES, Style, joined

ALL_OF = "all of"


@attrs.frozen(kw_only=True)
class Branch:
    """One part of a condition; `values` are what its attributes have, in words, with where each value comes from.

    `name` is that of a condition which the pack says once.
    """

    words: str
    truth: Truth
    decides: bool
    values: tuple[str, ...] = ()
    parts: tuple[Branch, ...] = ()
    test: AttributeTest | None = None
    name: ConditionName | None = None
    span: Span


def branch(condition: Condition, evaluation: Evaluation, pack: Pack, *, decides: bool = True) -> Branch:
    """Return the tree of a condition for one profile."""
    held = truth(condition, evaluation.facts)
    if condition.named is not None:
        return _named(condition.named, branch(nameless(condition), evaluation, pack, decides=decides))
    if isinstance(condition, AttributeTest):
        values = (*_values(condition, evaluation, pack), *_told(condition, evaluation, pack, decides=decides))
        words = test_words(condition, pack.attributes)
        return Branch(words=words, truth=held, decides=decides, values=values, test=condition, span=condition.span)
    deciding = _deciding(condition, held)
    parts = tuple(branch(part, evaluation, pack, decides=decides and truth(part, evaluation.facts) is deciding) for part in condition.parts)
    return Branch(words=lead_words(condition).rstrip(":"), truth=held, decides=decides, parts=parts, span=condition.span)


def _named(name: ConditionName, tree: Branch) -> Branch:
    """Return the tree of a condition that the pack says once, under its name."""
    if tree.test is not None:
        return Branch(words=f"“{name.label}”", truth=tree.truth, decides=tree.decides, parts=(tree,), name=name, span=tree.span)
    words = f"“{name.label}”" if tree.words == ALL_OF else f"“{name.label}”, {tree.words}"
    return attrs.evolve(tree, words=words, name=name)


def _deciding(condition: Condition, held: Truth) -> Truth:
    """Return the truth of the parts on which the truth of the whole rests."""
    return not held if isinstance(condition, NoneOf) and held is not None else held


def _values(test: AttributeTest, evaluation: Evaluation, pack: Pack) -> tuple[str, ...]:
    bounds = known_in_part(evaluation.facts, test.attribute)
    if bounds is not None:
        own = f"has {value_words(pack.attributes[test.attribute], bounds)}{_IN_PART}"
    elif test.attribute not in evaluation.facts:
        own = unknown_words(test.attribute, evaluation, pack)
    else:
        own = _with_origin(_has(test, evaluation, pack), test.attribute, evaluation, pack)
    if test.other is None:
        return (own,)
    other = pack.attributes[test.other]
    bounds = known_in_part(evaluation.facts, test.other)
    if bounds is not None:
        return (own, f"“{other.title}” is {value_words(other, bounds)}{_IN_PART}")
    if test.other not in evaluation.facts:
        return (own, f"“{other.title}”: {unknown_words(test.other, evaluation, pack)}")
    text = value_words(other, evaluation.facts.get(test.other))
    return (own, _with_origin(f"“{other.title}” is {text}", test.other, evaluation, pack))


_IN_PART = ", as far as it is known"


def _told(test: AttributeTest, evaluation: Evaluation, pack: Pack, *, decides: bool) -> tuple[str, ...]:
    words = computed_words(test, evaluation, pack) if decides else ""
    return (words,) if words else ()


def _has(test: AttributeTest, evaluation: Evaluation, pack: Pack) -> str:
    """Say what the profile has; of a set, only what the test is about."""
    attribute, have = pack.attributes[test.attribute], evaluation.facts[test.attribute]
    if attribute.ready_for is not None:
        return "yes" if have else "no"
    if isinstance(have, bool):
        return _flag(test_words(test, pack.attributes), attribute.title, "yes" if have else "no")
    if not isinstance(have, frozenset) or not isinstance(test.value, frozenset):
        return f"has {value_words(attribute, have)}"
    there, lacking = (member_words(attribute, members) for members in (test.value & have, test.value - have))
    words = f"has {joined(there)}" if there else f"has {'none of them' if len(test.value) > 1 else 'no such entry'}"
    match inclusion_of(test.operator):
        case Operator.INCLUDES | Operator.INCLUDES_ALL:
            return f"{words}, lacks {joined(lacking)}" if there and lacking else words
        case Operator.INCLUDES_ANY | Operator.INCLUDES_NONE:
            return words
        case never:
            assert_never(never)


def _flag(asked: str, title: str, have: str) -> str:
    """Say what a flag is, so that nobody takes it for the answer to a test that says the opposite."""
    if asked == title:
        return have
    return f"is {have}" if asked.startswith(f"{title}: ") else f"“{title}” is {have}"


def _with_origin(words: str, name: str, evaluation: Evaluation, pack: Pack) -> str:
    origin = origin_words(name, evaluation, pack)
    return f"{words} ({origin})" if origin else words


def origin_words(name: str, evaluation: Evaluation, pack: Pack) -> str:
    """Say where a value comes from, unless the profile states it: assumed by the pack, or computed."""
    if name not in evaluation.facts or name in evaluation.profile.given or pack.attributes[name].ready_for is not None:
        return ""
    if name == ROLE and pack.attributes[name].implied:
        return "" if evaluation.profile.role is not None else "the entry role, as none is stated"
    computed = pack.attributes[name].derivation is not None
    if name not in evaluation.assumed:
        return "computed"
    return "computed from what the pack assumes" if computed else "assumed by the pack"


def branch_items(tree: Branch) -> tuple[Item, ...]:
    """Return the tree as entries of a list; an outermost all-of is told by its parts alone."""
    if tree.parts and tree.words == ALL_OF:
        return tuple(map(_item, tree.parts))
    return (_item(tree),)


def _item(tree: Branch) -> Item:
    notes = [*tree.values, *([] if tree.decides else ["does not decide"])]
    style = TRUTH_STYLES[tree.truth] if tree.decides else Style.FAINT
    note = f"– {', '.join(notes)}" if notes else ""
    text = tree.words if tree.test else f"{tree.words}:"
    return Item(text, mark=MARKS[tree.truth], note=note, style=style, parts=tuple(map(_item, tree.parts)))
