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


def backtest_json(findings: Findings) -> dict[str, Json]:
    """Return all that a backtest came to."""
    body: dict[str, Json] = {
        "pack": {"name": findings.pack.name, "version": findings.pack.version, "hash": findings.pack.content_hash},
        "seed": findings.seed,
        "roles": [_role(role, search, findings.days.get(role.role.id)) for role, search in findings.roles],
        "unmatched": [_left_out(decision) for decision in findings.unmatched],
        "unreadable": [_left_out(decision) for decision in findings.unreadable],
        "unusable": findings.unusable,
        "gates": gates_json(findings.gates),
    }
    return document("backtest", body, made_by(findings.pack))


def _left_out(decision: Decision) -> Json:
    return {"person": decision.person, "profile": decision.profile, "line": decision.span.line}


def _role(role_backtest: RoleBacktest, search: Search | None, days: ManyDays | None) -> dict[str, Json]:
    return {
        "role": role_backtest.role.id,
        "days": many_days_json(days),
        "counts": [
            {"decision": str(decision), "worse": low, "better": high, "count": number}
            for (decision, low, high), number in sorted(role_backtest.counts.items())
        ],
        "ready": _table(role_backtest.table) | {"kappa": _kappa(role_backtest.kappa)},
        "ready_if_unknown_is_met": _table(role_backtest.generous),
        "criteria": [_criterion(criterion) for criterion in role_backtest.criteria],
        "disagreements": [_disagreement(disagreement) for disagreement in role_backtest.disagreements],
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


def _kappa(kappa: Kappa | None) -> Json:
    if kappa is None:
        return None
    return {"value": _number(kappa.value), "low": round(kappa.interval.low, 6), "high": round(kappa.interval.high, 6)}


def _criterion(criterion_agreement: CriterionAgreement) -> dict[str, Json]:
    return {
        "criterion": criterion_agreement.criterion.id,
        **_table(criterion_agreement.table),
        "kappa": _kappa(criterion_agreement.kappa),
        "unknown": criterion_agreement.unknown,
        "not_applicable": criterion_agreement.not_applicable,
        "single_reason": criterion_agreement.single,
    }


def _disagreement(disagreement: Disagreement) -> dict[str, Json]:
    return {
        "person": disagreement.decision.person,
        "decision": str(disagreement.decision.decision),
        "date": disagreement.decision.date.isoformat(),
        "worse": disagreement.low,
        "better": disagreement.high,
        "reasons": [criterion.id for criterion in disagreement.reasons],
    }


def _search(search: Search) -> dict[str, Json]:
    return {
        "too_few": search.too_few,
        "thresholds": search.thresholds,
        "values": search.values,
        "halves": list(search.halves),
        "better": [_alternative(alternative) for alternative in search.alternatives],
    }


def _alternative(alternative: Alternative) -> dict[str, Json]:
    return {
        "threshold": alternative.threshold.path,
        "today": alternative.threshold.written(alternative.threshold.value),
        "then": alternative.threshold.written(alternative.value),
        "kappa_today": _number(alternative.today),
        "kappa_then": _number(alternative.then),
        "righted": alternative.righted,
        "wronged": alternative.wronged,
        "by_chance": round(alternative.chance, 6),
    }
