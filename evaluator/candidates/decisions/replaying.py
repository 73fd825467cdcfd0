"""Records evaluated again: the facts as they were, by the rules as they were, for the day as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from evaluator._version import __version__
from evaluator.candidates.decisions.entry import Record
from evaluator.candidates.decisions.recording import departure
from evaluator.candidates.decisions.snapshots import Snapshots
from evaluator.core.fingerprint import profile_hash
from evaluator.core.model import Pack
from evaluator.core.recommendation import DEPARTURE_RULE
from evaluator.core.results import RoleResult
from evaluator.diagnostics import ReadingError
from evaluator.engines.installed import engine_or_reference
from evaluator.engines.readiness import Evaluator
from evaluator.engines.rule_layers import EngineProblem


@attrs.frozen(kw_only=True)
class Difference:
    """What comes out otherwise than it was recorded."""

    what: str
    recorded: str
    now: str


@attrs.frozen(kw_only=True)
class Replayed:
    """A record and what differs; `unusable` says why it could not be evaluated at all."""

    record: Record
    differences: tuple[Difference, ...] = ()
    unusable: str | None = None

    @property
    def confirmed(self) -> bool:
        """Whether everything came out as recorded."""
        return not self.differences and self.unusable is None

    @property
    def other_tool(self) -> bool:
        """Whether another version of the tool evaluated it then."""
        return self.record.tool_version != __version__


@attrs.frozen(kw_only=True)
class Replayer:
    """Evaluates records again; each pack is read and compiled once for each engine."""

    snapshots: Snapshots
    _made: dict[tuple[str, str], Evaluator] = attrs.field(factory=dict, init=False)

    def all(self, records: Iterable[Record]) -> Iterator[Replayed]:
        """Yield what each record comes to."""
        for record in records:
            faults = (*self.snapshots.profile_faults(record.profile_snapshot), *self.snapshots.pack_faults(record.pack_snapshot))
            try:
                yield Replayed(record=record, unusable=faults[0].message) if faults else self._one(record)
            except ReadingError as problem:
                yield Replayed(record=record, unusable=f"this version of the tool cannot read what was kept: {problem}")
            except EngineProblem as problem:
                yield Replayed(record=record, unusable=problem.message)

    def _one(self, record: Record) -> Replayed:
        evaluator = self._evaluator(record)
        pack = evaluator.pack
        if record.role not in {role.id for role in pack.judged_roles}:
            return Replayed(record=record, unusable=f"the pack that was kept does not judge `{record.role}`")
        profile = self.snapshots.read_profile(record.profile_snapshot, record.person, pack)
        if record.departed_rule > DEPARTURE_RULE:
            known = f"this version of the tool knows rules 1 to {DEPARTURE_RULE}"
            later = f"its departure was worked out by rule {record.departed_rule}, and {known}"
            return Replayed(record=record, unusable=later)
        evaluation = evaluator.evaluate(profile, as_of=record.as_of, only={record.role})
        result = evaluation.roles[record.role]
        departed = departure(record.decision, evaluation, record.role, pack, record.departed_rule)
        pairs = [
            ("verdict", record.verdict, result.verdict),
            ("score", (record.score.low, record.score.high), (result.score.low, result.score.high)),
            ("departed", record.departed, departed),
            ("profile hash", record.profile_hash, profile_hash(profile)),
            *_of_holders(record, result),
            *_of_pack(record, pack),
        ]
        differences = [Difference(what=what, recorded=_words(then), now=_words(now)) for what, then, now in pairs if then != now]
        return Replayed(record=record, differences=tuple(differences))

    def _evaluator(self, record: Record) -> Evaluator:
        key = (record.pack_snapshot, record.engine)
        if key not in self._made:
            self._made[key] = Evaluator(self.snapshots.read_pack(record.pack_snapshot), engine=engine_or_reference(record.engine))
        return self._made[key]


def _of_holders(record: Record, result: RoleResult) -> list[tuple[str, object, object]]:
    """Return what held the verdict, where a record says so; the first ones of edition 2 did not."""
    now = ", ".join(holder.criterion.id for holder in result.held_by) or "nothing"
    return [("held by", ", ".join(record.held_by), now)] if record.held_by else []


def _of_pack(record: Record, pack: Pack) -> list[tuple[str, object, object]]:
    return [
        ("pack", record.pack, pack.name),
        ("pack version", record.pack_version, pack.version),
        ("pack hash", record.pack_hash, pack.content_hash),
    ]


def _words(value: object) -> str:
    return " to ".join(dict.fromkeys(map(str, value))) if isinstance(value, tuple) else str(value)
