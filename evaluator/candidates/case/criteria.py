"""The criteria of a case: their conditions with have against need, and the evidence that carries them."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.candidates.case.bars import bar_of
from evaluator.candidates.case.view import CriterionView, Item, KindView, Line
from evaluator.core.conditions import TRUTH_WORDS
from evaluator.core.enums import CriterionKind
from evaluator.core.evidence import EvidenceMark, WeighedItem
from evaluator.core.model import Pack
from evaluator.core.results import CriterionResult, Evaluation, RoleResult, State
from evaluator.reading.profile.evidence import is_link
from evaluator.report.branches import ALL_OF, Branch, branch
from evaluator.report.evidence import criterion_evidence
from evaluator.report.explain import KIND_TITLES, counts_words, source_words
from evaluator.report.words import MARKS, STATE_MARKS, STATE_STYLES, TRUTH_STYLES, Style, joined


def kinds(evaluation: Evaluation, result: RoleResult, pack: Pack) -> tuple[KindView, ...]:
    """Return the criteria by kind, in the order of the path."""
    kind_views = []
    for kind, title in KIND_TITLES.items():
        mine = [criterion for criterion in result.criteria if criterion.criterion.kind is kind]
        if mine:
            views = tuple(criterion_view(criterion_result, evaluation, pack) for criterion_result in mine)
            kind_views.append(KindView(title=title, summary=_summary(mine), criteria=views))
    return tuple(kind_views)


def _summary(criterion_results: list[CriterionResult]) -> str:
    applicable = [criterion_result for criterion_result in criterion_results if criterion_result.state is not State.NOT_APPLICABLE]
    met = sum(criterion_result.state is State.MET for criterion_result in applicable)
    unknown = sum(criterion_result.state is State.UNKNOWN for criterion_result in applicable)
    return f"{met} of {len(applicable)} met{f', {unknown} unknown' if unknown else ''}"


def criterion_view(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> CriterionView:
    """Return one criterion as a case shows it."""
    criterion = criterion_result.criterion
    tree = branch(criterion.when, evaluation, pack, decides=criterion_result.applies is not False)
    applies = () if criterion.applies_when is None else _lines(branch(criterion.applies_when, evaluation, pack), evaluation, pack)
    return CriterionView(
        id=criterion.id,
        title=criterion.title,
        mark=STATE_MARKS[criterion_result.state],
        state=str(criterion_result.state),
        style=STATE_STYLES[criterion_result.state],
        counts=counts_words(criterion),
        applies=applies,
        lines=_lines(tree, evaluation, pack),
        evidence=tuple(_items(criterion_result, evaluation, pack)),
        bare=_bare(criterion_result, evaluation, pack),
        source=f"{source_words(criterion.source, pack)} ({criterion.basis})",
    )


def _lines(tree: Branch, evaluation: Evaluation, pack: Pack) -> tuple[Line, ...]:
    parts = tree.parts if tree.parts and tree.words == ALL_OF else (tree,)
    return tuple(_line(part, evaluation, pack) for part in parts)


def _line(tree: Branch, evaluation: Evaluation, pack: Pack) -> Line:
    notes = [*tree.values, *([] if tree.decides else ["does not decide"])]
    return Line(
        mark=MARKS[tree.truth],
        state=TRUTH_WORDS[tree.truth],
        style=TRUTH_STYLES[tree.truth] if tree.decides else Style.FAINT,
        words=tree.words if tree.test else f"{tree.words}:",
        values=", ".join(notes),
        bar=None if tree.test is None else bar_of(tree.test, evaluation.facts, pack),
        decides=tree.decides,
        parts=tuple(_line(part, evaluation, pack) for part in tree.parts),
    )


def _items(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> Iterator[Item]:
    for claim in criterion_evidence(criterion_result.criterion, evaluation, pack):
        note = ", ".join(claim.marks)
        for weighed in claim.items:
            yield _item(weighed, note)
            note = ""


def _item(weighed: WeighedItem, note: str) -> Item:
    item = weighed.item
    age = "old" if weighed.stale else "after the as-of date" if weighed.later else ""
    dated = f" ({', '.join(part for part in (item.date_words, age) if part)})" if item.when else ""
    who = "the person’s own word" if weighed.own_word else f"confirmed by {item.confirmed_by}"
    link = item.link or ""
    safe = link if is_link(link) else ""
    unsafe = f", {link}" if link and not safe else ""
    return Item(words=f"{item.what}{dated}, {who}{unsafe}", link=safe, note=note)


def _bare(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> str:
    """Name the claims behind a met criterion that nothing carries; where no claim of the profile is carried, page one says so once."""
    if criterion_result.state is not State.MET or not evaluation.profile.evidence:
        return ""
    claims = criterion_evidence(criterion_result.criterion, evaluation, pack)
    titles = [f"“{pack.attributes[claim.attribute].title}”" for claim in claims if EvidenceMark.NONE in claim.marks]
    return f"{EvidenceMark.NONE} for {joined(titles)}" if titles else ""


def path(result: RoleResult) -> tuple[CriterionResult, ...]:
    """Return the steps of the path, done and open."""
    return tuple(criterion for criterion in result.criteria if criterion.criterion.kind is CriterionKind.STEP)
