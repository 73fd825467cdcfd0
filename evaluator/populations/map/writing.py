"""A proposal as a mapping file with its reasons in comments, and as a report of what it covers and leaves open."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from evaluator.core.model import Pack
from evaluator.core.text import fold_name
from evaluator.core.values import clip
from evaluator.populations.map.proposal import ColumnProposal, Open, Proposal
from evaluator.reading.tables.meanings import ATTRIBUTE, ID, NAME, ROLE
from evaluator.reading.yaml.writing import scalar
from evaluator.report.attributes import not_stated
from evaluator.report.blocks import Block, Fact, Facts, Heading, Paragraph
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.words import Style, counted, some

_MOST_OPEN = 20
_MOST_NAMED = 6
_NOTHING = "~"


def mapping_text(proposal: Proposal, pack: Pack, day: datetime.date) -> str:
    """Return the mapping file: what is proposed as it is read, what is left open in comments."""
    return "\n".join(_lines(proposal, pack, day)) + "\n"


def _lines(proposal: Proposal, pack: Pack, day: datetime.date) -> Iterator[str]:
    survey = proposal.survey
    yield f"# How tables such as {clip(survey.path)} are read with {pack_words(pack)}, proposed on {day}."
    yield "# Read each line and decide what is open; nothing of it holds before the file is named with --map-file."
    if survey.unread:
        yield f"# {counted(len(survey.unread), 'row')} could not be read, and nothing here goes by them: {survey.unread[0].reason}."
    for words in proposal.ambiguous:
        yield f"# Two readings: {words}."
    if all(one.target != ID for one in proposal.columns):
        yield "# Nothing says which column tells people apart: write `id` behind its name."
    if survey.sheet is not None:
        yield f"sheet: {scalar(survey.sheet)}"
    if survey.header_row is not None:
        below = "  # the row above names the same columns by the keys of the system" if survey.labels_below else ""
        yield f"header_row: {survey.header_row}{below}"
    settings = {"encoding": proposal.encoding, "decimal": proposal.decimal, "thousands": proposal.thousands, "dates": proposal.dates}
    for key, stated in settings.items():
        if stated is not None:
            yield f"{key}: {scalar(stated.value)}  # {stated.reason}"
    yield from (f"{key}: {scalar(value)}" for key, value in proposal.given.items())
    yield from _shared(proposal)
    yield "columns:"
    for column in _in_order(proposal.columns):
        yield from _column(column, pack)
    yield from _roles(proposal)


def _shared(proposal: Proposal) -> Iterator[str]:
    """List the words that several columns have, to be decided once, in comments."""
    if not proposal.shared:
        return
    yield "# values:"
    for one in proposal.shared:
        listed = some(one.options, _MOST_OPEN)
        yield f"  # To decide once for {counted(one.columns, 'column')}: one of {listed}, or ~ where nothing is known; take the # away."
        yield from (f"  #   {line}" for line in _words(one.open))


def _in_order(columns: Sequence[ColumnProposal]) -> Iterator[ColumnProposal]:
    """Yield columns in the table's order, the parts of a name in that of the name: the given one is the first to be said."""
    names = [one for one in columns if one.target == NAME]
    given_first = iter(sorted(names, key=lambda one: "family" in one.match.reason))
    yield from (next(given_first) if one.target == NAME else one for one in columns)


def _column(column: ColumnProposal, pack: Pack) -> Iterator[str]:
    name, reason = scalar(column.name), _reason(column)
    if column.match.group is not None:
        if fold_name(column.name) != fold_name(column.match.group):
            yield f"  # {name}: {scalar(column.match.group)}  # {reason}; take the first # away where impact is to count it"
        return
    target = _NOTHING if column.target is None else column.target.removeprefix(ATTRIBUTE)
    is_plain = not (column.values or column.separator or column.fractions or column.open)
    if is_plain or column.target == ROLE:
        yield f"  {name}: {target}  # {reason}"
        return
    yield f"  {name}:"
    yield f"    attribute: {target}  # {reason}"
    if column.separator:
        yield f"    separator: {scalar(column.separator)}  # it stands between several options"
    if column.fractions:
        yield "    fractions: true  # every number lies within 0 and 1: 0.875 is read as 87.5 percent"
    if column.values:
        yield "    values:"
        yield from (f"      {scalar(text)}: {scalar(option)}" for text, option in sorted(column.values.items()))
    if column.open:
        yield from _open(column, pack)


def _open(column: ColumnProposal, pack: Pack) -> Iterator[str]:
    """List the words that cannot be read, as they would stand, in comments."""
    attribute = pack.attributes.get((column.target or "").removeprefix(ATTRIBUTE))
    options = attribute.type.options if attribute is not None else ()
    listed = f"one of {some(options, _MOST_OPEN)}" if options else "a value"
    yield f"    # To decide: behind each word {listed}, or ~ where it says that nothing is known; take the # away."
    if not column.values:
        yield "    # values:"
    yield from (f"    #   {line}" for line in _words(column.open))


def _words(texts: Sequence[Open]) -> Iterator[str]:
    for one in texts[:_MOST_OPEN]:
        perhaps = f", perhaps {one.perhaps}" if one.perhaps else ""
        yield f"{scalar(one.text)}: {_NOTHING}  # {counted(one.rows, 'row')}{perhaps}"
    if len(texts) > _MOST_OPEN:
        yield f"and {len(texts) - _MOST_OPEN:,} more"


