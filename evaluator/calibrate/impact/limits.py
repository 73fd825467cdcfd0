"""Limits on ratios, for CI: `sex ratio < 0.8`, or `sex+ethnicity ratio < 0.75 in product-director`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

import attrs

from evaluator.calibrate.impact.assessing import Assessed, Impact
from evaluator.calibrate.impact.groups import CROSS
from evaluator.calibrate.impact.measures import Group
from evaluator.diagnostics import did_you_mean
from evaluator.populations.failures import PopulationProblem

_LIMIT = re.compile(r"\s*(?P<by>.+?)\s+ratio\s*<\s*(?P<number>[0-9]+(?:\.[0-9]+)?)(?:\s+in\s+(?P<role>.+?))?\s*", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Limit:
    """A limit as it was written: it fails where a group's ratio by `by` is under `least`, for one role or each that was named."""

    text: str
    by: str
    least: Fraction
    role: str | None


@attrs.frozen(kw_only=True)
class Failed:
    """A group that is under a limit, in which pool."""

    limit: Limit
    pool: Assessed
    group: Group


def parsed(text: str) -> Limit:
    """Read a limit; raises PopulationProblem where it is none."""
    found = _LIMIT.fullmatch(text)
    if found is None:
        raise PopulationProblem(f"`{text}` is no limit on a ratio", 'write it as "sex ratio < 0.8", or "sex ratio < 0.8 in ROLE"')
    return Limit(text=text.strip(), by=_folded(found["by"]), least=Fraction(found["number"]), role=found["role"])


def failing(limit: Limit, found: Impact) -> Iterator[Failed]:
    """Yield each group that is under a limit: in the role it names, else in the roles asked for, else in everybody's next step.

    Raises PopulationProblem where a limit names a dimension or a role that is not in the report.
    """
    for pool in _pools(limit, found):
        for outcome in pool.outcomes:
            if _folded(outcome.dimension.asked) == limit.by:
                yield from (Failed(limit=limit, pool=pool, group=one) for one in outcome.worse.behind if _under(one, limit))


def _under(group: Group, limit: Limit) -> bool:
    return group.ratio is not None and group.ratio < limit.least


def _pools(limit: Limit, found: Impact) -> tuple[Assessed, ...]:
    names = [one.asked for one in found.dimensions]
    if limit.by not in map(_folded, names):
        step = did_you_mean(limit.by, names) or f"the report is by {', '.join(names)}; --by names others"
        raise PopulationProblem(f"`{limit.text}` is on groups that the report is not by", step)
    if limit.role is None:
        return found.roles if found.together is None else (found.together,)
    role = found.people.pack.find_role(limit.role)
    pools = tuple(one for one in found.roles if role is not None and one.role is role)
    if not pools:
        known = [one.role.id for one in found.roles if one.role]
        raise PopulationProblem(
            f"`{limit.text}` names no role of the report", did_you_mean(limit.role, known) or f"it has {', '.join(known)}"
        )
    return pools


def _folded(name: str) -> str:
    return CROSS.join("".join(part.casefold().split()) for part in name.replace("×", CROSS).split(CROSS))
