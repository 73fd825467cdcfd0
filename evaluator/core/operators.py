"""The operators of conditions, one row each: all that can be said of a test without knowing who asks.

A new operator is a member of `Operator`, a place in one of the families below, and a row of `ROWS`. Where more than a row is needed,
code ends in `assert_never`, so that the type checker names it.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar, cast, get_args

import attrs

from evaluator.core.values import ORDERED, Kind


class Operator(enum.StrEnum):
    """A test of one attribute, by its word in a rule file."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    INCLUDES = "includes"
    INCLUDES_ALL = "includes_all"
    INCLUDES_ANY = "includes_any"
    INCLUDES_NONE = "includes_none"
    KNOWN = "known"


Comparison = Literal[Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW, Operator.IS, Operator.IS_NOT]
"""Tests of a value against one other: a literal, or an attribute of the same type."""
Membership = Literal[Operator.ONE_OF, Operator.NONE_OF]
"""Tests of a value against a list."""
Inclusion = Literal[Operator.INCLUDES, Operator.INCLUDES_ALL, Operator.INCLUDES_ANY, Operator.INCLUDES_NONE]
"""Tests of a set against a list."""

COMPARISONS: frozenset[Operator] = frozenset(get_args(Comparison))
MEMBERSHIPS: frozenset[Operator] = frozenset(get_args(Membership))
INCLUSIONS: frozenset[Operator] = frozenset(get_args(Inclusion))


class Takes(enum.Enum):
    """What stands behind an operator in a rule file."""

    VALUE = "a value of the attribute's type, or another attribute"
    OPTION = "one option of a set"
    LIST = "a list of values"
    PRESENCE = "true or false: whether the attribute is known at all"


class Negation(enum.Enum):
    """How a test is negated that has no operator for its opposite."""

    VALUE = "true becomes false"
    MEMBERS = "at least one member of the list is missing"


@attrs.frozen(kw_only=True)
class OperatorRow:
    """What one operator is.

    `holds` is the definition, of a known value against what it needs, and `negation` the operator that is met exactly where this one
    is not. `grows` is 1 where more of the attribute (of a set: having a member of the list) can only help to meet the test, -1 where
    less can only help, and 0 where that hangs on the value; `strict` is a threshold that is itself outside. `measured` is whether an
    unmet test is nearer or further from being met. `neighbour` is the operator that is most easily written in its place.
    """

    asks: str
    kinds: frozenset[Kind]
    takes: Takes
    holds: Callable[[Any, Any], bool]
    negation: Operator | Negation
    grows: int
    strict: bool = False
    measured: bool
    neighbour: Operator | None
    signs: tuple[str, ...] = ()


def comparison_of(how: Operator) -> Comparison:
    """Return an operator that compares two values, as one; raises TypeError for any other."""
    if how not in COMPARISONS:
        raise TypeError(f"{how} does not compare two values")
    return cast("Comparison", how)


def inclusion_of(how: Operator) -> Inclusion:
    """Return an operator that tests a set against a list, as one; raises TypeError for any other."""
    if how not in INCLUSIONS:
        raise TypeError(f"{how} does not ask for members of a set")
    return cast("Inclusion", how)


_Key = TypeVar("_Key", bound=Operator)
_Row = TypeVar("_Row")


def complete(rows: Mapping[_Key, _Row], operators: Iterable[Operator], what: str) -> Mapping[_Key, _Row]:
    """Return a table, once it is sure to have a row for each of the operators and for no other; raises TypeError."""
    wanted = set(operators)
    if missing := sorted(wanted - set(rows)):
        raise TypeError(f"{what} lack a row for {', '.join(missing)}")
    if unwanted := sorted(set(rows) - wanted):
        raise TypeError(f"{what} have no use for a row for {', '.join(unwanted)}")
    return rows


_WORDS = frozenset({Kind.CHOICE, Kind.TEXT})
_OF_LISTS = frozenset({Kind.SCALE, Kind.CHOICE, Kind.TEXT})
_SETS = frozenset({Kind.SET})


