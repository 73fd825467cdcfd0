"""profile new: an interview that asks only what can matter, and writes a profile."""

from __future__ import annotations

import contextlib
import datetime
import sys
from pathlib import Path

import attrs
import click

from evaluator.candidates.profile.drafting.answers import leaves_open
from evaluator.candidates.profile.drafting.interview import Interview
from evaluator.candidates.profile.drafting.unfinished import Unfinished, UnfinishedProblem, beside, kept, read_unfinished, resumed
from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.candidates.profile.files import Target, gathered_on, target
from evaluator.candidates.profile.terminal_question import HOW, help_words, question
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS, INTERRUPTED
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import judged_role, people, refuse_days_to_come
from evaluator.cli.output import write_error, write_file
from evaluator.core.files import standard_input
from evaluator.core.model import Pack, Profile
from evaluator.core.unknown_words import key as key_of
from evaluator.core.values import ValueProblem, clip
from evaluator.diagnostics import Span
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.pack import load_pack
from evaluator.report.undefined import undefined_words
from evaluator.report.words import counted, joined

_SKIPPED = frozenset({"", "dk", "skip"})
_NOT_KNOWN = frozenset({"unknown", "not known", "dont know", "do not know", "i dont know", "i do not know", "dunno"})
"""What is no name and no role; other words for that, such as `na`, may be a name."""


@click.command(
    name="new",
    short_help="Answer questions, and have a profile written.",
    epilog="""\b
Examples:
  evaluator profile new -o profiles/jana-novak.yaml --role product-director
  evaluator profile new -o jana.yaml --from imported.yaml
  evaluator profile new < answers.txt > somebody.yaml
""",
)
@target
@click.option(
    "--role", metavar="ROLE", shell_complete=role_names, help="The role to ask for. [default: the roles that moves lead to from today's]"
)
@click.option("--from", "start", metavar="FILE", type=options.FILE, help="A profile to start from; what it states is not asked.")
@click.option("--all", "everything", is_flag=True, help="Ask on past what decides the verdicts.")
@options.RULES
@options.GATHERED
def new(target: Target, role: str | None, start: str | None, everything: bool, rules: str, as_of: datetime.date | None) -> int:  # noqa: FBT001, PLR0913, PLR0917 - as click gives them
    """Ask what matters for the roles ahead, the most decisive first, and write a profile.

    Every answer is checked at once and the questions are worked out anew; the interview ends where the verdicts ahead are decided. What
    is skipped is left unknown. With -o, an interview that was left is kept beside the file, and goes on there with the same command.
    """
    pack = load_pack(rules)
    before = _kept(target)
    if before and before.pack != pack.name:
        raise Unusable(
            f"{beside(target.file or '')} was begun with the pack `{before.pack}`", "use that pack, or delete the file to begin anew"
        )
    base = _base(target, start, pack)
    day = gathered_on(as_of or (before.as_of if before else None))
    ahead = None if role is None else judged_role(role, pack)
    interview = Interview(evaluator=Evaluator(pack, engine="reference"), base=base, ahead=ahead, as_of=day, everything=everything)
    session = _Session(interview=interview, target=target)
    session.begin(before)
    if not session.hold():
        return INTERRUPTED
    if session.asked and not session.answered:
        write_error("\n")
        raise Unusable("nothing was answered, and nothing was written", "answer a question, one on each line; `?` explains it")
    session.finish(rules)
    return session.close()


def _kept(target: Target) -> Unfinished | None:
    try:
        return read_unfinished(beside(target.file)) if target.file else None
    except UnfinishedProblem:
        raise Unusable(f"{beside(target.file or '')} cannot be read", "delete it to begin anew") from None


def _base(target: Target, start: str | None, pack: Pack) -> Profile:
    if start is None:
        return Profile(id=target.id(None), span=Span.whole_file(""))
    profiles, _ = people([start], pack)
    if len(profiles) != 1:
        raise Unusable(f"{start} holds {len(profiles)} people", "name the file of one")
    refuse_days_to_come(profiles, None, today())
    if profiles[0].gathered and profiles[0].as_of:
        write_error(
            f"the day to judge for, as_of: {profiles[0].as_of}, is not taken over from {start}; the new profile is judged for today\n"
        )
    return attrs.evolve(profiles[0], id=target.id(None) if target.file else profiles[0].id)


