"""test: a pack's worked examples, run; what of the pack they decide, and which small changes of it they notice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import attrs
import click

from evaluator.cli import options
from evaluator.cli.completion import role_names
from evaluator.cli.failures import Unusable
from evaluator.cli.gates import ended
from evaluator.cli.loading import judged_role
from evaluator.cli.output import Output, write_error, write_findings
from evaluator.cli.progress import progress_bar
from evaluator.core.gates import Gate, State
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.packs.examples import Outcome, run
from evaluator.packs.examples.ci_report import outcomes_github, outcomes_junit
from evaluator.packs.examples.coverage import Coverage, coverage
from evaluator.packs.examples.coverage_report import coverage_json, coverage_line, coverage_text
from evaluator.packs.examples.mutant_status import Fates, MutantResult
from evaluator.packs.examples.mutants import mutants
from evaluator.packs.examples.mutation import mutate
from evaluator.packs.examples.mutation_report import LEFT, mutation_json, mutation_line, mutation_text
from evaluator.packs.examples.report import outcomes_json, outcomes_text
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import read_rule_tests
from evaluator.report.gates import gates_json
from evaluator.report.jsons import document, dumps, made_by
from evaluator.report.people import PackRead
from evaluator.report.plain_values import Json
from evaluator.report.text import fitted
from evaluator.report.words import Style, counted, percent

_EXAMPLES = "examples"
_SIDE = {State.BROKEN: "below", State.HELD: "not below"}


@attrs.frozen(kw_only=True)
class ExampleOptions:
    """What is asked beside the outcomes: the list of what no test decides, mutants, and the least share of either, in per cent."""

    coverage: bool
    mutate: bool
    fail_under: int | None


def _wanted(verb: options.Verb) -> options.Verb:
    listed: dict[str, Callable[[options.Verb], options.Verb]] = {
        "coverage": click.option("--coverage", is_flag=True, help="List what no example decides, met in one, unmet in another."),
        "mutate": click.option("--mutate", is_flag=True, help="Change each rule a little, and list the changes that no example notices."),
        "fail_under": click.option(
            "--fail-under",
            metavar="PERCENT",
            type=click.IntRange(0, 100),
            help="End with exit code 1 below this share of mutants killed, with --mutate, or else of branches decided.",
        ),
    }
    return options.bundle(verb, "wanted", ExampleOptions, listed)


@click.command(
    epilog="""\b
Examples:
  evaluator test
  evaluator test product-director
  evaluator test --coverage --fail-under 100
  evaluator test --mutate product-director
  evaluator test my-rules/ --format json
  evaluator test --format junit -o rule-tests.xml