ROWS: Mapping[Operator, OperatorRow] = complete(
    {
        Operator.AT_LEAST: OperatorRow(
            asks="the value or more",
            kinds=ORDERED,
            takes=Takes.VALUE,
            holds=operator.ge,
            negation=Operator.BELOW,
            grows=1,
            measured=True,
            neighbour=Operator.ABOVE,
            signs=(">=",),
        ),
        Operator.AT_MOST: OperatorRow(
            asks="the value or less",
            kinds=ORDERED,
            takes=Takes.VALUE,
            holds=operator.le,
            negation=Operator.ABOVE,
            grows=-1,
            measured=True,
            neighbour=Operator.BELOW,
            signs=("<=",),
        ),
        Operator.ABOVE: OperatorRow(
            asks="more than the value",
            kinds=ORDERED,
            takes=Takes.VALUE,
            holds=operator.gt,
            negation=Operator.AT_MOST,
            grows=1,
            strict=True,
            measured=True,
            neighbour=Operator.AT_LEAST,
            signs=(">",),
        ),
        Operator.BELOW: OperatorRow(
            asks="less than the value",
            kinds=ORDERED,
            takes=Takes.VALUE,
            holds=operator.lt,
            negation=Operator.AT_LEAST,
            grows=-1,
            strict=True,
            measured=True,
            neighbour=Operator.AT_MOST,
            signs=("<",),
        ),
        Operator.IS: OperatorRow(
            asks="exactly the value",
            kinds=ORDERED | _WORDS | {Kind.FLAG},
            takes=Takes.VALUE,
            holds=operator.eq,
            negation=Operator.IS_NOT,
            grows=0,
            measured=True,
            neighbour=Operator.IS_NOT,
            signs=("=", "=="),
        ),
        Operator.IS_NOT: OperatorRow(
            asks="any other value",
            kinds=ORDERED | _WORDS,
            takes=Takes.VALUE,
            holds=operator.ne,
            negation=Operator.IS,
            grows=0,
            measured=False,
            neighbour=Operator.IS,
            signs=("!=",),
        ),
        Operator.ONE_OF: OperatorRow(
            asks="one of the values listed",
            kinds=_OF_LISTS,
            takes=Takes.LIST,
            holds=lambda have, need: have in need,
            negation=Operator.NONE_OF,
            grows=0,
            measured=True,
            neighbour=Operator.NONE_OF,
        ),
        Operator.NONE_OF: OperatorRow(
            asks="a value that is not listed",
            kinds=_OF_LISTS,
            takes=Takes.LIST,
            holds=lambda have, need: have not in need,
            negation=Operator.ONE_OF,
            grows=0,
            measured=False,
            neighbour=Operator.ONE_OF,
        ),
        Operator.INCLUDES: OperatorRow(
            asks="the option is among those held",
            kinds=_SETS,
            takes=Takes.OPTION,
            holds=lambda have, need: need <= have,
            negation=Negation.MEMBERS,
            grows=1,
            measured=True,
            neighbour=Operator.INCLUDES_NONE,
        ),
        Operator.INCLUDES_ALL: OperatorRow(
            asks="every option listed is held",
            kinds=_SETS,
            takes=Takes.LIST,
            holds=lambda have, need: need <= have,
            negation=Negation.MEMBERS,
            grows=1,
            measured=True,
            neighbour=Operator.INCLUDES_ANY,
        ),
        Operator.INCLUDES_ANY: OperatorRow(
            asks="at least one option listed is held",
            kinds=_SETS,
            takes=Takes.LIST,
            holds=lambda have, need: bool(need & have),
            negation=Operator.INCLUDES_NONE,
            grows=1,
            measured=True,
            neighbour=Operator.INCLUDES_ALL,
        ),
        Operator.INCLUDES_NONE: OperatorRow(
            asks="no option listed is held",
            kinds=_SETS,
            takes=Takes.LIST,
            holds=lambda have, need: not need & have,
            negation=Operator.INCLUDES_ANY,
            grows=-1,
            measured=True,
            neighbour=Operator.INCLUDES_ANY,
        ),
        Operator.KNOWN: OperatorRow(
            asks="whether anything is stated; never unknown itself",
            kinds=frozenset(Kind),
            takes=Takes.PRESENCE,
            holds=lambda have, need: (have is not None) == need,
            negation=Negation.VALUE,
            grows=0,
            measured=False,
            neighbour=None,
        ),
    },
    Operator,
    "operators",
)

OPERATORS: Mapping[Kind, frozenset[Operator]] = {kind: frozenset(one for one, row in ROWS.items() if kind in row.kinds) for kind in Kind}
"""The tests that each type of attribute has."""
SIGNS: Mapping[str, Operator] = {sign: one for one, row in ROWS.items() for sign in row.signs}
"""What people write for a test who know it from spreadsheets, and the test that they mean."""
