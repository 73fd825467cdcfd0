"""A path of the command line → the one scalar of a rule file that it names, and its edit."""

from __future__ import annotations

import codecs

import attrs

from evaluator.core.attributes import LookupTable
from evaluator.core.conditions import AtLeastOf, AttributeTest, NamedCondition
from evaluator.core.expressions import Lookup, within
from evaluator.core.files import read_bytes
from evaluator.core.model import Band, Criterion, Pack, Role
from evaluator.core.operators import Operator
from evaluator.core.pack_conditions import uses_of
from evaluator.core.values import Kind, ValueProblem, ValueType
from evaluator.diagnostics import Span, lines_of
from evaluator.diagnostics.spelling import close_words
from evaluator.packs.edits import Edit, changed, scalars_under
from evaluator.packs.other_values import criteria_at, place_of_value
from evaluator.packs.thresholds import Cap, PathProblem, TableCell, Threshold, ThresholdKey, find, owner_path
from evaluator.reading.pack.role_tables import COLUMN
from evaluator.reading.pack.roles import CRITERION, ROLE, SETTABLE
from evaluator.reading.yaml.splicing import EditProblem, changed_meanwhile
from evaluator.report.sentences import use_words

KEYS = tuple(key for key in SETTABLE if key != ThresholdKey.CAPS_AT)
"""What can be set of a criterion beside its thresholds, where it is written in the file."""


@attrs.frozen(kw_only=True)
class Target:
    """One scalar of a rule file: its place, what its number counts, and the title of the criterion that it belongs to.

    `shared` says that it belongs to a verdict band, which holds for every role: of the `track` of that title where it is that track's own;
    where it is the pack's and tracks have their own, which is `apart`, for those of all other tracks. `policy` says that it belongs to a
    policy, which holds for those roles; `holds_for` says what it holds for, where it is said once for several; `also` is where the same
    value stands once more; `told` is what changes as people read it, where that is not as it is written.
    """

    place: Span
    unit: str | None = None
    title: str | None = None
    shared: bool = False
    track: str | None = None
    apart: bool = False
    policy: tuple[Role, ...] = ()
    holds_for: tuple[str, ...] = ()
    also: Span | None = None
    told: str = ""


def edited(pack: Pack, role: Role, path: str, value: str) -> tuple[Edit, Target]:
    """Return the edit that puts a value at a path of a role, made from the bytes that the pack was read from, and what it changes.

    Raises as `target` does.
    """
    scalar = target(pack, role, path, value)
    data = _read(pack, scalar.place.path)
    if scalar.also is None:
        return changed(scalar.place.path, data, scalar.place, value), scalar
    first, last = sorted((scalar.place, scalar.also), key=lambda span: span.start)
    after = changed(last.path, data, last, value)
    both = changed(first.path, after.after, first, value)
    return attrs.evolve(both, before=data, place=scalar.place), scalar


def target(pack: Pack, role: Role, path: str, value: str) -> Target:
    """Return the scalar at a path of a role, once `value` can stand there.

    Paths are those of `paths`, and `CRITERION.weight`, `.required` and `.takes`, of a policy too. Raises PathProblem where the path
    leads nowhere, ValueProblem for a value that does not fit, EditProblem where no single value is written there, or where the file is
    not what the pack was read from: the place would be another one's.
    """
    owner, _, key = path.strip().rpartition(".")
    named = next((one for one in role.criteria if owner_path(one) == owner), None)
    if key in KEYS and named is not None:
        return _one_value(pack, path, _of_criterion(pack, named, key))
    threshold = _found(pack, role, path)
    if threshold.lists:
        raise EditProblem(f"`{threshold.path}` lists several values ({threshold.span})", "edit the list by hand")
    new = threshold.parse(value)
    unit = threshold.type.unit if threshold.type.kind in {Kind.NUMBER, Kind.INTEGER} else None
    scalar = _one_value(pack, threshold.path, _of_threshold(pack, threshold, unit))
    return attrs.evolve(scalar, told=f"{threshold.shown(threshold.value)} → {threshold.shown(new)}") if threshold.in_per_cent else scalar


def _one_value(pack: Pack, path: str, scalar: Target) -> Target:
    """Return a scalar; raises EditProblem for a text of a template that is put together from cells of its table."""
    place = scalar.place
    of_table = any(role.row is not None and role.row.path == place.path for role in pack.roles.values())
    if of_table and COLUMN.search(lines_of(_text(pack, place.path))[place.line - 1][place.column - 1 : place.end_column - 1]):
        raise EditProblem(f"`{path}` is put together from cells of a table, at {place}", "edit the file by hand")
    return scalar


def _found(pack: Pack, role: Role, path: str) -> Threshold:
    try:
        return find(pack, role, path)
    except PathProblem as problem:
        if (by_hand := _by_hand(role, path.strip())) is not None:
            raise by_hand from None
        own = [f"{owner_path(criterion)}.{key}" for criterion in role.criteria for key in KEYS]
        close = close_words(path, own, most=1)
        step = f"did you mean `{close[0]}`?" if close else problem.step
        raise PathProblem(problem.message, step) from None


