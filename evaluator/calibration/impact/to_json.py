"""An impact report as JSON, in a versioned shape: every number unrounded, ratios as numbers and exactly."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from evaluator._version import __version__
from evaluator.calibration.disclosure import Rule, Selection
from evaluator.calibration.impact.assessing import Impact, Outcome, PoolImpact
from evaluator.calibration.impact.drivers import Driver
from evaluator.calibration.impact.groups import Dimension
from evaluator.calibration.impact.law import LawTable, LawTables
from evaluator.calibration.impact.measures import Comparison, Group
from evaluator.calibration.impact.report import LIMITS, METHOD, ImpactContext
from evaluator.calibration.impact.request import selected_verdicts
from evaluator.calibration.left_out import data_json
from evaluator.calibration.statistics import Interval
from evaluator.core.gates import State
from evaluator.report.days import many_days_json
from evaluator.report.gates import gate_words, gates_json
from evaluator.report.jsons import document, made_by, place_json
from evaluator.report.plain_values import Json, number


def impact_json(impact: Impact, impact_context: ImpactContext) -> dict[str, Json]:
    """Return the whole report; no person is named in it."""
    people, impact_request = impact.people, impact.asked
    pack = people.pack
    body: dict[str, Json] = {
        "pack": pack.name,
        "pack_version": pack.version,
        "pack_hash": pack.content_hash,
        "as_of": impact_context.as_of.isoformat(),
        "days": many_days_json(impact_context.days),
        "tool_version": __version__,
        "data": {
            "sources": list(impact_context.sources),
            **data_json(people),
        },
        "selected": selected_verdicts(impact_request, pack),
        "among": str(impact_request.among),
        **rule_json(impact_request.rule),
        "dimensions": [_dimension(dimension) for dimension in impact.dimensions],
        "pools": [_pool(pool) for pool in impact.pools],
        "limits_given": list(impact_context.limits),
        "limits_failed": [gate_words(gate) for gate in impact_context.gates if gate.state is State.BROKEN],
        "gates": gates_json(impact_context.gates),
        "method": list(METHOD),
        "limits": list(LIMITS),
    }
    return document("impact", body, made_by(pack))


def _dimension(dimension: Dimension) -> dict[str, Json]:
    unknown = dimension.labels.null_count()
    return {
        "name": dimension.asked,
        "columns": list(dimension.columns),
        "known": len(dimension.labels) - unknown,
        "unknown": unknown,
        "taken_for_unknown": dict(dimension.silent),
        "spelt_as_one": {name: list(texts) for name, texts in dimension.merged.items()},
    }


def _pool(pool_impact: PoolImpact) -> dict[str, Json]:
    return {
        "role": None if pool_impact.role is None else pool_impact.role.id,
        "considered": pool_impact.considered,
        "selected": pool_impact.selected,
        "undecided": pool_impact.undecided,
        "by": [_outcome(outcome) for outcome in pool_impact.outcomes],
        "local_law_144": None if pool_impact.law is None else _law(pool_impact.law),
    }


def _outcome(outcome: Outcome) -> dict[str, Json]:
    return {
        "dimension": outcome.dimension.asked,
        **told_json(outcome.told),
        "undecided": None if outcome.better is None else dict(outcome.undecided),
        "undecided_as_not_selected": _comparison(outcome.worse),
        "undecided_as_selected": None if outcome.better is None else _comparison(outcome.better),
        "criteria": [_driver(driver) for driver in outcome.drivers],
    }


def rule_json(rule: Rule) -> dict[str, Json]:
    """Return what may be told by group."""
    return {"exact": rule.exact, "smallest": rule.smallest, "smallest_pool": rule.pool}


def told_json(selection: Selection) -> dict[str, Json]:
    """Return what is held back by one dimension, and how many people are in none of its groups."""
    hidden = [
        {
            "group": group.name,
            "considered": group.considered,
            "why": group.why,
            "ratio_at_most": None if group.most is None else number(group.most),
        }
        for group in selection.hidden
    ]
    return {
        "held_back": None if selection.held is None else str(selection.held),
        "groups_held_back": hidden,
        "groups_too_small": selection.unnamed,
        "unknown_group": selection.beside,
    }


def _comparison(comparison: Comparison) -> dict[str, Json]:
    return {
        "compared_with": comparison.best,
        "worst_hit": None if comparison.worst_hit is None else comparison.worst_hit.name,
        "groups": [_group(group) for group in comparison.groups],
    }


def _group(group: Group) -> dict[str, Json]:
    return {
        "group": group.name,
        "considered": group.counts.considered,
        "selected": group.counts.selected,
        "rate": number(group.rate),
        "rate_interval": _interval(group.rate_interval),
        "ratio": _number(group.ratio),
        "ratio_exact": None if group.ratio is None else str(group.ratio),
        "ratio_interval": _interval(group.ratio_interval),
        "compared": group.compared,
        "under_four_fifths": group.below_four_fifths,
        "z": group.z,
        "fisher_p": group.fisher_p,
        "significant": group.significant,
        "shortfall": _number(group.shortfall),
        "one_choice_reverses": group.flips,
        "few": group.few,
    }


def _driver(driver: Driver) -> dict[str, Json]:
    return {
        "criterion": driver.criterion.id,
        "title": driver.criterion.title,
        "required": driver.criterion.required,
        "place": place_json(driver.criterion.span),
        "unknown": driver.unknown,
        "not_applicable": driver.not_applicable,
        "hit": driver.hit,
        "met": _comparison(driver.met),
        "if_met_by_all": _comparison(driver.without),
        "change_of_ratio": _number(driver.change),
        "waits_for": [role.id for role in driver.waits_for],
    }


def _law(law_tables: LawTables) -> dict[str, Json]:
    return {
        "median_score": law_tables.median,
        "without_score": law_tables.unscored,
        "reason_to_leave_out": law_tables.reason,
        "selection": _law_tables(law_tables.selection),
        "scoring": _law_tables(law_tables.scoring),
    }


def _law_tables(tables: Iterable[LawTable]) -> list[Json]:
    return [
        {
            "table": table.title,
            "unknown_category": table.beside,
            "held_back": table.held or list(table.hidden),
            "under_2_percent": list(table.small),
            "left_out": list(table.left_out),
            **_comparison(table.comparison),
        }
        for table in tables
    ]


def _interval(interval: Interval | None) -> Json:
    return None if interval is None else [interval.low, interval.high]


def _number(found: Fraction | None) -> Json:
    return None if found is None else number(found)
