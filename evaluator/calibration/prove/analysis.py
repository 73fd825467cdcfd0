"""Every question put to a pack, role by role."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from evaluator.calibration.prove.criteria import criteria_alone
from evaluator.calibration.prove.findings import Proofs, Question
from evaluator.calibration.prove.implying import implied
from evaluator.calibration.prove.ladder import easier, out_of_reach
from evaluator.calibration.prove.lowered_verdicts import directed, lowered
from evaluator.calibration.prove.prover import Prover
from evaluator.core.model import Pack, Role
from evaluator.core.values import Kind

SECONDS = 5.0
"""How long z3 may take over one question."""


def prove(
    pack: Pack,
    *,
    as_of: datetime.date,
    roles: Sequence[Role] | None = None,
    questions: Sequence[Question] = tuple(Question),
    seconds: float = SECONDS,
) -> Proofs:
    """Return what can be proved of a pack's roles, all or some: each finding with an example that `evaluate` confirms.

    Holds for profiles that state everything the rules read, within the declared ranges, and that contradict nothing the pack holds
    plausible; attributes whose being known is itself tested may be missing. `seconds` is the time for one proof. Raises NoSolver
    where a question needs z3 and it is not installed.
    """
    prover = Prover(pack=pack, as_of=as_of, seconds=seconds)
    chosen = tuple(role for role in roles or pack.judged_roles if role.judged)
    for role in chosen:
        _about(prover, role, questions)
    read = prover.stated(chosen)
    return Proofs(
        as_of=as_of,
        roles=chosen,
        questions=tuple(questions),
        asked=dict(prover.asked),
        findings=tuple(prover.findings),
        open=tuple(prover.open),
        free=prover.free,
        missing=tuple(name for name in read if name in prover.reads.may_miss),
        better=tuple(prover.better.values()),
        undirected=tuple(name for name in read if not directed(prover.better, name) and pack.attributes[name].kind is not Kind.RECORDS),
    )


def _about(prover: Prover, role: Role, questions: Sequence[Question]) -> None:
    start, undecided = len(prover.findings), len(prover.open)
    if {Question.CRITERIA, Question.IMPLIED} & set(questions):
        criteria_alone(prover, role)
    findings = prover.findings[start:]
    if Question.CRITERIA not in questions:  # what criteria imply is asked of those alone that somebody meets and somebody does not
        del prover.findings[start:], prover.open[undecided:]
        prover.asked.pop(Question.CRITERIA, None)
    if Question.IMPLIED in questions:
        implied(prover, role, [criterion for finding in findings for criterion in finding.criteria])
    for question, answer in ((Question.ORDER, easier), (Question.DIRECTION, lowered), (Question.BANDS, out_of_reach)):
        if question in questions:
            answer(prover, role)
