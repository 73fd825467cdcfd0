"""The vocabulary of a pack: what a profile may say, with type, unit, range, question and other names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from evaluator.core.attributes import Attribute, OptionWords
from evaluator.core.conditions import attributes_read
from evaluator.core.dates import Precision
from evaluator.core.model import Pack, Role
from evaluator.core.values import Kind, ValueType
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing
from evaluator.report.grammar import in_sentence
from evaluator.report.jsons import document, made_by, pack_json
from evaluator.report.people import pack_words
from evaluator.report.plain_values import Json, plain
from evaluator.report.tables import Cell, Table
from evaluator.report.words import NOTHING, joined, sentence_case


def attributes_asked(pack: Pack, role: Role | None = None) -> tuple[Attribute, ...]:
    """Return the pack's attributes, or those that a role's criteria rest on, computed ones with all that they are computed from."""
    if role is None:
        return tuple(pack.attributes.values())
    conditions = [
        found for criterion in role.criteria for found in (criterion.when, criterion.almost, criterion.applies_when) if found is not None
    ]
    waiting, seen = list(attributes_read(conditions)), set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        derivation = pack.attributes[name].derivation
        waiting += [read for read in (derivation.expression.inputs if derivation else ()) if read not in seen]
    return tuple(attribute for attribute in pack.attributes.values() if attribute.id in seen)


MEANINGS = "What the levels mean"


def meanings(pack: Pack, role: Role) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what levels and options mean that a role's criteria rest on: the attributes that have them, and each in a line.

    Those that share a scale are told together; a level of which nothing is said is named alone.
    """
    told: dict[tuple[str, ...], list[str]] = {}
    for attribute in attributes_asked(pack, role):
        if lines := option_lines(attribute):
            told.setdefault(lines, []).append(attribute.title)
    return tuple((joined([first, *map(in_sentence, others)]), lines) for lines, (first, *others) in told.items())


def meanings_blocks(pack: Pack, role: Role) -> tuple[Block, ...]:
    """Return the same as a section; nothing where the pack says nothing of any."""
    items = tuple(Item(titles, strong=True, parts=tuple(map(Item, lines))) for titles, lines in meanings(pack, role))
    return (Heading(MEANINGS), Listing(items, spaced=True)) if items else ()


def option_lines(attribute: Attribute) -> tuple[str, ...]:
    """Say each level or option with what it means, a line each; nothing where nothing is said of any."""
    return meaning_lines(attribute.type.options, attribute.option_words)


def meaning_lines(options: Sequence[str], words: Mapping[str, OptionWords]) -> tuple[str, ...]:
    """Say each of some levels or options with what it means, a line each; nothing where nothing is said of any."""
    return tuple(f"{option}: {words[option]}" if option in words else option for option in options) if words else ()


def not_stated(pack: Pack, role: Role, stated: Mapping[str, int]) -> tuple[str, ...]:
    """Return what a role's criteria read and the data states of nobody: a computed attribute itself where it could be stated.

    What is computed from something that is stated is not missing; what else it is computed from may be.
    """
    found: dict[str, None] = {}

    def known(name: str) -> bool:
        derivation = pack.attributes[name].derivation
        return bool(stated.get(name)) or any(known(one) for one in (derivation.expression.inputs if derivation else ()))

    def look(name: str) -> None:
        attribute = pack.attributes[name]
        read = attribute.derivation.expression.inputs if attribute.derivation else ()
        if stated.get(name):
            return
        if attribute.may_be_given and not known(name):
            found[name] = None
            return
        for one in read:
            look(one)

    conditions = [condition for criterion in role.criteria for condition in criterion.conditions]
    for name in attributes_read(conditions):
        look(name)
    return tuple(found)


