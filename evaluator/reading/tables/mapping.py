"""A mapping file: how tables of one source are read: their columns, the words in their cells, and what holds for everybody."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.text import fold_name, fold_spaces
from evaluator.core.values import NUMERIC, Kind, Value, clip
from evaluator.diagnostics import Problems, Span
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, MapOf, Object
from evaluator.reading.tables.cell_values import DATE_ORDERS, PER_CENT, CellReader
from evaluator.reading.tables.mapped_cells import CellRules, TableMapping, has_option
from evaluator.reading.tables.meanings import ATTRIBUTE, DAYS, GROUP, ID, NAME, ROLE
from evaluator.reading.tables.model import MOST_ABOVE
from evaluator.reading.yaml.nodes import MappingNode, Node, ScalarNode, read_yaml
from evaluator.reading.yaml.scalars import Flag, Numeral, Schema, Text, wrong_shape

DECIMAL_SIGNS = {".": "a dot", ",": "a comma"}
THOUSANDS_SIGNS = {".": "a dot", ",": "a comma", "'": "an apostrophe", "’": "an apostrophe", " ": "a space"}
_OF_ONE = frozenset({ID, NAME})
NOTHING = "~"
"""What stands for nothing in a mapping file: a column that is not read, a word for what is missing, a title of no role of the pack."""


@attrs.frozen(kw_only=True)
class OrNothing:
    """Text, or nothing at all: `~`."""

    definition: str | None = None

    def read(self, node: Node, problems: Problems) -> Located[str | None] | None:
        """Read the text; its value is None where nothing is written."""
        if isinstance(node, ScalarNode) and node.empty:
            return Located(value=None, span=node.span)
        text = Text().read(node, problems)
        return None if text is None else Located(value=text, span=node.span)

    def schema(self) -> Schema:
        """Describe it."""
        return {"anyOf": [Text(definition=self.definition).schema(), {"type": "null"}]}


@attrs.frozen(kw_only=True)
class _OneOf:
    """One of some words or signs."""

    words: Mapping[str, str]

    def read(self, node: Node, problems: Problems) -> str | None:
        """Read it; the spaces of all countries count as one."""
        if not isinstance(node, ScalarNode) or not node.text:
            return wrong_shape(node, "one of a few words", problems)
        sign = " " if node.text.isspace() else node.text
        if sign not in self.words:
            listed = ", ".join(f'"{one}" for {words}' for one, words in self.words.items())
            problems.add("R104", f"`{clip(node.text)}` is not one of the words that can stand here", node.span, help=f"use one of {listed}")
            return None
        return sign

    def schema(self) -> Schema:
        """Describe it."""
        return {"enum": [*self.words]}


_VALUES = MapOf(key=Text(), shape=OrNothing())
COLUMN = Object(
    what="a column",
    keys=[
        Key(
            name="attribute",
            shape=At(shape=Text(definition="column")),
            doc="the attribute that it is, or id, name, role, as_of",
            required=True,
        ),
        Key(name="values", shape=_VALUES, doc="what its words stand for, in the pack's own; ~ is what is missing"),
        Key(name="missing", shape=ListOf(shape=Text()), doc="words of it that say that nothing is known"),
        Key(name="dates", shape=_OneOf(words=DATE_ORDERS), doc="what 03/04/2026 is in it, the day first (dmy) or the month (mdy)"),
        Key(name="thousands", shape=_OneOf(words=THOUSANDS_SIGNS), doc="the sign between thousands"),
        Key(name="fractions", shape=Flag(), doc="whether 0.875 stands for 87.5 percent"),
        Key(
            name="separator",
            shape=Text(may_be_blank=True),
            doc='the sign between several options in a cell, where it is no semicolon; a line break is written "\\n"',
        ),
    ],
)


MAPPED = OrNothing(definition="column")
"""What a column is said to be by its name alone."""


@attrs.frozen(kw_only=True)
class _Column:
    """What is said of a column: the attribute alone, nothing (then it is not read), or how its cells are read too."""

    def read(self, node: Node, problems: Problems) -> Got | Located[str | None] | None:
        """Read it."""
        return COLUMN.read(node, problems) if isinstance(node, MappingNode) else MAPPED.read(node, problems)

    def schema(self) -> Schema:
        """Describe it."""
        return {"anyOf": [MAPPED.schema(), COLUMN.schema()]}


FLAGS = Object(
    what="the words of flags",
    keys=[
        Key(name="yes", shape=ListOf(shape=Text()), doc="words that say yes, beside those that are known"),
        Key(name="no", shape=ListOf(shape=Text()), doc="words that say no"),
    ],
)
MAPPING = Object(
    what="a mapping file",
    keys=[
        Key(name="sheet", shape=Text(), doc="the sheet of a workbook, by its name or place"),
        Key(name="header_row", shape=Numeral(whole=True, least=1, most=MOST_ABOVE), doc="the row with the names of columns"),
        Key(name="encoding", shape=Text(), doc="the encoding of text, such as windows-1252"),
        Key(name="decimal", shape=_OneOf(words=DECIMAL_SIGNS), doc="the sign before decimals"),
        Key(name="thousands", shape=_OneOf(words=THOUSANDS_SIGNS), doc="the sign between thousands"),
        Key(name="dates", shape=_OneOf(words=DATE_ORDERS), doc="what 03/04/2026 is, the day first (dmy) or the month (mdy)"),
        Key(name="missing", shape=ListOf(shape=Text()), doc="words that say in every column that nothing is known"),
        Key(
            name="values",
            shape=_VALUES,
            doc="what words stand for in every column whose attribute has such an option; ~ is what is missing",
        ),
        Key(name="flags", shape=FLAGS, doc="words for yes and no"),
        Key(name="columns", shape=MapOf(key=Text(), shape=_Column()), doc="what columns say, by their names; ~ for what is not read"),
        Key(
            name="roles",
            shape=MapOf(key=Text(), shape=OrNothing(definition="role")),
            doc="which role a title stands for; ~ for none",
        ),
        Key(name="constants", shape=MapOf(key=Text(), shape=At(shape=Text())), doc="what holds for everybody, by attribute"),
    ],
)
_OF_CELLS = ("values", "missing", "dates", "thousands", "fractions", "separator")
_NEED_MORE = frozenset({"columns", "roles", "constants", "flags", "missing", "values"})


def read_mapping(path: str | os.PathLike[str], problems: Problems) -> TableMapping:
    """Read a mapping file, YAML or JSON: whole, or `column: attribute` lines alone; what is wrong goes to the problems."""
    node = read_yaml(path, problems)
    if node is None:
        return TableMapping()
    return attrs.evolve(mapping_in(node, problems), texts={os.fspath(path): problems.text(os.fspath(path)) or ""})


def mapping_in(node: Node, problems: Problems) -> TableMapping:
    """Read a mapping of which the nodes are there already."""
    if not isinstance(node, MappingNode):
        wrong_shape(node, "a mapping from columns to attributes", problems)
        return TableMapping()
    if not _is_whole(node):
        return _lines(node, problems)
    got = MAPPING.read(node, problems)
    return TableMapping() if got is None else _whole(got, problems)


def _is_whole(node: MappingNode) -> bool:
    """Whether a file says more than `column: attribute`."""
    if any(not isinstance(entry.value, ScalarNode) for entry in node.entries):
        return True
    names = {entry.key.text for entry in node.entries}
    return bool(names) and names <= {key.name for key in MAPPING.keys} - _NEED_MORE


def _lines(node: MappingNode, problems: Problems) -> TableMapping:
    read = ((entry.key.text, MAPPED.read(entry.value, problems)) for entry in node.entries)
    return TableMapping(columns={column: target for column, target in read if target is not None})


def _whole(got: Got, problems: Problems) -> TableMapping:
    columns: dict[str, Located[str | None]] = {}
    cells: dict[str, CellRules] = {}
    for column, located in (got.get("columns") or {}).items():
        said = located.value
        if isinstance(said, Got):
            if said.has("attribute"):
                columns[column] = said["attribute"]
                cells[fold_name(column)] = _cell_rules(said, got, problems)
        else:
            columns[column] = said
    flags: Got | None = got.get("flags")
    words = {} if flags is None else {fold_spaces(word): answer for answer in ("yes", "no") for word in flags.get(answer, ())}
    return TableMapping(
        columns=columns,
        cells=cells,
        every=_cell_rules(got, got, problems),
        flags=words,
        roles={fold_spaces(title): role.value for title, role in (got.get("roles") or {}).items()},
        constants={name: constant.value for name, constant in (got.get("constants") or {}).items()},
        constant_names={name: constant.span for name, constant in (got.get("constants") or {}).items()},
        sheet=got.get("sheet"),
        encoding=got.get("encoding"),
        decimal=got.get("decimal"),
        dates=got.get("dates"),
        header_row=None if got.get("header_row") is None else int(got["header_row"]),
    )


def _cell_rules(got: Got, whole: Got, problems: Problems) -> CellRules:
    """Return how cells are read; a sign cannot stand both before decimals and between thousands."""
    thousands, decimal = got.get("thousands"), whole.get("decimal") or "."
    if thousands is not None and thousands == decimal:
        step = 'say `decimal: ","` too, or leave `thousands` out' if decimal == "." else "leave one of the two out"
        problems.add("R108", "one sign stands before decimals and between thousands", got.places["thousands"], help=step)
    values: Mapping[str, Any] = got.get("values") or {}
    missing: dict[str, Located[str | None]] = {
        fold_spaces(word): Located(value=None, span=got.places["missing"]) for word in got.get("missing", ())
    }
    return CellRules(
        values={**missing, **{fold_spaces(word): target.value for word, target in values.items()}},
        dates=got.get("dates"),
        thousands=thousands,
        fractions=bool(got.get("fractions")),
        separator=got.get("separator"),
        places={key: got.places[key] for key in _OF_CELLS if key in got.places},
    )


@attrs.frozen(kw_only=True)
class Constants:
    """What a mapping file says of everybody: values by attribute, today's role, days of the row, and where each is said, by its meaning."""

    attributes: Mapping[str, Value] = attrs.field(factory=dict)
    role: str | None = None
    days: Mapping[str, datetime.date] = attrs.field(factory=dict)
    places: Mapping[str, Span] = attrs.field(factory=dict)


