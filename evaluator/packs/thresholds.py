"""The path to one threshold of a pack: `CRITERION.ATTRIBUTE.OPERATOR`, found by its words and exchanged for another value.

A path starts at what it belongs to, within a role: a criterion, with `applies_when` or `almost` where it is there;
`policies.ID` for a policy, which holds for other roles as well; `moves.TO` for a move out of the role; `verdicts.NAME` for a verdict
band, which holds for every role that is judged by the pack's own, and `tracks.TRACK.verdicts.NAME` for one of a track that has its own,
where `verdicts.NAME` means the same. `CRITERION.caps_at` is the verdict at which a criterion caps, `at_least_of.count` the number of
alternatives that have to hold, `at_least_of.share` the part of them where that is written. Where one place tests the same thing more
than once, a number from 1 ends the path: `skills.mentees.at_least.2`. A test against another attribute has no value to move, and so no
path.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from evaluator.core.attributes import LookupTable, TableEntry
from evaluator.core.conditions import AtLeastOf, AttributeTest, Condition, NamedCondition, attributes_read, names_used
from evaluator.core.expressions import Expression, Lookup, within
from evaluator.core.model import READY, Band, Criterion, Move, Pack, Role
from evaluator.core.operators import ROWS, Takes
from evaluator.core.ready_for import tests_of
from evaluator.core.tally import TALLY_TYPES
from evaluator.core.text import first_words
from evaluator.core.values import Atom, Kind, ValueProblem, ValueType, decimal_text, parse_number, tidy
from evaluator.diagnostics import EvaluatorError, Span, did_you_mean
from evaluator.report.sentences import part_words

Setting = Atom | frozenset[Atom]
"""What a threshold is set to; of a scale, ranks."""
_COUNT, _SHARE = "at_least_of.count", "at_least_of.share"
_PART = ValueType(kind=Kind.NUMBER, lowest=0, lowest_open=True, highest=1)
_RATIO = re.compile(r"([0-9]{1,6})/(0*[1-9][0-9]{0,5})")
_LISTED = 20
"""So many paths are named in a next step."""
_FLAG = ValueType(kind=Kind.FLAG)
_PER_CENT = re.compile(r"((?:[0-9]{1,2}|100)(?:\.[0-9]{1,6})?)( ?%)?")


class ThresholdKey(enum.StrEnum):
    """The key of a rule file under which a threshold stands."""

    WHEN = "when"
    APPLIES_WHEN = "applies_when"
    ALMOST = "almost"
    CAPS_AT = "caps_at"
    TABLE = "tables"


class PathProblem(EvaluatorError):
    """A path leads nowhere, or to more than one place; carries one lower-case sentence and a next step."""


@attrs.frozen(kw_only=True)
class Cap:
    """The cap of a criterion."""

    criterion: Criterion

    @property
    def span(self) -> Span:
        """Where the criterion stands."""
        return self.criterion.span


@attrs.frozen(kw_only=True)
class TableCell:
    """One value of a lookup table: what a row or band gives, or an end of a band, by its word in the file.

    `meets` is the end of another band that begins, or ends, where this one does: the two are one border, and move together.
    """

    entry: TableEntry
    cell: str
    meets: tuple[TableEntry, str] | None = None

    @property
    def span(self) -> Span:
        """Where the value is written."""
        return self.entry.cells[self.cell]


Test = AttributeTest | AtLeastOf | Cap | TableCell
"""What has one value that can be moved."""
Owner = Criterion | Move | Band | NamedCondition | LookupTable
"""What a threshold belongs to."""


@attrs.frozen(kw_only=True)
class Threshold:
    """One value that a test of a pack is held against: its path within the role, what it belongs to, and the test.

    `test` is the leaf with its place in the file, the at-least-of whose `count` is meant, or a cap; `type` is what values it can have.
    `track` is that whose own verdict a band is.
    """

    path: str
    owner: Owner
    where: ThresholdKey
    test: Test
    type: ValueType
    track: str | None = None

    @property
    def value(self) -> Setting:
        """What it is set to today; of a scale, the rank, and of tests that list values, all of them."""
        if isinstance(self.test, AtLeastOf):
            return self.test.count if self.test.share is None else self.test.share
        if isinstance(self.test, Cap):
            return self.test.criterion.caps_at or ""
        if isinstance(self.test, TableCell):
            return _cell_value(self.test)
        return False if self.test.value is None else self.test.value

    @property
    def span(self) -> Span:
        """Where the test stands, from its first key to the end of its value."""
        return self.test.span

    @property
    def of_policy(self) -> bool:
        """Whether it belongs to a policy, and so to other roles as well."""
        return isinstance(self.owner, Criterion) and self.owner.policy

    @property
    def lists(self) -> bool:
        """Whether the value is a list, as of one_of or includes_all."""
        return isinstance(self.test, AttributeTest) and ROWS[self.test.operator].takes is Takes.LIST

    def parse(self, text: str) -> Setting:
        """Read a value as a rule file would have it; of a list, its members between commas. Raises ValueProblem."""
        if self.in_per_cent:
            return _share(self.type, text.strip(), "a score" if isinstance(self.test, AttributeTest) else "a share")
        if not isinstance(self.value, frozenset):
            return self.type.parse(text.strip())
        members = text.strip().removeprefix("[").removesuffix("]").split(",") if self.lists else [text]
        return frozenset(self.type.parse(member.strip()) for member in members)

    def written(self, value: Setting) -> str:
        """Write a value as a rule file and the command line take it: 7.5, 2024-05, practitioner, true, `a, b`."""
        if isinstance(value, frozenset):
            return ", ".join(self.written(member) for member in sorted(value, key=self._place))
        if isinstance(value, bool):
            return "true" if value else "false"
        if self.type.kind is Kind.SCALE and isinstance(value, int):
            return self.type.options[value]
        if self.is_share and isinstance(value, int | Fraction):
            return decimal_text(value)
        if self.type.kind in {Kind.NUMBER, Kind.INTEGER} and isinstance(value, int | Fraction):
            return decimal_text(value)
        return self.type.show(value, unit=False)

    def shown(self, value: Setting) -> str:
        """Show a value to people: a score and a share in per cent, all else as it is written."""
        if isinstance(self.test, AtLeastOf) and self.is_share and isinstance(value, int | Fraction):
            return f"{part_words(value)} ({self.test.at_share(value).count} of {len(self.test.parts)})"
        if self.in_per_cent and isinstance(value, int | Fraction):
            return f"{decimal_text(value * Fraction(100))} %"
        return self.written(value)

    @property
    def in_per_cent(self) -> bool:
        """Whether it is about a score or a share, which a rule file writes as a part of 1 and people read in per cent."""
        return self.is_share or self.type is TALLY_TYPES["score"]

    @property
    def is_share(self) -> bool:
        """Whether it is the part of some alternatives that has to hold."""
        return isinstance(self.test, AtLeastOf) and self.test.share is not None

    def _place(self, member: Atom) -> tuple[int, str]:
        options = self.type.options
        return (options.index(member) if member in options else 0, str(member))


def _share(type_: ValueType, text: str, what: str) -> Atom:
    """Read a score or a share, which goes from 0 to 1; what was meant in per cent is told how to write it."""
    meant = _PER_CENT.fullmatch(text)
    if meant is None:
        ratio = _RATIO.fullmatch(text) if type_ is _PART else None
        value = type_.parse(text) if ratio is None else tidy(Fraction(int(ratio[1]), int(ratio[2])))
        if type_ is _PART and type_.outside(value):
            raise ValueProblem(type_.outside_words(f"`{text}`"), "write a part of 1, such as 0.75 or 3/4")
        return value
    number = parse_number(meant[1])
    if meant[2] or (type_.outside(number) and number > 0):
        wrong = f"`{text}` is no plain number" if meant[2] else type_.outside_words(f"`{text}`")
        raise ValueProblem(wrong, f"{what} goes from 0 to 1: write {decimal_text(number / Fraction(100))}")
    if type_.outside(number):
        raise ValueProblem(type_.outside_words(f"`{text}`"), "write a part of 1, such as 0.75 or 3/4")
    return number


def thresholds(pack: Pack, role: Role) -> tuple[Threshold, ...]:
    """Return every threshold that can move a role: of its criteria, of the moves out of it, and of the verdict bands.

    Those of a named condition that any of these uses stand once, under its own name, wherever it is used.
    """
    found: list[Threshold] = []
    for criterion in role.criteria:
        name = owner_path(criterion)
        for where in (ThresholdKey.WHEN, ThresholdKey.APPLIES_WHEN, ThresholdKey.ALMOST):
            found += _within(name if where is ThresholdKey.WHEN else f"{name}.{where}", criterion, where, pack)
        if criterion.caps_at is not None:
            cap, type_ = Cap(criterion=criterion), ValueType(kind=Kind.CHOICE, options=pack.caps_for(criterion))
            found.append(
                Threshold(path=f"{name}.{ThresholdKey.CAPS_AT}", owner=criterion, where=ThresholdKey.CAPS_AT, test=cap, type=type_)
            )
    for move in pack.moves_from(role.id):
        found += _within(f"moves.{move.to}", move, ThresholdKey.WHEN, pack)
    track = pack.scale_of(role)
    for index, band in enumerate(pack.bands_of(role)):
        path = f"{_of_track(track)}verdicts.{_hyphened(band.verdict) if index else READY}"
        found += (attrs.evolve(one, track=track) for one in _within(path, band, ThresholdKey.WHEN, pack))
    for named in named_conditions_of(pack, role):
        found += _within(f"conditions.{named.id}", named, ThresholdKey.WHEN, pack)
    for table in tables_of(pack, role):
        found += _of_table(table)
    return tuple(found)


def _of_track(track: str | None) -> str:
    return "" if track is None else f"tracks.{track}."


def _hyphened(verdict: str) -> str:
    return verdict.replace(" ", "-")


def named_conditions_of(pack: Pack, role: Role) -> tuple[NamedCondition, ...]:
    """Return the named conditions that a role hangs on: by its criteria, the moves out of it, and what these read, in their order."""
    if not pack.named_conditions:
        return ()
    conditions = _conditions_of(pack, role)
    conditions += [condition for expression in read_expressions(pack, conditions) for condition in expression.conditions]
    used = {name.id for condition in conditions for name in names_used(condition)}
    return tuple(named for named in pack.named_conditions.values() if named.id in used)


def _conditions_of(pack: Pack, role: Role) -> list[Condition]:
    conditions = [condition for criterion in role.criteria for condition in criterion.all_conditions]
    return [*conditions, *(move.when for move in pack.moves_from(role.id) if move.when is not None)]


def tables_of(pack: Pack, role: Role) -> tuple[LookupTable, ...]:
    """Return the lookup tables that what a role reads is computed by, in the order of the pack."""
    if not pack.tables:
        return ()
    used = {one.table for one in read_expressions(pack, _conditions_of(pack, role)) if isinstance(one, Lookup)}
    return tuple(table for table in pack.tables.values() if table.id in used)


def _of_table(table: LookupTable) -> Iterator[Threshold]:
    """Yield every value of a lookup table: of a row what it gives, of a band that and its ends, a border of two bands once."""
    for entry in table.entries:
        path = f"tables.{table.id}.{entry.key}"
        for cell in entry.cells:
            value = TableCell(entry=entry, cell=cell, meets=None if cell == GIVES else _meeting(table, entry, cell))
            if value.meets is not None and cell in _UPPER:
                continue
            named = path if entry.band is None else f"{path}.{cell}"
            type_ = table.type if cell == GIVES else _between_ends(value)
            yield Threshold(path=named, owner=table, where=ThresholdKey.TABLE, test=value, type=type_)


GIVES, LOWER, _UPPER = "gives", ("at_least", "above"), ("at_most", "below")


def _meeting(table: LookupTable, entry: TableEntry, cell: str) -> tuple[TableEntry, str] | None:
    """Return the end of another band at which one that is included in only one of the two bands lies as well."""
    opposite = {"at_least": "below", "above": "at_most", "at_most": "above", "below": "at_least"}[cell]
    value = _cell_value(TableCell(entry=entry, cell=cell))
    others = (one for one in table.entries if one is not entry and opposite in one.cells)
    return next(((one, opposite) for one in others if _cell_value(TableCell(entry=one, cell=opposite)) == value), None)


def _between_ends(cell: TableCell) -> ValueType:
    """Return what an end of a band can be: anything between the other ends of the bands that it belongs to."""
    bands = [entry.band for entry in (cell.entry, *([] if cell.meets is None else [cell.meets[0]])) if entry.band is not None]
    value = _cell_value(cell)
    ends = [end for band in bands for end in (band.lowest, band.highest) if end is not None and end != value]
    lower, upper = [end for end in ends if end < value], [end for end in ends if end > value]  # type: ignore[operator]
    lowest, highest = max(lower, default=None), min(upper, default=None)
    return ValueType(kind=Kind.NUMBER, lowest=lowest, lowest_open=lowest is not None, highest=highest, highest_open=highest is not None)


def _cell_value(cell: TableCell) -> Atom:
    band = cell.entry.band
    end = None if band is None or cell.cell == GIVES else band.lowest if cell.cell in LOWER else band.highest
    return cell.entry.gives if end is None else end


def read_expressions(pack: Pack, conditions: Iterable[Condition]) -> Iterator[Expression]:
    """Yield the expressions that the attributes which conditions read are computed by, through others too, and those inside them."""
    waiting, seen = [*attributes_read(conditions)], set[str]()
    while waiting:
        attribute = pack.attributes[waiting.pop()]
        if attribute.id not in seen and attribute.derivation is not None:
            yield from within(attribute.derivation.expression)
            waiting += attribute.derivation.expression.inputs
        seen.add(attribute.id)


def owner_path(criterion: Criterion) -> str:
    """Return what the path to anything of a criterion begins with."""
    return f"policies.{criterion.id}" if criterion.policy else criterion.id


def all_thresholds(pack: Pack) -> Iterator[tuple[Role, Threshold]]:
    """Yield every threshold of a pack with a role under which its path is found: for what several roles share, the first of them."""
    told: set[str] = set()
    for role in pack.roles.values():
        for threshold in thresholds(pack, role):
            shared = threshold.of_policy or isinstance(threshold.owner, Band | NamedCondition | LookupTable)
            if not shared or threshold.path not in told:
                told.update([threshold.path] if shared else [])
                yield role, threshold


def _within(start: str, owner: Owner, where: ThresholdKey, pack: Pack) -> Iterator[Threshold]:
    condition: Condition | None = getattr(owner, where, None)
    if condition is None:
        return
    named = [(f"{start}.{path_of_test(test)}", test) for test in _tests(condition)]
    often = Counter(path for path, _ in named)
    seen: Counter[str] = Counter()
    for path, test in named:
        seen[path] += 1
        full = f"{path}.{seen[path]}" if often[path] > 1 else path
        yield Threshold(path=full, owner=owner, where=where, test=test, type=_type(test, owner, pack))


def path_of_test(test: AttributeTest | AtLeastOf) -> str:
    """Return the end of the path to a test: its attribute and operator, or what of several conditions has to hold."""
    if isinstance(test, AtLeastOf):
        return _COUNT if test.share is None else _SHARE
    return f"{test.attribute}.{test.operator}"


def _tests(condition: Condition) -> Iterator[AttributeTest | AtLeastOf]:
    """Yield what has a value of its own, in the order of the file, but for what stands in a named condition.

    A test of who is ready for a role holds the role in place of a value.
    """
    if condition.named is not None:
        return
    if isinstance(condition, AttributeTest):
        if condition.other is None and not any(tests_of(condition)):
            yield condition
        return
    if isinstance(condition, AtLeastOf):
        yield condition
    for part in condition.parts:
        yield from _tests(part)


def _type(test: AttributeTest | AtLeastOf, owner: Owner, pack: Pack) -> ValueType:
    if isinstance(test, AtLeastOf):
        return ValueType(kind=Kind.INTEGER, lowest=1, highest=len(test.parts)) if test.share is None else _PART
    if test.of_presence:
        return _FLAG
    return TALLY_TYPES[test.attribute] if isinstance(owner, Band) else pack.attributes[test.attribute].type


def find(pack: Pack, role: Role, path: str) -> Threshold:
    """Return the threshold of a role at a path; raises PathProblem where there is none, or where the path fits several."""
    known = thresholds(pack, role)
    wanted = path.strip().replace(".when.", ".")
    prefix = _of_track(pack.scale_of(role))
    wanted = f"{prefix}{wanted}" if wanted.startswith("verdicts.") else wanted
    if wanted.startswith(own := f"{prefix}verdicts.{_hyphened(pack.best_of(role))}."):
        wanted = f"{prefix}verdicts.{READY}.{wanted.removeprefix(own)}"
    matches = [threshold for threshold in known if wanted in {threshold.path, f"{threshold.path}.1"}]
    matches = matches or [
        threshold for threshold in known if threshold.path.rpartition(".")[0] == wanted and threshold.path.rpartition(".")[2].isdigit()
    ]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise PathProblem(
            f"`{path}` fits {len(matches)} places of `{role.id}`",
            _listed([f"{threshold.path} ({threshold.span})" for threshold in matches]),
        )
    names = [threshold.path for threshold in known]
    started = [name for name in names if name.split(".")[0] == wanted.split(".", maxsplit=1)[0]]
    step = did_you_mean(wanted, names) or _listed(started or names)
    raise PathProblem(f"`{role.id}` has no threshold at `{path}`", step)


def _listed(names: list[str]) -> str:
    return f"name one of {first_words(names, _LISTED)}" if names else "the role has no test with a value"
