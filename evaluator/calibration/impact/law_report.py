"""The tables of New York City's Local Law 144 as blocks, with ratios as the city publishes them."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.calibration.impact.law import LawTable, LawTables
from evaluator.calibration.impact.words import EXACT, POOL_WORDS, published
from evaluator.report.blocks import Block, Heading, Item, Listing, Paragraph
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, counted, percent_words, rounded

TITLE = "Local Law 144 (6 RCNY 5-301)"


def law_blocks(law_tables: LawTables) -> Iterator[Block]:
    """Yield the three tables of selection and the three of scoring."""
    yield Heading(f"{TITLE}: selection", 3)
    if all(table.held for table in (*law_tables.selection, *law_tables.scoring)):
        yield Paragraph(f"Held back: {POOL_WORDS}. The law wants these tables published, with every category; {EXACT} shows them.")
        return
    for table in law_tables.selection:
        yield from _blocks(table, law_tables, ("Considered", "Selected", "Selection rate", "Impact ratio"))
    yield Heading(f"{TITLE}: scoring", 3)
    yield Paragraph(scoring_words(law_tables))
    for table in law_tables.scoring if law_tables.median is not None else ():
        yield from _blocks(table, law_tables, ("Scored", "Above the median", "Scoring rate", "Impact ratio"))


def scoring_words(law_tables: LawTables) -> str:
    """Say what the scoring rate is held against."""
    if law_tables.median is None:
        return "Nobody has a score."
    unscored = f"; {people_words(law_tables.unscored)} without a score left out" if law_tables.unscored else ""
    words = f"The scoring rate is the share strictly above the median score of everybody considered, {percent_words(law_tables.median, 1)}"
    return f"{words}; what is unknown counts as unmet{unscored}."


def _blocks(table: LawTable, law_tables: LawTables, headers: tuple[str, ...]) -> Iterator[Block]:
    if table.held:
        return
    title = f"{table.title[:1].upper()}{table.title[1:]} categories"
    yield Table(headers=(title, *headers), rows=tuple(_rows(table)))
    notes = list(_notes(table, law_tables))
    if notes:
        yield Listing(tuple(Item(note) for note in notes))


def _rows(table: LawTable) -> Iterator[tuple[Cell, ...]]:
    for group in table.comparison.groups:
        ratio = published(group.ratio) if group.compared else NOTHING
        counts = (f"{group.counts.considered:,}", f"{group.counts.selected:,}")
        yield tuple(Cell(text) for text in (group.name, *counts, rounded(group.rate, 2), ratio))


def _notes(table: LawTable, law_tables: LawTables) -> Iterator[str]:
    if table.beside:
        small = " or of one that is too small to be told" if table.unnamed else ""
        yield f"{people_words(table.beside)} of unknown category{small} left out; nothing is imputed"
    if table.hidden:
        yield f"held back, as few of them are counted, or it would tell another number: {'; '.join(table.hidden)}; {EXACT} shows them"
    if table.left_out:
        number = counted(len(table.left_out), "category", "categories")
        yield f"left out of the ratios, {number} under 2 % of the data: {'; '.join(table.left_out)}. Reason given: {law_tables.reason}"
    elif table.small:
        yield f"under 2 % of the data: {'; '.join(table.small)}; --reason-to-leave-out REASON leaves them out of the ratios"
