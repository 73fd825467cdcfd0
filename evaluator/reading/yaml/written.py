"""Values that are to be written into a YAML text, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from evaluator.reading.yaml.splicing import EditProblem
from evaluator.reading.yaml.writing import scalar


@attrs.frozen(kw_only=True)
class Word:
    """A scalar to be written: as it stands where `bare`, else in quotes where it needs them."""

    text: str
    bare: bool = False

    def written(self, *, listed: bool, quote: str = "") -> str:
        """Write it, in the quotes that stand there, if any; `listed` stands inside brackets or braces."""
        if any(ord(letter) < ord(" ") for letter in self.text):
            raise EditProblem("a value stands on one line and holds no control characters", "leave line ends and tabs out")
        if quote == "'" and self.text.isprintable():
            return "'" + self.text.replace("'", "''") + "'"
        if quote == '"' and self.text.isprintable():
            return '"' + self.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return self.text if self.bare else scalar(self.text, listed=listed)


Written = Word | Sequence["Written"] | Mapping[str, "Written"]
"""What is to be written: a scalar, a list or a mapping."""


def on_one_line(value: Written) -> bool:
    """Whether a value stands on the line of its key: a scalar or a list of scalars; a list of entries has a line a field."""
    return isinstance(value, Word) or not value or (not isinstance(value, Mapping) and all(isinstance(part, Word) for part in value))


def flow(value: Written, *, listed: bool = True) -> str:
    """Write a value on one line."""
    if isinstance(value, Word):
        return value.written(listed=listed)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key_of(key)}: {flow(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def key_of(name: str) -> str:
    """Write a key."""
    return Word(text=name).written(listed=True)


def block(value: Written, column: int, newline: str) -> str:
    """Write a list of entries, or a mapping, on lines below a key of that column, each behind a line break."""
    lead = f"{newline}{' ' * (column + 2)}"
    if isinstance(value, Mapping):
        return "".join(f"{lead}{key_of(key)}:{behind_key(part, column + 2, newline)}" for key, part in value.items())
    parts = (value,) if isinstance(value, Word) else value
    return "".join(item_lines(part, column + 2, newline) for part in parts)


def behind_key(value: Written, column: int, newline: str) -> str:
    """Write a value behind the colon of a key of that column."""
    return f" {flow(value, listed=False)}" if on_one_line(value) else block(value, column, newline)


def item_lines(item: Written, column: int, newline: str) -> str:
    """Write an item of a block list at a column, each line behind a line break."""
    lead = f"{newline}{' ' * column}- "
    if not isinstance(item, Mapping) or not item or not all(map(on_one_line, item.values())):
        return f"{lead}{flow(item, listed=False)}"
    fields = [f"{key_of(key)}: {flow(part, listed=False)}" for key, part in item.items()]
    return lead + f"{newline}{' ' * (column + 2)}".join(fields)