def read_constants(source: TableMapping, pack: Pack, meaning: Callable[[str], str | None], problems: Problems) -> Constants:
    """Read what holds for everybody; what no attribute has, or what tells people apart, is reported. `meaning` is that of a column."""
    reader = CellReader(pack=pack)
    values: dict[str, Value] = {}
    days: dict[str, datetime.date] = {}
    places: dict[str, Span] = {}
    role: str | None = None
    for name, at in source.constants.items():
        meant = meaning(name)
        if meant is None or meant in _OF_ONE or meant.startswith(GROUP):
            wrong = f"`{clip(name)}` is no attribute of the pack" if meant is None else f"`{clip(name)}` differs from person to person"
            step = problems.did_you_mean(fold_name(name), [attribute.id for attribute in pack.declared_attributes.values()])
            problems.add(
                "D103", f"{wrong}, and cannot hold for everybody", at.span, help=step or "name an attribute, role, as_of or gathered"
            )
            continue
        places[meant] = at.span
        if meant == ROLE:
            role = reader.role_at(at.value, at.span, problems)
        elif (attribute := pack.attributes.get(meant.removeprefix(ATTRIBUTE))) is not None and meant.startswith(ATTRIBUTE):
            value = reader.value(attribute, at.value, at.span, problems)
            values |= {} if value is None else {attribute.id: value}
        else:
            day = reader.day_at(at.value, name, at.span, problems)
            days |= {} if day is None else {meant: day}
    return Constants(attributes=values, role=role, days=days, places=places)


