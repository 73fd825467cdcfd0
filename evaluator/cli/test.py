"""test: a pack's worked examples, run; what of the pack they decide, and which small changes of it they notice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

import attrs
import click

from evaluator.cli import options
from evaluator.cli.completing import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import judged_role
from evaluator.cli.output import Output, write_findings
from evaluator.diagnostics import Problems
from evaluator.model import Pack
from evaluator.reading.pack import load_pack
from evaluator.reading.ruletests import read_rule_tests
from evaluator.report.jsons import dumps
from evaluator.report.plain_values import Json
from evaluator.report.rulecoverage import coverage_json, coverage_line, coverage_text
from evaluator.report.rulemutation import LEFT, mutation_json, mutation_line, mutation_text
from evaluator.report.ruletests import outcomes_json, outcomes_text
from evaluator.report.words import Style, percent
from evaluator.ruletests import Outcome, run
from evaluator.ruletests.coverage import Coverage, coverage
from evaluator.ruletests.fates import Fates, Judged
from evaluator.ruletests.mutants import mutants
from evaluator.ruletests.mutation import mutate


@attrs.frozen(kw_only=True)
class Wanted:
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
    return options.bundle(verb, "wanted", Wanted, listed)


@click.command(
    epilog="""\b
Examples:
  evaluator test
  evaluator test product-director
  evaluator test --coverage --fail-under 100
  evaluator test --mutate product-director
  evaluator test --rules rules --format json
""",
)
@click.argument("roles", metavar="[ROLE...]", shell_complete=role_names, nargs=-1)
@_wanted
@options.output("text", "json")
@options.RULES
@options.ENGINE
def test(roles: Sequence[str], output: Output, rules: str, engine: str, wanted: Wanted) -> int:
    """Run a pack's worked examples, all or those of some roles.

    Says how much of the pack they decide; --coverage lists the rest. With --mutate each threshold, operator, weight and the like
    is changed a little, and each change that no example notices is listed with an example that would. With ROLEs, the criteria of
    these roles are held against their own examples; moves, verdicts and derived attributes count in a run of the whole pack.
    Ends with exit code 1 where one does not come out as written.
    """
    pack = load_pack(rules)
    problems = Problems()
    chosen = tuple(dict.fromkeys(judged_role(name, pack).id for name in roles)) or None
    tests = read_rule_tests(pack, problems, chosen)
    if len(problems):
        write_findings(problems)
    if not tests and not problems.errors:
        raise Unusable(f"the pack has no worked examples{' of these roles' if roles else ''}", f"write them into {rules}/tests/<role>.yaml")
    outcomes = list(run(pack, tests, engine=engine))
    found = _Found(pack=pack, outcomes=outcomes, wanted=wanted, coverage=coverage(pack, outcomes, chosen), some=chosen is not None)
    passed = all(outcome.passed for outcome in outcomes) and not problems.errors
    if wanted.mutate and passed:
        found = attrs.evolve(found, judged=tuple(_judged(pack, outcomes, chosen)))
    output.write(dumps(found.json()) if output.format == "json" else found.text(output))
    return DONE if passed and not found.below else FINDINGS


def _judged(pack: Pack, outcomes: Sequence[Outcome], roles: tuple[str, ...] | None) -> Iterable[Judged]:
    """Judge the mutants, with a progress bar on a terminal."""
    judged = mutate(pack, outcomes, roles)
    if not sys.stderr.isatty():
        yield from judged
        return
    number = sum(1 for _ in mutants(pack, roles))
    with click.progressbar(judged, length=number, label="mutants", file=sys.stderr, show_pos=True) as shown:
        yield from shown


@attrs.frozen(kw_only=True)
class _Found:
    """All that a run found out; `some` says that it was a run of some roles."""

    pack: Pack
    outcomes: Sequence[Outcome]
    wanted: Wanted
    coverage: Coverage
    judged: tuple[Judged, ...] | None = None
    some: bool = False

    @property
    def below(self) -> tuple[str, ...]:
        """The shares that lie below the limit, in words."""
        limit = self.wanted.fail_under
        return tuple(f"{what}, {percent(share)} %, is below {limit} %" for what, share in self._shares() if self._short(share))

    def _shares(self) -> Iterator[tuple[str, Fraction]]:
        if self.wanted.coverage or not self.wanted.mutate:
            yield "the share of branches decided", self.coverage.share
        if self.judged is not None:
            yield "the share of mutants killed", Fates.of(self.judged).share

    def _short(self, share: Fraction) -> bool:
        return self.wanted.fail_under is not None and share * 100 < self.wanted.fail_under

    def text(self, output: Output) -> str:
        """Write it for people: details that were asked for first, the closing counts last."""
        paint = output.paint
        parts = [outcomes_text(self.outcomes, paint=paint).rstrip("\n")]
        if self.wanted.coverage:
            parts.insert(0, coverage_text(self.coverage, self.outcomes, paint=paint))
        if self.judged is not None:
            parts.insert(0, mutation_text(self.pack, self.judged, paint=paint))
        parts.append(coverage_line(self.coverage, paint=paint))
        if self.judged is not None:
            parts.append(mutation_line(self.judged, paint=paint))
            parts += [paint(LEFT, Style.FAINT)] if self.some else []
        elif self.wanted.mutate:
            parts.append(paint("no mutants were made: mend the examples first, since mutants are held against them", Style.BAD))
        return "\n".join([*parts, *(paint(words, Style.BAD) for words in self.below)]) + "\n"

    def json(self) -> dict[str, Json]:
        """Return it as data."""
        found = outcomes_json(self.outcomes) | {"coverage": coverage_json(self.coverage)}
        mutation = None if self.judged is None else mutation_json(self.pack, self.judged)
        return found | {"mutation": mutation, "below": list(self.below)}
