"""How long diff and sweep take beside one evaluation of the same people: ratios, measured side by side in processor time.

python benchmarks/calibration.py [PEOPLE]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import attrs
from made import AS_OF
from tables import write_people

from evaluator.calibration.diff.analysis import diff
from evaluator.calibration.diff.people import both
from evaluator.calibration.judged import judged
from evaluator.calibration.people import People, gathered
from evaluator.calibration.sweep.analysis import Sweeper
from evaluator.calibration.sweep.values import parsed_values
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.packs.other_values import with_value
from evaluator.packs.thresholds import find
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population

ROOT = Path(__file__).parents[1]
ROLE, PATH, BAND = "product-director", "product-experience.product_management_years.at_least", "verdicts.ready.score.at_least"
ROUNDS = 3


def main(count: int) -> None:
    """Measure, and print a line for each."""
    pack = load_pack(ROOT / "rules")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "people.parquet"
        write_people(pack, count, table)
        people = _people(pack, table)
    times = {name: _best(people, work) for name, work in _works(pack).items()}
    once = times["one evaluation"]
    print(f"{people.height:,} people, {len(pack.judged_roles)} roles; processor seconds, the best of {ROUNDS}")
    for name, (wall, spent) in times.items():
        print(f"{name:<40} {spent:6.2f} s processor {wall:6.2f} s wall {spent / once[1]:6.2f} x one evaluation")


def _people(pack: Pack, table: Path) -> People:
    return gathered(open_population([table], pack, Options(), as_of=AS_OF, problems=Problems()), pack)


def _works(pack: Pack) -> dict[str, Callable[[People], object]]:
    role = pack.roles[ROLE]
    years, score = find(pack, role, PATH), find(pack, role, BAND)
    harder, bands = with_value(pack, years, 9), with_value(pack, score, parsed_values("0.8", score)[-1])
    twenty, grid = parsed_values("1..20", years), (parsed_values("4..13", years), parsed_values("0.5..0.95", score))
    return {
        "one evaluation": lambda people: judged(people, pack).sides,
        "diff, one threshold": lambda people: _diffed(pack, harder, people),
        "diff, a verdict band": lambda people: _diffed(pack, bands, people),
        "sweep, 20 values": lambda people: Sweeper(people=people).sweep(pack, role, [years], [twenty]),
        "sweep, 10 x 10 values": lambda people: Sweeper(people=people).sweep(pack, role, [years, score], grid),
    }


def _diffed(old: Pack, new: Pack, people: People) -> object:
    found = diff(old, new, both(old, new, people, None)).people
    if found is None:
        raise ValueError(people)
    return [(one.matrix, one.effects, list(one.movers(10)), one.groups) for one in found.roles], found.standings, found.next_roles


def _best(people: People, work: Callable[[People], object]) -> tuple[float, float]:
    """Return the best wall and processor time over people whose truths nobody has worked out before."""
    found = []
    for _ in range(ROUNDS):
        fresh = attrs.evolve(people)
        _ = fresh.derived
        wall, spent = time.perf_counter(), time.process_time()
        work(fresh)
        found.append((time.perf_counter() - wall, time.process_time() - spent))
    return min(found, key=lambda pair: pair[1])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
