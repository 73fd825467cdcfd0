"""Proofs as JSON, in a versioned shape."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from evaluator.calibration.prove.findings import Finding, Proofs
from evaluator.calibration.prove.report import claim_words, open_words, proof_gates
from evaluator.core.days import example_days
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.report.days import days_json
from evaluator.report.gates import gates_json
from evaluator.report.jsons import document, made_by, place_json, provenance_json, verdict_json
from evaluator.report.plain_values import Json, plain
from evaluator.report.sentences import condition_words


def proofs_json(proofs: Proofs, pack: Pack, failing: Sequence[str] = (), *, today: datetime.date | None = None) -> dict[str, Json]:
    """Return findings with their examples, what stayed open, and what was assumed."""
    body: dict[str, Json] = {
        "pack": pack.name,
        "pack_version": pack.version,
        "pack_hash": pack.content_hash,
        "pack_folder": pack.folder,
        "as_of": proofs.as_of.isoformat(),
        "days": days_json(example_days(proofs.as_of, pack, today)),
        "roles": [role.id for role in proofs.roles],
        "asked": {str(question): number for question, number in proofs.asked.items()},
        "findings": [_finding(finding, pack) for finding in proofs.findings],
        "open": [
            {"question": str(question.question), "role": question.role.id, "about": question.about, "reason": open_words(question)}
            for question in proofs.open
        ],
        "assumed": {
            "free": list(proofs.free),
            "may_be_missing": list(proofs.missing),
            "better": [
                {
                    "attribute": better.attribute,
                    "member": better.member,
                    "direction": "more" if better.sign > 0 else "less",
                    "from": "tie-breakers" if better.declared else "criteria",
                }
                for better in proofs.better
            ],
            "no_direction": list(proofs.undirected),
        },
        "gates": gates_json(proof_gates(proofs, failing)),
    }
    return document("proofs", body, made_by(pack))


def _finding(finding: Finding, pack: Pack) -> Json:
    return {
        "question": str(finding.claim.question),
        "claim": str(finding.claim),
        "words": claim_words(finding, pack),
        "role": finding.role.id,
        "criteria": [criterion.key for criterion in finding.criteria],
        "places": [place_json(criterion.span) for criterion in finding.criteria] or [place_json(finding.role.span)],
        "below": [role.id for role in finding.below],
        "missed_alone": [criterion.key for criterion in finding.also],
        "verdict": finding.verdict,
        "attribute": finding.attribute,
        "alike": list(finding.alike),
        "conflict": [condition_words(part, pack.attributes) for part in finding.conflict],
        "examples": [_example(example, pack) for example in finding.examples],
    }


def _example(example: Evaluation, pack: Pack) -> Json:
    return {
        "attributes": {name: plain(pack.attributes[name], value) for name, value in example.profile.given.items()},
        "verdicts": {role: verdict_json(result.verdict, pack.best_of(result.role)) for role, result in example.roles.items()},
        "criteria": {result.criterion.key: str(result.state) for judged in example.roles.values() for result in judged.criteria},
        "provenance": provenance_json(example.provenance),
    }
