"""R313: thresholds of percentages that are written as parts of 1."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from evaluator.core.conditions import AttributeTest, leaves, plain
from evaluator.core.model import Pack
from evaluator.core.values import NUMERIC, Kind, ValueType, decimal_text
from evaluator.diagnostics import Problems, Related, Span
from evaluator.packs.lint.logic import HUNDRED, is_part_of_one, stated_conditions
from evaluator.packs.lint.possible_values import PossibleValues
from evaluator.packs.lint.tables import Use, type_of, uses

_WORDS = frozenset({"percent", "per cent", "percents", "percentage", "percentages", "percentage points", "%", "pct"})


def parts_for_percentages(pack: Pack, problems: Problems) -> None:
    """R313: a percentage that is held against a number between 0 and 1, by itself, by another attribute, or by the bands of a table."""
    told: set[Span] = set()
    for stated in stated_conditions(pack):
        for test in leaves(plain(stated.condition)):
            words = _words(test, stated.types)
            if words is not None and test.span not in told:
                told.add(test.span)
                problems.add("R313", words[0], test.span, help=words[1])
    _tables(pack, problems)


def _words(test: AttributeTest, types: Mapping[str, ValueType]) -> tuple[str, str] | None:
    """Return what is odd about a test, and what to do about it."""
    type_, other = types.get(test.attribute), types.get(test.other or "")
    if type_ is None:
        return None
    if other is not None and test.other is not None:
        both = {test.attribute: type_, test.other: other}
        part = next((name for name, one in both.items() if is_part_of_one(one)), None)
        whole = next((name for name, one in both.items() if _percentage(one)), None)
        if part is None or whole is None:
            return None
        message = f"`{whole}` goes up to 100 and is compared with `{part}`, which goes from 0 to 1"
        return message, f"count both in per cent: an attribute that is computed as product: [{part}, 100]"
    value = test.value
    if not _percentage(type_) or isinstance(value, bool) or not isinstance(value, int | Fraction) or not 0 < value < 1:
        return None
    meant = decimal_text(Fraction(value) * HUNDRED)
    step = f"write {meant} where {meant} % is meant; where less than 1 % is, let the `range` of `{test.attribute}` end below 100"
    return f"`{test.attribute}` is counted in per cent, and {decimal_text(value)} is less than one of them", step


def _percentage(type_: ValueType) -> bool:
    """Whether a number is counted in per cent and may be large: by its unit, or by its range where it has none."""
    low, high = type_.lowest, type_.highest
    if type_.kind not in NUMERIC or (isinstance(high, int | Fraction) and high < HUNDRED):
        return False
    return type_.unit.casefold() in _WORDS if type_.unit else (low, high) == (0, HUNDRED)


def _tables(pack: Pack, problems: Problems) -> None:
    """Report a table of bands that all end between 0 and 1, in which a percentage is looked up."""
    possible = PossibleValues(pack=pack)
    told: set[str] = set()
    for use in uses(possible):
        table = pack.tables.get(use.lookup.table)
        ends = {end for band in use.lookup.bands for end in (band.lowest, band.highest) if end is not None}
        parts = any(0 < end < 1 for end in ends) and all(0 <= end <= 1 for end in ends)
        if table is not None and table.id not in told and parts and _percentage(_looked_up(use, pack)):
            told.add(table.id)
            related = [Related(span=use.place, message="it is looked up here")]
            message = f"the bands of `{table.id}` end between 0 and 1, and what is looked up in it goes up to 100"
            problems.add("R313", message, table.span, help="write the ends in per cent: 80 for 0.8", related=related)


def _looked_up(use: Use, pack: Pack) -> ValueType:
    """Return the type of what is looked up, with the ends of what it can come to."""
    hull, type_ = use.keys.hull(), type_of(use.lookup.of, pack) or ValueType(kind=Kind.NUMBER)
    return type_ if hull is None else attrs.evolve(type_, lowest=hull.low, highest=hull.high)
