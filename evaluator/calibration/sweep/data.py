"""A sweep as JSON, in a versioned shape, and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import attrs

from evaluator._version import __version__
from evaluator.calibration.impact.to_json import rule_json
from evaluator.calibration.left_out import data_json
from evaluator.calibration.sweep.analysis import Point, Rates, Sweep
from evaluator.calibration.sweep.report import Made, set_line
from evaluator.report.days import many_days_json
from evaluator.report.jsons import document, made_by, place_json
from evaluator.report.plain_values import Json, number
from evaluator.report.tables import csv_text


def sweep_json(found: Sweep, made: Made) -> dict[str, Json]:
    """Return a sweep with every point."""
    body: dict[str, Json] = {
        "tool_version": __version__,
        "as_of": made.as_of.isoformat(),
        "days": many_days_json(made.days),
        "pack": {"pack": found.pack.name, "version": found.pack.version, "hash": found.pack.content_hash},
        "role": found.subject.id,
        "data": data_json(found.people),
        "among": "everyone" if found.among_everyone else "candidates",
        "past_decisions": found.decided,
        **rule_json(found.rule),
        "thresholds": [
            {
                "path": one.path,
                "today": one.written(one.value),
                "unit": one.type.unit,
                "place": place_json(one.span),
                "set": set_line(found, one, made),
            }
            for one in found.thresholds
        ],
        "points": [_point(found, point) for point in found.points],
    }
    return document("sweep", body, made_by(found.pack))


def _point(found: Sweep, point: Point) -> Json:
    agreed = point.agreement
    return {
        "values": [one.written(value) for one, value in zip(found.thresholds, point.values, strict=True)],
        "today": point.today,
        "counted": point.counted,
        "verdicts": dict(point.numbers),
        "precision": None if agreed is None else _share(agreed.precision),
        "recall": None if agreed is None else _share(agreed.recall),
        "past": None if agreed is None else attrs.asdict(agreed),
        "lint": ["R304"] if point.almost_too_near else [],
        "groups_held_back": {rates.dimension: rates.held or list(rates.hidden) for rates in point.rates},
        "groups": {rates.dimension: _groups(rates) for rates in point.rates},
        "worst_hit": {rates.dimension: _worst_hit(rates) for rates in point.rates},
    }


def _groups(rates: Rates) -> Json:
    return [
        {
            "group": one.name,
            "considered": one.counts.considered,
            "selected": one.counts.selected,
            "selection_rate": number(one.rate),
            "impact_ratio": _share(one.ratio),
        }
        for one in rates.comparison.groups
    ]


def _worst_hit(rates: Rates) -> str | None:
    hit = rates.comparison.worst_hit
    return None if hit is None else hit.name


def _share(share: Fraction | None) -> Json:
    return None if share is None else number(share)


def sweep_csv(found: Sweep, made: Made) -> str:
    """Return a sweep as CSV: a row for each point, numbers plain, and the last day to come that people are judged for."""
    first = found.points[0]
    agreed = ("precision", "recall") if first.agreement else ()
    rated = tuple(f"{head}_{rates.dimension}" for rates in first.rates for head in ("worst_hit", "impact_ratio"))
    to_come = max((one.judged for one, _ in made.days.each() if one.projection_to), default=None) if made.days else None
    headers = (*(one.path for one in found.thresholds), "today", "counted", *found.words, *agreed, *rated, "projection_to")
    return csv_text(headers, _rows(found, "" if to_come is None else to_come.isoformat()))


def _rows(found: Sweep, to_come: str) -> Iterator[list[str]]:
    for point in found.points:
        values = [one.written(value) for one, value in zip(found.thresholds, point.values, strict=True)]
        agreed = [] if point.agreement is None else [_text(point.agreement.precision), _text(point.agreement.recall)]
        worst = [rates.comparison.worst_hit for rates in point.rates]
        held = [rates.held for rates in point.rates]
        pairs = [
            ("held back", "") if back else ("", "") if one is None else (one.name, _text(one.ratio))
            for one, back in zip(worst, held, strict=True)
        ]
        rated = [text for pair in pairs for text in pair]
        yield [
            *values,
            "yes" if point.today else "",
            str(point.counted),
            *(str(point.numbers[word]) for word in found.words),
            *agreed,
            *rated,
            to_come,
        ]


def _text(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share):.6g}"
