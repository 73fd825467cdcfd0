"""What somebody types in answer to a question → a value of the attribute, or what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Callable

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.values import NUMERIC, Kind, Value, ValueProblem, ValueType, clip
from evaluator.diagnostics import Problems, did_you_mean
from evaluator.reading.profile.profile import StatementReader
from evaluator.reading.yaml.nodes import parse_yaml

_YES, _NO = frozenset({"yes", "y", "true"}), frozenset({"no", "n", "false"})
_NOTHING = frozenset({"none", "nothing", "-", "[]"})
_LONGEST = 10_000


def answered(pack: Pack, attribute: Attribute, text: str) -> Value:
    """Return the value that an answer states; raises ValueProblem with what is wrong and a next step.

    Options may be named by their number, in any case or by a beginning that fits only one; a number may carry its own unit.
    """
    if len(text) > _LONGEST:
        raise ValueProblem("the answer is too long", "leave it out here, and write it into the profile")
    read = _READ.get(attribute.kind)
    if read is not None:
        return read(pack, attribute, text)
    if attribute.kind in NUMERIC:
        return attribute.type.read(_without_unit(attribute.type, text))
    return attribute.type.read(text)


def _flag(_: Pack, attribute: Attribute, text: str) -> Value:
    word = text.casefold()
    if word in _YES | _NO:
        return word in _YES
    raise ValueProblem(f"`{clip(text)}` is neither yes nor no", f"`{attribute.id}` is answered by yes or no")


def _option(type_: ValueType, text: str) -> str:
    options = type_.options
    if text in options:
        return text
    if text.isdecimal() and 1 <= int(text[:4]) <= len(options):
        return options[int(text[:4]) - 1]
    word = "-".join(text.casefold().split())
    fitting = [option for option in options if "-".join(option.casefold().split()) == word]
    fitting = fitting or [option for option in options if word and "-".join(option.casefold().split()).startswith(word)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ValueProblem(f"`{clip(text)}` fits several options", f"write {' or '.join(f'`{one}`' for one in fitting)}")
    listed = ", ".join(f"{index} {option}" for index, option in enumerate(options, 1))
    raise ValueProblem(f"`{clip(text)}` is none of the options", did_you_mean(text, options) or f"use one of {listed}")


def _choice(_: Pack, attribute: Attribute, text: str) -> Value:
    return attribute.type.read(_option(attribute.type, text))


def _set(_: Pack, attribute: Attribute, text: str) -> Value:
    if text.casefold() in _NOTHING and text not in attribute.type.options:
        return frozenset()
    parts = [part.strip() for part in text.strip("[]").split(",")]
    return frozenset(_option(attribute.type, part) for part in parts if part)


def _records(pack: Pack, attribute: Attribute, text: str) -> Value:
    """Read entries as `field: value, field: value`, with a semicolon between entries."""
    if text.casefold() in _NOTHING:
        return ()
    problems = Problems()
    entries = "\n".join(f"- {{{part.strip()}}}" for part in text.split(";") if part.strip())
    node = parse_yaml(entries, "answer", problems)
    value = None if node is None else StatementReader(pack=pack, problems=problems).value(attribute, node)
    if value is None or problems.errors:
        first = next(iter(problems.errors), None)
        fields = ", ".join(f"{name}: …" for name in attribute.type.fields)
        message = first.message if first else "no entry can be read from this"
        raise ValueProblem(message, (first.help if first else None) or f"write {fields}; a semicolon goes between two entries")
    return value


def _without_unit(type_: ValueType, text: str) -> str:
    units = {type_.unit, (type_.unit or "").removesuffix("s")} | ({"%"} if type_.unit == "percent" else set())
    for unit in units:
        if unit and text.casefold().endswith(unit):
            return text[: -len(unit)].strip()
    return text


_READ: dict[Kind, Callable[[Pack, Attribute, str], Value]] = {
    Kind.FLAG: _flag,
    Kind.SCALE: _choice,
    Kind.CHOICE: _choice,
    Kind.SET: _set,
    Kind.RECORDS: _records,
}
