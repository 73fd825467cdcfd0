"""Where in a YAML text something may be put in, exchanged or taken out, as pieces that keep every other byte."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from evaluator.diagnostics import Span
from evaluator.reading.text_places import Lines
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode
from evaluator.reading.yaml.splicing import EditProblem, parsed
from evaluator.reading.yaml.written import Word, Written, behind_key, block, flow, item_lines, key_of, on_one_line

Route = tuple[str | int, ...]
"""The way to a node: keys of mappings, and numbers of items from 0."""
Pieces = dict[tuple[int, int], str]
"""What stands between two places from now on."""
BY_HAND = "edit the file by hand"
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile("#[^\n\r\x85\u2028\u2029]*")
_COLON = re.compile("[ \t]*:")


@attrs.frozen(kw_only=True)
class Text:
    """A YAML text with its nodes and places, and the line break that it has."""

    text: str
    root: Node
    lines: Lines
    newline: str

    @classmethod
    def of(cls, text: str, name: str) -> Text:
        """Read a text; raises ReadingError where it is no YAML."""
        found = _BREAK.search(text)
        newline = found[0] if found and found[0] in {"\n", "\r\n", "\r"} else "\n"
        return cls(text=text, root=parsed(text, name), lines=Lines(text), newline=newline)

    def at(self, route: Route) -> Node | None:
        """Return the node at a route; None where there is none, or an empty one."""
        node = self.root
        for part in route:
            if isinstance(part, int) and isinstance(node, ListNode) and part < len(node.items):
                node = node.items[part]
            elif isinstance(part, str) and isinstance(node, MappingNode) and (entry := node.get(part)) is not None:
                node = entry.value
            else:
                return None
        return None if isinstance(node, ScalarNode) and node.empty else node

    def exchanged(self, item: Node, value: Written) -> Pieces:
        """Put a single value in the place of another one."""
        if not isinstance(value, Word) or not isinstance(item, ScalarNode):
            raise EditProblem(f"the item at {item.span} is no single value", BY_HAND)
        start, end = self._bounds(item)
        return {(start, end): value.written(listed=self._in_flow(item.span), quote=self._quote(start))}

    def replaced(self, entry: Entry, value: Written) -> Pieces:
        """Put a value in the place of an entry's; comments that stand in the old one are kept as lines of their own."""
        inside, (start, end) = self._in_flow(entry.key.span), self._bounds(entry.value)
        colon, lead = self._colon(entry)
        short, column = inside or on_one_line(value), entry.key.span.column - 1
        if isinstance(entry.value, ScalarNode) and entry.value.empty:
            if not short:
                place = self._line_end(max(colon, end))
                return {(start, end): "", (place, place): block(value, column, self.newline)}
            return {(start, end): flow(value, listed=inside)} if end > start else {(colon, colon): f"{lead} {flow(value, listed=inside)}"}
        remarks = "".join(f"{self.newline}{' ' * (column + 2)}{comment}" for comment in self._comments(entry.value))
        if _BREAK.search(self.text, colon, start) is None:
            return self._beside_key((start, end), entry.value, value, (remarks, column, inside))
        if isinstance(entry.value, ListNode) and not inside and (pieces := self._items_changed(entry.value, value)) is not None:
            return pieces
        if short:
            return {(colon, colon): f" {flow(value, listed=inside)}", (self._above(start), end): remarks}
        indent = start - self._line_start(start)
        return {(self._above(start), end): block(value, indent - 2, self.newline) + remarks}

    def _beside_key(self, place: tuple[int, int], old: Node, value: Written, around: tuple[str, int, bool]) -> Pieces:
        """Put a value in the place of one that begins on the line of its key."""
        (start, end), (remarks, column, inside) = place, around
        if not inside and not on_one_line(value):
            behind = self._line_end(end)
            return {(start, end): "", (behind, behind): remarks + block(value, column, self.newline)}
        if isinstance(value, Word):
            quote = self._quote(start) if isinstance(old, ScalarNode) else ""
            written = value.written(listed=inside, quote=quote)
        else:
            written = flow(value)
        more = self.text[end : self._line_end(end)].strip()
        return {(start, end): written + remarks + (f"{self.newline}{' ' * (column + 2)}" if remarks and more else "")}

    def _items_changed(self, there: ListNode, value: Written) -> Pieces | None:
        """Take items of a block list out and add others behind those that stay; None where that is no way to the new list."""
        texts = [item.text for item in there.items if isinstance(item, ScalarNode) and not item.empty]
        words = () if isinstance(value, Word) else tuple(word for word in value if isinstance(word, Word))
        wanted = [word.text for word in words]
        kept = [text for text in texts if text in wanted]
        if not kept or len(texts) < len(there.items) or len(words) < len(value if not isinstance(value, Word) else ()):
            return None
        if wanted[: len(kept)] != kept or self.text[self._bounds(there)[0]] == "[":
            return None
        pieces: Pieces = {}
        last = there.items[0]
        for item, text in zip(there.items, texts, strict=True):
            if text in wanted:
                last = item
            else:
                pieces |= self._without_item(item)
        place, column = self._line_end(self._bounds(last)[1]), there.span.column - 1
        added = "".join(item_lines(word, column, self.newline) for word in words[len(kept) :])
        return pieces | ({(place, place): added} if added else {})

    def _without_item(self, item: Node) -> Pieces:
        """Take an item out of a block list with its lines; comments beside it and inside it stay there alone."""
        start, end = self._bounds(item)
        line = self._line_start(start)
        dash = line + self.text[line:start].rfind("-")
        rest = self.text[end : self._line_end(end)].strip()
        remarks = [*self._comments(item), *([rest] if rest else [])]
        if remarks:
            return {(dash, self._line_end(end)): f"{self.newline}{' ' * (dash - line)}".join(remarks)}
        return {(self._above(start), self._line_end(end)): ""}

    def item_removed(self, there: ListNode, index: int) -> Pieces:
        """Take an item out of a list."""
        item = there.items[index]
        if not self._is_flow(there):
            return self._without_item(item)
        start, end = self._bounds(item)
        if index + 1 < len(there.items):
            cut = (start, self._bounds(there.items[index + 1])[0])
        else:
            cut = (self._bounds(there.items[index - 1])[1], end) if index else (start, end)
        if _COMMENT.search(self.text[cut[0] : cut[1]].replace(self.text[start:end], "")) or self._comments(item):
            raise EditProblem(f"a comment stands beside the item at {item.span}", BY_HAND)
        return {cut: ""}

    def inserted(self, parent: MappingNode, key: str, value: Written, order: Sequence[str]) -> Pieces:
        """Add an entry: behind the last of those that stand before it in an order, else before the first."""
        start = self._bounds(parent)[0]
        before = _before(parent, key, order)
        if self._is_flow(parent):
            written = f"{key_of(key)}: {flow(value)}"
            if before is None:
                place = start + 1
                return {(place, place): f"{written}, " if parent.entries else written}
            place = max(self._bounds(before.value)[1], self._colon(before)[0])
            return {(place, place): f", {written}"}
        column = parent.span.column - 1
        written = f"{key_of(key)}:{behind_key(value, column, self.newline)}"
        if before is None:
            return {(start, start): f"{written}{self.newline}{' ' * column}"}
        return self._below(
            before.value, max(self._bounds(before.value)[1], self._colon(before)[0]), f"{self.newline}{' ' * column}{written}"
        )

    def appended(self, there: ListNode, item: Written) -> Pieces:
        """Add an item to a list."""
        start, end = self._bounds(there)
        if self._is_flow(there):
            place = self._bounds(there.items[-1])[1] if there.items else start + 1
            return {(place, place): f", {flow(item)}" if there.items else flow(item)}
        return self._below(there, end, item_lines(item, there.span.column - 1, self.newline))

    def _below(self, node: Node, end: int, lines: str) -> Pieces:
        """Add lines behind a node that ends at a place: behind its last line, or where a block of text ends."""
        last = _last_scalar(node)
        behind = self.lines.bounds(last.span)[1] if last is not None and self._is_block_text(last) else 0
        if behind and behind == self._line_start(behind):
            return {(behind, behind): lines.removeprefix(self.newline) + self.newline}
        place = self._line_end(end)
        return {(place, place): lines}

    def removed(self, parent: MappingNode, entry: Entry) -> Pieces:
        """Take an entry out with its lines; where a comment stands in them its value alone."""
        key = self._bounds(entry.key)[0]
        first, last = self._bounds(entry.value)
        colon, _ = self._colon(entry)
        remarks = [*self._comments(entry.value), *_COMMENT.findall(self.text[colon : max(first, colon)])]
        if self._in_flow(entry.key.span):
            return self._removed_in_flow(parent, entry, commented=bool(remarks))
        last = max(last, colon)
        alone = not self.text[self._line_start(key) : key].strip() and not self.text[last : self._line_end(last)].strip()
        if alone and not remarks:
            if isinstance(entry.value, ScalarNode) and self._is_block_text(entry.value):
                last = self.lines.bounds(entry.value.span)[1]
                return {(self._line_start(key), last): ""}
            found = _BREAK.match(self.text, self._line_end(last))
            return {(self._above(key), self._line_end(last)): ""} if found is None else {(self._line_start(key), found.end()): ""}
        lines = "".join(f"{self.newline}{' ' * (entry.key.span.column + 1)}{comment}" for comment in self._comments(entry.value))
        below = _BREAK.search(self.text, colon, first) is not None
        return {(self._above(first) if below else min(colon, first), last): lines} if last > colon else {}

    def _removed_in_flow(self, parent: MappingNode, entry: Entry, *, commented: bool) -> Pieces:
        """Take an entry out of braces with the comma beside it; where a comment stands there its value alone."""
        index, (first, last) = parent.entries.index(entry), self._bounds(entry.value)
        start, end = self._bounds(entry.key)[0], max(last, self._colon(entry)[0])
        if index + 1 < len(parent.entries):
            cut = (start, self._bounds(parent.entries[index + 1].key)[0])
        elif index:
            before = parent.entries[index - 1]
            cut = (max(self._bounds(before.value)[1], self._colon(before)[0]), end)
        else:
            cut = (start, end)
        if commented or _COMMENT.search(self.text[end : cut[1]]) or _COMMENT.search(self.text[cut[0] : start]):
            lines = "".join(f"{comment}{self.newline}" for comment in self._comments(entry.value))
            return {(first, last): f"null {lines}"} if last > first else {}
        return {cut: ""}

    def _bounds(self, node: Node) -> tuple[int, int]:
        """Return where a node stands, without what is blank behind it."""
        start, end = self.lines.bounds(node.span)
        return start, start + len(self.text[start:end].rstrip())

    def _colon(self, entry: Entry) -> tuple[int, str]:
        """Return where the value of an entry may begin, behind its colon, and the colon where it has none."""
        end = self._bounds(entry.key)[1]
        found = _COLON.match(self.text, end)
        if found is not None:
            return found.end(), ""
        if isinstance(entry.value, ScalarNode) and entry.value.empty and self._in_flow(entry.key.span):
            return end, ":"
        raise EditProblem(f"`{entry.key.text}` is written in a way that cannot be edited, at {entry.key.span}", BY_HAND)

    def _in_flow(self, span: Span) -> bool:
        """Whether what stands at a place is inside brackets or braces."""
        place, node = (span.line, span.column), self.root
        while not isinstance(node, ScalarNode):
            if self._is_flow(node) and (node.span.line, node.span.column) < place:
                return True
            parts = node.items if isinstance(node, ListNode) else tuple(entry.value for entry in node.entries)
            held = [part for part in parts if (part.span.line, part.span.column) <= place < (part.span.end_line, part.span.end_column)]
            if not held:
                return False
            node = held[-1]
        return False

    def _is_flow(self, node: ListNode | MappingNode) -> bool:
        start = self.lines.bounds(node.span)[0]
        return self.text[start : start + 1] in {"[", "{"}

    def _is_block_text(self, node: ScalarNode) -> bool:
        start = self.lines.bounds(node.span)[0]
        return not node.plain and self.text[start : start + 1] in {"|", ">"}

    def _quote(self, index: int) -> str:
        return self.text[index] if self.text[index : index + 1] in {"'", '"'} else ""

    def _comments(self, node: Node) -> list[str]:
        """Return the comments inside a node, in their order."""
        start, end = self._bounds(node)
        found, at = list[str](), start
        for scalar in _scalars(node):
            first, last = self.lines.bounds(scalar.span)
            found += _COMMENT.findall(self.text[at:first])
            if self._is_block_text(scalar):
                found += [comment.strip() for comment in re.findall("[ \t]#.*", self.text[first : self._line_end(first)])]
            at = max(at, last)
        return [comment.rstrip() for comment in (*found, *_COMMENT.findall(self.text[at:end]))]

    def _line_end(self, index: int) -> int:
        """Return where the line of a place ends, before its break."""
        found = _BREAK.search(self.text, index)
        return len(self.text) if found is None else found.start()

    def _line_start(self, index: int) -> int:
        return self.lines.index(self.lines.span("", index, index).line, 1)

    def _above(self, index: int) -> int:
        """Return where the line above that of a place ends, before its break."""
        start = self._line_start(index)
        return start - (2 if self.text[:start].endswith("\r\n") else 1) if start else 0


def _before(parent: MappingNode, key: str, order: Sequence[str]) -> Entry | None:
    """Return the entry behind which a new one stands; None where it comes first."""
    if key not in order:
        return parent.entries[-1] if parent.entries else None
    later = set(order[list(order).index(key) :])
    found = [entry for entry in parent.entries if entry.key.text in order and entry.key.text not in later]
    if found:
        return found[-1]
    return None if any(entry.key.text in later for entry in parent.entries) or not parent.entries else parent.entries[-1]


def _last_scalar(node: Node) -> ScalarNode | None:
    while not isinstance(node, ScalarNode):
        parts = node.items if isinstance(node, ListNode) else tuple(entry.value for entry in node.entries)
        if not parts:
            return None
        node = parts[-1]
    return node


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _scalars(item)
    else:
        for entry in node.entries:
            yield entry.key
            yield from _scalars(entry.value)
