"""Role files that hold a table of roles beside a template: each row → the role file that it stands for, every value with its own place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import attrs

from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Related
from evaluator.reading.pack.roles import ROLE
from evaluator.reading.pack.shapes import Key, MapOf, Object, Raw, check_edition
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode, node_words
from evaluator.reading.yaml.scalars import Identifier, wrong_shape

ROLES = "roles"
_OWN = frozenset({"role", "criteria", "defaults"})
COLUMN = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""How a template names a column of its table."""
_ROLE_KEYS = tuple(key for key in ROLE.keys if key.name not in _OWN)
ROLE_TABLE = Object(
    what="a table of roles",
    keys=[
        Key(
            name=ROLES,
            shape=MapOf(key=Identifier(), shape=Raw(definition="row")),
            doc="the roles by id, each a row: keys of a role, and columns that the template below names as `{column}`",
            required=True,
        ),
        *(attrs.evolve(key, required=False) for key in ROLE.keys if key.name != "role"),
    ],
    also="role_needs",
)


@attrs.frozen(kw_only=True)
class RoleNode:
    """What a role file says of one role, as a file of its own would; `row` is the row of a table that it comes from."""

    id: str
    node: Node | None
    row: ScalarNode | None = None


def role_nodes(node: Node, stem: str, problems: Problems) -> tuple[RoleNode, ...]:
    """Return the roles that a file describes: one, of the file's name, or one for each row of its table."""
    table = node.get(ROLES) if isinstance(node, MappingNode) else None
    if table is None or not isinstance(node, MappingNode):
        return (RoleNode(id=stem, node=node),)
    check_edition(2, f"`{ROLES}`", table.key.span, problems)
    own = node.get("role")
    if own is not None:
        related = [Related(span=own.key.span, message="`role` is here")]
        step = "keep one of the two: a file holds one role, or a table of them"
        problems.add("R108", f"`{ROLES}` cannot stand beside `role`", table.key.span, help=step, related=related)
    if not isinstance(table.value, MappingNode) or not table.value.entries:
        step = "write a line for each role: `some-role: {title: …, rung: 1}`"
        return wrong_shape(table.value, "a mapping from ids of roles to their rows", problems, step) or ()
    template = attrs.evolve(node, entries=tuple(entry for entry in node.entries if entry.key.text not in {ROLES, "role"}))
    columns = {name: place for place, name in _named(template)}
    rows = (_row(entry, template, columns, problems) for entry in table.value.entries)
    return tuple(row for row in rows if row is not None)


def _named(node: Node) -> Iterator[tuple[ScalarNode, str]]:
    """Yield the columns that a template names, with the text that does."""
    if isinstance(node, ScalarNode):
        yield from ((node, name) for name in COLUMN.findall(node.text))
    for child in node.items if isinstance(node, ListNode) else ():
        yield from _named(child)
    for entry in node.entries if isinstance(node, MappingNode) else ():
        yield from _named(entry.value)


def _row(entry: Entry, template: MappingNode, columns: Mapping[str, ScalarNode], problems: Problems) -> RoleNode | None:
    """Return the role of one row; None where it is no row."""
    name, row = entry.key, entry.value
    if Identifier().read(name, problems) is None:
        return None
    if not isinstance(row, MappingNode):
        return wrong_shape(row, "a row, a mapping,", problems, f"write `{name.text}: {{title: …, rung: 1}}`")
    known = {key.name for key in _ROLE_KEYS}
    for one in row.entries:
        if one.key.text in _OWN and one.key.text not in columns:
            step = "write it in the template beside the table, or describe the role in a file of its own"
            problems.add("R101", f"a row has no key `{one.key.text}`", one.key.span, help=step)
        elif one.key.text not in known and one.key.text not in columns:
            step = problems.did_you_mean(one.key.text, [*columns, *known]) or f"name it in the template as `{{{clip(one.key.text)}}}`"
            problems.add(
                "R101", f"no role has the key `{clip(one.key.text)}`, and the template names no such column", one.key.span, help=step
            )
    lacking = [column for column in columns if row.get(column) is None]
    for column in lacking:
        related = [Related(span=columns[column].span, message="the template names it here")]
        step = f"write `{column}: …`, or `{column}: ~` to leave out what holds it"
        problems.add("R102", f"the row `{name.text}` has no `{column}`", name.span, help=step, related=related)
    if lacking:
        return RoleNode(id=name.text, node=None, row=name)
    filler, told = _Filler(row=row, problems=problems), len(problems)
    own = [one for one in row.entries if one.key.text in known and not (isinstance(one.value, ScalarNode) and one.value.empty)]
    stated = {one.key.text for one in own}
    shared = [
        attrs.evolve(one, value=value)
        for one in template.entries
        if one.key.text not in stated and (value := filler.filled(one.value)) is not None
    ]
    entries = [_with_criteria(one) for one in shared]
    if any(one.key.text == "criteria" and isinstance(one.value, ListNode) and not one.value.items for one in entries):
        message = f"the empty cells of `{name.text}` leave out every criterion"
        problems.add("R105", message, name.span, help="fill one of them, or describe the role in a file of its own")
    if len(problems) > told:
        return RoleNode(id=name.text, node=None, row=name)
    role = Entry(key=attrs.evolve(name, text="role"), value=name)
    return RoleNode(id=name.text, node=MappingNode(entries=(role, *own, *entries), span=name.span), row=name)


def _with_criteria(entry: Entry) -> Entry:
    """Return the criteria of a template without those whose condition was left out."""
    if entry.key.text != "criteria" or not isinstance(entry.value, ListNode):
        return entry
    left = [item for item in entry.value.items if not (isinstance(item, MappingNode) and item.get("id") and item.get("when") is None)]
    return attrs.evolve(entry, value=attrs.evolve(entry.value, items=tuple(left)))


@attrs.frozen(kw_only=True)
class _Filler:
    """Puts the cells of a row into a template."""

    row: MappingNode
    problems: Problems

    def filled(self, node: Node) -> Node | None:
        """Return a part of the template with this row's cells in it; None where it holds an empty cell, and nothing else."""
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if isinstance(node, ListNode):
            items = tuple(item for item in map(self.filled, node.items) if item is not None)
            return attrs.evolve(node, items=items) if items or not node.items else None
        entries = tuple(attrs.evolve(entry, value=value) for entry in node.entries if (value := self.filled(entry.value)) is not None)
        if not entries and node.entries:
            return None
        return attrs.evolve(node, entries=entries, shortened=len(entries) < len(node.entries))

    def _scalar(self, node: ScalarNode) -> Node | None:
        if (whole := COLUMN.fullmatch(node.text)) is not None:
            entry = self.row.get(whole[1])
            if entry is None or (isinstance(entry.value, ScalarNode) and entry.value.empty):
                return None
            return entry.value if isinstance(entry.value, MappingNode) else attrs.evolve(entry.value, cell=True)
        return attrs.evolve(node, text=COLUMN.sub(lambda match: self._text(match[1], node), node.text)) if "{" in node.text else node

    def _text(self, column: str, around: ScalarNode) -> str:
        """Return a cell as a part of a text."""
        value = None if (entry := self.row.get(column)) is None else entry.value
        if isinstance(value, ScalarNode) and not value.empty:
            return value.text
        if value is not None:
            related = [Related(span=around.span, message="the text is here")]
            message = f"a text of the template needs `{column}`, and here is {node_words(value)}"
            self.problems.add("R104", message, value.span, help="write a value, or let the whole text be a column", related=related)
        return ""
