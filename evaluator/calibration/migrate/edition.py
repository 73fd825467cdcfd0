"""The one line that brings a pack to another edition, and the rules that mean something else by it."""

from __future__ import annotations

import codecs
import datetime
from collections.abc import Iterator

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import PartialFacts
from evaluator.core.conditions import Condition, attributes_read
from evaluator.core.facts import complete
from evaluator.core.model import EDITIONS, Criterion, Move, Pack, Policy, Profile
from evaluator.diagnostics import Problems, lines_of
from evaluator.packs.edits import Edit, changed, walked
from evaluator.reading.pack.pack import HEAD
from evaluator.reading.yaml.nodes import MappingNode, ScalarNode, parse_yaml
from evaluator.reading.yaml.splicing import EditProblem

LANGUAGE = "language"
LATEST = EDITIONS[-1]
_BY_HAND = f"write `{LANGUAGE}: {LATEST}` into it by hand, on a line of its own"


@attrs.frozen(kw_only=True)
class Affected:
    """A computed attribute that may be known in part from now on, and the rules that test it."""

    attribute: Attribute
    rules: tuple[Criterion | Policy | Move, ...]


def edition_edit(pack: Pack) -> Edit:
    """Return the edit of pack.yaml that says the latest edition: one line more, or another number, and no other byte.

    Raises EditProblem where that cannot be done without touching anything else.
    """
    path = next(name for name in pack.files if name.endswith(HEAD))
    data = pack.files[path]
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode("utf-8")
    node = parse_yaml(text, path, Problems())
    if not isinstance(node, MappingNode):
        raise EditProblem(f"{path} holds no mapping", _BY_HAND)
    stated = node.get(LANGUAGE)
    if stated is not None:
        return changed(path, data, stated.value.span, str(LATEST))
    before = node.get("version") or node.entries[-1]
    end = before.value.span
    lines = lines_of(text)
    line = end.end_line if end.end_column > 1 else end.end_line - 1
    breaks = _breaks(text)
    place = sum(len(one) + len(ending) for one, ending in zip(lines[:line], breaks[:line], strict=True))
    ending = next((one for one in breaks if one), "\n")
    indent = " " * (before.key.span.column - 1)
    added = f"{indent}{LANGUAGE}: {LATEST}"
    unended = line == len(lines) or not breaks[line - 1]
    new = f"{text[:place]}{ending}{added}{text[place:]}" if unended else f"{text[:place]}{added}{ending}{text[place:]}"
    edit = Edit(
        path=path,
        place=attrs.evolve(end, line=line + 1, column=len(indent) + 1, end_line=line + 1, end_column=len(added) + 1),
        before=data,
        after=mark + new.encode("utf-8"),
        old="",
        new=f"{LANGUAGE}: {LATEST}",
    )
    _prove_added(node, new, path)
    return edit


def _breaks(text: str) -> list[str]:
    """Return what ends each line, nothing for the last."""
    breaks, rest = list[str](), text
    for line in lines_of(text):
        rest = rest[len(line) :]
        ending = "\r\n" if rest.startswith("\r\n") else rest[:1]
        breaks.append(ending)
        rest = rest[len(ending) :]
    return breaks


def _prove_added(before: MappingNode, text: str, path: str) -> None:
    """See that the file says the edition now, and nothing else that it did not say."""
    problems = Problems()
    after = parse_yaml(text, path, problems)
    stated = after.get(LANGUAGE) if isinstance(after, MappingNode) else None
    alone = isinstance(after, MappingNode) and stated is not None and isinstance(stated.value, ScalarNode)
    if alone and isinstance(after, MappingNode) and not problems.errors:
        rest = attrs.evolve(after, entries=tuple(entry for entry in after.entries if entry.key.text != LANGUAGE))
        if dict(walked(rest)) == dict(walked(before)):
            return
    raise EditProblem(f"no line can be added to {path} without changing more than that", _BY_HAND)


def migrated(pack: Pack) -> Pack:
    """Return a pack as the latest edition reads it; its rules cannot ask for what only that edition has."""
    return attrs.evolve(pack, language=LATEST)


def affected(pack: Pack) -> tuple[Affected, ...]:
    """Return the computed attributes that rules test and that may be known in part by the latest edition, in the order of the pack."""
    found = _in_part(migrated(pack))
    tested = [(attribute, tuple(_testing(pack, attribute.id))) for attribute in pack.attributes.values() if attribute.id in found]
    return tuple(Affected(attribute=attribute, rules=rules) for attribute, rules in tested if rules)


def _in_part(pack: Pack) -> set[str]:
    """Return the computed attributes that have bounds although nothing is stated, and those that are computed from several things."""
    span = pack.tracks[0].span
    nothing = complete(pack, Profile(id="nobody", span=span), pack.effective or datetime.date.min).facts
    bounded = set(nothing.bounds) if isinstance(nothing, PartialFacts) else set[str]()
    stated: dict[str, set[str]] = {}
    for attribute in pack.derived_attributes:
        read = () if attribute.derivation is None else attribute.derivation.expression.inputs
        stated[attribute.id] = set().union(*(stated.get(name, {name}) for name in read))
    several = {name for name, read in stated.items() if len(read) > 1 or any(pack.attributes[one].type.fields for one in read)}
    return bounded | several


def _testing(pack: Pack, name: str) -> Iterator[Criterion | Policy | Move]:
    """Yield the rules of which a condition reads an attribute."""

    def reads(*conditions: Condition | None) -> bool:
        return name in attributes_read(condition for condition in conditions if condition is not None)

    for role in pack.roles.values():
        yield from (one for one in role.criteria if not one.policy and reads(*one.all_conditions))
    yield from (policy for policy in pack.policies if reads(*policy.criterion.all_conditions))
    yield from (move for move in pack.moves if reads(move.when))