def _roles(proposal: Proposal) -> Iterator[str]:
    column = next((one for one in proposal.columns if one.target == ROLE), None)
    if column is None or not (column.values or column.open):
        return
    yield "roles:" if column.values else "# roles:"
    rows = column.match.column.texts
    for text, role in sorted(column.values.items()):
        yield f"  {scalar(text)}: {role}  # {counted(rows[text], 'row')}, with its words spelt out"
    if column.open:
        yield "  # To decide: the role that a title stands for, or ~ for none; take the # away."
        yield from (f"  #   {line}" for line in _words(column.open))


def _reason(column: ColumnProposal) -> str:
    empty = column.match.column.empty + column.unstated
    return column.match.reason + (f"; {counted(empty, 'row')} without" if column.target is not None and empty else "")


def report(proposal: Proposal, pack: Pack, command: Sequence[str], constants: Sequence[str], *, checking: bool) -> list[Block]:
    """Return what is proposed in short: each column, what is covered, what is open, and the command to run next.

    `constants` are the attributes that hold for everybody. With `checking`, a mapping that is there is told what it leaves open.
    """
    survey = proposal.survey
    rows = tuple(
        (
            Cell(one.name),
            Cell("not read", Style.FAINT) if one.target is None else Cell(one.target.removeprefix(ATTRIBUTE)),
            Cell(one.match.reason),
            Cell(counted(one.open_rows, "row") if one.open else "", Style.OPEN),
        )
        for one in proposal.columns
    )
    where = f", sheet {clip(survey.sheet)}" if survey.sheet else ""
    where += f", its columns named in row {survey.header_row}" if survey.header_row else ""
    read = sum(one.target is not None for one in proposal.columns)
    facts = [
        Fact("Table", f"{survey.path}: {counted(survey.rows, 'row')}, {counted(len(survey.columns), 'column')}{where}"),
        *_not_looked_at(proposal),
        Fact("Columns", f"{read:,} read, {len(proposal.columns) - read:,} not"),
        *_coverage(proposal, pack, constants),
        *(Fact("Two readings", words, style=Style.CLOSE) for words in proposal.ambiguous),
        *_to_decide(proposal, checking=checking),
    ]
    if all(one.target != ID for one in proposal.columns):
        facts.append(Fact("No id", "nothing says which column tells people apart; write `id` behind its name", style=Style.CLOSE))
    facts.append(Fact("Next", shlex.join(command)))
    heading = Heading(f"{'The mapping of' if checking else 'Proposed for'} {clip(PurePath(survey.path).name)}")
    table = Table(("Column", "Is read as", "Why", "To decide"), rows)
    return [heading, table, Facts(tuple(facts)), *([] if checking else [Paragraph(_PROMISE)])]


_PROMISE = "A proposal is applied to nothing: read the file, and change it where it is wrong, before a run names it with --map-file."


def _not_looked_at(proposal: Proposal) -> Iterator[Fact]:
    """Say how many rows stand in no count, and why the first of them does not."""
    unread = proposal.survey.unread
    if unread:
        first = unread[0]
        where = f"line {first.line}" if first.line is not None else f"row {first.row}"
        number = counted(len(unread), "row cannot be read and is in no count", "rows cannot be read and are in no count")
        yield Fact("Left out", f"{number}; {where}: {first.reason}", style=Style.BAD)


def _to_decide(proposal: Proposal, *, checking: bool) -> Iterator[Fact]:
    """Say how many words are left to decide, or, of a mapping that is there, which."""
    columns = [one for one in proposal.columns if one.open]
    for shared in proposal.shared:
        texts = [f"{clip(text.text)} ({counted(text.rows, 'row')})" for text in shared.open]
        yield Fact("To decide", f"in {counted(shared.columns, 'column')} alike: {some(texts, _MOST_NAMED)}", style=Style.OPEN)
    for one in columns if checking else ():
        texts = [f"{clip(text.text)} ({counted(text.rows, 'row')})" for text in one.open]
        yield Fact("To decide", f"{clip(one.name)}: {some(texts, _MOST_NAMED)}", style=Style.OPEN)
    if columns and not checking:
        words = counted(sum(len(one.open) for one in columns), "word")
        yield Fact("To decide", f"{words} in {counted(len(columns), 'column')}; the file lists them", style=Style.OPEN)


def _coverage(proposal: Proposal, pack: Pack, constants: Sequence[str]) -> Iterator[Fact]:
    """Say how much of what criteria read the table states, and what it does not."""
    every: dict[str, int] = {}
    missing: dict[str, int] = {}
    stated = {**proposal.stated, **dict.fromkeys(constants, proposal.survey.rows)}
    for role in pack.judged_roles:
        for name in not_stated(pack, role, {}):
            every[name] = every.get(name, 0) + 1
        for name in not_stated(pack, role, stated):
            missing[name] = missing.get(name, 0) + 1
    there = len(every.keys() - missing.keys())
    yield Fact("Covers", f"{there:,} of {counted(len(every), 'attribute')} that criteria read")
    named = [
        f"{pack.attributes[name].title} ({counted(missing[name], 'role')})"
        for name in sorted(missing, key=lambda name: (-missing[name], pack.attributes[name].title))
    ]
    if named:
        yield Fact("Not there", some(named, _MOST_NAMED), style=Style.CLOSE)