def check_words(source: TableMapping, pack: Pack, meanings: Mapping[str, str], problems: Problems) -> None:
    """Report words that stand for what the pack does not have; `meanings` are those of the columns, by what their names fold to."""
    reader = CellReader(pack=pack)
    for title in source.roles.values():
        if title.value is not None and pack.find_role(title.value) is None:
            step = problems.did_you_mean(title.value, [*pack.roles]) or "name a role of the pack, or ~ for none"
            problems.add("D103", f"the pack has no role called `{clip(title.value)}`", title.span, help=step)
    every = dict.fromkeys(option for attribute in pack.declared_attributes.values() for option in attribute.type.options)
    for target in source.every.values.values():
        if target.value is not None and not any(has_option(attribute, target.value) for attribute in pack.declared_attributes.values()):
            step = (
                problems.did_you_mean(target.value, [*every]) or "name an option of one of the pack's attributes, or ~ for what is missing"
            )
            problems.add("D103", f"no attribute of the pack has the option `{clip(target.value)}`", target.span, help=step)
    for column, rules in source.cells.items():
        if column not in meanings:  # told already
            continue
        meant = meanings[column]
        attribute = pack.attributes.get(meant.removeprefix(ATTRIBUTE)) if meant.startswith(ATTRIBUTE) else None
        for key, wrong, step in _idle(attribute, rules, meant):
            problems.add("D103", wrong, rules.places[key], help=step)
        if attribute is not None:
            for target in rules.values.values():
                _ = target.value is None or reader.value(attribute, target.value, target.span, problems)


def _idle(attribute: Attribute | None, rules: CellRules, meant: str) -> Iterator[tuple[str, str, str]]:
    """Yield each key that says nothing of such a column, why, and what to do."""
    kind = None if attribute is None else attribute.kind
    name = clip(meant) if attribute is None else attribute.id
    what = f"`{name}` is {'no attribute' if kind is None else kind.one}"
    if attribute is None and "values" in rules.places:
        step = "say under `roles:` which role a title stands for" if meant == ROLE else "take them out"
        yield "values", f"{what}, and its words are not read as others", step
    if kind is not Kind.SET and "separator" in rules.places:
        yield "separator", f"{what}, and a cell of it holds one thing", "take it out"
    if kind not in NUMERIC and "thousands" in rules.places:
        yield "thousands", f"{what}, and has no thousands", "take it out"
    if "fractions" in rules.places and (attribute is None or kind not in NUMERIC or attribute.type.unit not in PER_CENT):
        yield "fractions", f"{what}, and is not counted in percent", "take it out"
    if "dates" in rules.places and kind is not Kind.DATE and meant not in DAYS:
        yield "dates", f"{what}, and no date", "take it out"
