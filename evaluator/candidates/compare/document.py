"""A comparison as blocks, for text, Markdown and Word: the candidates, then tables of what differs and of what is alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.candidates.compare.view import Comparison, CriterionCell, Row
from evaluator.report.blocks import Block, Fact, Facts, Heading, Listing, Paragraph
from evaluator.report.blocks import Item as Entry
from evaluator.report.tables import Cell, Table
from evaluator.report.word import Paper
from evaluator.report.words import NOTICE, Style, counted

HEADS = ("Place", "Role today", "This role", "Verdict", "Score", "Required", "Unknown", "Evidence", "Profile")
DIFFERENT, ALIKE = "Where they differ", "Where they are alike"


def comparison_document(comparison: Comparison) -> tuple[Block, ...]:
    """Return a comparison, section by section."""
    return (
        Heading(comparison_title(comparison), 1),
        Paragraph(comparison.headline, style=Style.STRONG),
        Facts(tuple(Fact(label, text) for label, text in comparison.facts)),
        Paragraph(NOTICE, style=Style.FAINT),
        Heading(f"The {people_word(comparison)}"),
        *(_heads(comparison, part) for part in comparison.parts),
        *([Listing(tuple(Entry(note, mark="·") for note in comparison.notes))] if comparison.notes else []),
        *_section(DIFFERENT, comparison.differing, comparison, "No criterion tells them apart."),
        *_section(ALIKE, comparison.alike, comparison, "They differ in every criterion."),
    )


def comparison_title(comparison: Comparison) -> str:
    """Return what a comparison is called."""
    word = people_word(comparison)
    return f"{len(comparison.candidates)} {word if word == 'candidates' else f'{word} compared'} for {comparison.role}"


def people_word(comparison: Comparison) -> str:
    """Return what those who are compared are: candidates where the role would be a step for each of them, else people."""
    return "candidates" if all(one.is_candidate for one in comparison.candidates) else "people"


def comparison_paper(comparison: Comparison) -> Paper:
    """Return what the paper of a comparison is like: turned, for its tables are wide."""
    return Paper(title=comparison_title(comparison), day=comparison.day, wide=True)


def head_texts(comparison: Comparison, part: slice) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yield what is said of the candidates, a line for each thing."""
    for label in HEADS:
        cells = []
        for candidate in comparison.candidates[part]:
            said = (
                candidate.place,
                candidate.today,
                candidate.step,
                candidate.verdict,
                candidate.score,
                candidate.required,
                candidate.unknown,
                candidate.evidence,
                candidate.about,
            )
            text = said[HEADS.index(label)]
            cells.append(Cell(text, candidate.style if label == "Verdict" else Style.PLAIN))
        yield label, tuple(cells)
    for index, (title, _) in enumerate(comparison.candidates[0].reported):
        yield title, tuple(Cell(candidate.reported[index][1]) for candidate in comparison.candidates[part])


def _heads(comparison: Comparison, part: slice) -> Table:
    rows = tuple((Cell(label), *cells) for label, cells in head_texts(comparison, part))
    return Table(
        headers=(
            "Candidate" if people_word(comparison) == "candidates" else "Person",
            *(candidate.label for candidate in comparison.candidates[part]),
        ),
        rows=rows,
    )


def _section(title: str, rows: Sequence[Row], comparison: Comparison, nothing: str) -> Iterator[Block]:
    yield Heading(f"{title} ({counted(len(rows), 'criterion', 'criteria')})")
    if not rows:
        yield Paragraph(nothing)
        return
    for part in comparison.parts:
        names = (candidate.label for candidate in comparison.candidates[part])
        yield Table(headers=("Criterion", *names), rows=tuple(_row(row, part) for row in rows))


def _row(row: Row, part: slice) -> tuple[Cell, ...]:
    return (
        Cell(f"{row.title} ({row.counts}). {row.asks}."),
        *(Cell(cell_words(criterion_cell), criterion_cell.style) for criterion_cell in row.cells[part]),
    )


def cell_words(criterion_cell: CriterionCell) -> str:
    """Say what a criterion comes to for one candidate, in one cell."""
    evidence = f" ({criterion_cell.evidence})" if criterion_cell.evidence else ""
    return f"{criterion_cell.mark} {criterion_cell.state}: {criterion_cell.has}{evidence}"
