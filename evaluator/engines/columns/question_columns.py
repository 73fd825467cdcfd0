"""The names of the columns that questions are worked out in: of a criterion and the attribute whose answer it hangs on."""

from __future__ import annotations

from evaluator.core.model import Criterion


def mark(name: str, criterion: Criterion) -> str:
    """Name the column that says where a criterion hangs on an attribute."""
    return f"hangs.{criterion.id}.{name}"


def turns(name: str, criterion: Criterion, *, well: bool) -> str:
    """Name the column that says where the best answer, or the worst, turns a criterion."""
    return f"turns.{criterion.id}.{name}.{well}"


def single(criterion: Criterion, *, well: bool) -> str:
    """Name the column that says where turning one criterion of that weight and kind moves the verdict; of one that caps, itself alone."""
    if criterion.caps_at is not None:
        return f"one.{criterion.id}.caps.{well}"
    return f"one.{criterion.weight}.{criterion.required}.{criterion.kind}.{well}"


def outcome(name: str, criterion: Criterion, what: str, way: int) -> str:
    """Name the column of what the condition `c`, or `applies_when` as `p`, comes to by an answer: well is way 0, badly way 1."""
    return f"outcome.{criterion.id}.{name}.{what}.{way}"


def after(name: str, criterion: Criterion, what: str, *, well: bool) -> str:
    """Name the column of whether a criterion is `met`, `unmet` or `unknown` after an answer."""
    return f"after.{criterion.id}.{name}.{what}.{well}"


def base(what: str, *, well: bool) -> str:
    """Name the column of a count before any answer, on the worse side for the best answer."""
    return f"base.{what}.{well}"


def decides(name: str) -> str:
    """Name the column that says where an answer alone can move the verdict."""
    return f"decides.{name}"


def key(name: str) -> str:
    """Name the column of a question's key."""
    return f"ask.{name}"
