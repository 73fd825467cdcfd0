"""How long the benches of all roles take beside one evaluation of the same people for every role: a ratio, in processor time.

python benchmarks/bench.py [PEOPLE]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from made import AS_OF
from tables import write_people
from timing import median, ratio, side_by_side

from evaluator.diagnostics import Problems
from evaluator.populations.bench.analysis import AHEAD, bench
from evaluator.populations.bench.projection import Projection
from evaluator.populations.bench.readiness import Among
from evaluator.populations.held import HeldPopulation, held
from evaluator.populations.judging import Judge
from evaluator.populations.request import Level, Request
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population

ROUNDS = 3


def main(count: int) -> None:
    """Measure, and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "people.parquet"
        pack = load_pack(Path(__file__).parents[1] / "rules")
        write_people(pack, count, table)
        people = held(open_population([table], pack, Options(), as_of=AS_OF, problems=Problems()), pack)
    seconds = side_by_side({"evaluate": lambda: _evaluated(people), "bench": lambda: _benches(people)}, ROUNDS)
    print(f"{count:,} people, {len(pack.judged_roles)} roles, judged in {len(AHEAD)} years; the median of {ROUNDS}")
    print(f"evaluate --all-roles {median(seconds, 'evaluate'):6.2f} s processor")
    times = ratio(seconds, "bench", "evaluate")
    print(f"bench                {median(seconds, 'bench'):6.2f} s processor, {times:.2f} times evaluate --all-roles")


def _evaluated(people: HeldPopulation) -> object:
    return Judge(pack=people.pack, request=Request(level=Level.ROLES)).judge(people.frame)


def _benches(people: HeldPopulation) -> object:
    return bench(people, Projection(people=people, day=AS_OF, today=AS_OF), Among.CANDIDATES, "columns")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