def _by_hand(role: Role, path: str) -> PathProblem | None:
    """Return what to say of a path to text, which is not for `set`; None where the path names no such thing."""
    owner, _, key = path.rpartition(".")
    criterion = next((candidate for candidate in role.criteria if owner_path(candidate) == owner), None)
    shape = ROLE if not owner else CRITERION if criterion is not None else None
    if shape is None or key in set(ThresholdKey) or key not in {declared.name for declared in shape.keys}:
        return None
    message = f"`{path}` is no threshold, and `set` changes thresholds, {', '.join(KEYS[:-1])} and {KEYS[-1]} alone"
    return PathProblem(message, f"edit it by hand, in {role.span.path if criterion is None else criterion.span}")


def _of_threshold(pack: Pack, threshold: Threshold, unit: str | None) -> Target:
    span, text = threshold.span, _text(pack, threshold.span.path)
    if isinstance(threshold.test, TableCell):
        return _of_cell(pack, threshold, threshold.test, unit)
    if isinstance(threshold.test, Cap):
        return attrs.evolve(_of_criterion(pack, threshold.test.criterion, threshold.where), title=threshold.test.criterion.title)
    place, keys = place_of_value(threshold), _keys(threshold.test, threshold.type)
    nodes = [node for key, node in scalars_under(text, span.path, place) if node.span == place or key in keys]
    if len(nodes) != 1:
        raise EditProblem(f"`{threshold.path}` is not written as one value at {span}", "edit the file by hand")
    owner = threshold.owner
    policy = _holding(pack, owner) if isinstance(owner, Criterion) else ()
    uses = uses_of(pack, owner.id) if isinstance(owner, NamedCondition) else ()
    return Target(
        place=nodes[0].span,
        unit=unit,
        title=getattr(owner, "title", None),
        shared=isinstance(owner, Band),
        track=None if threshold.track is None else pack.tracks_with_bands[threshold.track].title,
        apart=bool(pack.tracks_with_bands),
        policy=policy,
        holds_for=tuple(use_words(use, pack) for use in uses) or _sharing(pack, owner, place),
    )


def _of_cell(pack: Pack, threshold: Threshold, cell: TableCell, unit: str | None) -> Target:
    """Return a cell of a lookup table, with what is computed by it; the border of two bands is written at two places."""
    derived = [(attribute, attribute.derivation) for attribute in pack.declared_attributes.values()]
    name = threshold.owner.id if isinstance(threshold.owner, LookupTable) else ""
    users = [
        use_words(attribute, pack)
        for attribute, derivation in derived
        if derivation and any(isinstance(one, Lookup) and one.table == name for one in within(derivation.expression))
    ]
    also = None if cell.meets is None else cell.meets[0].cells[cell.meets[1]]
    return Target(place=cell.span, unit=unit, holds_for=tuple(users), also=also)


def _sharing(pack: Pack, owner: object, place: Span) -> tuple[str, ...]:
    """Say which criteria have a value of the template of a table, where several do."""
    if not isinstance(owner, Criterion) or owner.policy or pack.roles[owner.role].row is None:
        return ()
    sharing = criteria_at(pack, place)
    return tuple(use_words(one, pack) for one in sharing) if len(sharing) > 1 else ()


def _holding(pack: Pack, criterion: Criterion) -> tuple[Role, ...]:
    """Return the roles that a policy holds for; none for a criterion of a role itself."""
    return tuple(
        role for role in pack.judged_roles if criterion.policy and any(one.id == criterion.id and one.policy for one in role.criteria)
    )


def _keys(test: AttributeTest | AtLeastOf, type_: ValueType) -> set[str]:
    """Return the keys under which the value of a test may stand: a flag's stands under the attribute itself."""
    if isinstance(test, AtLeastOf):
        return set()
    if type_.kind is Kind.FLAG and test.operator is Operator.IS:
        return {test.attribute}
    return {str(test.operator)}


def _of_criterion(pack: Pack, criterion: Criterion, key: str) -> Target:
    place = criterion.places.get(key)
    if place is None:
        raise EditProblem(f"`{criterion.id}` states no `{key}` in {criterion.span.path}", f"write `{key}:` into the file by hand first")
    others = (one for role in pack.roles.values() for one in role.criteria if one.places.get(key) == place)
    names = tuple(dict.fromkeys(use_words(one, pack) for one in others))
    return Target(place=place, policy=_holding(pack, criterion), holds_for=names if len(names) > 1 else ())


def _read(pack: Pack, path: str) -> bytes:
    """Return the bytes that a file of the pack was read from; raises EditProblem where there are others on the disk now."""
    try:
        now = read_bytes(path)
    except OSError:
        raise EditProblem(f"{path} cannot be read any more", "see where it went, and read the pack again") from None
    if now != pack.files.get(path, now):
        raise changed_meanwhile(path)
    return now


def _text(pack: Pack, path: str) -> str:
    return _read(pack, path).removeprefix(codecs.BOM_UTF8).decode("utf-8")


__all__ = ["KEYS", "EditProblem", "PathProblem", "Target", "ValueProblem", "edited", "target"]
