"""What somebody types in answer to a question → a value of the attribute, or what is wrong with it in words."""

from __future__ import annotations

import re

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.text import fold_spaces
from evaluator.core.values import NUMERIC, Kind, Value, ValueProblem, ValueType, clip, grouped_number, plain_number, shortened
from evaluator.diagnostics import Problems, did_you_mean
from evaluator.reading.profile.profile import StatementReader, meant_option, several_options
from evaluator.reading.tables.cell_values import NO, YES, CellProblem, CellReader, says_unknown
from evaluator.reading.yaml.nodes import parse_yaml

_NOTHING = frozenset({"none", "nothing", "-", "[]"})
_MAY_BE_ZERO = frozenset({"none", "nil", "nothing", "zero", "keine", "null", "aucun", "ninguno"})
_BETWEEN = re.compile(r"[,;|\n]")
_COMMA = re.compile("-?[0-9]+,[0-9]+")
_LONGEST = 10_000


def leaves_open(attribute: Attribute, text: str) -> bool:
    """Whether an answer says that nobody knows, as tables say it too; a word of the attribute's own never does.

    Raises ValueProblem where a word may as well mean none at all.
    """
    word = text.strip()
    if attribute.kind in NUMERIC and word.casefold() in _MAY_BE_ZERO:
        raise ValueProblem(f"`{clip(word)}` may mean 0, or that nobody knows", "write 0, or unknown")
    if attribute.kind in {Kind.SET, Kind.RECORDS} and word.casefold() in _NOTHING:
        return False
    return not word or says_unknown(attribute, word)


def answered(pack: Pack, attribute: Attribute, text: str, *, numbered: bool = True) -> Value:
    """Return the value that an answer states; raises ValueProblem with what is wrong and a next step.

    Options may be named in any case or by a beginning that fits only one, and by their number where they were shown `numbered`; a
    number may carry its own unit, and have a comma before its decimals.
    """
    if len(text) > _LONGEST:
        raise ValueProblem("the answer is too long", "leave it out here, and write it into the profile")
    if attribute.kind in {Kind.SCALE, Kind.CHOICE}:
        return attribute.type.read(_option(attribute.type, text, numbered=numbered))
    if attribute.kind is Kind.SET:
        return _set(attribute.type, text, numbered=numbered)
    if attribute.kind is Kind.RECORDS:
        return _records(pack, attribute, text)
    if attribute.kind is Kind.FLAG:
        return _flag(attribute, text)
    if attribute.kind in NUMERIC:
        return attribute.type.read(_number(attribute.type, _without_unit(attribute.type, text)))
    return _day(pack, attribute, text) if attribute.kind is Kind.DATE else attribute.type.read(text)


def _flag(attribute: Attribute, text: str) -> Value:
    word = fold_spaces(text)
    if word in YES | NO:
        return word in YES
    raise ValueProblem(f"`{clip(text)}` is neither yes nor no", f"`{attribute.id}` is answered by yes or no")


def _number(type_: ValueType, text: str) -> str:
    """Return a number with a dot before its decimals; raises ValueProblem for one that can be read in two ways."""
    thousands, dotted = grouped_number(text, "."), text.replace(",", ".")
    if thousands is not None and not (type_.kind is Kind.INTEGER and "." in shortened(dotted)):
        step = f"write {thousands} if the comma stands between thousands, and {shortened(dotted)} if before decimals"
        raise ValueProblem(f"`{clip(text)}` can be read in two ways", step)
    if thousands is not None:
        return thousands
    return plain_number(text, ".") or (dotted if _COMMA.fullmatch(text) else text)


def _day(pack: Pack, attribute: Attribute, text: str) -> Value:
    """Read a date as tables have them too: 17.05.2024, 2024-05-17, May 2024."""
    try:
        return attribute.type.read(CellReader(pack=pack).plain_date(text, attribute.id))
    except CellProblem as problem:
        raise ValueProblem(problem.message, problem.step) from None


def _option(type_: ValueType, text: str, *, numbered: bool) -> str:
    options = type_.options
    if text in options:
        return text
    if numbered and text.isdecimal() and 1 <= int(text[:4]) <= len(options):
        return options[int(text[:4]) - 1]
    word = "-".join(text.casefold().split())
    fitting = [option for option in options if "-".join(option.casefold().split()) == word]
    fitting = fitting or [option for option in options if word and "-".join(option.casefold().split()).startswith(word)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ValueProblem(f"`{clip(text)}` fits several options", f"write {' or '.join(f'`{one}`' for one in fitting)}")
    listed = ", ".join(f"{index} {option}" if numbered else option for index, option in enumerate(options, 1))
    raise ValueProblem(f"`{clip(text)}` is none of the options", did_you_mean(text, options) or f"use one of {listed}")


def _set(type_: ValueType, text: str, *, numbered: bool) -> frozenset[str]:
    """Read options with commas, semicolons or `and` between them."""
    if text.casefold() in _NOTHING and text not in type_.options:
        return frozenset()
    whole = text.strip().removeprefix("[").removesuffix("]")
    parts = [whole] if meant_option(type_, whole) in type_.options else [part.strip() for part in _BETWEEN.split(whole)]
    named = [name for part in parts if part for name in several_options(type_, part) or (_option(type_, part, numbered=numbered),)]
    return frozenset(named)


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
