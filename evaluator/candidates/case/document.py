"""A case as a sequence of blocks and pictures, for text, Markdown and Word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evaluator.candidates.case import view
from evaluator.candidates.case.bars import bars_svg
from evaluator.candidates.case.decision import DECISION
from evaluator.candidates.case.html import LISTS, NOTHING_THERE
from evaluator.report.attributes import MEANINGS
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.figures import Figure, Form, Part
from evaluator.report.ladder.mermaid import mermaid
from evaluator.report.ladder.svg import svg
from evaluator.report.tables import Cell, Table
from evaluator.report.word import Paper
from evaluator.report.words import NOTICE, Style

_DOT = "·"


_NEW_PAGES = frozenset({"Criteria", "The panel’s decision"})
"""The headings before which a page begins, where there is paper."""


def case_document(case: view.Case) -> tuple[Part, ...]:
    """Return a case, section by section."""
    return (
        Heading(f"Promotion case: {case.title}", 1),
        *_front(case.front),
        *_criteria(case.kinds),
        *_place(case.place),
        *_listed("Steps of the path", case.path),
        *_listed("Gaps and what to do", case.gaps, "No criterion is unmet."),
        *_listed("Open questions", case.questions, "Nothing is unknown."),
        *_plan(case.plan),
        *_listed("Likely objections", case.objections, "Nothing in the criteria or the evidence calls for one."),
        *_listed(MEANINGS, case.levels),
        *_decision(),
        Paragraph(NOTICE, style=Style.FAINT),
    )


def case_paper(case: view.Case) -> Paper:
    """Return what the paper of a case is like."""
    return Paper(title=f"Promotion case: {case.title}", day=case.as_of, new_pages=_NEW_PAGES)


def _front(front: view.Front) -> Iterator[Block]:
    yield Heading("Recommendation")
    yield Paragraph(front.recommendation, style=Style.STRONG)
    if front.days:
        yield Paragraph(front.days, style=Style.CLOSE)
    yield Paragraph(NOTICE, style=Style.FAINT)
    yield Facts(
        (
            Fact("Verdict", front.verdict, style=front.style),
            Fact("Score", front.score),
            Fact("Required", front.required),
            Fact("Needed", front.takes),
            Fact("Here", front.distance),
            Fact("Evidence", front.evidence),
            *(Fact(label, text) for label, text in front.facts),
        )
    )
    for title, points, nothing in zip(LISTS, (front.strongest, front.missing, front.unknown), NOTHING_THERE, strict=True):
        yield from _listed(title, points, nothing, level=3)


def _listed(title: str, points: Iterable[view.Point], nothing: str = "", *, level: int = 2) -> Iterator[Block]:
    items = tuple(map(_point, points))
    if items or nothing:
        yield Heading(title, level)
        yield Listing(items, spaced=level < 3 and any(item.parts for item in items)) if items else Paragraph(nothing)  # noqa: PLR2004 - lists of page one


def _point(point: view.Point) -> Item:
    more = tuple(Item(text, mark=_DOT) for text in point.more)
    note = f"({point.note})" if point.note else ""
    return Item(point.text, mark=point.mark or _DOT, note=note, style=point.style, strong=bool(more), parts=more)


def _criteria(kinds: Iterable[view.KindView]) -> Iterator[Part]:
    yield Heading("Criteria")
    yield Paragraph("✓ met, ✗ not met, ? unknown, – not applicable.", style=Style.FAINT)
    for kind in kinds:
        yield Heading(f"{kind.title} ({kind.summary})", 3)
        yield Listing(tuple(map(_criterion, kind.criteria)), spaced=True)
        bars = tuple(dict.fromkeys(bar for criterion in kind.criteria for line in criterion.lines for bar in _bars(line)))
        if bars:
            title = f"{kind.title}: have against need"
            words = "; ".join(bar.words for bar in bars)
            yield Figure(svg=bars_svg(title, bars), title=title, words=words, only_drawn=True)


def _bars(line: view.Line) -> Iterator[view.Bar]:
    if line.bar is not None:
        yield line.bar
    for part in line.parts:
        yield from _bars(part)


def _criterion(criterion_view: view.CriterionView) -> Item:
    applies = (
        (Item("counts only where:", mark=_DOT, style=Style.FAINT, parts=tuple(map(_line, criterion_view.applies))),)
        if criterion_view.applies
        else ()
    )
    bare = (Item(criterion_view.bare, mark=_DOT, style=Style.FAINT),) if criterion_view.bare else ()
    return Item(
        criterion_view.title,
        mark=criterion_view.mark,
        note=f"({criterion_view.state}, {criterion_view.counts})",
        style=criterion_view.style,
        strong=True,
        parts=(
            *applies,
            *map(_line, criterion_view.lines),
            *map(_evidence, criterion_view.evidence),
            *bare,
            Item(criterion_view.source, mark=_DOT, style=Style.FAINT),
        ),
    )


def _line(line: view.Line) -> Item:
    note = f"– {line.values}" if line.values else ""
    return Item(line.words, mark=line.mark, note=note, style=line.style, parts=tuple(map(_line, line.parts)))


def _evidence(item: view.Item) -> Item:
    link = f", {item.link}" if item.link else ""
    return Item(f"evidence: {item.words}{link}", mark=_DOT, note=f"({item.note})" if item.note else "", style=Style.FAINT)


def _place(place: view.Place) -> Iterator[Part]:
    yield Heading("Place on the ladder")
    yield from (Paragraph(words) for words in place.words)
    picture = svg(place.pack, place.labels)
    yield Figure(svg=picture, title="The ladder", words=" ".join(place.words), mermaid=mermaid(place.pack, place.labels), only_drawn=True)


def _plan(plan: view.PlanView) -> Iterator[Block]:
    yield Heading("Plan")
    yield Paragraph(plan.summary)
    if plan.steps:
        rows = tuple(tuple(map(Cell, (step.what, step.by, step.takes, step.effort, step.closes))) for step in plan.steps)
        yield Table(headers=("What changes", "By", "Takes", "Effort", "Closes"), rows=rows)
    yield from (Paragraph(note) for note in plan.notes)


def _decision() -> Iterator[Part]:
    yield Heading("The panel’s decision")
    yield Paragraph("To be filled in by people; the verdict above does not bind them.")
    yield Form(rows=DECISION)
