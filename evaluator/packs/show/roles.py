"""A role in plain sentences: what it is, what it asks for, and the moves into and out of it."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.core.conditions import AllOf, AttributeTest, Condition, nameless
from evaluator.core.model import Criterion, Move, Pack, Role
from evaluator.core.tally import cap_rank
from evaluator.core.values import show_number
from evaluator.report.attributes import meanings_blocks
from evaluator.report.bands import band_words
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.explain import advice_words, by_kind, counts_words, scope_words, source_words
from evaluator.report.people import pack_words
from evaluator.report.sentences import Attributes, condition_words, lead_words, test_words
from evaluator.report.words import Style, counted


def role_page(role: Role, pack: Pack) -> tuple[Block, ...]:
    """Return the page of one role."""
    summary = [Paragraph(role.summary)] if role.summary else []
    return (
        Heading(role.title, 1),
        *summary,
        _facts(role, pack),
        *_verdicts(role, pack),
        *_criteria(role, pack),
        *meanings_blocks(pack, role),
        *_moves(role, pack),
    )


def _facts(role: Role, pack: Pack) -> Facts:
    track = next(track for track in pack.tracks if track.id == role.track)
    facts = [Fact("Also called", ", ".join(role.also))] if role.also else []
    facts += [Fact("Track", f"{track.title}, rung {role.rung}{'; its standing is cumulative' if track.cumulative else ''}")]
    facts += [Fact("Source", source_words(role.source, pack).removeprefix("source: "))] if role.source else []
    facts += [Fact("Criteria", totals(role))]
    facts += [Fact("Pack", pack_words(pack)), Fact("File", _file(role))]
    return Facts(tuple(facts))


def _file(role: Role) -> str:
    """Return where a role is said: its file, or its row in a table of several."""
    return role.span.path if role.row is None else f"{role.row}, a row of a table of roles"


def totals(role: Role) -> str:
    """Say how many criteria a role has, how many of them are required, and how it is held."""
    if role.destination:
        return "none: it lies beyond the ladder, is named as what comes next and never judged"
    if role.entry:
        return "none: it is an entry role, held by anybody, and is never judged"
    if not role.judged:
        return "none: it is held only, nobody is promoted to it, and nobody is judged for it"
    required = sum(criterion.required for criterion in role.criteria)
    weight = show_number(sum(criterion.weight for criterion in role.criteria))
    held = "; it is interim, so that being ready for it is no standing" if role.interim else ""
    held = "; it is held only: nobody is promoted to it" if role.held_only else held
    return f"{counted(len(role.criteria), 'criterion', 'criteria')}, {required} of them required; weights add up to {weight}{held}"


def _verdicts(role: Role, pack: Pack) -> tuple[Block, ...]:
    if not role.judged:
        return ()
    bands = [Item(f"{band.verdict}: {band_words(band)}") for band in pack.bands_of(role)]
    capping = sorted((one for one in role.criteria if one.caps_at is not None), key=lambda one: -cap_rank(one, pack.verdicts_of(role)))
    caps = [Item(f"no better than {criterion.caps_at} while unmet: {criterion.title}") for criterion in capping]
    return (Heading("Verdicts"), Listing((*bands, *caps)))


def _criteria(role: Role, pack: Pack) -> Iterator[Block]:
    for title, criteria in by_kind(role.criteria):
        yield Heading(title)
        yield Listing(tuple(criterion_item(criterion, pack) for criterion in criteria), spaced=True)


def criterion_item(criterion: Criterion, pack: Pack, *, anchor: str = "") -> Item:
    """Return a criterion as an entry of a list: what it asks, how it counts, its source, and advice."""
    attributes = pack.attributes
    parts = list(condition_items(criterion.when, attributes))
    if criterion.almost:
        parts.append(Item(f"almost met where: {condition_words(criterion.almost, attributes)}"))
    if criterion.applies_when:
        parts.append(Item(f"counts only where: {condition_words(criterion.applies_when, attributes)}"))
    policy = next((policy for policy in pack.policies if criterion.policy and policy.id == criterion.id), None)
    if policy is not None:
        parts.append(Item(f"a policy, for {scope_words(policy, pack)}"))
    parts.append(Item(f"{source_words(criterion.source, pack)} ({criterion.basis})", style=Style.FAINT))
    if criterion.advice:
        parts.append(Item(advice_words(criterion)))
    return Item(criterion.title, note=f"({counts_words(criterion)})", strong=True, parts=tuple(parts), anchor=anchor)


def condition_items(condition: Condition, attributes: Attributes) -> tuple[Item, ...]:
    """Return a condition as entries of a list; an outermost all-of is told by its parts alone."""
    if isinstance(condition, AllOf) and condition.named is None:
        return tuple(item for part in condition.parts for item in (_condition_item(part, attributes),))
    return (_condition_item(condition, attributes),)


def _condition_item(condition: Condition, attributes: Attributes) -> Item:
    if condition.named is not None:
        return Item(f"“{condition.named.label}”:", parts=condition_items(nameless(condition), attributes))
    if isinstance(condition, AttributeTest):
        return Item(test_words(condition, attributes))
    return Item(lead_words(condition), parts=tuple(_condition_item(part, attributes) for part in condition.parts))


def _moves(role: Role, pack: Pack) -> Iterator[Block]:
    arriving = tuple(move_item(move, pack.roles[move.origin], pack) for move in pack.moves if move.to == role.id)
    leaving = tuple(move_item(move, pack.roles[move.to], pack) for move in pack.moves_from(role.id))
    for title, items in (("Moves into this role", arriving), ("Moves out of this role", leaving)):
        if items:
            yield Heading(title)
            yield Listing(items, spaced=True)


def move_item(move: Move, other: Role, pack: Pack, *, link: str = "") -> Item:
    """Return a move as an entry of a list, by the role at its other end."""
    parts = [Item(f"where: {condition_words(move.when, pack.attributes)}")] if move.when else []
    parts += [Item(f"reason: {move.reason}")] if move.reason else []
    parts += [Item(f"{source_words(move.source, pack)} ({move.basis})", style=Style.FAINT)]
    beyond = ", beyond the ladder" if other.destination else ""
    direction = "to" if move.to == other.id else "from"
    return Item(f"{direction} {other.title}", note=f"({move.kind}{beyond})", strong=True, parts=tuple(parts), link=link)
