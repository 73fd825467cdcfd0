"""profile new: an interview that asks only what can matter, and writes a profile."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path

import attrs
import click

from evaluator.candidates.profile.conversation import Conversation, open_verdicts
from evaluator.candidates.profile.drafting.interview import Interview
from evaluator.candidates.profile.drafting.unfinished import Unfinished, UnfinishedProblem, beside, kept, read_unfinished, resumed
from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.candidates.profile.files import Target, gathered_on, target
from evaluator.candidates.profile.terminal_question import HOW
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS, INTERRUPTED
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import judged_role, people, refuse_days_to_come
from evaluator.cli.output import write_error, write_file
from evaluator.core.model import Pack, Profile
from evaluator.core.values import clip
from evaluator.diagnostics import Span
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.pack import load_pack
from evaluator.report.words import counted


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
    if not session.talk.hold():
        return session.left()
    if session.talk.asked and not session.talk.answered:
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
    """An interview whose answers are kept beside the profile that it is to be."""

    interview: Interview
    target: Target
    talk: Conversation = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.talk = Conversation(interview=self.interview, took=lambda _: self._keep(), undone=self._keep)

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

    def _keep(self) -> None:
        if self.target.file:
            write_file(beside(self.target.file), kept(self.interview))

    def left(self) -> int:
        """Say what is kept of an interview that was broken off; returns the exit code."""
        held = self.interview.answers
        if self.target.file and held:
            write_error(f"\n{counted(len(held), 'answer')} kept in {beside(self.target.file)}; the same command goes on there\n")
        else:
            write_error("\nnothing was written\n")
        return INTERRUPTED

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
        write_error(f"\n{open_verdicts(held)}\n")
        if self.target.file:
            for_role = "" if held.ahead is None or draft.role is not None else f" --role {held.ahead.id}"
            write_error(f"wrote {self.target.file}; `evaluator evaluate {self.target.file}{for_role}` judges it\n")

    def close(self) -> int:
        """Return the exit code; an answer that was refused and never mended is told once more."""
        if self.talk.refused is None:
            return DONE
        write_error(f"the last answer, `{clip(self.talk.refused)}`, was refused and is left out of the profile\n")
        return FINDINGS
