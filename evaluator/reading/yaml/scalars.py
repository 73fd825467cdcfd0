"""The shapes of single values: texts, names, words, numbers, dates."""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any, Generic, Protocol, TypeVar

import attrs

from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.values import Number, ValueProblem, clip, parse_number
from evaluator.diagnostics import Problems
from evaluator.reading.yaml.nodes import Node, ScalarNode, node_words

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")
Schema = dict[str, Any]

KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
RESERVED = frozenset({"all_of", "any_of", "none_of", "at_least_of", "attribute", "missing", "move"})


_QUOTED_NUMBER = {True: "^ *-?[0-9]+ *$", False: r"^ *-?[0-9]+(\.[0-9]+)? *$"}
SINCE = "since"
"""In a schema that is being made: the edition from which on a property may stand, or each of some words; nothing of it is written."""


def number_schema(*, whole: bool = False) -> Schema:
    """Describe a number, in quotes too: what is quoted is read by the type that is declared."""
    return {"type": ["integer" if whole else "number", "string"], "pattern": _QUOTED_NUMBER[whole]}


def object_schema(properties: Mapping[str, Schema], **more: object) -> Schema:
    """Describe a mapping that has these keys and no other."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}


def flag_schema() -> Schema:
    """Describe true or false, in quotes too."""
    return {"type": ["boolean", "string"], "pattern": "^([tT]rue|TRUE|[fF]alse|FALSE)$"}


def date_schema(precision: Precision = Precision.YEAR) -> Schema:
    """Refer to the forms of a date that is at least so precise."""
    return {"$ref": f"#/$defs/date-{precision}"}


class Shape(Protocol[T_co]):
    """Something that can be read from a node and described by a JSON Schema."""

    def read(self, node: Node, problems: Problems) -> T_co | None:
        """Read a node; report what does not fit."""

    def schema(self) -> Schema:
        """Describe what fits, as JSON Schema."""


def wrong_shape(node: Node, wanted: str, problems: Problems, step: str | None = None) -> None:
    """Report a node of the wrong shape."""
    problems.add("R103", f"{wanted} is expected here, and this is {node_words(node)}", node.span, help=step or _shape_step(node, wanted))


def _shape_step(node: Node, wanted: str) -> str | None:
    if isinstance(node, ScalarNode) and node.empty:
        return "write it after the colon, or take the key out"
    if "list" in wanted:
        return f"write [{clip(node.text)}]" if isinstance(node, ScalarNode) else "begin each entry with `- `"
    if "mapping" in wanted:
        return "write `key: value` lines, indented, or {key: value}"
    return "write a single value, without brackets, braces or `- `" if not isinstance(node, ScalarNode) else None


@attrs.frozen(kw_only=True)
class Text:
    """Any text that is not empty."""

    definition: str | None = None
    """The definition in a pack's schemas that lists what can stand here."""
    may_be_blank: bool = False
    """Whether spaces and line breaks alone are text too."""

    def read(self, node: Node, problems: Problems) -> str | None:
        """Read the text."""
        if not isinstance(node, ScalarNode) or node.empty or not (node.text if self.may_be_blank else node.text.strip()):
            return wrong_shape(node, "text", problems)
        return node.text

    def schema(self) -> Schema:
        """Describe it."""
        return {"$ref": f"#/$defs/{self.definition}"} if self.definition else {"type": ["string", "number", "boolean"]}


@attrs.frozen(kw_only=True)
class Identifier:
    """A name: lower-case words joined by hyphens (KEBAB) or underscores (SNAKE)."""

    pattern: re.Pattern[str] = KEBAB

    def read(self, node: Node, problems: Problems) -> str | None:
        """Read the name."""
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, "a name", problems)
        joint, word = ("-", "hyphens") if self.pattern is KEBAB else ("_", "underscores")
        if not self.pattern.fullmatch(node.text):
            words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", joint, node.text)
            better = re.sub(r"[^a-z0-9]+", joint, words.lower()).strip("-_ ")
            step = f"write `{better}`" if self.pattern.fullmatch(better) else None
            problems.add("R106", f"`{clip(node.text)}` is no name: names are lower-case words joined by {word}", node.span, help=step)
            return None
        if self.pattern is SNAKE and node.text in RESERVED:
            problems.add("R106", f"`{node.text}` has a meaning of its own in conditions", node.span, help="choose another name")
            return None
        return node.text

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": f"^{self.pattern.pattern}$"}


def renaming_step(what: str, name: str, path: PurePath) -> str:
    """Say how a file and the name in it can be made to agree, by names that are allowed alone, and by none that another file has."""
    stem = path.stem
    if KEBAB.fullmatch(name) and Path(path.with_name(f"{name}{path.suffix}")).exists():
        own = f"rename the {what} to {stem}" if KEBAB.fullmatch(stem) else f"give this {what} and its file a name of their own"
        return f"{name}{path.suffix} is there already: {own}, or take one of the two files out"
    file, inside = f"rename the file to {name}.yaml", f"the {what} to {stem}"
    if KEBAB.fullmatch(name):
        return f"{file}, or {inside}" if KEBAB.fullmatch(stem) else file
    if KEBAB.fullmatch(stem):
        return f"rename {inside}"
    return f"give the file and the {what} one name, of lower-case words joined by hyphens"


