"""Results as plain rows: one line for each person and role that is asked about."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from evaluator.core.days import Days, days_of
from evaluator.core.model import UNDECIDED, Pack
from evaluator.core.results import Evaluation, RoleResult
from evaluator.core.values import Kind
from evaluator.report.days import projected
from evaluator.report.reported import reported_cells, reported_names
from evaluator.report.tables import Cell, Table
from evaluator.report.words import NOTHING, counted, joined, score_words, some, verdict_style, verdict_words

_GAPS_SHOWN = 3
_WITHOUT = "without"


@attrs.frozen(kw_only=True)
class Selection:
    """Which roles to show of an evaluation: the best next one, one by its id, `every` one, or the one that is `named` for each person."""

    role: str | None = None
    every: bool = False
    named: Mapping[str, str | None] | None = None

    @property
    def of_next_roles(self) -> bool:
        """Whether people are shown by their best next roles, as nobody named another."""
        return self.role is None and not self.every and self.named is None


def selected(evaluation: Evaluation, selection: Selection) -> tuple[RoleResult | None, ...]:
    """Return the results to show; None stands for a person without a role to be judged for."""
    if selection.every:
        return tuple(evaluation.roles.values())
    role = selection.role if selection.named is None else selection.named.get(evaluation.profile.id)
    if role is not None:
        return (evaluation.roles[role],)
    if selection.named is not None:
        return (None,)
    return (evaluation.next_roles[0].result if evaluation.next_roles else None,)


def table(evaluations: Sequence[Evaluation], pack: Pack, selection: Selection, *, today: datetime.date | None = None) -> Table:
    """Return one line for each person, and for each role where every role is asked for, as it reads today.

    Where people are judged for different days, each verdict that is a projection says so; where all are for one, what stands above does.
    """
    judged = "Next role" if selection.of_next_roles else "Role"
    held = () if selection.every else ("Role today", "Ready for")
    apart = len({evaluation.provenance.as_of for evaluation in evaluations}) > 1
    rows = (
        _row(evaluation, result, pack, selection, days_of(evaluation, pack, today) if apart else None)
        for evaluation in evaluations
        for result in selected(evaluation, selection)
    )
    below = (*held[1:], "Gaps")
    return Table(headers=("Name", *held, judged, "Verdict", "Score", "Gaps"), rows=tuple(rows), below=below)


def _row(evaluation: Evaluation, result: RoleResult | None, pack: Pack, selection: Selection, days: Days | None) -> tuple[Cell, ...]:
    role_today = NOTHING if evaluation.role is None else evaluation.role.title
    today = () if selection.every else (Cell(role_today), Cell(standing_words(evaluation, pack)))
    return (Cell(evaluation.profile.label), *today, *_judged(evaluation, result, pack, days, beyond=selection.of_next_roles))


def _judged(evaluation: Evaluation, result: RoleResult | None, pack: Pack, days: Days | None, *, beyond: bool) -> tuple[Cell, ...]:
    if result is not None:
        words = verdict_words(result.verdict)
        verdict = Cell(words if days is None else projected(words, days), verdict_style(result.verdict, pack.verdicts_of(result.role)))
        gaps = some([gap.criterion.id for gap in result.gaps], _GAPS_SHOWN) or NOTHING
        return (Cell(result.role.title), verdict, Cell(score_words(result.score)), Cell(gaps))
    nothing = Cell(NOTHING)
    if beyond and evaluation.beyond:
        return (Cell(evaluation.beyond[0].role.title), Cell("not judged"), nothing, nothing)
    return (nothing, nothing, nothing, nothing)


def standing_words(evaluation: Evaluation, pack: Pack) -> str:
    """Name the highest roles of each track that are ready today."""
    titles = [pack.roles[role].title for standing in evaluation.standings for role in standing.roles]
    return ", ".join(titles) or NOTHING


def verdict_counts(evaluations: Iterable[Evaluation], pack: Pack, selection: Selection) -> str:
    """Count the verdicts shown, best first, then the undecided and those without: `2 ready, 1 not yet, 1 undecided, 1 without`.

    Where the roles shown have different verdicts, each list is counted apart, after the tracks that have it.
    """
    shown = [result for evaluation in evaluations for result in selected(evaluation, selection)]
    counts: dict[tuple[str, ...], Counter[str]] = {verdicts: Counter() for verdicts in pack.roles_by_verdicts}
    for result in shown:
        if result is not None:
            counts[pack.verdicts_of(result.role)][result.verdict.low if result.verdict.decided else UNDECIDED] += 1
    counts = {verdicts: words for verdicts, words in counts.items() if words}
    told = [", ".join(f"{words[word]} {word}" for word in (*verdicts, UNDECIDED) if words[word]) for verdicts, words in counts.items()]
    if len(told) > 1:
        told = [f"{tracks_of(verdicts, pack)}: {words}" for verdicts, words in zip(counts, told, strict=True)]
    without = sum(result is None for result in shown)
    return ("; " if len(told) > 1 else ", ").join([*told, *([f"{without} {_WITHOUT}"] if without else [])])


def tracks_of(verdicts: tuple[str, ...], pack: Pack) -> str:
    """Name the tracks whose roles have these verdicts."""
    tracks = {role.track for role in pack.roles_by_verdicts[verdicts]}
    return joined([track.title for track in pack.tracks if track.id in tracks])


CSV_HEADERS = (
    "id",
    "name",
    "role_today",
    "ready_for",
    "role",
    "verdict",
    "verdict_worse",
    "verdict_better",
    "score_worse",
    "score_better",
    "gaps",
    "questions",
    "undefined",
    "as_of",
    "projection_to",
    "facts_as_of",
    "pack",
    "pack_version",
    "pack_hash",
)


def csv_headers(pack: Pack) -> tuple[str, ...]:
    """Return the headers of those rows."""
    return (*CSV_HEADERS, *reported_names(pack, CSV_HEADERS))


def csv_numbers(pack: Pack) -> frozenset[str]:
    """Return the headers of those columns that hold numbers with decimals."""
    values = csv_headers(pack)[len(CSV_HEADERS) :: 2]
    reported = [name for name, attribute in zip(values, pack.reported, strict=True) if attribute.kind is Kind.NUMBER]
    return frozenset({"score_worse", "score_better", *reported})


def csv_rows(
    evaluations: Iterable[Evaluation], pack: Pack, selection: Selection, *, today: datetime.date | None = None
) -> Iterator[tuple[str, ...]]:
    """Yield a row of ids and plain numbers for each line of the table, as it reads today; what the pack reports stands last."""
    for evaluation in evaluations:
        told = [cell for value, between in reported_cells(evaluation, pack) for cell in (value, between)]
        for result in selected(evaluation, selection):
            provenance, days = evaluation.provenance, days_of(evaluation, pack, today)
            dates = ("" if day is None else day.isoformat() for day in (provenance.as_of, days.projection_to, days.facts_as_of))
            yield (
                *_csv_person(evaluation),
                *_csv_role(result),
                *dates,
                provenance.pack,
                provenance.pack_version,
                provenance.pack_hash,
                *told,
            )


def _csv_person(evaluation: Evaluation) -> tuple[str, ...]:
    ready = [role for standing in evaluation.standings for role in standing.roles]
    today = "" if evaluation.role is None else evaluation.role.id
    return (evaluation.profile.id, evaluation.profile.name or "", today, "; ".join(ready))


def _csv_role(result: RoleResult | None) -> tuple[str, ...]:
    if result is None:
        return ("",) * 9
    verdict, score = result.verdict, result.score
    low, high = (f"{float(side):.4f}" for side in (score.low, score.high))
    gaps = "; ".join(gap.criterion.id for gap in result.gaps)
    asks = "; ".join(question.attribute for question in result.questions)
    undefined = "; ".join(dict.fromkeys(undefined_value.undefined.attribute for undefined_value in result.undefined))
    return (result.role.id, verdict_words(verdict), verdict.low, verdict.high, low, high, gaps, asks, undefined)


def people_words(number: int) -> str:
    """Count people: 1 person, 2 people."""
    return counted(number, "person", "people")