""",
)
@click.argument("words", metavar="[PACK] [ROLE...]", type=options.PACK_OR_ROLE, shell_complete=role_names, nargs=-1)
@_wanted
@options.output("text", "json", "github", "junit", about_rules=True)
@options.CHECKED_RULES
@options.ENGINE
def test(words: Sequence[str], output: Output, rules: str | None, engine: str | None, wanted: ExampleOptions) -> int:
    """Run a pack's worked examples, all or those of some roles.

    PACK is its folder, ./rules without one; never the pack that comes with the tool, unless its folder is named.

    Says how much of the pack they decide; --coverage lists the rest. With --mutate each threshold, operator, weight and the like
    is changed a little, and each change that no example notices is listed with an example that would. With ROLEs, the criteria of
    these roles are held against their own examples; moves, verdicts and derived attributes count in a run of the whole pack.
    Ends with exit code 1 where one does not come out as written.
    """
    folder, roles = options.own_pack_and_roles(words, rules)
    pack = load_pack(folder)
    problems = Problems()
    chosen = tuple(dict.fromkeys(judged_role(name, pack).id for name in roles)) or None
    tests = read_rule_tests(pack, problems, chosen)
    if len(problems):
        write_findings(problems)
    if not tests and not problems.errors:
        step = f"write them into {Path(folder) / 'tests' / '<role>.yaml'}"
        raise Unusable(f"{pack.title} in {folder} has no worked examples{' of these roles' if roles else ''}, so nothing is tested", step)
    outcomes = list(run(pack, tests, engine=engine or options.default_engine()))
    test_run = _TestRun(
        pack=pack, outcomes=outcomes, wanted=wanted, coverage=coverage(pack, outcomes, chosen), chosen=chosen, problems=problems
    )
    if wanted.mutate and test_run.passed:
        test_run = attrs.evolve(test_run, judged=tuple(_judged(pack, outcomes, chosen)))
    output.write(test_run.written(output))
    if output.format in {"github", "junit"}:
        write_error(f"{test_run.counts}\n")
    return ended(test_run.gates, output)


def _judged(pack: Pack, outcomes: Sequence[Outcome], roles: tuple[str, ...] | None) -> Iterable[MutantResult]:
    """Judge the mutants, with a progress bar on a terminal."""
    number = sum(1 for _ in mutants(pack, roles)) if sys.stderr.isatty() else None
    with progress_bar("mutants", number) as step:
        for judged in mutate(pack, outcomes, roles):
            step(1)
            yield judged


@attrs.frozen(slots=False, kw_only=True)
class _TestRun:
    """All that a run found out; `chosen` are the roles it was asked of, None for all."""

    pack: Pack
    outcomes: Sequence[Outcome]
    wanted: ExampleOptions
    coverage: Coverage
    chosen: tuple[str, ...] | None
    problems: Problems
    judged: tuple[MutantResult, ...] | None = None

    @property
    def passed(self) -> bool:
        """Whether every example that there is came out as written."""
        return all(outcome.passed for outcome in self.outcomes) and not self.problems.errors

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """What must hold: the examples, those of each role that was named, and the least share of what they decide or notice."""
        return (self._examples(), *self._of_roles(), *self._shares())

    def _examples(self) -> Gate:
        failed, unreadable = sum(not outcome.passed for outcome in self.outcomes), len(self.problems.errors)
        words = [f"{failed} of {counted(len(self.outcomes), 'example')} failed"] if failed else []
        words += [f"{counted(unreadable, 'error')} in files of examples"] if unreadable else []
        state = State.BROKEN if words else State.HELD
        return Gate(limit=_EXAMPLES, state=state, reason="; ".join(words) or f"all {len(self.outcomes)} passed")

    def _of_roles(self) -> Iterator[Gate]:
        tested = {outcome.test.role for outcome in self.outcomes}
        for role in self.chosen or ():
            if role not in tested:
                why, step = f"`{role}` has no worked examples", f"write them into {Path(self.pack.folder) / 'tests' / role}.yaml"
                yield Gate(limit=f"examples of {role}", state=State.NOT_TESTED, reason=why, step=step)

    def _shares(self) -> Iterator[Gate]:
        """Hold shares against the least one; of nothing there is no share."""
        if self.wanted.fail_under is None:
            return
        if self.wanted.coverage or not self.wanted.mutate:
            yield self._share("the share of branches decided", self.coverage.share if self.coverage.branches else None, "no branch")
        if self.judged is not None:
            fates = Fates.of(self.judged)
            yield self._share("the share of mutants killed", fates.share if fates.killed + fates.survived else None, "no mutant")

    def _share(self, what: str, share: Fraction | None, nothing: str) -> Gate:
        limit = self.wanted.fail_under or 0
        if share is None:
            step = "write criteria first, or name a role that has some"
            return Gate(limit=f"{what} ≥ {limit} %", state=State.NOT_TESTED, reason=f"there is {nothing} to have a share of", step=step)
        state = State.BROKEN if share * 100 < limit else State.HELD
        return Gate(limit=f"{what} ≥ {limit} %", state=state, reason=f"{what}, {percent(share)} %, is {_SIDE[state]} {limit} %")

    @property
    def told(self) -> tuple[Gate, ...]:
        """The gates that the outcomes above do not tell already, and that did not hold."""
        return tuple(gate for gate in self.gates if not gate.passes and gate.limit != _EXAMPLES)

    def text(self, output: Output) -> str:
        """Write it for people: details that were asked for first, the closing counts last."""
        paint, columns = output.paint, output.columns
        parts = [outcomes_text(self.outcomes, columns=columns, paint=paint).rstrip("\n")]
        if self.wanted.coverage:
            parts.insert(0, coverage_text(self.coverage, self.outcomes, columns=columns, paint=paint))
        if self.judged is not None:
            parts.insert(0, mutation_text(self.pack, self.judged, columns=columns, paint=paint))
        last = [self._read.line, coverage_line(self.coverage, paint=paint)]
        if self.judged is not None:
            last.append(mutation_line(self.judged, paint=paint))
            last += [paint(LEFT, Style.FAINT)] if self.chosen is not None else []
        elif self.wanted.mutate:
            last.append(paint("no mutants were made: mend the examples first, since mutants are held against them", Style.BAD))
        last += [paint(_gate_line(gate), Style.BAD) for gate in self.told]
        return "\n".join([*parts, fitted("\n".join(last), columns)]) + "\n"

    @property
    def counts(self) -> str:
        """How many examples passed and failed."""
        failed = sum(not outcome.passed for outcome in self.outcomes)
        return f"{len(self.outcomes) - failed} passed, {failed} failed"

    def written(self, output: Output) -> str:
        """Write it in the format that was asked for."""
        errors = self.problems.errors
        if output.format == "github":
            return outcomes_github(self.outcomes, errors, self.told)
        if output.format == "junit":
            limits = [gate for gate in self.gates if gate.limit != _EXAMPLES]
            return outcomes_junit(self.pack.name, self.outcomes, errors, limits)
        return dumps(self.json()) if output.format == "json" else self.text(output)

    @property
    def _read(self) -> PackRead:
        return PackRead(pack=self.pack, folder=self.pack.folder)

    def json(self) -> dict[str, Json]:
        """Return it as data."""
        found = outcomes_json(self.outcomes) | {"coverage": coverage_json(self.coverage)}
        mutation = None if self.judged is None else mutation_json(self.pack, self.judged)
        below = [gate.reason for gate in self._shares() if gate.state is State.BROKEN]
        found |= {"mutation": mutation, "below": below, "gates": gates_json(self.gates), "pack": self._read.to_json()}
        return document("rule-tests", found, made_by(self.pack))


def _gate_line(gate: Gate) -> str:
    return gate.reason if gate.state is State.BROKEN else f"not tested: {gate.reason}; {gate.step}"
