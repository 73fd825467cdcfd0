"""One record of the log: who was decided on, what a pack said then, and what the record is chained to."""

from __future__ import annotations

import datetime
import enum
import json
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from evaluator.candidates.decisions.canonical import Json, canonical, digest
from evaluator.core.decisions import Choice
from evaluator.core.results import Score, Verdict

FORMAT = "evaluator/decision"
VERSION = 1
MOST_TEXT = 10_000
"""So many characters a reason may have, and a name."""


class Departed(enum.StrEnum):
    """Whether the panel decided against the verdict; undecided where the verdict did not settle it."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


@attrs.frozen(slots=False, kw_only=True)
class Record:
    """A decision as it is kept; not slotted, so that its bytes are worked out once.

    `previous` is the hash of the record before, None for the first. `profile` is the id under which an export has the facts;
    the snapshots are the hashes by which facts and rules are found beside the log. `corrects` is the number of a record whose
    place this one takes. `held_by` are the ids of criteria that held the verdict at what they cap at. `departed_rule` is the rule by
    which `departed` was worked out; a record that does not say is of rule 1.
    """

    number: int
    previous: str | None
    recorded: str
    date: datetime.date
    person: str
    role: str
    decision: Choice
    departed: Departed
    reason: str
    decided_by: tuple[str, ...]
    corrects: int | None
    verdict: Verdict
    score: Score
    as_of: datetime.date
    pack: str
    pack_version: str
    pack_hash: str
    pack_snapshot: str
    profile_hash: str
    profile_snapshot: str
    tool_version: str
    engine: str
    departed_rule: int = 1
    held_by: tuple[str, ...] = ()

    @property
    def profile(self) -> str:
        """The id of the facts that the decision was taken on."""
        return facts_id(self.profile_snapshot)

    def content(self) -> dict[str, Json]:
        """Return everything that the hash is made of."""
        return {
            "format": FORMAT,
            "version": VERSION,
            **{name: getattr(self, name) for name in _PLAIN},
            "date": self.date.isoformat(),
            "as_of": self.as_of.isoformat(),
            "decision": str(self.decision),
            "departed": str(self.departed),
            **({"departed_rule": self.departed_rule} if self.departed_rule != 1 else {}),
            **({"held_by": list(self.held_by)} if self.held_by else {}),
            "decided_by": list(self.decided_by),
            "verdict": {"low": self.verdict.low, "high": self.verdict.high},
            "score": {"low": str(self.score.low), "high": str(self.score.high)},
        }

    @cached_property
    def hash(self) -> str:
        """The SHA-256 over the canonical JSON of the content."""
        return digest(canonical(self.content()))

    @cached_property
    def line(self) -> bytes:
        """The record as the log has it, without the line break."""
        return canonical({**self.content(), "hash": self.hash})

    @property
    def seal(self) -> str:
        """The number and the hash, to be kept elsewhere."""
        return f"{self.number}:{self.hash}"


_PLAIN = (
    *("number", "previous", "recorded", "person", "role", "reason", "corrects"),
    *("pack", "pack_version", "pack_hash", "pack_snapshot"),
    *("profile", "profile_hash", "profile_snapshot", "tool_version", "engine"),
)
_HASH = re.compile("[0-9a-f]{64}")
_GIVEN = tuple(name for name in _PLAIN if name != "profile")
_TEXTS = tuple(name for name in _PLAIN if name not in {"number", "previous", "corrects"})


def facts_id(snapshot: str) -> str:
    """Return the id under which the facts of a snapshot are exported."""
    return f"facts-{snapshot[:16]}"


def document_of(line: bytes) -> Mapping[str, Any] | None:
    """Return the JSON object of a line, or None where it is none."""
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def record_of(document: Mapping[str, Any]) -> Record | None:
    """Return the record that a JSON object is, or None where its keys and values are not those of one.

    Whether it is exactly that record, to the byte, is for its line to say.
    """
    texts = [document.get(name) for name in _TEXTS]
    counts = [document.get("number"), _or(document.get("corrects"), 1), document.get("departed_rule", 1)]
    hashes = [document.get("pack_snapshot"), document.get("profile_snapshot"), _or(document.get("previous"), "0" * 64)]
    if not (all(map(_is_text, texts)) and all(map(_is_count, counts)) and all(map(_is_hash, hashes))):
        return None
    try:
        return Record(
            **{name: document[name] for name in _GIVEN},
            date=datetime.date.fromisoformat(document["date"]),
            as_of=datetime.date.fromisoformat(document["as_of"]),
            decision=Choice(document["decision"]),
            departed=Departed(document["departed"]),
            departed_rule=document.get("departed_rule", 1),
            held_by=tuple(map(_text, document.get("held_by", ()))),
            decided_by=tuple(map(_text, document["decided_by"])),
            verdict=Verdict(low=_text(document["verdict"]["low"]), high=_text(document["verdict"]["high"])),
            score=Score(low=Fraction(document["score"]["low"]), high=Fraction(document["score"]["high"])),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None


def _or(value: object, other: object) -> object:
    return other if value is None else value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and value > 0


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(value)
