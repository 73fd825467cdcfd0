"""Profiles per second on the engines and on durable_rules' stock API, side by side: `python benchmarks/engines.py`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import attrs
from made import AS_OF, made_pack, made_people
from stock import StockEngine
from tabulate import tabulate
from timing import Seconds, median, ratio, side_by_side

from evaluator.core.conditions import Truth
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.results import Evaluation
from evaluator.core.values import Facts
from evaluator.engines.readiness import ENGINES, Evaluator
from evaluator.engines.rule_layers import CRITERIA
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.shipped import shipped_rules

Judge = Callable[[Facts], Mapping[str, Truth]]
Row = tuple[str, str, str, str, str]
OURS = tuple(sorted(ENGINES, reverse=True))
LAYER, WHOLE, STOCK = "criteria alone", "whole evaluation", "stock"
HEADERS = ("pack", "what", "engine", "profiles/s", "times stock")


class Disagreement(Exception):
    """Two ways to judge say different things, so that their speeds are no comparison."""


@attrs.frozen(kw_only=True)
class Contest:
    """A pack, people and every way to judge them, over the criteria that the stock API judges rightly."""

    pack: Pack
    people: Sequence[Profile]
    facts: Sequence[Facts]
    evaluators: Mapping[str, Evaluator]
    stock: StockEngine
    left_out: Mapping[str, str]

    def judges(self) -> dict[str, Judge]:
        """Return the ways to judge the criteria alone."""
        ours = {name: partial(_judged, evaluator, self.stock.keys) for name, evaluator in self.evaluators.items()}
        return {STOCK: self.stock.judge, **ours}

    def passes(self) -> dict[str, Callable[[], object]]:
        """Return what is timed: every way to judge, through all the people."""
        alone = {f"{LAYER}/{name}": partial(_through, judge, self.facts) for name, judge in self.judges().items()}
        whole = {f"{WHOLE}/{name}": partial(_evaluated, evaluator, self.people) for name, evaluator in self.evaluators.items()}
        return {**alone, **whole}


def _judged(evaluator: Evaluator, keys: tuple[str, ...], facts: Facts) -> Mapping[str, Truth]:
    return evaluator.engine.judge(CRITERIA, facts, keys).truths


def _through(judge: Judge, facts: Iterable[Facts]) -> None:
    for one in facts:
        judge(one)


def _evaluated(evaluator: Evaluator, people: Iterable[Profile]) -> list[Evaluation]:
    """Evaluate people to the last gap and question, which are worked out when they are read."""
    found = [evaluator.evaluate(profile, as_of=AS_OF) for profile in people]
    for result in (result for evaluation in found for result in evaluation.roles.values()):
        _ = result.gaps, result.questions
    return found


def contest(pack: Pack, count: int) -> Contest:
    """Make a contest over one pack, leaving out what the stock API refuses or gets wrong."""
    people = made_people(pack, count)
    facts = [complete(pack, profile, AS_OF).facts for profile in people]
    evaluators = {name: Evaluator(pack, engine=name) for name in OURS}
    stock = StockEngine(pack)
    wrong = _wrong(stock, evaluators["reference"], facts)
    left_out = stock.refused | dict.fromkeys(wrong, "comes out wrong")
    return Contest(
        pack=pack,
        people=people,
        facts=facts,
        evaluators=evaluators,
        stock=StockEngine(pack, leave_out=wrong) if wrong else stock,
        left_out=left_out,
    )


def _wrong(stock: StockEngine, reference: Evaluator, facts: Iterable[Facts]) -> frozenset[str]:
    pairs = ((_judged(reference, stock.keys, one), stock.judge(one)) for one in facts)
    return frozenset(key for right, found in pairs for key in right if right[key] is not found[key])


def check(found: Contest) -> None:
    """Raise Disagreement where any two ways to judge differ about anybody."""
    judges = found.judges()
    for profile, facts in zip(found.people, found.facts, strict=True):
        truths = {name: dict(judge(facts)) for name, judge in judges.items()}
        for name, said in truths.items():
            if said != truths["reference"]:
                raise Disagreement(f"{name} and reference differ about the criteria of {profile.id} in the pack {found.pack.name}")
    whole = [list(map(_substance, _evaluated(evaluator, found.people))) for evaluator in found.evaluators.values()]
    if any(other != whole[0] for other in whole[1:]):
        raise Disagreement(f"{' and '.join(OURS)} differ about whole evaluations in the pack {found.pack.name}")


def _substance(evaluation: Evaluation) -> tuple[object, ...]:
    return (evaluation.roles, evaluation.standings, evaluation.next_roles, evaluation.beyond, evaluation.closed)


def rows(found: Contest, rounds: int) -> list[Row]:
    """Time a contest and return a row for each of its passes."""
    seconds = side_by_side(found.passes(), rounds)
    return [_row(found, seconds, name) for name in seconds]


def _row(found: Contest, seconds: Seconds, name: str) -> Row:
    what, _, engine = name.partition("/")
    times = 1 / ratio(seconds, name, f"{LAYER}/{STOCK}")
    return (found.pack.name, what, engine, f"{len(found.people) / median(seconds, name):,.0f}", f"{times:.1f}")


def note(found: Contest) -> str:
    """Return a sentence on what was compared, and what the stock API could not take part in."""
    pack, taken, missing = found.pack, len(found.stock.keys), len(found.left_out)
    truths = f"{len(found.people)} people, {taken} conditions of {len(pack.judged_roles)} roles, all truths equal"
    reasons = "".join(f"\n  {key} {reason}" for key, reason in sorted(found.left_out.items()))
    return f"{pack.name}: {truths}; {missing} left out for the stock API's sake{':' if missing else ''}{reasons}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, then time, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds to take the median of (default: 7)")
    parser.add_argument("--people", type=int, default=200, help="made people for each pack (default: 200)")
    options = parser.parse_args(arguments)
    if min(options.rounds, options.people) < 1:
        parser.error("--rounds and --people take a number from 1")
    default = load_pack(shipped_rules())
    contests = [contest(pack, options.people) for pack in (default, made_pack(default.bands))]
    try:
        for found in contests:
            check(found)
    except Disagreement as problem:
        print(f"no numbers: {problem}", file=sys.stderr)
        return 1
    table = [row for found in contests for row in rows(found, options.rounds)]
    print(tabulate(table, headers=HEADERS, disable_numparse=True, colalign=("left", "left", "left", "right", "right")))
    print("\n" + "\n".join(map(note, contests)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
