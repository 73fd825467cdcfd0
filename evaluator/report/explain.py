"""Why a verdict is what it is: every criterion with its conditions, the gaps, the questions and the rules that fired."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import leaves
from evaluator.core.days import Days, days_of
from evaluator.core.enums import CriterionKind
from evaluator.core.expressions import Lookup
from evaluator.core.model import Citation, Criterion, Pack, Policy
from evaluator.core.questions import assumptions, further_questions
from evaluator.core.recommendation import recommend
from evaluator.core.results import CriterionResult, Evaluation, Gap, RoleResult, UndefinedValue
from evaluator.core.values import Kind, show_number
from evaluator.report.attributes import meanings_blocks
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.branches import branch, branch_items
from evaluator.report.days import days_facts, projected
from evaluator.report.evidence import evidence_items, evidence_summary
from evaluator.report.needs import titled_need
from evaluator.report.people import pack_words, tool_words
from evaluator.report.recommendation import recommendation_words, score_told
from evaluator.report.reported import reported_lines
from evaluator.report.rule_trace import fired_blocks
from evaluator.report.undefined import NO_ANSWER, NOTHING_TO_ASK, undefined_place, undefined_words
from evaluator.report.words import (
    NOTHING,
    NOTICE,
    STATE_MARKS,
    STATE_STYLES,
    Style,
    counted,
    joined,
    sentence_case,
    verdict_style,
    verdict_words,
)

KIND_TITLES = {
    CriterionKind.QUALIFICATION: "Qualifications",
    CriterionKind.STEP: "Steps of the path",
    CriterionKind.SKILL: "Skills",
    CriterionKind.RESPONSIBILITY: "Responsibilities",
}


def explanation(evaluation: Evaluation, role: str, pack: Pack, today: datetime.date | None = None) -> tuple[Block, ...]:
    """Return the page that traces the verdict on one role back to the lines it stands on, as it reads today."""
    result, days = evaluation.roles[role], days_of(evaluation, pack, today)
    return (
        Heading(projected(f"{evaluation.profile.label} as {result.role.title}", days), 1),
        _header(evaluation, result, pack, days),
        Paragraph(recommendation_words(evaluation, role, pack, recommend(evaluation, role, pack, today)), style=Style.STRONG),
        *_criteria(evaluation, result, pack),
        *_gaps(evaluation, result, pack),
        *_questions(evaluation, result, pack),
        *_undefined(result, pack),
        *meanings_blocks(pack, result.role),
        *fired_blocks(evaluation, role),
        Paragraph(NOTICE, style=Style.FAINT),
    )


def _header(evaluation: Evaluation, result: RoleResult, pack: Pack, days: Days) -> Facts:
    provenance = evaluation.provenance
    return Facts(
        (
            Fact(
                "Verdict",
                projected(verdict_words(result.verdict), days),
                style=verdict_style(result.verdict, pack.verdicts_of(result.role)),
            ),
            Fact("Score", score_told(result)),
            *(
                [Fact("Role judged for", f"{result.role.title} is interim: to be ready for it is no standing")]
                if result.role.interim
                else []
            ),
            *(Fact(title, words) for title, words in reported_lines(evaluation, pack)),
            Fact("Role today", NOTHING if evaluation.role is None else evaluation.role.title),
            Fact("As of", provenance.as_of.isoformat()),
            *days_facts(days),
            Fact("Pack", pack_words(pack)),
            Fact("Profile", f"{evaluation.profile.id}, hash {provenance.profile_hash}"),
            Fact("Evidence", evidence_summary(result, evaluation, pack)),
            Fact("Tool", tool_words(provenance)),
        )
    )


def _criteria(evaluation: Evaluation, result: RoleResult, pack: Pack) -> Iterator[Block]:
    for kind, title in KIND_TITLES.items():
        criterion_results = [criterion for criterion in result.criteria if criterion.criterion.kind is kind]
        if criterion_results:
            yield Heading(title)
            yield Listing(tuple(_criterion(criterion_result, evaluation, pack) for criterion_result in criterion_results), spaced=True)


def _criterion(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> Item:
    criterion = criterion_result.criterion
    return Item(
        criterion.title,
        mark=STATE_MARKS[criterion_result.state],
        note=f"({criterion_result.state}, {counts_words(criterion)})",
        style=STATE_STYLES[criterion_result.state],
        strong=True,
        parts=(
            *_applies(criterion, evaluation, pack),
            *branch_items(branch(criterion.when, evaluation, pack, decides=criterion_result.applies is not False)),
            *evidence_items(criterion_result, evaluation, pack),
            Item(f"{source_words(criterion.source, pack)} ({criterion.basis})", mark="·", style=Style.FAINT, place=_place(criterion, pack)),
        ),
    )


def _place(criterion: Criterion, pack: Pack) -> str:
    """Name the line of a criterion; where its role is a row of a table, the cell that sets this role's apart, then the template."""
    row = pack.roles[criterion.role].row
    if row is None:
        return str(criterion.span)
    values = [*(test.span for condition in criterion.all_conditions for test in leaves(condition)), *criterion.places.values()]
    cell = next((span for span in values if (span.path, span.line) == (row.path, row.line)), row)
    return f"{cell}, by the template at {criterion.span.line}:{criterion.span.column}"


