"""A comparison as blocks, for text, Markdown and Word: the candidates, then tables of what differs and of what is alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.candidates.compare.view import Comparison, Judged, Row
from evaluator.report.blocks import Block, Fact, Facts, Heading, Listing, Paragraph
from evaluator.report.blocks import Item as Entry
from evaluator.report.tables import Cell, Table
from evaluator.report.word import Paper
from evaluator.report.words import NOTICE, Style, counted

HEADS = ("Place", "Role today", "This role", "Verdict", "Score", "Required", "Unknown", "Evidence", "Profile")
DIFFERENT, ALIKE = "Where they differ", "Where they are alike"


def comparison_document(found: Comparison) -> tuple[Block, ...]:
    """Return a comparison, section by section."""
    return (
        Heading(title_of(found), 1),
        Paragraph(found.headline, style=Style.STRONG),
        Facts(tuple(Fact(label, text) for label, text in found.facts)),
        Paragraph(NOTICE, style=Style.FAINT),
        Heading("The candidates"),
        *(_heads(found, part) for part in found.parts),
        *([Listing(tuple(Entry(note, mark="·") for note in found.notes))] if found.notes else []),
        *_section(DIFFERENT, found.differing, found, "No criterion tells them apart."),
        *_section(ALIKE, found.alike, found, "They differ in every criterion."),
    )


def title_of(found: Comparison) -> str:
    """Return what a comparison is called."""
    return f"{counted(len(found.candidates), 'candidate')} for {found.role}"


def comparison_paper(found: Comparison) -> Paper:
    """Return what the paper of a comparison is like: turned, for its tables are wide."""
    return Paper(title=title_of(found), day=found.day, wide=True)


def head_texts(found: Comparison, part: slice) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yield what is said of the candidates, a line for each thing."""
    for label in HEADS:
        cells = []
        for one in found.candidates[part]:
            said = (one.place, one.today, one.step, one.verdict, one.score, one.required, one.unknown, one.evidence, one.about)
            text = said[HEADS.index(label)]
            cells.append(Cell(text, one.style if label == "Verdict" else Style.PLAIN))
        yield label, tuple(cells)


def _heads(found: Comparison, part: slice) -> Table:
    rows = tuple((Cell(label), *cells) for label, cells in head_texts(found, part))
    return Table(headers=("Candidate", *(one.label for one in found.candidates[part])), rows=rows)


def _section(title: str, rows: Sequence[Row], found: Comparison, nothing: str) -> Iterator[Block]:
    yield Heading(f"{title} ({counted(len(rows), 'criterion', 'criteria')})")
    if not rows:
        yield Paragraph(nothing)
        return
    for part in found.parts:
        names = (one.label for one in found.candidates[part])
        yield Table(headers=("Criterion", *names), rows=tuple(_row(row, part) for row in rows))


def _row(row: Row, part: slice) -> tuple[Cell, ...]:
    return (Cell(f"{row.title} ({row.counts}). {row.asks}."), *(Cell(cell_words(one), one.style) for one in row.cells[part]))


def cell_words(one: Judged) -> str:
    """Say what a criterion comes to for one candidate, in one cell."""
    evidence = f" ({one.evidence})" if one.evidence else ""
    return f"{one.mark} {one.state}: {one.has}{evidence}"
