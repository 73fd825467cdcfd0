"""Limits on ratios, for CI: `sex ratio < 0.8`, or `sex+ethnicity ratio < 0.75 in product-director`."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs

from evaluator.calibration.disclosure import Hidden
from evaluator.calibration.impact.assessing import Impact, Outcome, PoolImpact
from evaluator.calibration.impact.drivers import Driver
from evaluator.calibration.impact.groups import CROSS
from evaluator.calibration.impact.measures import Group
from evaluator.core.model import Role
from evaluator.diagnostics import did_you_mean
from evaluator.diagnostics.errors import PopulationProblem

_LIMIT = re.compile(r"\s*(?P<by>.+?)\s+ratio\s*<\s*(?P<number>[0-9]+(?:\.[0-9]+)?)(?:\s+in\s+(?P<role>.+?))?\s*", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Limit:
    """A limit as it was written: it fails where a group's ratio by `by` is under `least`, for one role or each that was named."""

    text: str
    by: str
    least: Fraction
    role: str | None


class Untested(enum.StrEnum):
    """Why there is no ratio to hold against a limit."""

    NOBODY = "nobody is considered"
    UNKNOWN = "nobody's group is known"
    ONE_GROUP = "there is one group only"
    UNDECIDED = "everybody is undecided"
    HELD_BACK = "numbers are held back, as they are too small"
    TOO_FEW = "some groups are too small to be compared"
    NOT_SELECTED = "nobody of a compared group is selected"


@attrs.frozen(kw_only=True)
class LimitOutcome:
    """A limit held against one pool: the groups `under` it, or else why it was not tested; with neither, it was held.

    `lowest` is the lowest ratio of the groups that could be compared, where only some of them are too small. `role` is None for
    everybody's next step; `pool` is None where nobody is considered at all. `apart` are groups without a ratio,
    and `unnamed` is how many are too small to be named.
    """

    limit: Limit
    role: Role | None
    pool: PoolImpact | None
    under: tuple[Group | Hidden, ...] = ()
    untested: Untested | None = None
    apart: tuple[str, ...] = ()
    unnamed: int = 0
    lowest: Group | None = None
    drivers: tuple[Driver, ...] = ()

    @property
    def too_small(self) -> bool:
        """Whether people of known groups were considered, and are only too few to compare, or nobody of them is selected."""
        return self.untested in {Untested.TOO_FEW, Untested.HELD_BACK, Untested.NOT_SELECTED}


def parsed(text: str) -> Limit:
    """Read a limit; raises PopulationProblem where it is none."""
    match = _LIMIT.fullmatch(text)
    if match is None:
        raise PopulationProblem(f"`{text}` is no limit on a ratio", 'write it as "sex ratio < 0.8", or "sex ratio < 0.8 in ROLE"')
    least = Fraction(match["number"])
    if not 0 < least <= 1:
        why = "no ratio is under 0" if not least else "a ratio is 1 at most"
        raise PopulationProblem(f"`{text}` can never tell anything: {why}", "write a number above 0, and at most 1, such as 0.8")
    return Limit(text=text.strip(), by=_folded(match["by"]), least=least, role=match["role"])


def checked(limit: Limit, impact: Impact) -> Iterator[LimitOutcome]:
    """Hold a limit against the role it names, else the roles asked for, else everybody's next step.

    Raises PopulationProblem where a limit names a dimension or a role that is not in the report.
    """
    index = _dimension(limit, impact)
    for role, pool in _pools(limit, impact):
        if pool is None or not pool.considered:
            yield LimitOutcome(limit=limit, role=role, pool=None, untested=Untested.NOBODY)
        else:
            yield _checked(limit, pool, pool.outcomes[index])


def _checked(limit: Limit, pool: PoolImpact, outcome: Outcome) -> LimitOutcome:
    groups = tuple(group for group in outcome.worse.behind if group.ratio is not None and group.ratio < limit.least)
    hidden = tuple(group for group in outcome.told.hidden if group.most is not None and group.most < limit.least)
    under: tuple[Group | Hidden, ...] = (*groups, *hidden)
    untested = None if under else _untested(pool, outcome)
    lowest = min(outcome.worse.behind, key=_ratio, default=None) if untested is Untested.TOO_FEW else None
    return LimitOutcome(
        limit=limit,
        role=pool.role,
        pool=pool,
        under=under,
        untested=untested,
        apart=outcome.unheld,
        unnamed=outcome.told.unnamed,
        lowest=lowest or _even(outcome, untested),
        drivers=outcome.drivers,
    )


def _ratio(group: Group) -> Fraction:
    return Fraction(1) if group.ratio is None else group.ratio


def _even(outcome: Outcome, untested: Untested | None) -> Group | None:
    """Return a group that is level with the one that it is compared with, where none is behind."""
    others = [group for group in outcome.worse.groups if group.ratio is not None and group.name != outcome.worse.best]
    return others[0] if untested is Untested.TOO_FEW and others else None


def _untested(pool: PoolImpact, outcome: Outcome) -> Untested | None:
    """Return why there is no ratio of some group, if so; where all is held back, by what hangs on nobody's group."""
    selection, everywhere = outcome.told, outcome.dimension.labels.drop_nulls().n_unique()
    if not everywhere or not (selection.held or selection.hidden or selection.unnamed or outcome.worse.groups):
        return Untested.UNKNOWN
    if pool.undecided == pool.considered:
        return Untested.UNDECIDED
    if selection.held:
        return Untested.ONE_GROUP if everywhere == 1 else Untested.HELD_BACK if pool.selected else Untested.NOT_SELECTED
    if selection.hidden:
        return Untested.HELD_BACK
    return _not_compared(outcome, several=everywhere > 1)


def _not_compared(outcome: Outcome, *, several: bool) -> Untested | None:
    groups, compared = outcome.worse.groups, [group for group in outcome.worse.groups if group.compared]
    if len(groups) + outcome.told.unnamed == 1:
        return Untested.TOO_FEW if several else Untested.ONE_GROUP
    if outcome.told.unnamed or len(compared) < len(groups):
        return Untested.TOO_FEW
    return Untested.NOT_SELECTED if outcome.worse.best is None else None


def _dimension(limit: Limit, impact: Impact) -> int:
    """Return the place of the dimension that a limit is on."""
    names = [dimension.asked for dimension in impact.dimensions]
    folded = [_folded(name) for name in names]
    if limit.by not in folded:
        step = did_you_mean(limit.by, names) or f"the report is by {', '.join(names)}; --by names others"
        raise PopulationProblem(f"`{limit.text}` is on groups that the report is not by", step)
    return folded.index(limit.by)


def _pools(limit: Limit, impact: Impact) -> Sequence[tuple[Role | None, PoolImpact | None]]:
    if limit.role is None:
        pools = impact.roles if impact.together is None else (impact.together,)
        return [(pool.role, pool) for pool in pools] or [(None, None)]
    role = impact.people.pack.find_role(limit.role)
    known = impact.asked.roles or impact.people.pack.judged_roles
    if role is None or role not in known:
        names = [one.id for one in known]
        step = did_you_mean(limit.role, names) or f"it has {', '.join(names)}"
        raise PopulationProblem(f"`{limit.text}` names no role of the report", step)
    return [(role, next((pool_impact for pool_impact in impact.roles if pool_impact.role is role), None))]


def _folded(name: str) -> str:
    return CROSS.join("".join(part.casefold().split()) for part in name.replace("×", CROSS).split(CROSS))
