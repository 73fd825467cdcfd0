"""The same people under two packs: everybody's verdict for a role by the one and by the other, in one row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.calibration.judged import SIDES, JudgedPeople, judged
from evaluator.calibration.people import People, taken
from evaluator.core.model import Pack, Role
from evaluator.core.results import Verdict
from evaluator.engines.columns.plan import side
from evaluator.packs.changes.rules import RolePair, best_renamed, matched, read_alike


@attrs.frozen(kw_only=True)
class Unpaired:
    """People whom only one of two packs can read, by their ids."""

    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@attrs.frozen(slots=False, kw_only=True)
class RoleVerdicts:
    """The verdicts on one role by two packs, best first, and the numbers that stand for them; a role of one pack has that one's twice."""

    given_before: tuple[str, ...]
    after: tuple[str, ...]

    @cached_property
    def before(self) -> tuple[str, ...]:
        """Those of the old pack; the best of them by its new name, where it has only been renamed."""
        return (self.after[0], *self.given_before[1:]) if best_renamed(self.given_before, self.after) else self.given_before

    @cached_property
    def every(self) -> tuple[str, ...]:
        """Those of both packs; one that only the old pack has stands where it stood among the others."""
        old, found = self.before, list(self.after)
        for index, name in enumerate(old):
            if name not in found:
                found.insert(found.index(old[index - 1]) + 1 if index and old[index - 1] in found else 0, name)
        return tuple(found)

    def best(self, verdicts: Sequence[str]) -> int:
        """Return the code of the best of one pack's verdicts."""
        return self.every.index(verdicts[0]) * (len(self.every) + 1)

    def codes(self, sides: pl.DataFrame, role: Role, verdicts: Sequence[str]) -> pl.Series:
        """Return everybody's verdict by one of the packs as one number by the places among all: `low * len(every) + high`."""
        places = {index: self.every.index(name) for index, name in enumerate(verdicts)}
        low, high = (sides[side(role, "v", which)].replace_strict(places, return_dtype=pl.Int16) for which in SIDES)
        return low * len(self.every) + high

    def verdict(self, code: int) -> Verdict:
        """Return the verdict of a code."""
        low, high = divmod(code, len(self.every))
        return Verdict(low=self.every[low], high=self.every[high])

    def rank(self, codes: pl.Series) -> pl.Series:
        """Return how good verdicts are, as numbers of which a lower one is better; an undecided one lies between its two."""
        number = len(self.every)
        return codes // number + codes % number


@attrs.frozen(slots=False, kw_only=True)
class Both:
    """Two packs and the people whom both can read, in the same order on either side."""

    old: JudgedPeople
    new: JudgedPeople
    unpaired: Unpaired

    @property
    def height(self) -> int:
        """How many people both packs judge."""
        return self.old.people.height

    @property
    def shared(self) -> bool:
        """Whether both packs read people alike, so that they were read once."""
        return self.old.people is self.new.people

    @cached_property
    def pairs(self) -> tuple[RolePair, ...]:
        """The roles that at least one pack judges, matched."""
        order = [role.id for role in (*self.new.pack.judged_roles, *self.old.pack.judged_roles)]
        role_pairs = [pair for pair in matched(self.old.pack, self.new.pack) if _judged(pair)]
        return tuple(sorted(role_pairs, key=lambda pair: order.index(pair.role.id) if pair.role.id in order else len(order)))

    def verdicts(self, pair: RolePair) -> RoleVerdicts:
        """Return the verdicts on a role by the two packs."""
        old = () if pair.old is None else self.old.pack.verdicts_of(pair.old)
        new = () if pair.new is None else self.new.pack.verdicts_of(pair.new)
        return RoleVerdicts(given_before=old or new, after=new or old)

    def candidates(self, pair: RolePair) -> pl.Series:
        """Return whose next role it may be, by the moves of either pack."""
        found = [judged_.people.candidates(role, judged_.pack.moves) for judged_, role in self._sides(pair)]
        return found[0] if len(found) == 1 else found[0] | found[-1]

    def _sides(self, pair: RolePair) -> Sequence[tuple[JudgedPeople, Role]]:
        sides = ((self.old, pair.old), (self.new, pair.new))
        return [(judged_, role) for judged_, role in sides if role is not None]


def _judged(pair: RolePair) -> bool:
    return any(role is not None and role.judged for role in (pair.old, pair.new))


def both(old: Pack, new: Pack, before: People, after: People | None) -> Both:
    """Judge people by two packs; `after` is None where the new pack reads people alike, else the same people read by it."""
    if after is None:
        if not read_alike(old, new):
            raise ValueError("people have to be read anew by a pack with other attributes")
        same = attrs.evolve(new, attributes=before.pack.attributes)
        return Both(old=judged(before, old), new=judged(before, same), unpaired=Unpaired())
    left, right, unpaired = _aligned(before, after)
    return Both(old=judged(left, old), new=judged(right, new), unpaired=unpaired)


def _aligned(before: People, after: People) -> tuple[People, People, Unpaired]:
    """Bring people who were read twice into the same order, by their ids."""
    old, new = (_numbered(people) for people in (before, after))
    common = old.join(new, on="id", how="inner", suffix=".new").sort("place")
    only_old, only_new = (tuple(map(str, frame.join(other, on="id", how="anti")["id"])) for frame, other in ((old, new), (new, old)))
    unpaired = Unpaired(old=only_old, new=only_new)
    return taken(before, common["place"]), taken(after, common["place.new"]), unpaired


def _numbered(people: People) -> pl.DataFrame:
    return people.frame.select("id").with_row_index("place")
