"""What an import says of itself: what was taken, and what was not and why."""

from __future__ import annotations

import attrs

from evaluator.diagnostics import Span


@attrs.frozen(kw_only=True)
class Left:
    """Something of an export that was not used: what it is, where it stands, why, and a hint."""

    what: str
    why: str
    span: Span | None = None
    hint: str | None = None


@attrs.define(kw_only=True)
class ImportNotes:
    """A collector of what was taken, in words, of what was left, and of what a person has to add or to confirm in the profile."""

    taken: list[str] = attrs.field(factory=list)
    left: list[Left] = attrs.field(factory=list)
    asked: list[Left] = attrs.field(factory=list)

    def leave(self, what: str, why: str, span: Span | None = None, hint: str | None = None) -> None:
        """Record something that was not used."""
        self.left.append(Left(what=what, why=why, span=span, hint=hint))

    def ask(self, what: str, why: str, span: Span | None = None) -> None:
        """Record something that the profile needs a person for."""
        self.asked.append(Left(what=what, why=why, span=span))
