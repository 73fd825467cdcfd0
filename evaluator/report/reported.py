"""What a pack reports of a person beside verdicts: the computed attributes that say `report: true`, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import known_in_part
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.report.plain_values import Json, between, plain
from evaluator.report.sentences import value_words

BETWEEN = "between"
"""What follows the name of a reported attribute in the column that says between which values it lies where it is known in part."""


def reported_lines(evaluation: Evaluation, pack: Pack) -> tuple[tuple[str, str], ...]:
    """Return the title and the value of each in words, `4 to 5 years` where it is known in part, in the order of the file."""
    return tuple(
        (attribute.title, value_words(attribute, evaluation.facts.get(attribute.id, known_in_part(evaluation.facts, attribute.id))))
        for attribute in pack.reported
    )


def reported_json(evaluation: Evaluation, pack: Pack) -> list[Json]:
    """Return each with its value, what that lies between where it is known in part, and both in words."""
    words = reported_lines(evaluation, pack)
    return [
        {
            "attribute": attribute.id,
            "title": attribute.title,
            "value": plain(attribute, evaluation.facts.get(attribute.id)),
            "between": between(attribute, known_in_part(evaluation.facts, attribute.id)),
            "unit": attribute.type.unit,
            "words": text,
        }
        for attribute, (_, text) in zip(pack.reported, words, strict=True)
    ]


def reported_names(pack: Pack, taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the columns of the attributes that a pack reports: its value, and what it lies between; with a prefix where one is taken."""
    own = set(taken)
    plain_names = [name for attribute in pack.reported for name in (attribute.id, f"{attribute.id}_{BETWEEN}")]
    names: list[str] = []
    for name in plain_names:
        free = name
        while free in own:
            free = f"reported.{free}"
        own.add(free)
        names.append(free)
    return tuple(names)


def reported_cells(evaluation: Evaluation, pack: Pack) -> tuple[tuple[str, str], ...]:
    """Return the value of each as a cell, and what it lies between in words where it is known in part, in the order of `reported_names`."""
    return tuple(_cells(attribute, evaluation) for attribute in pack.reported)


def _cells(attribute: Attribute, evaluation: Evaluation) -> tuple[str, str]:
    value, bounds = plain(attribute, evaluation.facts.get(attribute.id)), known_in_part(evaluation.facts, attribute.id)
    words = "" if bounds is None else attribute.show(bounds)
    cell = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return cell, "" if words == attribute.show(None) else words
