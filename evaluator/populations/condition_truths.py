"""Conditions over a population: the truth of each for everybody, by columns, and by its definition wherever rounding could have decided."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import polars as pl

from evaluator.core.conditions import Condition, truth
from evaluator.core.values import Facts
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import DOUBT, Plan
from evaluator.engines.columns.truths import any_of


def truths_of(
    conditions: Mapping[Hashable, Condition], plan: Plan, derived: pl.DataFrame, facts: Callable[[int], Facts]
) -> dict[Hashable, pl.Series]:
    """Return the truth of conditions for the people of a frame with all that the plan derives: null is unknown.

    `facts` gives the exact facts of the person at a place.
    """
    words = plan.truths
    with speaking(pl):
        asked: list[Any] = [words.of(condition).alias(f"t{index}") for index, condition in enumerate(conditions.values())]
        unsure: list[Any] = [any_of(words.doubts(condition)).alias(f"d{index}") for index, condition in enumerate(conditions.values())]
    frame = derived.lazy().select(*asked, *unsure, DOUBT).collect()
    return {
        key: _settled(condition, frame[f"t{index}"], frame[DOUBT] | frame[f"d{index}"], facts)
        for index, (key, condition) in enumerate(conditions.items())
    }


def _settled(condition: Condition, held: pl.Series, unsure: pl.Series, facts: Callable[[int], Facts]) -> pl.Series:
    places = unsure.arg_true().to_list()
    if not places:
        return held
    return held.scatter(places, pl.Series([truth(condition, facts(place)) for place in places], dtype=pl.Boolean))
