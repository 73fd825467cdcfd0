"""What the attributes that a role's criteria read are made of, when some can be changed."""

from __future__ import annotations

import attrs

from evaluator.core.expressions import Expression
from evaluator.core.model import Role
from evaluator.core.values import Value

Variable = str | tuple[str, str]
"""What is fixed one after the other: an attribute, or an attribute and one member of a set."""


@attrs.frozen
class Fixed:
    """An attribute that stays as it is; None where it is unknown."""

    value: Value | None


@attrs.frozen
class Varying:
    """An attribute whose value is one variable's."""

    variable: Variable


@attrs.frozen(kw_only=True)
class Members:
    """A set of which some members are variables; `certain` where the others are known not to be in it."""

    certain: bool
    sure: frozenset[str]
    open: frozenset[tuple[str, str]]


@attrs.frozen(kw_only=True)
class Computed:
    """An attribute that is computed."""

    expression: Expression


@attrs.frozen(kw_only=True)
class Readiness:
    """Whether somebody is ready for a role, which hangs on what its criteria read."""

    role: Role


Term = Fixed | Varying | Members | Computed | Readiness
