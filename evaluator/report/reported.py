"""What a pack reports of a person beside verdicts: the computed attributes that say `report: true`, in words and as JSON."""

from __future__ import annotations

from evaluator.core.bounds import known_in_part
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.report.plain_values import Json, between, plain
from evaluator.report.sentences import value_words


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
