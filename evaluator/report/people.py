"""The page of `evaluate`: a table of people, and below it what it rests on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import attrs

from evaluator.core.days import ManyDays
from evaluator.core.model import Pack
from evaluator.core.questions import further_questions
from evaluator.core.recommendation import Relation, recommend
from evaluator.core.results import Evaluation, Provenance, RoleResult
from evaluator.report.blocks import Block, Fact, Facts, Heading, Paragraph
from evaluator.report.days import days_facts, projected
from evaluator.report.plain_values import Json
from evaluator.report.recommendation import held_words
from evaluator.report.undefined import undefined_words
from evaluator.report.views import Selection, people_words, selected, table, verdict_counts
from evaluator.report.words import NOTICE, Style, counted, joined, some

_NAMES_SHOWN = 5


def people_page(
    evaluations: Sequence[Evaluation], pack: Pack, selection: Selection, *, today: datetime.date | None = None
) -> tuple[Block, ...]:
    """Return the table of people with its footer, as they read today; a projection is told above it, and beside each verdict."""
    days = ManyDays.of(evaluations, pack, today)
    head = [Heading(projected("Verdicts", days), 3)] if days.projected else []
    return (*head, table(evaluations, pack, selection, today=today), *footer(evaluations, pack, selection, today=today))


def footer(evaluations: Sequence[Evaluation], pack: Pack, selection: Selection, *, today: datetime.date | None = None) -> tuple[Block, ...]:
    """Return how many people and verdicts there are, what judged them, and what the result is for."""
    counts = verdict_counts(evaluations, pack, selection)
    facts = [Fact("People", people_words(len(evaluations))), Fact("Verdicts", counts)]
    facts += [Fact("Pack", pack_words(pack)), Fact("As of", _dates(evaluations)), *days_facts(ManyDays.of(evaluations, pack, today))]
    facts.append(Fact("Tool", tool_words(evaluations[0].provenance)))
    notes = (*_held(evaluations, selection), *_notes(evaluations, pack, selection), *_open_moves(evaluations, pack, selection))
    facts += [Fact("Note", note) for note in notes]
    return (Facts(tuple(facts)), Paragraph(NOTICE, style=Style.FAINT))


def _held(evaluations: Sequence[Evaluation], selection: Selection) -> Iterator[str]:
    """Yield whose verdict is held by what caps it, whatever the score beside it; of many people the first few."""
    results = [(evaluation, result) for evaluation in evaluations for result in selected(evaluation, selection)]
    held = [(evaluation, result) for evaluation, result in results if result is not None and result.held_by]
    for evaluation, result in held[:_NAMES_SHOWN]:
        yield f"{evaluation.profile.label} as {result.role.title}: {held_words(result)}"
    if (more := len(held) - _NAMES_SHOWN) > 0:
        yield f"{counted(more, 'more verdict is', 'more verdicts are')} held by what caps; `--format json` says by what"


def pack_words(pack: Pack) -> str:
    """Name a pack by title, version and hash."""
    return f"{pack.title} {pack.version} ({pack.name}, hash {pack.content_hash})"


@attrs.frozen(kw_only=True)
class PackRead:
    """A pack that a command checked, and the folder it was read from; None where too little of it could be read."""

    pack: Pack | None
    folder: str

    @property
    def line(self) -> str:
        """The line that names it below a result."""
        return f"pack: {self.folder}" if self.pack is None else f"pack: {self.pack.title} {self.pack.version}, {self.folder}"

    def to_json(self) -> dict[str, Json]:
        """Return it as data."""
        pack = self.pack
        named: dict[str, Json] = {"folder": self.folder}
        return named if pack is None else {"title": pack.title, "version": pack.version, "hash": pack.content_hash, **named}


def tool_words(provenance: Provenance) -> str:
    """Name the tool that evaluated, by version and engine."""
    return f"evaluator {provenance.tool_version}, {provenance.engine} engine"


def _dates(evaluations: Sequence[Evaluation]) -> str:
    days = sorted({evaluation.provenance.as_of for evaluation in evaluations})
    return str(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]}, as each profile says"


def _notes(evaluations: Sequence[Evaluation], pack: Pack, selection: Selection) -> Iterator[str]:
    if selection.role is not None and not selection.every:
        yield from _no_steps(evaluations, selection.role, pack)
    if selection.named is not None:
        unnamed = [evaluation.profile.label for evaluation in evaluations if selected(evaluation, selection) == (None,)]
        if unnamed:
            yield f"no role is named to be judged for: {some(unnamed, _NAMES_SHOWN)}"
    if not selection.of_next_roles:
        return
    roleless = [evaluation.profile.label for evaluation in evaluations if evaluation.role is None]
    if roleless:
        yield f"no role today, so no next role: {some(roleless, _NAMES_SHOWN)}; use --role or --all-roles to judge them"
    topmost = [evaluation.profile.label for evaluation in evaluations if evaluation.role is not None and not evaluation.next_roles]
    if topmost:
        yield f"nothing further to be judged for: {some(topmost, _NAMES_SHOWN)}; use --role or --all-roles"
    yield from _demotions(evaluations)


def _demotions(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    """Say for whom a demotion is open, and where that is not known."""
    sure: dict[str, list[str]] = {}
    perhaps: dict[str, list[str]] = {}
    for evaluation in evaluations:
        for move in evaluation.demotions:
            (sure if move.holds else perhaps).setdefault(move.role.title, []).append(evaluation.profile.label)
    for title, labels in sure.items():
        yield f"a demotion to {title} is open for {some(labels, _NAMES_SHOWN)}"
    for title, labels in perhaps.items():
        yield f"whether a demotion to {title} is open is not known of {some(labels, _NAMES_SHOWN)}"


def _open_moves(evaluations: Sequence[Evaluation], pack: Pack, selection: Selection) -> Iterator[str]:
    """Say for whom it is not known whether the move to the role shown is open, and on what that hangs."""
    if selection.every:
        return
    hangs: dict[tuple[str, ...], list[str]] = {}
    unanswered: dict[str, list[str]] = {}
    for evaluation in evaluations:
        for result in selected(evaluation, selection):
            asks = [
                further_question.attribute
                for further_question in (further_questions(evaluation, result.role.id, pack) if result else ())
                if further_question.move
            ]
            if asks:
                hangs.setdefault(tuple(asks), []).append(evaluation.profile.label)
            for words in _without_answer(evaluation, result, pack):
                unanswered.setdefault(words, []).append(evaluation.profile.label)
    for names, labels in hangs.items():
        titles, are = joined([f"“{pack.attributes[name].title}”" for name in names]), "is" if len(names) == 1 else "are"
        yield f"whether the move there is open hangs on {titles}, which {are} not stated: {some(labels, _NAMES_SHOWN)}"
    for words, labels in unanswered.items():
        yield f"whether the move there is open is not known, for the rules have no answer: {words}: {some(labels, _NAMES_SHOWN)}"


def _without_answer(evaluation: Evaluation, result: RoleResult | None, pack: Pack) -> list[str]:
    moves = [
        next_role
        for next_role in evaluation.next_roles
        if result is not None and next_role.role.id == result.role.id and not next_role.asks
    ]
    return [undefined_words(found, pack.attributes) for move in moves for found in move.undefined]


_HELD = {
    Relation.HELD: ("holds {} today", "hold {} today"),
    Relation.DOWN: ("stands above {}, so it would be a step down", "stand above {}, so it would be a step down"),
}


def _no_steps(evaluations: Sequence[Evaluation], role: str, pack: Pack) -> Iterator[str]:
    """Say for whom a role is none to be promoted to: it is held, or stands below."""
    for relation, words in _HELD.items():
        names = [evaluation.profile.label for evaluation in evaluations if recommend(evaluation, role, pack).relation is relation]
        if names:
            yield f"{some(names, _NAMES_SHOWN)} {words[len(names) > 1].format(pack.roles[role].title)}"