def _applies(criterion: Criterion, evaluation: Evaluation, pack: Pack) -> tuple[Item, ...]:
    if criterion.applies_when is None:
        return ()
    items = branch_items(branch(criterion.applies_when, evaluation, pack))
    return (Item("counts only where:", mark="·", style=Style.FAINT, parts=items),)


def counts_words(criterion: Criterion) -> str:
    """Say how much a criterion counts, and at what it caps: `required, weight 3`, `caps at nearly`."""
    cap = [] if criterion.caps_at is None else [f"caps at {criterion.caps_at}"]
    weight = [f"weight {show_number(criterion.weight)}"] if criterion.counts else []
    return ", ".join([*cap, *(["required"] if criterion.required else []), *weight])


def scope_words(policy: Policy, pack: Pack) -> str:
    """Say for which roles a policy holds."""
    tracks = [track.title for track in pack.tracks if track.id in policy.tracks]
    roles = [pack.roles[role].title for role in policy.roles if role in pack.roles]
    said = [*([f"every judged role of {joined(tracks)}"] if tracks else []), *roles]
    return joined(said) if said else "every judged role"


def source_words(source: Citation | None, pack: Pack) -> str:
    """Name the document and the section that carry something."""
    if source is None:
        return "no source"
    document = pack.documents[source.document]
    return f"source: {document.title}, section “{source.section}”"


def _gaps(evaluation: Evaluation, result: RoleResult, pack: Pack) -> tuple[Block, ...]:
    if not result.gaps:
        return ()
    criterion_results = {criterion.criterion.id: criterion for criterion in result.criteria}
    return (
        Heading("Gaps"),
        Listing(tuple(_gap(gap, criterion_results[gap.criterion.id], evaluation, pack) for gap in result.gaps), spaced=True),
    )


