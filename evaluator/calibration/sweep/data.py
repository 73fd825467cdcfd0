"""A sweep as JSON, in a versioned shape, and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import attrs

from evaluator._version import __version__
from evaluator.calibration.impact.to_json import rule_json
from evaluator.calibration.left_out import data_json
from evaluator.calibration.sweep.analysis import OtherMovers, Point, Rates, Sweep
from evaluator.calibration.sweep.report import SweepContext, set_line
from evaluator.report.days import many_days_json
from evaluator.report.jsons import document, made_by, place_json
from evaluator.report.plain_values import Json, number
from evaluator.report.tables import csv_text


def sweep_json(sweep: Sweep, sweep_context: SweepContext) -> dict[str, Json]:
    """Return a sweep with every point."""
    body: dict[str, Json] = {
        "tool_version": __version__,
        "as_of": sweep_context.as_of.isoformat(),
        "days": many_days_json(sweep_context.days),
        "pack": {"pack": sweep.pack.name, "version": sweep.pack.version, "hash": sweep.pack.content_hash},
        "role": sweep.subject.id,
        "data": data_json(sweep.people),
        "among": "everyone" if sweep.among_everyone else "candidates",
        "past_decisions": sweep.decided,
        **rule_json(sweep.rule),
        "thresholds": [
            {
                "path": threshold.path,
                "today": threshold.written(threshold.value),
                "unit": threshold.type.unit,
                "place": place_json(threshold.span),
                "set": set_line(sweep, threshold, sweep_context),
            }
            for threshold in sweep.thresholds
        ],
        "points": [_point(sweep, point) for point in sweep.points],
    }
    return document("sweep", body, made_by(sweep.pack))


def _point(sweep: Sweep, point: Point) -> Json:
    agreed = point.agreement
    return {
        "values": [threshold.written(value) for threshold, value in zip(sweep.thresholds, point.values, strict=True)],
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
        "others": [_others(other, named=not point.rates) for other in point.others],
    }


def _others(other: OtherMovers, *, named: bool) -> Json:
    people: Json = [{"id": id_, "name": name} for id_, name in other.people] if named else None
    return {"role": other.role.id, "title": other.role.title, "better": other.better, "worse": other.worse, "people": people}


def _groups(rates: Rates) -> Json:
    return [
        {
            "group": group.name,
            "considered": group.counts.considered,
            "selected": group.counts.selected,
            "selection_rate": number(group.rate),
            "impact_ratio": _share(group.ratio),
        }
        for group in rates.comparison.groups
    ]


def _worst_hit(rates: Rates) -> str | None:
    hit = rates.comparison.worst_hit
    return None if hit is None else hit.name


def _share(share: Fraction | None) -> Json:
    return None if share is None else number(share)


def sweep_csv(sweep: Sweep, sweep_context: SweepContext) -> str:
    """Return a sweep as CSV: a row for each point, numbers plain, and the last day to come that people are judged for."""
    first = sweep.points[0]
    agreed = ("precision", "recall") if first.agreement else ()
    rated = tuple(f"{head}_{rates.dimension}" for rates in first.rates for head in ("worst_hit", "impact_ratio"))
    to_come = (
        max((days.judged for days, _ in sweep_context.days.each() if days.projection_to), default=None) if sweep_context.days else None
    )
    headers = (*(threshold.path for threshold in sweep.thresholds), "today", "counted", *sweep.words, *agreed, *rated, "projection_to")
    return csv_text(headers, _rows(sweep, "" if to_come is None else to_come.isoformat()))


def _rows(sweep: Sweep, to_come: str) -> Iterator[list[str]]:
    for point in sweep.points:
        values = [threshold.written(value) for threshold, value in zip(sweep.thresholds, point.values, strict=True)]
        agreed = [] if point.agreement is None else [_text(point.agreement.precision), _text(point.agreement.recall)]
        worst = [rates.comparison.worst_hit for rates in point.rates]
        held = [rates.held for rates in point.rates]
        pairs = [
            ("held back", "") if back else ("", "") if group is None else (group.name, _text(group.ratio))
            for group, back in zip(worst, held, strict=True)
        ]
        rated = [text for pair in pairs for text in pair]
        yield [
            *values,
            "yes" if point.today else "",
            str(point.counted),
            *(str(point.numbers[word]) for word in sweep.words),
            *agreed,
            *rated,
            to_come,
        ]


def _text(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share):.6g}"
