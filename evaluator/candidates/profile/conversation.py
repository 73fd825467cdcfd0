"""Questions and answers on a terminal, or on lines that are piped in: questions go to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable

import attrs

from evaluator.candidates.profile.drafting.answers import leaves_open
from evaluator.candidates.profile.drafting.interview import Interview
from evaluator.candidates.profile.terminal_question import help_words, question
from evaluator.cli.output import write_error
from evaluator.core.files import standard_input
from evaluator.core.unknown_words import key as key_of
from evaluator.core.values import ValueProblem
from evaluator.report.undefined import undefined_words
from evaluator.report.words import joined

_SKIPPED = frozenset({"", "dk", "skip"})
_NOT_KNOWN = frozenset({"unknown", "not known", "dont know", "do not know", "i dont know", "i do not know", "dunno"})
"""What is no name and no role; other words for that, such as `na`, may be a name."""


def next_line() -> str | None:
    """Return the next line that is typed, without spaces around it; None where none comes any more.

    Raises KeyboardInterrupt where a terminal is closed.
    """
    write_error("> ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line and sys.stdin.isatty():
        raise KeyboardInterrupt
    return " ".join(line.split()) if line else None


@attrs.define(kw_only=True)
class Conversation:
    """An interview that is held line by line; `took` is told of the key of each answer, and `undone` of each that is taken back.

    `of_others` asks about the person, not the person. `refused` is the answer that was last, where the lines ended before one that fits
    took its place.
    """

    interview: Interview
    took: Callable[[str], None]
    undone: Callable[[], None]
    of_others: bool = False
    asked: bool = False
    refused: str | None = None

    @property
    def answered(self) -> bool:
        """Whether any question has an answer, of this run or of the one that was left."""
        return any(answer.text is not None for answer in self.interview.answers)

    def hold(self) -> bool:
        """Ask until nothing is left, or the answers end; False where it was broken off."""
        standard_input()
        try:
            while (key := self.interview.next_key()) is not None:
                self.asked = True
                write_error(question(self.interview, key, of_others=self.of_others))
                if not self._answer(key):
                    break
        except KeyboardInterrupt:
            return False
        return True

    def _answer(self, key: str) -> bool:
        """Take one usable answer; False where no more come."""
        while True:
            text = next_line()
            if text is None or text.casefold() == "done":
                return False
            if text == "?":
                write_error(help_words(self.interview, key))
            elif text.casefold() == "back":
                self.refused = None
                if self.interview.back() is None:
                    write_error("  this is the first question\n")
                self.undone()
                return True
            elif self._recorded(key, text):
                self.took(key)
                return True

    def _recorded(self, key: str, text: str) -> bool:
        """Record an answer; words for not knowing count as none unless they name an option."""
        try:
            self.interview.take(key, None if self._leaves_open(key, text) else text)
        except ValueProblem as problem:
            self.refused = text
            write_error(f"  {problem.message}{f'; {problem.step}' if problem.step else ''}\n")
            return False
        self.refused = None
        return True

    def _leaves_open(self, key: str, text: str) -> bool:
        attribute = self.interview.pack.attributes.get(key)
        if attribute is None:
            return key_of(text) in _SKIPPED | _NOT_KNOWN
        return (text.casefold() in _SKIPPED and text not in attribute.type.options) or leaves_open(attribute, text)


def open_verdicts(interview: Interview) -> str:
    """Say which verdicts ahead are still open, and for want of what."""
    results = [interview.evaluation().roles[role] for role in interview.undecided()]
    if not results:
        return "Nothing that is left to ask can change a verdict ahead."
    asked = [result.role.title for result in results if result.questions or not result.undefined]
    told = [f"Still undecided, for what was left open: {joined(asked)}."] if asked else []
    for result in (one for one in results if one.undefined):
        holes = joined([undefined_words(one.undefined, interview.pack.attributes) for one in result.undefined])
        told.append(f"{'Undecided' if told else 'Still undecided'}, for the rules have no answer, {result.role.title}: {holes}.")
    return "\n".join(told)