def _gap(gap: Gap, criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> Item:
    almost = ", almost met" if gap.almost else ""
    assumed = tuple(Item(words, mark="?", style=Style.OPEN) for words in assumption_words(criterion_result, evaluation, pack))
    return Item(
        gap.criterion.title,
        mark="✗",
        note=f"({counts_words(gap.criterion)}{almost})",
        style=Style.CLOSE if gap.almost else Style.BAD,
        strong=True,
        parts=(*gap_items(gap, pack), *assumed),
    )


def assumption_words(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> Iterator[str]:
    """Yield what the state of a criterion rests on where nobody stated it, with the question that would take its place."""
    for name in assumptions(criterion_result, evaluation, pack):
        attribute = pack.attributes[name]
        assumed = f"the pack assumes {attribute.show(evaluation.facts.get(name))}"
        yield f"“{attribute.title}” is not stated, and {assumed}; to be asked: {question_words(attribute)}"


def gap_items(gap: Gap, pack: Pack) -> Iterator[Item]:
    """Yield what a gap needs: its closest way, the other ways, and the pack's advice."""
    for need in gap.needs:
        yield Item(titled_need(need, pack.attributes), mark="→")
    for way in gap.alternatives:
        needs = tuple(Item(titled_need(need, pack.attributes), mark="→") for need in way)
        yield Item("or:", mark="·", parts=needs)
    if gap.criterion.advice:
        yield Item(advice_words(gap.criterion), mark="·")


def advice_words(criterion: Criterion) -> str:
    """Return the pack's advice on a gap, with how long closing it takes where the pack says so."""
    months = criterion.takes_months
    takes = "" if months is None else f" (about {counted(months, 'month')})"
    return f"advice{takes}: {criterion.advice}"


def _questions(evaluation: Evaluation, result: RoleResult, pack: Pack) -> tuple[Block, ...]:
    found = open_questions(evaluation, result, pack)
    return (Heading("Questions"), Listing(tuple(map(_question, found)))) if found else ()


@attrs.frozen(kw_only=True)
class OpenQuestion:
    """A question in words: how a profile states the answer, what hangs on it, and what the answer can do."""

    text: str
    answer: str
    touched: str
    note: str = ""


def open_questions(evaluation: Evaluation, result: RoleResult, pack: Pack) -> tuple[OpenQuestion, ...]:
    """Return the questions of criteria that are unknown, then what the move from today's role hangs on, then what the pack assumes."""
    titles = {criterion.criterion.id: criterion.criterion.title for criterion in result.criteria}
    found: list[OpenQuestion] = []
    for question in result.questions:
        note = "can change the verdict" if question.decisive else ""
        found.append(_open(pack.attributes[question.attribute], [titles[criterion] for criterion in question.criteria], note))
    known = {one.attribute for one in result.questions}
    for more in further_questions(evaluation, result.role.id, pack):
        if more.attribute in known and more.move is None:
            continue
        touched = [titles[criterion] for criterion in more.criteria]
        if more.move is not None:
            touched.insert(0, f"the move from {pack.roles[more.move.origin].title} to {pack.roles[more.move.to].title}")
        note = "takes the place of what the pack assumes" if more.move is None else "decides whether the move is open"
        found.append(_open(pack.attributes[more.attribute], touched, note))
    return tuple(found)


def _open(attribute: Attribute, touched: Iterable[str], note: str) -> OpenQuestion:
    return OpenQuestion(text=question_words(attribute), answer=answer_words(attribute), touched="; ".join(touched), note=note)


def _question(open_question: OpenQuestion) -> Item:
    return Item(
        open_question.text,
        mark="?",
        note=f"({open_question.note})" if open_question.note else "",
        style=Style.OPEN,
        parts=(
            Item(f"answer as: {open_question.answer}", mark="·", style=Style.FAINT),
            Item(f"for: {open_question.touched}", mark="·", style=Style.FAINT),
        ),
    )


def _undefined(result: RoleResult, pack: Pack) -> tuple[Block, ...]:
    if not result.undefined:
        return ()
    return (
        Heading(NO_ANSWER),
        Paragraph(NOTHING_TO_ASK),
        Listing(tuple(_undefined_item(undefined_value, result, pack) for undefined_value in result.undefined)),
    )


def _undefined_item(undefined_value: UndefinedValue, result: RoleResult, pack: Pack) -> Item:
    what = "the table" if isinstance(undefined_value.undefined.operator, Lookup) else "the computation"
    item = Item(what, mark="·", style=Style.FAINT, place=str(undefined_place(*undefined_value.undefined.computation, pack)))
    touched = Item(f"for: {touched_words(undefined_value.criteria, result)}", mark="·", style=Style.FAINT)
    return Item(undefined_words(undefined_value.undefined, pack.attributes), mark="?", style=Style.OPEN, parts=(touched, item))


def touched_words(criteria: Iterable[str], result: RoleResult) -> str:
    """Name criteria by their titles."""
    titles = {criterion.criterion.id: criterion.criterion.title for criterion in result.criteria}
    return "; ".join(titles[criterion] for criterion in criteria)


def answer_words(attribute: Attribute) -> str:
    """Return how a profile states an attribute: its id, and what can stand behind it."""
    type_ = attribute.type
    if type_.options:
        listed = ", ".join(type_.options)
        return f"{attribute.id}: [some of {listed}]" if attribute.kind is Kind.SET else f"{attribute.id}: one of {listed}"
    if attribute.kind is Kind.RECORDS:
        return f"{attribute.id}: a list of entries with {', '.join(type_.fields)}"
    unit = f", in {type_.unit}" if type_.unit else ""
    words = {Kind.FLAG: "true or false", Kind.DATE: f"a date such as {type_.precision.example}"}
    return f"{attribute.id}: {words.get(attribute.kind, type_.range_words() if type_.ranged else f'a number{unit}')}"


def question_words(attribute: Attribute) -> str:
    """Return the question that asks for an attribute."""
    return attribute.question or f"{sentence_case(attribute.title)}?"


def by_kind(criteria: Iterable[Criterion]) -> Iterator[tuple[str, tuple[Criterion, ...]]]:
    """Yield the titles of kinds with their criteria, in the order of the path."""
    listed = tuple(criteria)
    for kind, title in KIND_TITLES.items():
        if found := tuple(criterion for criterion in listed if criterion.kind is kind):
            yield title, found