@attrs.define(kw_only=True)
class _Session:
    """An interview on a terminal or on lines that are piped in: questions go to standard error.

    `refused` is the answer that was last, where the lines ended before one that fits took its place.
    """

    interview: Interview
    target: Target
    asked: bool = False
    refused: str | None = None

    @property
    def answered(self) -> bool:
        """Whether any question has an answer, of this run or of the one that was left."""
        return any(answer.text is not None for answer in self.interview.answers)

    def begin(self, before: Unfinished | None) -> None:
        """Say what is asked for, and take up what was kept."""
        held = self.interview
        about = "the roles ahead" if held.ahead is None else held.ahead.title
        write_error(f"Questions that can matter for {about}, as of {held.as_of}. {HOW}\n")
        if before is None:
            return
        lost = resumed(held, before.answers)
        write_error(f"Going on after {counted(len(held.answers), 'answer')} from {beside(self.target.file or '')}.\n")
        if lost:
            write_error(f"The pack takes these no more, and asks them again: {', '.join(lost)}.\n")

    def hold(self) -> bool:
        """Ask until nothing is left, or the answers end; False where it was broken off, with the answers kept."""
        standard_input()
        try:
            while (key := self.interview.next_key()) is not None:
                self.asked = True
                write_error(question(self.interview, key))
                if not self._answer(key):
                    break
        except KeyboardInterrupt:
            return self._left()
        return True

    def _answer(self, key: str) -> bool:
        """Take one usable answer; False where no more come."""
        while True:
            write_error("> ")
            sys.stderr.flush()
            line = sys.stdin.readline()
            if not line and sys.stdin.isatty():
                raise KeyboardInterrupt
            text = " ".join(line.split())
            if not line or text.casefold() == "done":
                return False
            if text == "?":
                write_error(help_words(self.interview, key))
            elif text.casefold() == "back":
                self.refused = None
                self._back()
                return True
            elif self._took(key, text):
                return True

    def _took(self, key: str, text: str) -> bool:
        """Record an answer; words for not knowing count as none unless they name an option."""
        try:
            self.interview.take(key, None if self._leaves_open(key, text) else text)
        except ValueProblem as problem:
            self.refused = text
            write_error(f"  {problem.message}{f'; {problem.step}' if problem.step else ''}\n")
            return False
        self.refused = None
        self._keep()
        return True

    def _leaves_open(self, key: str, text: str) -> bool:
        attribute = self.interview.pack.attributes.get(key)
        if attribute is None:
            return key_of(text) in _SKIPPED | _NOT_KNOWN
        return (text.casefold() in _SKIPPED and text not in attribute.type.options) or leaves_open(attribute, text)

    def _back(self) -> None:
        if self.interview.back() is None:
            write_error("  this is the first question\n")
        self._keep()

    def _keep(self) -> None:
        if self.target.file:
            write_file(beside(self.target.file), kept(self.interview))

    def _left(self) -> bool:
        held = self.interview.answers
        if self.target.file and held:
            write_error(f"\n{counted(len(held), 'answer')} kept in {beside(self.target.file)}; the same command goes on there\n")
        else:
            write_error("\nnothing was written\n")
        return False

    def finish(self, rules: str) -> None:
        """Write the profile, and say what is decided."""
        held = self.interview
        about = "the roles ahead" if held.ahead is None else held.ahead.title
        head = [f"Answers for {about}, as of {held.as_of}, to the questions of {held.pack.title} {held.pack.version}."]
        if held.base.facts_as_of and held.gathered < held.as_of:
            head.append(f"What it started from is of {held.gathered}.")
        draft = held.draft([*head, "What is left out is unknown."])
        if self.target.file is None:
            draft = attrs.evolve(draft, id=draft.id if held.base.id != "somebody" else self.target.id(draft.name))
        self.target.write(profile_text(draft, held.pack, schema=self.target.schema(rules)))
        with contextlib.suppress(FileNotFoundError):
            if self.target.file:
                Path(beside(self.target.file)).unlink()
        write_error(f"\n{self._verdicts()}\n")
        if self.target.file:
            for_role = "" if held.ahead is None or draft.role is not None else f" --role {held.ahead.id}"
            write_error(f"wrote {self.target.file}; `evaluator evaluate {self.target.file}{for_role}` judges it\n")

    def close(self) -> int:
        """Return the exit code; an answer that was refused and never mended is told once more."""
        if self.refused is None:
            return DONE
        write_error(f"the last answer, `{clip(self.refused)}`, was refused and is left out of the profile\n")
        return FINDINGS

    def _verdicts(self) -> str:
        results = [self.interview.evaluation().roles[role] for role in self.interview.undecided()]
        if not results:
            return "Nothing that is left to ask can change a verdict ahead."
        asked = [result.role.title for result in results if result.questions or not result.undefined]
        told = [f"Still undecided, for what was left open: {joined(asked)}."] if asked else []
        for result in (one for one in results if one.undefined):
            holes = joined([undefined_words(one.undefined, self.interview.pack.attributes) for one in result.undefined])
            told.append(f"{'Undecided' if told else 'Still undecided'}, for the rules have no answer, {result.role.title}: {holes}.")
        return "\n".join(told)
