"""A CSV table → profiles: one row each, every cell held against its attribute, no row lost without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from evaluator.diagnostics import Problems, Related, Span
from evaluator.groups import STEP, is_group_fact
from evaluator.model import Attribute, Pack, Profile
from evaluator.reading.csvrows import Row, rows_of
from evaluator.reading.nodes import ListNode, Node, ScalarNode
from evaluator.reading.profile import StatementReader
from evaluator.reading.shapes import Placed
from evaluator.values import Kind, Value, clip

ID, NAME, ROLE = "id", "name", "role"
_OWN = frozenset({ID, NAME, ROLE})
_GROUP = "group:"


@attrs.frozen(kw_only=True)
class Columns:
    """What the columns of a table mean: the profile's own, attributes and group facts, by place."""

    own: Mapping[int, str]
    attributes: Mapping[int, Attribute]
    groups: Mapping[int, str]
    width: int


def read_table_text(text: str, path: str, pack: Pack, problems: Problems) -> Iterator[Profile]:
    """Read the rows of a CSV text as profiles; rows with an error are reported, cell by cell, and left out."""
    rows = rows_of(text, path, _is_header, problems)
    header = next(rows, None)
    if header is None or not any(cell.strip() for cell in header.cells):
        if not problems.errors:
            step = "its first line names the columns: id, name, role, and attributes"
            problems.add("D101", "the table is empty", Span.whole_file(path), help=step)
        return
    columns = _Header(row=attrs.evolve(header, exact=True), pack=pack, problems=problems).read()
    for row in rows if columns is not None else ():
        if columns is not None and any(cell.strip() for cell in row.cells):
            own = Problems()
            profile = _profile(row, columns, pack, own)
            if len(own):  # once more, now that the places are wanted
                own = Problems()
                profile = _profile(attrs.evolve(row, exact=True), columns, pack, own)
            problems.extend(own)
            if profile is not None and not own.errors:
                yield profile


def _is_header(cells: list[str]) -> bool:
    return any(_folded(cell) == ID for cell in cells)


@attrs.frozen(kw_only=True)
class _Header:
    """Reads the first row of a table."""

    row: Row
    pack: Pack
    problems: Problems
    own: dict[int, str] = attrs.field(factory=dict, init=False)
    attributes: dict[int, Attribute] = attrs.field(factory=dict, init=False)
    groups: dict[int, str] = attrs.field(factory=dict, init=False)

    def read(self) -> Columns | None:
        """Read what the columns mean; None where rows cannot be told apart or a column says what another says."""
        names = {_folded(name): one for one in self.pack.attributes.values() for name in (one.title, *one.also, one.id)}
        taken: dict[str, int] = {}
        repeated = False
        for place, cell in enumerate(self.row.cells):
            key = self._column(place, cell.strip(), names)
            if key is not None and taken.setdefault(key, place) != place:
                self._repeated(place, taken[key])
                repeated = True
        if ID not in self.own.values():
            self.problems.add("D105", "the table has no column `id`", self.row.span, help="every row needs an id of its own")
            return None
        width = len(self.row.cells)
        return None if repeated else Columns(own=self.own, attributes=self.attributes, groups=self.groups, width=width)

    def _column(self, place: int, name: str, names: Mapping[str, Attribute]) -> str | None:
        """Note what a column means; returns what it must be alone in saying."""
        folded = _folded(name)
        if folded in _OWN:
            self.own[place] = folded
            return folded
        if folded.startswith(_GROUP) and folded != _GROUP:
            self.groups[place] = name[len(_GROUP) :].strip()
            return folded
        if folded in names:
            self.attributes[place] = names[folded]
            return names[folded].id
        return self._unknown(place, name, names)

    def _unknown(self, place: int, name: str, names: Mapping[str, Attribute]) -> None:
        span = self.row.cell(place)
        if is_group_fact(name) and _folded(name) != _GROUP:
            step = f"call the column `{_GROUP}{clip(name)}`; {STEP}"
            self.problems.add("P106", f"the column `{clip(name)}` is a fact of a person's group, and no attribute", span, help=step)
        elif not name or _folded(name) == _GROUP:
            self.problems.add("D103", "a column has no name", span, help="name it, or take it out")
        else:
            step = self.problems.did_you_mean(_folded(name), names) or "name an attribute of the pack, or take the column out"
            self.problems.add("D103", f"the column `{clip(name)}` is no attribute of the pack", span, help=step)

    def _repeated(self, place: int, first: int) -> None:
        related = [Related(span=self.row.cell(first), message="the other column")]
        message = f"the column `{clip(self.row.cells[place].strip())}` says the same as another"
        self.problems.add("D103", message, self.row.cell(place), help="keep one of the two", related=related)


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _profile(row: Row, columns: Columns, pack: Pack, problems: Problems) -> Profile | None:
    if len(row.cells) != columns.width:
        message = f"the row has {len(row.cells)} cells, and the table {columns.width} columns"
        problems.add("D102", message, row.span, help="quote cells that hold the separator; leave a cell empty where nothing is known")
        return None
    own = {name: (row.cells[place].strip(), place) for place, name in columns.own.items()}
    name, place = own[ID]
    if not name:
        problems.add("D105", "the row has no id", row.cell(place), help="give it one that no other row has")
        return None
    reader = StatementReader(pack=pack, problems=problems)
    role, where = own.get(ROLE, ("", 0))
    return Profile(
        id=name,
        name=own.get(NAME, ("", 0))[0] or None,
        role=reader.role(Placed(value=role, span=row.cell(where))) if role else None,
        given=_given(row, columns, reader),
        groups={name: row.cells[place].strip() for place, name in columns.groups.items() if row.cells[place].strip()},
        span=row.span,
    )


def _given(row: Row, columns: Columns, reader: StatementReader) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for place, attribute in columns.attributes.items():
        text = row.cells[place].strip()
        if text:
            value = _value(attribute, text, row.cell(place), reader)
            if value is not None:
                found[attribute.id] = value
    return found


def _value(attribute: Attribute, text: str, span: Span, reader: StatementReader) -> Value | None:
    if reader.attribute(attribute.id, span) is None:
        return None
    if attribute.kind is Kind.RECORDS:
        reader.problems.add(
            "P102", f"`{attribute.id}` is a list of entries, which no cell can hold", span, help="state it in a profile of its own"
        )
        return None
    return reader.value(attribute, _node(attribute, text, span))


def _node(attribute: Attribute, text: str, span: Span) -> Node:
    if attribute.kind is not Kind.SET:
        return ScalarNode(text=text, plain=False, span=span)
    members = () if text == "none" else tuple(member.strip() for member in text.split(";") if member.strip())
    return ListNode(items=tuple(ScalarNode(text=member, plain=False, span=span) for member in members), span=span)
