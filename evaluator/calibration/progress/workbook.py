"""Progress as a workbook: a summary, who changed, through which criteria and facts, and who is in one population alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evaluator.calibration.progress.analysis import OneSided, PersonProgress, Progress
from evaluator.calibration.progress.explanations import CriterionChange, Explanations
from evaluator.calibration.progress.mixed import RoleOutcome
from evaluator.calibration.progress.report import ORDER, ProgressOptions, moved_table, summary_facts, summary_words
from evaluator.calibration.progress.words import cause_words, fact_words, state_words, steps_words
from evaluator.report.gates import gate_words
from evaluator.report.words import NOTICE, sentence_case, verdict_words
from evaluator.report.workbook import Sheet, Value, written


def workbook(progress: Progress, options: ProgressOptions) -> bytes:
    """Return the workbook; raises PopulationProblem where it cannot be written."""
    return written(sheets(progress, options), title="What changed")


def sheets(progress: Progress, options: ProgressOptions) -> Iterator[Sheet]:
    """Yield the sheets; those of people who are in one population alone also where they are empty."""
    people = (*progress.changed, *progress.there_and_back)
    told = Explanations(progress=progress).of(people)
    yield _summary(progress)
    yield _people(people, progress)
    yield _reasons(people, told)
    yield _only("New", progress.arrived, progress)
    yield _only("Left", progress.left, progress)
    yield _only("Not judged", (*progress.judged_again, *progress.no_longer_judged), progress)
    yield Sheet(
        name="About",
        headers=("What", "It says"),
        rows=(
            *((fact.label, fact.text) for fact in summary_facts(progress, options)),
            *(("Limit", f"{gate.state}: {gate_words(gate)}") for gate in options.gates),
            ("Order of causes", ORDER),
            ("Note", NOTICE),
        ),
    )


def _summary(progress: Progress) -> Sheet:
    table = moved_table(progress)
    numbers: Iterator[tuple[Value, ...]] = (tuple(_number(cell.text) for cell in row) for row in table.rows)
    people: Sequence[tuple[str, int]] = (
        ("In both populations", len(progress.people)),
        ("Otherwise than before", len(progress.changed)),
        ("New", len(progress.arrived)),
        ("Left", len(progress.left)),
        ("Judged again", len(progress.judged_again)),
        ("Not judged now", len(progress.no_longer_judged)),
    )
    blank: tuple[Value, ...] = (None,) * (len(table.headers) - 2)
    rows = (*numbers, *((label, *blank, number) for label, number in people))
    return Sheet(name="Summary", headers=(summary_words(progress), *table.headers[1:]), rows=rows)


def _number(text: str) -> Value:
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else text


def _people(people: Sequence[PersonProgress], progress: Progress) -> Sheet:
    """Return a row for each role that somebody is compared for, of everybody of whom anything is otherwise."""
    headers = (
        *("Id", "Name", "Role then", "Role now", "Next role then", "Next role now", "Compared for", "What happened"),
        *("Verdict then", "Verdict now", "Score then, at worst", "Score then, at best", "Score now, at worst", "Score now, at best"),
        *("By", "In steps", "Next role by", "Role by"),
    )
    return Sheet(
        name="People",
        headers=headers,
        rows=tuple(row for person in people for row in _rows(person, progress)),
        shares=frozenset(name for name in headers if name.startswith("Score")),
    )


def _rows(person: PersonProgress, progress: Progress) -> Iterator[tuple[Value, ...]]:
    held, onward = person.role_today, person.next_role
    start = (person.id, person.name, *map(progress.title, (held.before, held.after, onward.before, onward.after)))
    end = tuple(cause_words(one.attribution) if one.differs else None for one in (onward, held))
    for one in person.roles:
        happened = one.movement or ("another score" if one.score_changed else "as before")
        verdicts = tuple(None if outcome is None else verdict_words(outcome.verdict) for outcome in (one.before, one.after))
        scores = (*_score(one.before), *_score(one.after))
        by = (cause_words(one.verdict), steps_words(one.verdict) or None) if one.movement or one.verdict.steps else (None, None)
        yield (*start, one.role.title, sentence_case(str(happened)), *verdicts, *scores, *by, *end)
    if not person.roles:
        yield (*start, None, "No next role", *(None,) * 8, *end)


def _score(outcome: RoleOutcome | None) -> tuple[Value, Value]:
    return (None, None) if outcome is None else (float(outcome.score.low), float(outcome.score.high))


def _reasons(people: Sequence[PersonProgress], told: Mapping[tuple[int, str], Sequence[CriterionChange]]) -> Sheet:
    """Return a row for each criterion that changed, with the facts behind it."""
    rows = tuple(
        (person.id, person.name, one.role.title, *_reason(change))
        for person in people
        for one in person.roles
        for change in told.get((person.number, one.role.id), ())
    )
    return Sheet(name="Reasons", headers=("Id", "Name", "Compared for", "Criterion", "Was", "Is", "By", "Facts"), rows=rows)


def _reason(change: CriterionChange) -> tuple[Value, ...]:
    facts = "; ".join(fact_words(fact) for fact in change.facts)
    return (change.criterion.title, state_words(change.before), state_words(change.after), str(change.cause), facts or None)


def _only(name: str, people: Sequence[OneSided], progress: Progress) -> Sheet:
    rows = []
    for person in people:
        about = progress.role.id if progress.role is not None else person.next_role
        verdict = None if person.outcome is None else verdict_words(person.outcome.verdict)
        why = None if person.rejected is None else f"{person.rejected.path}, row {person.rejected.row}: {person.rejected.reason}"
        rows.append((person.id, person.name, progress.title(person.role_today), progress.title(about), verdict, why))
    headers = ("Id", "Name", "Role today", "Next role" if progress.role is None else "Judged for", "Verdict", "Why not judged in the other")
    return Sheet(name=name, headers=headers, rows=tuple(rows))
