"""A diff as GitHub shows it: limits that were reached, beside the lines that do it; without limits, each line of another meaning."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from evaluator.calibration.diff.analysis import Diff, PeopleDiff, RoleDiff
from evaluator.calibration.diff.limits import Reached
from evaluator.calibration.diff.report import DiffOptions
from evaluator.calibration.diff.words import change_words, name_words
from evaluator.core.gates import Gate, State
from evaluator.core.model import Pack
from evaluator.diagnostics import Span
from evaluator.report.annotations import annotation, gate_annotations


def diff_annotations(found: Diff, options: DiffOptions) -> str:
    """Write a diff as workflow commands."""
    if options.limits and found.people is not None:
        return gate_annotations(_gates(found.people, options))
    return "".join(_changes(found))


def _gates(people: PeopleDiff, options: DiffOptions) -> Iterator[tuple[Gate, list[Span]]]:
    reached = iter(options.reached)  # one for each limit that is broken, in their order
    for gate in options.gates:
        yield gate, _lines(next(reached), people) if gate.state is State.BROKEN else []


def _lines(one: Reached, people: PeopleDiff) -> list[Span]:
    """Return the lines of a role that move people: of each criterion that does so by itself, else the role's own."""
    role_diff = next(role for role in people.roles if role.role is one.role)
    spans = [span for effect in role_diff.effects if effect.better or effect.worse for span in _of(role_diff, effect.effect.cause.new)]
    return spans or [in_the_tree(role_diff.role.span, people.both.new.pack)]


def _of(role_diff: RoleDiff, criterion: object) -> list[Span]:
    span = getattr(criterion, "span", None)
    return [] if span is None else [in_the_tree(span, role_diff.both.new.pack)]


def _changes(found: Diff) -> Iterator[str]:
    for change in found.changes:
        if not change.wording:
            role = found.new.roles.get(change.role or "")
            span = change.places[1] or (None if role is None else role.span)
            title = name_words(change, found.renamed, found.new)
            yield annotation("notice", title, change_words(change, found.renamed, found.new), span and in_the_tree(span, found.new))


def in_the_tree(span: Span, pack: Pack) -> Span:
    """Return a place as the work tree names it: of a pack at a revision, without the revision."""
    revision, colon, path = span.path.partition(":")
    return attrs.evolve(span, path=path) if colon and pack.folder.startswith(f"{revision}:") else span
