"""A new role to start from: a file that lints and examples that pass, both to be written over."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest
from evaluator.core.dates import Precision, show_date
from evaluator.core.enums import Basis, CriterionKind
from evaluator.core.model import Criterion, Pack, Profile, Role
from evaluator.core.operators import Operator
from evaluator.core.results import RoleResult
from evaluator.core.values import NUMERIC, Kind, Value
from evaluator.engines.readiness import Evaluator
from evaluator.packs.examples.writing import condition_text, value_text, verdict_text
from evaluator.packs.lint.placeholders import ADVICE, REASON, TITLE_END
from evaluator.reading.yaml.writing import scalar


@attrs.frozen(kw_only=True)
class NewRole:
    """What is known of a role that is to be started."""

    id: str
    title: str
    track: str
    rung: int


@attrs.frozen(kw_only=True)
class Scaffold:
    """Files to write, by path below the pack's folder, and the move to add by hand."""

    files: Mapping[str, str]
    move: str


def scaffold(pack: Pack, new: NewRole, *, as_of: datetime.date) -> Scaffold:
    """Return the files of a new role with one criterion and two examples, and a move that leads to it."""
    attribute = _example_attribute(pack)
    value = _example_value(attribute)
    criterion = _criterion(pack, new, attribute, value)
    results = {name: _judged(pack, new, criterion, given, as_of) for name, given in (("has", {attribute.id: value}), ("lacks", {}))}
    return Scaffold(
        files={
            f"roles/{new.id}.yaml": _role_text(pack, new, attribute, criterion),
            f"tests/{new.id}.yaml": _tests_text(new, f"{attribute.id}: {value_text(value, attribute.type)}", results, as_of),
        },
        move=_move_text(pack, new),
    )


def _example_attribute(pack: Pack) -> Attribute:
    given = [attribute for attribute in pack.declared_attributes.values() if attribute.may_be_given and attribute.absent_means is None]
    for kinds in (NUMERIC, frozenset({Kind.FLAG}), frozenset({Kind.SCALE}), frozenset({Kind.CHOICE})):
        for attribute in given:
            if attribute.kind in kinds:
                return attribute
    raise ValueError("the pack declares no attribute that an example could test")


def _example_value(attribute: Attribute) -> Value:
    if attribute.kind in NUMERIC:
        return attribute.type.near_lowest() if attribute.type.outside(1) else 1
    if attribute.kind is Kind.FLAG:
        return True
    return len(attribute.type.options) - 1 if attribute.kind is Kind.SCALE else attribute.type.options[-1]


def _criterion(pack: Pack, new: NewRole, attribute: Attribute, value: Value) -> Criterion:
    operator = Operator.AT_LEAST if attribute.kind in NUMERIC | {Kind.SCALE} else Operator.IS
    literal = value if not isinstance(value, tuple | frozenset) else None
    span = pack.tracks[0].span
    when = AttributeTest(attribute=attribute.id, operator=operator, value=literal, span=span)
    kind, basis = CriterionKind.QUALIFICATION, Basis.JUDGEMENT
    return Criterion(id="first-criterion", role=new.id, title="", kind=kind, required=True, weight=1, when=when, basis=basis, span=span)


def _judged(pack: Pack, new: NewRole, criterion: Criterion, given: Mapping[str, Value], as_of: datetime.date) -> RoleResult:
    span = criterion.span
    role = Role(id=new.id, title=new.title, track=new.track, rung=new.rung, criteria=(criterion,), span=span)
    alone = attrs.evolve(pack, roles={new.id: role}, moves=())
    profile = Profile(id=new.id, given=given, span=span)
    return Evaluator(alone, engine="reference").evaluate(profile, as_of=as_of).roles[new.id]


def _role_text(pack: Pack, new: NewRole, attribute: Attribute, criterion: Criterion) -> str:
    document = next((one for one in pack.documents.values() if one.sections), None)
    cited = ("…", "…") if document is None else (document.id, scalar(document.sections[0], listed=True))
    return f"""# yaml-language-server: $schema=../schema/role.json
role: {new.id}
title: {scalar(new.title)}
track: {new.track}
rung: {new.rung}
criteria:
  - id: first-criterion
    title: {scalar(f"{attribute.title}{TITLE_END}")}
    kind: qualification
    required: true
    weight: 1
    when:
      {condition_text(criterion.when, {attribute.id: attribute.type})}
    # source: {{document: {cited[0]}, section: {cited[1]}}}
    basis: judgement
    advice: {ADVICE}
"""


def _tests_text(new: NewRole, stated: str, results: Mapping[str, RoleResult], as_of: datetime.date) -> str:
    asked = ", ".join(question.attribute for question in results["lacks"].questions)
    return f"""# yaml-language-server: $schema=../schema/tests.json
role: {new.id}
as_of: {show_date(as_of, Precision.DAY)}
tests:
  - name: Has all that is asked for
    attributes: {{{stated}}}
    expect:
      verdict: {verdict_text(results["has"].verdict)}
      gaps: []
  - name: Nothing is known yet
    expect:
      verdict: {verdict_text(results["lacks"].verdict)}
      questions: [{asked}]
"""


def _move_text(pack: Pack, new: NewRole) -> str:
    below = [role for role in pack.judged_roles if role.track == new.track and role.rung < new.rung and role.id != new.id]
    origin = below[-1].id if below else next(iter(role.id for role in pack.judged_roles if role.id != new.id), new.id)
    return f"""  - from: {origin}
    to: {new.id}
    kind: promotion
    reason: {REASON}
    basis: judgement
"""
