"""The whole ladder as a page that everybody can read: picture, verdicts, roles by track and rung, levels in words, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from evaluator.core.enums import Basis
from evaluator.core.model import Document, Pack, Policy, Role, Track
from evaluator.core.values import Kind, ValueType
from evaluator.packs.show.beyond import Change, Step, asks, beyond, roles_below
from evaluator.packs.show.roles import criterion_item, move_item, totals
from evaluator.report.attributes import meaning_lines, option_lines
from evaluator.report.bands import takes_words
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.explain import by_kind, counts_words, source_words
from evaluator.report.figures import Figure, Part
from evaluator.report.grammar import in_sentence
from evaluator.report.ladder.mermaid import mermaid
from evaluator.report.ladder.svg import svg
from evaluator.report.people import pack_words
from evaluator.report.words import NOTICE, Style, counted, joined

LEVELS, SOURCES, VERDICTS, POLICIES = "handbook:levels", "handbook:sources", "handbook:verdicts", "handbook:policies"


def handbook(pack: Pack) -> tuple[Block, ...]:
    """Return the handbook of a pack; its first two blocks are the title and what there is."""
    return (
        Heading(pack.title, 1),
        Paragraph(_sentence(pack)),
        *_verdicts(pack),
        *_policies(pack),
        *(block for track in pack.tracks for block in _track(track, pack)),
        *_levels(pack),
        *_sources(pack),
        Facts((Fact("Version", f"{pack.version}, in effect from {pack.effective.isoformat()}"), Fact("Pack", pack_words(pack)))),
        Paragraph(NOTICE, style=Style.FAINT),
    )


def handbook_parts(pack: Pack) -> tuple[Part, ...]:
    """Return the same with the picture of the ladder, for formats that take pictures."""
    blocks = handbook(pack)
    moves = counted(len(pack.moves), "move")
    words = f"{counted(len(pack.roles), 'role')} and {moves} between them, as told below."
    return (*blocks[:2], Figure(svg=svg(pack), title="The ladder", words=words, mermaid=mermaid(pack), only_drawn=True), *blocks[2:])


def criterion_anchor(role: Role, criterion: str) -> str:
    """Return the address of a criterion within the page, which stays while role and criterion keep their ids."""
    return f"{role.id}.{criterion}"


def _sentence(pack: Pack) -> str:
    """Say in a sentence what the ladder is made of."""
    said = [
        *(criterion for role in pack.judged_roles for criterion in role.criteria if not criterion.policy),
        *(one.criterion for one in pack.policies),
    ]
    roles, tracks = counted(len(pack.roles), "role"), joined([track.title for track in pack.tracks])
    bases = Counter(criterion.basis for criterion in said)
    cited = joined([f"{bases[basis]} {'by judgement' if basis is Basis.JUDGEMENT else basis}" for basis in Basis if bases[basis]])
    criteria = counted(len(said), "criterion", "criteria")
    return (
        f"{roles} on {tracks}, with {criteria}{f' ({cited})' if cited else ''}: what each role asks, and what it asks beyond the one below."
    )


def _verdicts(pack: Pack) -> Iterator[Block]:
    yield Heading("How a verdict comes about", anchor=VERDICTS)
    scales = pack.scales_of_verdicts
    for own, bands in scales.items():
        if len(scales) > 1:
            tracks = {role.track for role in pack.judged_roles if pack.scale_of(role) == own}
            yield Paragraph(joined([track.title for track in pack.tracks if track.id in tracks]), style=Style.STRONG)
        yield Listing(tuple(Item(f"{takes_words(band)}.") for band in bands))


def _policies(pack: Pack) -> Iterator[Block]:
    if pack.policies:
        yield Heading("What holds for many roles", anchor=POLICIES)
        yield Listing(tuple(_policy(policy, pack) for policy in pack.policies), spaced=True)


def _policy(policy: Policy, pack: Pack) -> Item:
    return criterion_item(policy.criterion, pack, anchor=f"policy:{policy.id}")


def _track(track: Track, pack: Pack) -> Iterator[Block]:
    roles = sorted(
        (role for role in pack.roles.values() if role.track == track.id), key=lambda role: (role.rung, role.among_peers, role.title)
    )
    if not roles:
        return
    yield Heading(track.title, anchor=f"track:{track.id}")
    if track.cumulative:
        yield Paragraph("A rung of this track counts only together with every rung below it.")
    for role in roles:
        yield from _role(role, pack)


def _role(role: Role, pack: Pack) -> Iterator[Block]:
    yield Heading(role.title, 3, anchor=role.id)
    if role.summary:
        yield Paragraph(role.summary)
    facts = [Fact("Rung", str(role.rung))]
    facts += [Fact("Also called", ", ".join(role.also))] if role.also else []
    facts += [Fact("Asks", totals(role))]
    facts += [Fact("Source", source_words(role.source, pack).removeprefix("source: "))] if role.source else []
    yield Facts(tuple(facts))
    yield from _beyond(role, pack)
    for title, criteria in by_kind([criterion for criterion in role.criteria if not criterion.policy]):
        yield Heading(title, 4)
        yield Listing(
            tuple(criterion_item(criterion, pack, anchor=criterion_anchor(role, criterion.id)) for criterion in criteria), spaced=True
        )
    policies = tuple(
        Item(criterion.title, note=f"({counts_words(criterion)})", link=f"policy:{criterion.id}")
        for criterion in role.criteria
        if criterion.policy
    )
    if policies:
        yield Heading("What holds for many roles, and for this one", 4)
        yield Listing(policies)
    moves = tuple(move_item(move, pack.roles[move.to], pack, link=move.to) for move in pack.moves_from(role.id))
    if moves:
        yield Heading("Moves from here", 4)
        yield Listing(moves)


def _beyond(role: Role, pack: Pack) -> Iterator[Block]:
    if not role.judged:
        return
    for other in roles_below(role, pack):
        yield Heading(f"Beyond {other.title}", 4)
        yield Listing(beyond_items(role, other, pack, linked=True))


def beyond_page(role: Role, other: Role, pack: Pack) -> tuple[Block, ...]:
    """Return what a role asks beyond another one, as a page."""
    return (
        Heading(f"{role.title} beyond {other.title}", 1),
        Facts((Fact(role.title, totals(role)), Fact(other.title, totals(other)), Fact("Pack", pack_words(pack)))),
        Heading("What it asks beyond"),
        Listing(beyond_items(role, other, pack)),
    )


def beyond_items(role: Role, other: Role, pack: Pack, *, linked: bool = False) -> tuple[Item, ...]:
    """Return what a role asks beyond another one as entries of a list; what stays, and what is not named any more, in one entry each."""
    steps = beyond(role, other, pack)
    items = [_item(step, role, other, pack, linked=linked) for step in steps if step.change in {Change.NEW, Change.OTHER}]
    same = [in_sentence(step.here.title) for step in steps if step.change is Change.SAME and step.here]
    gone = [in_sentence(step.there.title) for step in steps if step.change is Change.GONE and step.there]
    items += [Item(f"as for {other.title}: {'; '.join(same)}", mark="=")] if same else []
    items += [Item(f"not asked for by itself any more: {'; '.join(gone)}", mark="–")] if gone else []
    return tuple(items) or (Item(f"nothing: {role.title} and {other.title} ask for nothing", mark="="),)


def _item(step: Step, role: Role, other: Role, pack: Pack, *, linked: bool) -> Item:
    here, there = step.here, step.there
    if here is None:
        raise ValueError("what is new or other is a criterion of the role")
    link = "" if not linked else f"policy:{here.id}" if here.policy else criterion_anchor(role, here.id)
    if there is None:
        note = "(new, required)" if here.required else "(new)"
        return Item(here.title, mark="+", note=note, link=link, parts=(Item(asks(here, pack)),))
    before, now = asks(there, pack), asks(here, pack)
    parts = (Item(f"{now}; for {other.title}: {before}"),) if before != now else ()
    required = _required(here.required, there.required, other)
    return Item(here.title, mark="↑", note=f"({required})" if required else "", link=link, parts=parts)


def _required(here: bool, there: bool, other: Role) -> str:  # noqa: FBT001 - a pair that is compared
    if here == there:
        return ""
    return f"required, and not for {other.title}" if here else f"not required, as it is for {other.title}"


def _levels(pack: Pack) -> Iterator[Block]:
    """Yield what levels and options mean, once for all attributes that share them."""
    told: dict[tuple[str, ...], list[str]] = {}
    for attribute in pack.declared_attributes.values():
        if lines := option_lines(attribute):
            told.setdefault(lines, []).append(attribute.title)
        for name, field in attribute.type.fields.items():
            if lines := _level_lines(field, pack):
                told.setdefault(lines, []).append(f"{attribute.title}, {name.replace('_', ' ')}")
    if told:
        yield Heading("What the levels mean", anchor=LEVELS)
        yield Listing(
            tuple(
                Item(joined([first, *map(in_sentence, others)]), strong=True, parts=tuple(map(Item, lines)))
                for lines, (first, *others) in told.items()
            ),
            spaced=True,
        )


def _level_lines(field: ValueType, pack: Pack) -> tuple[str, ...]:
    """Say each level of a field of records with what it means; nothing where its scale says nothing of any."""
    scale = next((scale for scale in pack.scales.values() if scale.words and scale.levels == field.options), None)
    if field.kind is not Kind.SCALE or scale is None:
        return ()
    return meaning_lines(scale.levels, scale.words)


def _sources(pack: Pack) -> Iterator[Block]:
    if pack.documents:
        cited = Counter(
            criterion.source.document
            for criterion in (
                *(one for role in pack.roles.values() for one in role.criteria if not one.policy),
                *(one.criterion for one in pack.policies),
            )
            if criterion.source
        )
        yield Heading("Sources", anchor=SOURCES)
        yield Listing(tuple(_document(document, cited[document.id]) for document in pack.documents.values()), spaced=True)


def _document(document: Document, cited: int) -> Item:
    told = [part for part in (document.author, document.publisher, document.date) if part]
    parts = (Item(f"cited by {counted(cited, 'criterion', 'criteria')}"), Item(f"sections: {'; '.join(document.sections)}"))
    return Item(document.title, note=f"({', '.join(told)})" if told else "", strong=True, parts=parts if document.sections else parts[:1])
