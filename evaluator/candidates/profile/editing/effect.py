"""What changes to a profile do to its verdicts, in a sentence or two."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import attrs

from evaluator.core.model import Pack, Profile, Role
from evaluator.core.results import Evaluation, RoleResult
from evaluator.engines.readiness import Evaluator
from evaluator.report.words import counted, score_words, verdict_words

_MOST = 4


@attrs.frozen(kw_only=True)
class Effect:
    """A person judged before and after on one day; before is None where the profile could not be used."""

    before: Evaluation | None
    after: Evaluation

    @classmethod
    def of(cls, pack: Pack, before: Profile | None, after: Profile, as_of: datetime.date, engine: str) -> Effect:
        """Judge both."""
        evaluator = Evaluator(pack, engine=engine)
        return cls(before=None if before is None else evaluator.evaluate(before, as_of=as_of), after=evaluator.evaluate(after, as_of=as_of))

    def lines(self, wanted: Sequence[Role], pack: Pack) -> Iterator[str]:
        """Say what became of the roles asked for, else of those ahead and of others whose verdict changed."""
        ids = [role.id for role in wanted] or self._of_interest(pack)
        moved = [name for name in ids if self._moved(name)]
        for name in moved[:_MOST]:
            after = self.after.roles[name]
            was = "" if self.before is None else f"{_words(self.before.roles[name])} → "
            yield f"{after.role.title}: {was}{_words(after)}."
        if len(moved) > _MOST:
            yield f"{counted(len(moved) - _MOST, 'more role')} changed; `evaluator evaluate` shows them."
        if not moved and ids:
            first = self.after.roles[ids[0]]
            yield f"{'' if wanted else 'No verdict changes: '}{first.role.title} stays {_words(first)}."

    def _of_interest(self, pack: Pack) -> list[str]:
        """Return the roles that moves lead to from today's, else the highest that somebody stands at, then those whose verdict changed."""
        ahead = [move.role.id for move in self.after.next_roles if move.role.id in self.after.roles]
        standing = [role for one in self.after.standings for role in one.roles]
        changed = [role.id for role in pack.judged_roles if self._moved(role.id, verdict_alone=True)]
        return list(dict.fromkeys([*(ahead or standing[:1]), *changed]))

    def _moved(self, name: str, *, verdict_alone: bool = False) -> bool:
        if self.before is None:
            return not verdict_alone
        before, after = self.before.roles[name], self.after.roles[name]
        return before.verdict != after.verdict or (not verdict_alone and before.score != after.score)


def _words(result: RoleResult) -> str:
    return f"{verdict_words(result.verdict)} ({score_words(result.score)})"
