"""The questions of a sheet: what is open of a person, the most decisive first, a row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

import attrs

from evaluator.candidates.profile.drafting.interview import NAME, ROLE, Interview
from evaluator.candidates.profile.editing.entry_gaps import entry_gaps
from evaluator.candidates.profile.terminal_question import answer_hint, matters_words
from evaluator.core.spreadsheets import guarded
from evaluator.report.attributes import option_lines
from evaluator.report.blocks import Block, Fact, Facts, Heading, Paragraph
from evaluator.report.explain import question_words
from evaluator.report.tables import Cell, Table
from evaluator.report.third_person import about_somebody

KEY, QUESTION, HOW, ANSWER = "Attribute", "Question", "How to answer", "Answer (empty: not known)"
EVIDENCE = "Evidence: what; when; who can confirm it; a link"
PROFILE = "Profile"
_HEADERS = (KEY, QUESTION, HOW, ANSWER, EVIDENCE)
_PLAIN = {NAME: ("name", "What is the person's name?", "any text"), ROLE: ("role", "What is today's role?", "a title of the ladder")}


@attrs.frozen(kw_only=True)
class Row:
    """A question of a sheet: what its answer sets, the question, how it is answered, and why it matters."""

    key: str
    question: str
    how: str
    why: str


def rows_of(interview: Interview, *, of_others: bool) -> tuple[Row, ...]:
    """Return the questions that are open."""
    found = [
        Row(key=key, question=question, how=how, why="")
        for asked, (key, question, how) in _PLAIN.items()
        if (interview.base.name if asked == NAME else interview.base.role) is None
    ]
    for gap in entry_gaps(interview):
        question, how, why = gap.question.strip().split("\n  ")
        found.append(Row(key=gap.route, question=question, how=how, why=why))
    for ask in interview.asks():
        words = question_words(ask.attribute)
        roles = ", ".join(interview.pack.roles[role].title for role in ask.roles)
        how = "; ".join((answer_hint(ask.attribute), *option_lines(ask.attribute)))
        question = about_somebody(words) if of_others else words
        found.append(Row(key=ask.attribute.id, question=question, how=how, why=f"{matters_words(ask)} {roles}"))
    return tuple(found)


def sheet_csv(interview: Interview, rows: Sequence[Row], delimiter: str) -> str:
    """Return the sheet as CSV, with the profile that it is about in each row."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow((PROFILE, *_HEADERS, "Why it is asked"))
    for row in rows:
        writer.writerow([guarded(text) for text in (interview.base.id, row.key, row.question, row.how, "", "", row.why)])
    return out.getvalue()


def sheet_blocks(interview: Interview, rows: Sequence[Row], *, printed: bool) -> Iterator[Block]:
    """Return the sheet as a report, to be filled in on the screen or on paper."""
    about = "the roles ahead" if interview.ahead is None else interview.ahead.title
    yield Heading(f"Questions about {interview.base.label}", 1)
    yield Facts((Fact(PROFILE, interview.base.id), Fact("Asked for", about), Fact("As of", interview.as_of.isoformat())))
    if printed:
        yield Paragraph("This page is for printing. What is to be read back is filled in as .docx or .csv.")
    else:
        back = f"`evaluator profile answer --from` reads it into {interview.base.id}.yaml"
        yield Paragraph(f"Fill in the last two columns and send it back; {back}.")
    yield Table(headers=_HEADERS, rows=tuple(tuple(map(Cell, (row.key, row.question, row.how, "", ""))) for row in rows))
