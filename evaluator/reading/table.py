"""A CSV table → profiles: one row each, every cell held against its attribute, no row lost without a word."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

import attrs

from evaluator.diagnostics import Problems, Span
from evaluator.groups import STEP, is_group_fact
from evaluator.model import Attribute, Pack, Profile
from evaluator.reading.nodes import ListNode, Node, ScalarNode
from evaluator.reading.profile import StatementReader
from evaluator.reading.shapes import Placed
from evaluator.values import Kind, Value, clip

ID, NAME, ROLE, AS_OF = "id", "name", "role", "as_of"
_OWN = frozenset({ID, NAME, ROLE})
_GROUP = "group:"
_DELIMITERS = ",;\t"
_MOST_CELL = 1_000_000


@attrs.frozen(kw_only=True)
class Columns:
    """What the columns of a table mean: the profile's own, attributes and group facts, by place."""

    own: Mapping[int, str]
    attributes: Mapping[int, Attribute]
    groups: Mapping[int, str]
    width: int


def read_table_text(text: str, path: str, pack: Pack, problems: Problems) -> Iterator[Profile]:
    """Read the rows of a CSV text as profiles; rows with an error are reported, cell by cell, and left out."""
    rows = _rows(text, path, problems)
    header = next(rows, None)
    if header is None or not any(cell.strip() for cell in header[1]):
        problems.add("D101", "the table is empty", _cell(path, 1), help="its first line names the columns: id, name, role, and attributes")
        return
    columns = _columns(header[1], path, pack, problems)
    if columns is None:
        return
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            own = Problems()
            profile = _profile(cells, columns, _cell(path, line), StatementReader(pack=pack, problems=own))
            problems.extend(own)
            if profile is not None and not own.errors:
                yield profile


def _rows(text: str, path: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row starts, and its cells."""
    csv.field_size_limit(_MOST_CELL)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = (
                "a cell is larger than a million characters"
                if "field larger" in str(error)
                else "a quote in this row is not closed, or text follows it"
            )
            problems.add("D101", what, _cell(path, line), help="the rows from here on are not read; mend the quotes of this row")
            return


def _cell(path: str, line: int, column: int = 1) -> Span:
    return Span(path=path, line=line, column=column, end_line=line, end_column=column)


def _columns(header: list[str], path: str, pack: Pack, problems: Problems) -> Columns | None:
    names = {
        _folded(name): attribute for attribute in pack.attributes.values() for name in (attribute.title, *attribute.also, attribute.id)
    }
    own: dict[int, str] = {}
    attributes: dict[int, Attribute] = {}
    groups: dict[int, str] = {}
    taken: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = cell.strip()
        if _folded(name) in _OWN:
            own[place] = _folded(name)
        elif name.casefold().startswith(_GROUP):
            groups[place] = name[len(_GROUP) :].strip()
        elif _folded(name) in names:
            attributes[place] = names[_folded(name)]
        else:
            _unknown_column(name, path, place, names, problems)
        key = own.get(place) or (
            attributes[place].id if place in attributes else f"{_GROUP}{groups.get(place)}" if place in groups else f"#{place}"
        )
        if taken.setdefault(key, place) != place:
            problems.add(
                "D103",
                f"column {place + 1}, `{clip(name)}`, says the same as column {taken[key] + 1}",
                _cell(path, 1),
                help="keep one of the two",
            )
            return None
    if ID not in own.values():
        problems.add("D105", "the table has no column `id`", _cell(path, 1), help="every row needs an id of its own")
        return None
    return Columns(own=own, attributes=attributes, groups=groups, width=len(header))


def _unknown_column(name: str, path: str, place: int, names: Mapping[str, Attribute], problems: Problems) -> None:
    if is_group_fact(name):
        problems.add(
            "P106",
            f"column {place + 1}, `{clip(name)}`, is a fact of a person's group",
            _cell(path, 1),
            help=f"call it `{_GROUP}{name}`; {STEP}",
        )
        return
    close = problems.did_you_mean(_folded(name), names)
    step = close or "name an attribute of the pack, or take the column out"
    problems.add("D103", f"column {place + 1}, `{clip(name)}`, is no attribute of the pack", _cell(path, 1), help=step)


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _profile(cells: list[str], columns: Columns, span: Span, reader: StatementReader) -> Profile | None:
    problems = reader.problems
    if len(cells) != columns.width:
        step = "quote cells that hold the separator"
        problems.add("D102", f"the row has {len(cells)} cells, and the table {columns.width} columns", span, help=step)
        return None
    own = {name: cells[place].strip() for place, name in columns.own.items()}
    if not own.get(ID):
        problems.add("D105", "the row has no id", span, help="give it one that no other row has")
        return None
    role = reader.role(Placed(value=own[ROLE], span=span)) if own.get(ROLE) else None
    return Profile(
        id=own[ID],
        name=own.get(NAME) or None,
        role=role,
        given=_given(cells, columns, span, reader),
        groups={name: cells[place].strip() for place, name in columns.groups.items() if cells[place].strip()},
        span=span,
    )


def _given(cells: list[str], columns: Columns, span: Span, reader: StatementReader) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for place, attribute in columns.attributes.items():
        text = cells[place].strip()
        if text and reader.attribute(attribute.id, span) is not None:
            value = reader.value(attribute, _node(attribute, text, attrs.evolve(span, column=place + 1, end_column=place + 1)))
            if value is not None:
                found[attribute.id] = value
    return found


def _node(attribute: Attribute, text: str, span: Span) -> Node:
    if attribute.kind is not Kind.SET:
        return ScalarNode(text=text, plain=False, span=span)
    members = () if text == "none" else tuple(member.strip() for member in text.split(";") if member.strip())
    return ListNode(items=tuple(ScalarNode(text=member, plain=False, span=span) for member in members), span=span)
