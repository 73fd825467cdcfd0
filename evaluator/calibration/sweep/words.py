"""What a sweep moves, in words: a threshold by what it belongs to and by what it measures, its values with their unit."""

from __future__ import annotations

from evaluator.calibration.sweep.analysis import Sweep
from evaluator.core.attributes import LookupTable
from evaluator.core.conditions import AtLeastOf, NamedCondition
from evaluator.core.model import Band, Move, Pack
from evaluator.core.values import Kind, with_unit
from evaluator.packs.thresholds import LOWER, Cap, Setting, TableCell, Threshold, ThresholdKey
from evaluator.report.words import joined, sentence_case

_COUNTED = frozenset({Kind.NUMBER, Kind.INTEGER})
_WHERE = {ThresholdKey.APPLIES_WHEN: ", for whom it applies", ThresholdKey.ALMOST: ", almost"}


def threshold_words(threshold: Threshold, sweep: Sweep) -> str:
    """Name a threshold by what it belongs to."""
    owner = threshold.owner
    if isinstance(owner, Band):
        _, _, test = threshold.path.partition("verdicts.")[2].partition(".")
        return f"verdict {owner.verdict}{_of_track(threshold, sweep.pack)}, {test}"
    if isinstance(owner, Move):
        return f"the move from {sweep.pack.roles[owner.origin].title}, {threshold.path.split('.', 2)[2]}"
    return owner.label if isinstance(owner, NamedCondition | LookupTable) else owner.title


def _of_track(threshold: Threshold, pack: Pack) -> str:
    return "" if threshold.track is None else f" of {pack.tracks_with_bands[threshold.track].title}"


def measured(threshold: Threshold, pack: Pack) -> str:
    """Name what a threshold measures, with its unit: `Years in product management, at least (years)`."""
    test, owner, unit = threshold.test, threshold.owner, unit_of(threshold)
    if isinstance(test, AtLeastOf):
        words = "How many of the alternatives have to hold" if test.share is None else "What part of the alternatives has to hold"
    elif isinstance(test, Cap):
        words = "The verdict at which it caps"
    elif isinstance(test, TableCell):
        words = f"“{owner.label if isinstance(owner, LookupTable) else ''}”, {cell_words(test)}"
    elif isinstance(owner, Band):
        words = f"Verdict {owner.verdict}{_of_track(threshold, pack)}: {_words(test.attribute)}, {_words(test.operator)}"
    else:
        words = f"{pack.attributes[test.attribute].title}, {_words(test.operator)}"
    return f"{sentence_case(words)}{_WHERE.get(threshold.where, '')}{f' ({unit})' if unit else ''}"


def cell_words(cell: TableCell) -> str:
    """Name a value of a lookup table: `row 3`, what a band from 5 on gives, or where a band begins."""
    if cell.entry.band is None:
        return f"row {cell.entry.key}"
    band = f"the band {cell.entry.key.replace('-', ' ')}" if "-" in cell.entry.key else f"the band from {cell.entry.key}"
    return f"what {band} gives" if cell.cell == "gives" else f"where {band} {'begins' if cell.cell in LOWER else 'ends'}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def unit_of(threshold: Threshold) -> str:
    """Return the unit that values are counted in, or nothing."""
    return threshold.type.unit or "" if threshold.type.kind in _COUNTED else ""


def heading(threshold: Threshold) -> str:
    """Return the heading of a column of values, with the unit that they share."""
    unit = unit_of(threshold)
    return f"Value ({unit})" if unit else "Value"


def shown(threshold: Threshold, value: Setting) -> str:
    """Show a value with its unit: 1 year, 7.5 years, 75 %."""
    unit = unit_of(threshold)
    if value == 1 and unit and isinstance(value, int):
        return with_unit(value, unit)
    return f"{threshold.shown(value)} {unit}".rstrip()


def too_near_words(sweep: Sweep) -> str:
    """Say at which settings lint would warn that what counts as almost met is no weaker than the criterion; nothing where at none."""
    near = [point for point in sweep.points if point.almost_too_near]
    if not near:
        return ""
    if len(sweep.thresholds) > 1:
        places = f"In {len(near):,} of {len(sweep.points):,} squares"
    else:
        values = [sweep.thresholds[0].shown(point.values[0]) for point in near]
        unit = unit_of(sweep.thresholds[0])
        places = f"At {joined(values)}{f' {unit}' if unit else ''}"
    return f"{places}, whoever counts as close has met the criterion already: lint would warn (R304) until `almost` is moved too."
