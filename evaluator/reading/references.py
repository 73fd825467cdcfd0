"""Names as the readers resolve them: while a record is kept, every place where a name of a pack is declared or used."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import attrs

from evaluator.core.values import Kind, ValueType
from evaluator.diagnostics import Span

ROLES, TRACKS = "roles", "tracks"
"""Where the options of what says today's role, or its track, are declared."""


class Sort(enum.StrEnum):
    """What a name is the name of."""

    ROLE = "role"
    CRITERION = "criterion"
    ATTRIBUTE = "attribute"
    OPTION = "option"
    TRACK = "track"
    SCALE = "scale"
    TABLE = "table"
    CONDITION = "condition"
    POLICY = "policy"
    VERDICT = "verdict"
    DOCUMENT = "document"
    FIELD = "field"


@attrs.frozen(kw_only=True)
class Reference:
    """A place where a name stands or is declared.

    The `owner` is a criterion's role, an option's scale or attribute, the track of a verdict that is not the pack's own, or the attribute
    whose entries have a field.
    """

    sort: Sort
    name: str
    owner: str = ""
    declares: bool = False
    span: Span


@attrs.define
class References:
    """All names that were resolved while the record was kept, and the pairs of owners whose options are compared with each other."""

    names: list[Reference] = attrs.field(factory=list)
    compared: list[tuple[str, str]] = attrs.field(factory=list)


_RECORD: ContextVar[References | None] = ContextVar("references", default=None)


@contextmanager
def recorded() -> Iterator[References]:
    """Keep a record of every name that readers resolve meanwhile."""
    references = References()
    token = _RECORD.set(references)
    try:
        yield references
    finally:
        _RECORD.reset(token)


def recording() -> bool:
    """Whether a record is kept now, so that what is read has to be read to the last name."""
    return _RECORD.get() is not None


def refer(sort: Sort, name: str, span: Span, owner: str = "", *, declares: bool = False) -> None:
    """Note that a name was resolved, where a record is kept."""
    record = _RECORD.get()
    if record is not None:
        record.names.append(Reference(sort=sort, name=name, owner=owner, declares=declares, span=span))


def refer_value(type_: ValueType, value: object, span: Span) -> None:
    """Note that a value was read, where it names an option, a level of a scale, or a role or track of today."""
    if not recording() or not type_.options or value is None:
        return
    option = type_.options[value] if type_.kind is Kind.SCALE and isinstance(value, int) else str(value)
    if type_.declared_in in {ROLES, TRACKS}:
        refer(Sort.ROLE if type_.declared_in == ROLES else Sort.TRACK, option, span)
    else:
        refer(Sort.OPTION, option, span, type_.declared_in)


def refer_options(owner: str, option: str, span: Span) -> None:
    """Note that an option is declared."""
    refer(Sort.OPTION, option, span, owner, declares=True)


def refer_compared(one: ValueType, other: ValueType) -> None:
    """Note that values of two types are held against each other, so that an option has to be called the same in both."""
    record = _RECORD.get()
    if record is not None and one.options and other.options and one.declared_in != other.declared_in:
        record.compared.append((one.declared_in, other.declared_in))