def attributes_page(attributes: Sequence[Attribute], pack: Pack, role: Role | None = None) -> tuple[Block, ...]:
    """Return the attributes as a table under each theme."""
    title = pack.title if role is None else role.title
    stated = sum(attribute.may_be_given for attribute in attributes)
    counts = f"{len(attributes)}: {stated} can be stated, {len(attributes) - stated} are computed"
    head = (Heading(f"{title}: attributes", 1), Facts((Fact("Attributes", counts), Fact("Pack", pack_words(pack)))))
    return (*head, *(block for theme, found in _themes(attributes) for block in (Heading(sentence_case(theme)), _table(found))))


def _themes(attributes: Iterable[Attribute]) -> Iterator[tuple[str, tuple[Attribute, ...]]]:
    for theme, found in groupby(attributes, lambda attribute: attribute.theme or "others"):
        yield theme, tuple(found)


def _table(attributes: Iterable[Attribute]) -> Table:
    rows = tuple(
        (Cell(attribute.id), Cell(_values(attribute)), Cell(_asked(attribute)), Cell(", ".join((attribute.title, *attribute.also))))
        for attribute in attributes
    )
    return Table(headers=("Attribute", "Values", "Question", "Other names"), rows=rows)


def _values(attribute: Attribute) -> str:
    lines = option_lines(attribute)
    return f"{_LEADS[attribute.kind]}: {'; '.join(lines)}" if lines else type_words(attribute.type)


def _asked(attribute: Attribute) -> str:
    if not attribute.may_be_given:
        return "(computed, and reported)" if attribute.report else "(computed)"
    computed = " (computed where it is not stated)" if attribute.derivation else ""
    assumed = "" if attribute.absent_means is None else f" (not stated counts as {attribute.show(attribute.absent_means)})"
    return f"{attribute.question or NOTHING}{computed}{assumed}"


def type_words(type_: ValueType) -> str:
    """Say in words which values there are."""
    if type_.kind in {Kind.SCALE, Kind.CHOICE, Kind.SET}:
        return f"{_LEADS[type_.kind]}: {', '.join(type_.options)}"
    if type_.kind is Kind.RECORDS:
        return f"entries of {', '.join(type_.fields)}"
    if type_.kind is Kind.DATE and type_.precision is not Precision.DAY:
        return f"date, to the {type_.precision}"
    if type_.kind is Kind.FLAG:
        return "true or false"
    narrowed = type_.range_words() if type_.ranged else type_.unit
    name = "whole number" if type_.kind is Kind.INTEGER else str(type_.kind)
    return f"{name}, {narrowed}" if narrowed else name


_LEADS = {Kind.SCALE: "lowest first", Kind.CHOICE: "one of", Kind.SET: "any of"}


def attributes_json(attributes: Sequence[Attribute], pack: Pack) -> dict[str, Json]:
    """Return the attributes as JSON."""
    return document("attributes", {**pack_json(pack), "attributes": [_json(attribute) for attribute in attributes]}, made_by(pack))


def _json(attribute: Attribute) -> dict[str, Json]:
    return {
        "id": attribute.id,
        "title": attribute.title,
        "also": list(attribute.also),
        "theme": attribute.theme,
        "question": attribute.question,
        **_type_json(attribute.type, attribute),
        "computed": attribute.derivation is not None,
        "may_be_given": attribute.may_be_given,
        "report": attribute.report,
        "absent_means": plain(attribute, attribute.absent_means),
        "option_words": {option: {"means": words.means, "example": words.example} for option, words in attribute.option_words.items()},
    }


def _type_json(type_: ValueType, attribute: Attribute) -> dict[str, Json]:
    return {
        "type": str(type_.kind),
        "unit": type_.unit,
        "at_least": None if type_.lowest is None or type_.lowest_open else plain(attribute, type_.lowest),
        "above": plain(attribute, type_.lowest) if type_.lowest_open and type_.lowest is not None else None,
        "at_most": None if type_.highest is None or type_.highest_open else plain(attribute, type_.highest),
        "below": plain(attribute, type_.highest) if type_.highest_open and type_.highest is not None else None,
        "options": list(type_.options),
        "precision": str(type_.precision) if type_.kind is Kind.DATE else None,
        "fields": {name: str(field.kind) for name, field in type_.fields.items()},
    }