@attrs.frozen(kw_only=True)
class Word(Generic[T]):
    """One word of an enumeration."""

    words: type[enum.StrEnum]
    since: Mapping[str, int] = attrs.field(factory=dict)
    """The edition from which on words can be used, of those that were not there from the first on."""

    def read(self, node: Node, problems: Problems) -> Any:  # noqa: ANN401 - a member of `words`, which only the caller knows
        """Read the word as a member of the enumeration."""
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, "a word", problems)
        known = [str(word) for word in self.words]
        if node.text not in known:
            step = problems.did_you_mean(node.text, known) or f"use one of {', '.join(known)}"
            problems.add("R104", f"{node_words(node)} is not one of the words that can stand here", node.span, help=step)
            return None
        return self.words(node.text)

    def schema(self) -> Schema:
        """Describe it."""
        return {"enum": [str(word) for word in self.words]} | ({SINCE: dict(self.since)} if self.since else {})


@attrs.frozen(kw_only=True)
class Flag:
    """true or false."""

    def read(self, node: Node, problems: Problems) -> bool | None:
        """Read the flag."""
        if isinstance(node, ScalarNode) and node.text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
            return node.text.lower() == "true"
        word = node.text.lower() if isinstance(node, ScalarNode) else ""
        step = {"yes": "write true", "on": "write true", "no": "write false", "off": "write false"}.get(word, "write true or false")
        problems.add("R104", f"true or false is expected here, and this is {node_words(node)}", node.span, help=step)
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return flag_schema()


@attrs.frozen(kw_only=True)
class Numeral:
    """A number, or with `whole` a whole one, with optional inclusive bounds."""

    whole: bool = False
    least: int | None = None
    most: int | None = None
    above: int | None = None
    code: str = "R104"
    step: str | None = None

    def read(self, node: Node, problems: Problems) -> Number | None:
        """Read the number exactly."""
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, "a number", problems)
        try:
            value = parse_number(node.text)
        except ValueProblem as problem:
            problems.add("R104", problem.message, node.span, help=problem.step)
            return None
        if wanted := self._misfit(value):
            problems.add(self.code, f"a number {wanted} is expected here, and this is {node.text}", node.span, help=self.step)
            return None
        return value

    def _misfit(self, value: Number) -> str | None:
        if self.whole and not isinstance(value, int):
            return "without decimals"
        if self.least is not None and value < self.least:
            return f"from {self.least} up"
        if self.above is not None and value <= self.above:
            return f"above {self.above}"
        return f"up to {self.most}" if self.most is not None and value > self.most else None

    def schema(self) -> Schema:
        """Describe it."""
        bounds = {"minimum": self.least, "maximum": self.most, "exclusiveMinimum": self.above}
        return number_schema(whole=self.whole) | {name: bound for name, bound in bounds.items() if bound is not None}


@attrs.frozen(kw_only=True)
class Ratio:
    """An exact number from 0 to 1, as a decimal or a fraction such as 2/3; `positive` leaves out 0."""

    positive: bool = False

    def read(self, node: Node, problems: Problems) -> Number | None:
        """Read it exactly."""
        text = node.text if isinstance(node, ScalarNode) else ""
        if re.fullmatch(r"[0-9]{1,6}/0*[1-9][0-9]{0,5}|[01](\.[0-9]{1,12})?", text):
            value = Fraction(text)
            if value <= 1 and (value or not self.positive):
                return value
        problems.add("R104", f"a part of 1 is expected here, and this is {node_words(node)}", node.span, help="write 0.75 or 3/4")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        low = {"exclusiveMinimum": 0} if self.positive else {"minimum": 0}
        return {"type": ["number", "string"], "pattern": "^([0-9]{1,6}/0*[1-9][0-9]{0,5}|[01](\\.[0-9]{1,12})?)$", **low, "maximum": 1}


@attrs.frozen(kw_only=True)
class Day:
    """A date: a day, a month or a year."""

    def read(self, node: Node, problems: Problems) -> datetime.date | None:
        """Read the first day that the date covers."""
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, "a date", problems)
        try:
            return parse_date(node.text)[0]
        except DateProblem as problem:
            problems.add("R104", problem.message, node.span, help=problem.step)
            return None

    def schema(self) -> Schema:
        """Describe it."""
        return date_schema()


@attrs.frozen(kw_only=True)
class Months:
    """A length of time, such as `12 months` or `2 years`, as months."""

    def read(self, node: Node, problems: Problems) -> int | None:
        """Read the months."""
        if isinstance(node, ScalarNode) and (match := re.fullmatch(r"([0-9]{1,3}) (month|year)s?", node.text)):
            return int(match[1]) * (12 if match[2] == "year" else 1)
        problems.add(
            "R104",
            f"a length of time is expected here, and this is {node_words(node)}",
            node.span,
            help="write it as `12 months` or `2 years`",
        )
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": "^[0-9]{1,3} (month|year)s?$"}


@attrs.frozen(kw_only=True)
class Duration:
    """A length of time in days, weeks, months or years, such as `12 months`, as the number and the unit in the plural."""

    def read(self, node: Node, problems: Problems) -> tuple[int, str] | None:
        """Read the number and the unit."""
        if isinstance(node, ScalarNode) and (match := re.fullmatch(r"([1-9][0-9]{0,2}) (day|week|month|year)s?", node.text)):
            return int(match[1]), f"{match[2]}s"
        message = f"a length of time is expected here, and this is {node_words(node)}"
        problems.add("R104", message, node.span, help="write it as `12 months`, `2 years`, `26 weeks` or `90 days`")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": "^[1-9][0-9]{0,2} (day|week|month|year)s?$"}
