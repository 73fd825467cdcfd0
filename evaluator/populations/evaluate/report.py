"""The page at the end of a population run: what it came to, what is missing most, what it rests on."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator._version import __version__
from evaluator.core.days import ManyDays
from evaluator.core.model import UNDECIDED, Pack
from evaluator.core.unknowns import computations
from evaluator.core.values import clip
from evaluator.populations.name_codes import undefined_letters
from evaluator.populations.where import chosen_words
from evaluator.report.attributes import not_stated
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.days import population_days, projected
from evaluator.report.gates import gates_blocks
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.undefined import NO_ANSWER, computation_words, undefined_place
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, NOTICE, Style, counted, sentence_case, some

if TYPE_CHECKING:
    from evaluator.populations.counting import PopulationCounts
    from evaluator.populations.evaluate.runner import Outcome, Run
    from evaluator.populations.request import Request
    from evaluator.reading.tables import Rejected

_MOST = 8
_REASONS = 12
_NOT_STATED = 6
_SHEETS = 8
_MOST_QUERY = 200
_REJECTED_SHOWN = 20


def population_page(  # noqa: PLR0913 - what a summary rests on
    run: Run, outcome: Outcome, day: datetime.date, days: ManyDays, *, results: Path | None = None, rejected: Path | None = None
) -> tuple[Block, ...]:
    """Return what a run came to; `results` and `rejected` are the files that it wrote."""
    counts, pack = outcome.counts, run.pack
    title = projected("Verdicts by role" if run.request.names_role else "Verdicts by next role", days)
    blocks: list[Block] = [Heading(title, level=3), *_verdicts(counts, pack)]
    if counts.gaps:
        blocks += [Heading("Most common gaps", level=3), _gaps(counts, pack)]
    if counts.questions:
        blocks += [Heading("Most valuable missing data", level=3), _questions(counts, pack)]
    if counts.undefined:
        step = Paragraph(
            "There is nothing to ask these people: the facts are stated, and the rules do not say what follows.", style=Style.FAINT
        )
        blocks += [Heading(NO_ANSWER, level=3), _undefined(counts, pack), step]
    if counts.implausible:
        step = Paragraph("`evaluator profile check` names them.", style=Style.FAINT)
        blocks += [Heading("Hardly plausible", level=3), _implausible(counts), step]
    blocks += gates_blocks(outcome.gates, "Asked for")
    facts = (*read_facts(run, outcome, results, rejected), _time(outcome), *rests_facts(run, day, days))
    return (*blocks, Facts(facts), Paragraph(NOTICE, style=Style.FAINT))


def read_facts(run: Run, outcome: Outcome, results: Path | None = None, rejected: Path | None = None) -> tuple[Fact, ...]:
    """Return what was read and judged, and what is to be known of it."""
    counts, request = outcome.counts, run.request
    facts = [
        *_rows(outcome, results, rejected),
        *_where(run, counts),
        *_judged_for(run),
        *_other_roles(counts),
        *_sheets(run),
        *_queries(run),
        *_not_stated(counts, run.pack, request),
    ]
    if counts.checked:
        again = f"{people_words(counts.checked)} judged again by {request.opinion}, no difference (seed {request.seed})"
        facts.append(Fact("Checked", again))
    return tuple(facts)


def rests_facts(run: Run, day: datetime.date, days: ManyDays) -> tuple[Fact, ...]:
    """Return what verdicts rest on: the pack, the days and the tool."""
    tool = f"evaluator {__version__}, {run.request.engine} engine"
    return (Fact("Pack", pack_words(run.pack)), *population_days(day, days), Fact("Tool", tool))


def _other_roles(counts: PopulationCounts) -> Iterator[Fact]:
    """Say which roles people hold that the pack does not have."""
    if counts.other_roles:
        listed = [f"{clip(role)} ({number:,})" for role, number in sorted(counts.other_roles.items(), key=lambda item: (-item[1], item[0]))]
        people = counted(counts.other_roles.total(), "person", "people")
        yield Fact("Other roles", f"{people} with a role that the pack does not have, judged without one: {some(listed, _NOT_STATED)}")


def _verdicts(counts: PopulationCounts, pack: Pack) -> Iterator[Table]:
    """Yield a row for each role that people are judged for, and a column for each verdict: a table for each list of verdicts."""
    by_role: dict[str, Counter[str]] = {}
    for (role, verdict), number in counts.verdicts.items():
        known = role in pack.roles and verdict in pack.verdicts_of(pack.roles[role])
        by_role.setdefault(role, Counter())[verdict if known else UNDECIDED] += number
    lists = {verdicts: [role for role in roles if role.id in by_role] for verdicts, roles in pack.roles_by_verdicts.items()}
    lists = {verdicts: roles for verdicts, roles in lists.items() if roles} or {pack.verdicts: []}
    none = sorted(counts.unjudged.items())
    for number, (verdicts, roles) in enumerate(lists.items(), 1):
        words = (*verdicts, UNDECIDED)
        rows = [(role.title, *(_number(by_role[role.id][word]) for word in words), f"{by_role[role.id].total():,}") for role in roles]
        if number == len(lists):
            rows += [(f"none: {why}", *(NOTHING for _ in words), f"{many:,}") for why, many in none]
        yield Table(headers=("Role", *words, "People"), rows=tuple(tuple(Cell(text) for text in row) for row in rows))


def _number(number: int) -> str:
    return f"{number:,}" if number else NOTHING


def _gaps(counts: PopulationCounts, pack: Pack) -> Table:
    titles = {criterion.key: (role.title, criterion.title) for role in pack.judged_roles for criterion in role.criteria}
    rows = tuple((Cell(titles[key][0]), Cell(titles[key][1]), Cell(f"{number:,}")) for key, number in _most(counts.gaps))
    return Table(headers=("Role", "Gap", "People"), rows=rows)


def _questions(counts: PopulationCounts, pack: Pack) -> Table:
    rows = tuple((Cell(pack.attributes[name].title), Cell(name), Cell(f"{number:,}")) for name, number in _most(counts.questions))
    return Table(headers=("Missing", "Attribute", "People whose verdict it can move"), rows=rows)


def _undefined(counts: PopulationCounts, pack: Pack) -> Table:
    """Return what has no result, with the place of the table or of the computation; in the order of the pack where as many meet it."""
    by_letter = {undefined_letters(pack)[computation]: computation for computation in computations(pack.attributes)}
    found = [(by_letter[letter], number) for letter, number in _most(counts.undefined)]
    rows = [
        (computation_words(computation, pack.attributes), str(undefined_place(*computation, pack)), f"{number:,}")
        for computation, number in found
    ]
    return Table(headers=("No answer", "Where", "People"), rows=tuple(tuple(Cell(text) for text in row) for row in rows))


def _implausible(counts: PopulationCounts) -> Table:
    rows = tuple((Cell(sentence_case(words)), Cell(f"{number:,}")) for words, number in _most(counts.implausible))
    return Table(headers=("What the pack does not expect", "People"), rows=rows)


def _most(counter: Counter[str]) -> list[tuple[str, int]]:
    """Return the most frequent, in an order that does not hang on how they were counted."""
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:_MOST]


def _rows(outcome: Outcome, results: Path | None, rejected: Path | None) -> Iterator[Fact]:
    counts = outcome.counts
    left_out = f" + {counts.left_out:,} left out" if counts.left_out else ""
    yield Fact("Rows read", f"{counts.rows:,} = {counts.judged:,} judged + {counts.rejected:,} rejected{left_out}")
    if counts.rejected:
        named = _most(counts.reasons)[:_REASONS]
        rest = counts.reasons.total() - sum(number for _, number in named)
        reasons = ", ".join(f"{reason} ({number:,})" for reason, number in named) + (f", others ({rest:,})" if rest else "")
        yield Fact("Rejected", reasons + (f"; each with its reason in {rejected}" if rejected is not None else ""), style=Style.BAD)
    if counts.unread:
        from evaluator.populations.evaluate.rejected_rows import unread_beside

        columns = ", ".join(f"{name} ({number:,})" for name, number in sorted(counts.unread.items(), key=lambda one: (-one[1], one[0])))
        each = f"; each with its reason in {unread_beside(results)}" if results is not None else ""
        cells = counted(counts.unread.total(), "cell that cannot be read counts", "cells that cannot be read count")
        yield Fact("Unread", f"{cells} as unknown: {columns}{each}", style=Style.CLOSE)
    if results is not None:
        yield Fact("Results", str(results))


def _where(run: Run, counts: PopulationCounts) -> Iterator[Fact]:
    """Say whom the run is about, where not about everybody."""
    if run.where is not None:
        yield Fact("Where", chosen_words(run.where.text, counts.judged, counts.judged + counts.left_out, counts.unknown))


def _judged_for(run: Run) -> Iterator[Fact]:
    """Say which column names the role of each person."""
    if run.request.role_column is not None:
        yield Fact("Judged for", f"the role that the column `{clip(run.request.role_column)}` names")


def _queries(run: Run) -> Iterator[Fact]:
    """Say what was asked of which database."""
    for file in getattr(run.people, "files", ()):
        if file.query is not None:
            yield Fact("Query", f"{clip(' '.join(file.query.split()), _MOST_QUERY)} – asked of {file.path}")


def _sheets(run: Run) -> Iterator[Fact]:
    """Name the sheet of each workbook that has several."""
    sheets = [book for book in getattr(run.people, "sheets", ()) if len(book[2]) > 1]
    told = [
        f"{clip(sheet)} (of {some([clip(name) for name in every], _SHEETS)})" + (f" in {path}" if len(sheets) > 1 else "")
        for path, sheet, every in sheets
    ]
    if told:
        yield Fact("Sheet", some(told, _SHEETS))


def _not_stated(counts: PopulationCounts, pack: Pack, request: Request) -> Iterator[Fact]:
    """Name what nobody's data states, though criteria of the judged roles read it: a column may have another name now."""
    roles = {role for role, _ in counts.verdicts if role}
    every = not request.names_role and request.level != "people"
    judged = [role for role in pack.judged_roles if every or role.id in roles]
    missing: dict[str, int] = {}
    for role in judged:
        for name in not_stated(pack, role, counts.stated):
            missing[name] = missing.get(name, 0) + 1
    ordered = sorted(missing, key=lambda name: (-missing[name], pack.attributes[name].title))
    told = [f"{pack.attributes[name].title} ({counted(missing[name], 'role')})" for name in ordered]
    if told:
        words = f"no column gives {some(told, _NOT_STATED)}; criteria of the roles judged read {'it' if len(told) == 1 else 'them'}"
        yield Fact("Not given", words, style=Style.CLOSE)


