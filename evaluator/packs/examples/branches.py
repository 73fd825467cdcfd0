"""The branches of a pack: everything in it that a rule test can decide one way or the other."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest, Condition, leaves
from evaluator.core.expressions import Expression, Lookup, Reference
from evaluator.core.model import Band, Criterion, Move, Pack
from evaluator.core.tally import TALLY_TYPES
from evaluator.core.values import Kind, ValueType
from evaluator.core.windows import entry_types
from evaluator.diagnostics import Span
from evaluator.packs.examples.writing import condition_text, value_text

_NUMBER = ValueType(kind=Kind.NUMBER)


class Part(enum.StrEnum):
    """What a branch belongs to."""

    CRITERION = "criterion"
    WHEN = "when"
    ALMOST = "almost"
    APPLIES_WHEN = "applies_when"
    CAP = "caps_at"
    MOVE = "move"
    VERDICT = "verdict"
    BAND = "verdict condition"
    ATTRIBUTE = "derived attribute"
    RECORDS = "derived from records"
    TABLE = "table"


@attrs.frozen(kw_only=True, eq=False)
class Branch:
    """One branch: a criterion, a test in a condition, a verdict, a row of a table.

    `whole` is the condition that `leaf` stands in. A branch with `ways` of one has only to be taken; others have to be decided
    both ways. `role` is the role whose tests decide it, empty for what belongs to the pack as a whole; `number` is the place of a
    verdict or a row.
    """

    part: Part
    subject: str
    words: str
    span: Span
    role: str = ""
    whole: Condition | None = None
    leaf: AttributeTest | None = None
    criterion: Criterion | None = None
    move: Move | None = None
    attribute: Attribute | None = None
    table: Lookup | None = None
    records: str = ""
    number: int = 0
    ways: int = 2
    judged: frozenset[str] = frozenset()


def branches(pack: Pack, roles: tuple[str, ...] | None = None) -> Iterator[Branch]:
    """Yield the branches of a pack; with `roles`, only those of these roles' criteria."""
    types = {name: attribute.type for name, attribute in pack.attributes.items()}
    for role in pack.judged_roles:
        for criterion in role.criteria if roles is None or role.id in roles else ():
            yield from _of_criterion(criterion, types)
    for move in pack.moves:
        end = move.to if pack.roles[move.to].judged else move.origin
        for leaf in () if move.when is None or roles is not None else leaves(move.when):
            words = condition_text(leaf, types)
            yield Branch(part=Part.MOVE, subject=move.key, words=words, span=leaf.span, role=end, whole=move.when, leaf=leaf, move=move)
    if roles is None:
        for track, bands in pack.scales_of_verdicts.items():
            judged = frozenset(role.id for role in pack.judged_roles if pack.scale_of(role) == track)
            for index, band in enumerate(bands):
                yield from (attrs.evolve(one, judged=judged) for one in _of_band(band, index, track))
        for attribute in (derived for derived in pack.derived_attributes if not derived.implied):
            yield from _of_attribute(attribute, pack)


def _of_criterion(criterion: Criterion, types: Mapping[str, ValueType]) -> Iterator[Branch]:
    start = Branch(
        part=Part.CRITERION, subject=criterion.key, words=criterion.title, span=criterion.span, role=criterion.role, criterion=criterion
    )
    yield start
    if criterion.caps_at is not None:
        yield attrs.evolve(start, part=Part.CAP, words=f"holds the verdict at {criterion.caps_at}", ways=1)
    parts = ((Part.WHEN, criterion.when), (Part.ALMOST, criterion.almost), (Part.APPLIES_WHEN, criterion.applies_when))
    for part, condition in parts:
        for leaf in () if condition is None else leaves(condition):
            if part is not Part.WHEN or leaf is not condition:  # a condition of one test is the criterion itself
                yield attrs.evolve(start, part=part, words=condition_text(leaf, types), span=leaf.span, whole=condition, leaf=leaf)


def _of_band(band: Band, index: int, track: str | None) -> Iterator[Branch]:
    subject = band.verdict if track is None else f"{band.verdict} of {track}"
    start = Branch(part=Part.VERDICT, subject=subject, words="the verdict itself", span=band.span, number=index, ways=1)
    yield start
    for leaf in () if band.when is None else leaves(band.when):
        words = condition_text(leaf, TALLY_TYPES)
        yield attrs.evolve(start, part=Part.BAND, words=words, span=leaf.span, whole=band.when, leaf=leaf, ways=2)


def _of_attribute(attribute: Attribute, pack: Pack) -> Iterator[Branch]:
    derivation = attribute.derivation
    if derivation is not None:
        start = Branch(part=Part.ATTRIBUTE, subject=attribute.id, words="", span=derivation.span, attribute=attribute)
        yield from _told_apart(_of_expression(derivation.expression, start, pack))


def _told_apart(found: Iterable[Branch]) -> Iterator[Branch]:
    """Add a number to rows of lookups that would read alike, such as two lookups of computed values in one table."""
    seen: Counter[str] = Counter()
    for branch in found:
        seen[branch.words] += 1
        again = branch.table is not None and seen[branch.words] > 1
        yield attrs.evolve(branch, words=f"{branch.words} (lookup {seen[branch.words]} of it)") if again else branch


def _of_expression(expression: Expression, start: Branch, pack: Pack) -> Iterator[Branch]:
    if isinstance(expression, Lookup):
        yield from _of_table(expression, start, pack)
    if expression.records is None:
        types = {name: attribute.type for name, attribute in pack.attributes.items()}
        tested = start
    else:
        types = dict(pack.attributes[expression.records].type.fields)
        tested = attrs.evolve(start, part=Part.RECORDS, records=expression.records)
    for part in expression.inside():
        yield from _of_expression(part, start, pack) if isinstance(part, Expression) else _leaves(part, tested, entry_types(part, types))


def _leaves(condition: Condition, start: Branch, types: Mapping[str, ValueType]) -> Iterator[Branch]:
    for leaf in leaves(condition):
        yield attrs.evolve(start, words=condition_text(leaf, types), span=leaf.span, whole=condition, leaf=leaf)


def _of_table(lookup: Lookup, start: Branch, pack: Pack) -> Iterator[Branch]:
    gives = _NUMBER if start.attribute is None else start.attribute.type
    of = pack.attributes[lookup.of.attribute] if isinstance(lookup.of, Reference) else None
    keys = _NUMBER if of is None else of.type
    looked_up = "" if of is None else f" of {of.title}"
    rows = [f"row {value_text(key, keys)}: {value_text(value, gives)}" for key, value in lookup.rows.items()]
    rows += [f"band {place}, which gives {value_text(band.gives, gives)}" for place, band in enumerate(lookup.bands, 1)]
    for index, row in enumerate(rows):
        yield attrs.evolve(start, part=Part.TABLE, words=f"table {lookup.table}{looked_up}, {row}", table=lookup, number=index, ways=1)
