"""An impact report as JSON, in a versioned shape: every number unrounded, ratios as numbers and exactly."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from evaluator._version import __version__
from evaluator.calibration.disclosure import Rule, Selection
from evaluator.calibration.impact.assessing import Assessed, Impact, Outcome
from evaluator.calibration.impact.drivers import Driver
from evaluator.calibration.impact.groups import Dimension
from evaluator.calibration.impact.law import LawTable, LawTables
from evaluator.calibration.impact.measures import Comparison, Group
from evaluator.calibration.impact.report import LIMITS, METHOD, Told
from evaluator.calibration.left_out import data_json
from evaluator.calibration.statistics import Interval
from evaluator.core.gates import State
from evaluator.report.days import many_days_json
from evaluator.report.gates import gate_words, gates_json
from evaluator.report.jsons import document, made_by, place_json
from evaluator.report.plain_values import Json, number


def impact_json(found: Impact, told: Told) -> dict[str, Json]:
    """Return the whole report; no person is named in it."""
    people, asked = found.people, found.asked
    pack = people.pack
    body: dict[str, Json] = {
        "pack": pack.name,
        "pack_version": pack.version,
        "pack_hash": pack.content_hash,
        "as_of": told.as_of.isoformat(),
        "days": many_days_json(told.days),
        "tool_version": __version__,
        "data": {
            "sources": list(told.sources),
            **data_json(people),
        },
        "selected": list(pack.verdicts[: asked.selected + 1]),
        "among": str(asked.among),
        **rule_json(asked.rule),
        "dimensions": [_dimension(one) for one in found.dimensions],
        "pools": [_pool(one) for one in found.pools],
        "limits_given": list(told.limits),
        "limits_failed": [gate_words(gate) for gate in told.gates if gate.state is State.BROKEN],
        "gates": gates_json(told.gates),
        "method": list(METHOD),
        "limits": list(LIMITS),
    }
    return document("impact", body, made_by(pack))


def _dimension(found: Dimension) -> dict[str, Json]:
    unknown = found.labels.null_count()
    return {
        "name": found.asked,
        "columns": list(found.columns),
        "known": len(found.labels) - unknown,
        "unknown": unknown,
        "taken_for_unknown": dict(found.silent),
        "spelt_as_one": {name: list(texts) for name, texts in found.merged.items()},
    }


def _pool(found: Assessed) -> dict[str, Json]:
    return {
        "role": None if found.role is None else found.role.id,
        "considered": found.considered,
        "selected": found.selected,
        "undecided": found.undecided,
        "by": [_outcome(one) for one in found.outcomes],
        "local_law_144": None if found.law is None else _law(found.law),
    }


def _outcome(found: Outcome) -> dict[str, Json]:
    return {
        "dimension": found.dimension.asked,
        **told_json(found.told),
        "undecided": None if found.better is None else dict(found.undecided),
        "undecided_as_not_selected": _comparison(found.worse),
        "undecided_as_selected": None if found.better is None else _comparison(found.better),
        "criteria": [_driver(one) for one in found.drivers],
    }


def rule_json(rule: Rule) -> dict[str, Json]:
    """Return what may be told by group."""
    return {"exact": rule.exact, "smallest": rule.smallest, "smallest_pool": rule.pool}


def told_json(told: Selection) -> dict[str, Json]:
    """Return what is held back by one dimension, and how many people are in none of its groups."""
    hidden = [
        {
            "group": one.name,
            "considered": one.considered,
            "why": one.why,
            "ratio_at_most": None if one.most is None else number(one.most),
        }
        for one in told.hidden
    ]
    return {
        "held_back": None if told.held is None else str(told.held),
        "groups_held_back": hidden,
        "groups_too_small": told.unnamed,
        "unknown_group": told.beside,
    }


def _comparison(found: Comparison) -> dict[str, Json]:
    return {
        "compared_with": found.best,
        "worst_hit": None if found.worst_hit is None else found.worst_hit.name,
        "groups": [_group(one) for one in found.groups],
    }


def _group(found: Group) -> dict[str, Json]:
    return {
        "group": found.name,
        "considered": found.counts.considered,
        "selected": found.counts.selected,
        "rate": number(found.rate),
        "rate_interval": _interval(found.rate_interval),
        "ratio": _number(found.ratio),
        "ratio_exact": None if found.ratio is None else str(found.ratio),
        "ratio_interval": _interval(found.ratio_interval),
        "compared": found.compared,
        "under_four_fifths": found.below_four_fifths,
        "z": found.z,
        "fisher_p": found.fisher_p,
        "significant": found.significant,
        "shortfall": _number(found.shortfall),
        "one_choice_reverses": found.flips,
        "few": found.few,
    }


def _driver(found: Driver) -> dict[str, Json]:
    return {
        "criterion": found.criterion.id,
        "title": found.criterion.title,
        "required": found.criterion.required,
        "place": place_json(found.criterion.span),
        "unknown": found.unknown,
        "not_applicable": found.not_applicable,
        "hit": found.hit,
        "met": _comparison(found.met),
        "if_met_by_all": _comparison(found.without),
        "change_of_ratio": _number(found.change),
    }


def _law(found: LawTables) -> dict[str, Json]:
    return {
        "median_score": found.median,
        "without_score": found.unscored,
        "reason_to_leave_out": found.reason,
        "selection": _law_tables(found.selection),
        "scoring": _law_tables(found.scoring),
    }


def _law_tables(tables: Iterable[LawTable]) -> list[Json]:
    return [
        {
            "table": one.title,
            "unknown_category": one.beside,
            "held_back": one.held or list(one.hidden),
            "under_2_percent": list(one.small),
            "left_out": list(one.left_out),
            **_comparison(one.comparison),
        }
        for one in tables
    ]


def _interval(found: Interval | None) -> Json:
    return None if found is None else [found.low, found.high]


def _number(found: Fraction | None) -> Json:
    return None if found is None else number(found)
