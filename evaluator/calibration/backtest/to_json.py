"""A backtest as JSON."""

from __future__ import annotations

from fractions import Fraction

from evaluator.calibration.backtest.alternatives import Alternative, Search
from evaluator.calibration.backtest.analysis import CriterionAgreement, Disagreement, RoleBacktest
from evaluator.calibration.backtest.report import Findings
from evaluator.calibration.statistics import Confusion, Kappa
from evaluator.core.days import ManyDays
from evaluator.reading.decisions import Decision
from evaluator.report.days import many_days_json
from evaluator.report.gates import gates_json
from evaluator.report.jsons import document, made_by
from evaluator.report.plain_values import Json


def backtest_json(found: Findings) -> dict[str, Json]:
    """Return all that a backtest came to."""
    body: dict[str, Json] = {
        "pack": {"name": found.pack.name, "version": found.pack.version, "hash": found.pack.content_hash},
        "seed": found.seed,
        "roles": [_role(role, search, found.days.get(role.role.id)) for role, search in found.roles],
        "unmatched": [_left_out(one) for one in found.unmatched],
        "unreadable": [_left_out(one) for one in found.unreadable],
        "unusable": found.unusable,
        "gates": gates_json(found.gates),
    }
    return document("backtest", body, made_by(found.pack))


def _left_out(one: Decision) -> Json:
    return {"person": one.person, "profile": one.profile, "line": one.span.line}


def _role(found: RoleBacktest, search: Search | None, days: ManyDays | None) -> dict[str, Json]:
    return {
        "role": found.role.id,
        "days": many_days_json(days),
        "counts": [
            {"decision": str(decision), "worse": low, "better": high, "count": number}
            for (decision, low, high), number in sorted(found.counts.items())
        ],
        "ready": _table(found.table) | {"kappa": _kappa(found.kappa)},
        "ready_if_unknown_is_met": _table(found.generous),
        "criteria": [_criterion(one) for one in found.criteria],
        "disagreements": [_disagreement(one) for one in found.disagreements],
        "thresholds": None if search is None else _search(search),
    }


def _table(table: Confusion) -> dict[str, Json]:
    return {
        "true_positive": table.true_positive,
        "false_positive": table.false_positive,
        "false_negative": table.false_negative,
        "true_negative": table.true_negative,
        "precision": _number(table.precision),
        "recall": _number(table.recall),
        "specificity": _number(table.specificity),
        "accuracy": _number(table.accuracy),
    }


def _number(share: Fraction | None) -> Json:
    return None if share is None else round(float(share), 6)


def _kappa(found: Kappa | None) -> Json:
    if found is None:
        return None
    return {"value": _number(found.value), "low": round(found.interval.low, 6), "high": round(found.interval.high, 6)}


def _criterion(one: CriterionAgreement) -> dict[str, Json]:
    return {
        "criterion": one.criterion.id,
        **_table(one.table),
        "kappa": _kappa(one.kappa),
        "unknown": one.unknown,
        "not_applicable": one.not_applicable,
        "single_reason": one.single,
    }


def _disagreement(one: Disagreement) -> dict[str, Json]:
    return {
        "person": one.decision.person,
        "decision": str(one.decision.decision),
        "date": one.decision.date.isoformat(),
        "worse": one.low,
        "better": one.high,
        "reasons": [criterion.id for criterion in one.reasons],
    }


def _search(search: Search) -> dict[str, Json]:
    return {
        "too_few": search.too_few,
        "thresholds": search.thresholds,
        "values": search.values,
        "halves": list(search.halves),
        "better": [_alternative(one) for one in search.alternatives],
    }


def _alternative(one: Alternative) -> dict[str, Json]:
    return {
        "threshold": one.threshold.path,
        "today": one.threshold.written(one.threshold.value),
        "then": one.threshold.written(one.value),
        "kappa_today": _number(one.today),
        "kappa_then": _number(one.then),
        "righted": one.righted,
        "wronged": one.wronged,
        "by_chance": round(one.chance, 6),
    }
