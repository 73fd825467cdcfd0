"""What drives a disparity: how each criterion by itself falls on groups, and what verdicts would be if everybody met it."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import attrs
import polars as pl

from evaluator.calibration.disclosure import Disclosure, Selection
from evaluator.calibration.impact.measures import Comparison, Group
from evaluator.calibration.impact.request import Pool
from evaluator.calibration.judged import JudgedPeople
from evaluator.core.model import Criterion, Role
from evaluator.core.ready_for import tests_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import applying, held, side


@attrs.frozen(kw_only=True)
class Driver:
    """One criterion and its part in a disparity.

    `met` compares how often groups meet it, among those to whom it applies; who is `unknown` counts as not meeting it. `without`
    compares selection if everybody met it, all else as it is. `hit` is the group that is worst hit today, by its name, or by the
    criterion itself where no group is behind today; `change` is how far `without` moves its ratio. None where there is none. `waits_for`
    are the roles of which it asks who is ready for them: what drives that stands there.
    """

    criterion: Criterion
    met: Comparison
    unknown: int
    not_applicable: int
    without: Comparison
    hit: str | None
    change: Fraction | None
    waits_for: tuple[Role, ...] = ()

    @property
    def order(self) -> tuple[bool, Fraction, Fraction]:
        """What puts those first without which the ratio of the worst hit would rise the most, then those that hit it hardest."""
        hit = self.of_hit
        own = -hit.shortfall if hit is not None and hit.shortfall is not None else Fraction(0)
        return (self.change is None, -(self.change or Fraction(0)), own)

    @property
    def raises(self) -> bool:
        """Whether the ratio of the worst hit would be higher if everybody met the criterion: where it would be lower, others drive it."""
        return self.change is not None and self.change > 0

    @property
    def of_hit(self) -> Group | None:
        """How the group that is hit meets the criterion; None where it applies to nobody of it."""
        return next((group for group in self.met.groups if group.name == self.hit), None)


@attrs.frozen(slots=False, kw_only=True)
class Drivers:
    """A role's criteria, looked at among the people of a pool; `selected` is the place of the verdict that is enough."""

    judged: JudgedPeople
    role: Role
    pool: Pool
    selected: int

    def by(self, disclosure: Disclosure, selection: Selection) -> tuple[Driver, ...]:
        """Return the part of each criterion of which numbers may be told in a disparity as it is today, the largest first."""
        drivers = [one for criterion in self.role.criteria if (one := self._driver(criterion, disclosure, selection)) is not None]
        return tuple(sorted(drivers, key=lambda driver: driver.order))

    def _driver(self, criterion: Criterion, disclosure: Disclosure, selection: Selection) -> Driver | None:
        numbers = self._numbers(criterion)
        if not disclosure.also(selection, numbers["applies"], numbers["met"], numbers["without"]):
            return None
        met = disclosure.comparison(selection, numbers["applies"], numbers["met"])
        without = disclosure.comparison(selection, self.pool.who, numbers["without"])
        worst = selection.comparison.worst_hit
        own = met.worst_hit
        after = None if worst is None else without.ratio(worst.name)
        return Driver(
            criterion=criterion,
            met=met,
            unknown=int(numbers["unknown"].sum()),
            not_applicable=int((self.pool.who & ~numbers["applies"]).sum()),
            without=without,
            hit=worst.name if worst is not None else None if own is None else own.name,
            change=None if worst is None or worst.ratio is None or after is None else after - worst.ratio,
            waits_for=tuple(self.judged.pack.roles[name] for name in _waits_for(criterion)),
        )

    def _numbers(self, criterion: Criterion) -> dict[str, pl.Series]:
        """Return who of all people is counted of a criterion in which way."""
        frame = self._frame.select(expression.alias(what) for what, expression in _numbers(criterion, self.selected).items())
        places, people = self.pool.who.arg_true(), len(self.pool.who)

        def of_all(cells: pl.Series) -> pl.Series:
            return pl.repeat(value=False, n=people, dtype=pl.Boolean, eager=True).scatter(places, cells.fill_null(value=False))

        return {what: of_all(frame[what]) for what in frame.columns}

    @cached_property
    def _frame(self) -> pl.DataFrame:
        """What is true of the people of the pool, and their verdict on the worse side if a criterion were met by all.

        People of whom the same is true have the same verdicts, so each pattern of truths is judged once.
        """
        truths = self.judged.truths.select(_columns(self.role)).filter(self.pool.who)
        patterns = truths.unique(maintain_order=True)
        met = [patterns.with_columns(pl.lit(value=True).alias(held(criterion))) for criterion in self.role.criteria]
        verdicts = self._verdicts(pl.concat(met))
        parts = (verdicts.slice(index * patterns.height, patterns.height) for index in range(len(met)))
        judged = patterns.with_columns(
            part.alias(_named("verdict", criterion)) for part, criterion in zip(parts, self.role.criteria, strict=True)
        )
        return truths.join(judged, on=truths.columns, how="left", nulls_equal=True, maintain_order="left")

    def _verdicts(self, truths: pl.DataFrame) -> pl.Series:
        """Return the place of the role's verdict on the worse side, for whatever is true."""
        narrow = attrs.evolve(self.judged.pack, roles={self.role.id: self.role}, moves=())
        with speaking(pl):
            frame: pl.LazyFrame = attrs.evolve(self.judged.people.plan, pack=narrow).verdicts(truths.lazy())
        return frame.select(side(self.role, "v", "low")).collect().to_series()


def _waits_for(criterion: Criterion) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for condition in criterion.conditions for role, _ in tests_of(condition)))


def _columns(role: Role) -> list[str]:
    return [
        *(held(criterion) for criterion in role.criteria),
        *(applying(criterion) for criterion in role.criteria if criterion.applies_when is not None),
    ]


def _named(what: str, criterion: Criterion) -> str:
    return f"{what}.{criterion.id}"


def _numbers(criterion: Criterion, selected: int) -> dict[str, pl.Expr]:
    """Return who is counted of a criterion; for whom it perhaps does not apply, it counts as unknown."""
    truth = pl.col(held(criterion))
    without = pl.col(_named("verdict", criterion)) <= selected
    if criterion.applies_when is None:
        return {"met": truth, "applies": truth.is_null() | truth.is_not_null(), "unknown": truth.is_null(), "without": without}
    applies = pl.col(applying(criterion))
    unknown = applies.is_null() | (applies & truth.is_null())
    return {"met": truth & applies, "applies": applies.fill_null(value=True), "unknown": unknown, "without": without}