def _time(outcome: Outcome) -> Fact:
    seconds = max(outcome.seconds, 0.001)
    resumed = f", {counted(outcome.resumed, 'chunk')} of an earlier run taken over" if outcome.resumed else ""
    return Fact("Time", f"{seconds:.1f} s, {outcome.counts.rows / seconds:,.0f} rows/s{resumed}")


def rejections_page(tables: Sequence[Path]) -> tuple[Block, ...]:
    """Return the first rejected rows of Arrow files, for a run that keeps no file of them."""
    import polars as pl

    rows = pl.scan_ipc(list(tables)).head(_REJECTED_SHOWN).collect().iter_rows(named=True)
    items = [_rejection(**{name: "" if cell is None else str(cell) for name, cell in row.items()}) for row in rows]
    step = "Name a file for all of them with --rejected, or results and rejected rows with -o."
    return (Heading("Rejected rows", level=3), Listing(tuple(items)), Paragraph(step))


def rejected_rows(rejected: Sequence[Rejected]) -> tuple[Block, ...]:
    """Return rejected rows, each with its reason."""
    names = ("row", "line", "column", "text", "reason", "code")
    items = [_rejection(**{name: str(getattr(row, name) or "") for name in names}) for row in rejected]
    return (Heading("Rejected rows", level=3), Listing(tuple(items)))


def _rejection(*, row: str, line: str, column: str, text: str, reason: str, code: str, **_: str) -> Item:  # noqa: PLR0913 - a row's cells
    where = ", ".join(part for part in (f"row {row}", f"line {line}" if line else "", column) if part)
    return Item(f"{where}: {text}" if text else where, note=f"{reason} [{code}]")
