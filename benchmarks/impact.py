"""How long an impact report takes beside one evaluation of the same people: a ratio, measured side by side in processor time.

python benchmarks/impact.py [PEOPLE]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import attrs
import polars as pl
from made import AS_OF, SEED
from tables import write_people

from evaluator.calibration.impact.assessing import impact
from evaluator.calibration.impact.report import ImpactContext
from evaluator.calibration.impact.request import ImpactRequest, Law
from evaluator.calibration.impact.to_json import impact_json
from evaluator.calibration.judged import judged
from evaluator.calibration.people import People, gathered
from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population

ROUNDS = 3
ASKED = ImpactRequest(by=("sex", "ethnicity", "sex+ethnicity"), law=Law(sex="sex", ethnicity="ethnicity"))


def main(count: int) -> None:
    """Measure, and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "people.parquet"
        pack = load_pack(Path(__file__).parents[1] / "rules")
        write_people(pack, count, table)
        people = gathered(open_population([table], pack, Options(), as_of=AS_OF, problems=Problems()), pack)
    people = attrs.evolve(people, groups=_groups(count))
    once, report = (min(_spent(work, people) for _ in range(ROUNDS)) for work in (_judged, _reported))
    print(f"{count:,} people, {len(pack.judged_roles)} roles, three ways to group and the city law; the best of {ROUNDS}")
    print(f"one evaluation {once:6.2f} s processor")
    print(f"impact         {report:6.2f} s processor {report / once:6.2f} x one evaluation")


def _groups(count: int) -> pl.DataFrame:
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    drawn = {"sex": ("female", "male", "non-binary", None), "ethnicity": ("a", "b", "c", "d", "e", "f", None)}
    return pl.DataFrame({name: [chance.choice(groups) for _ in range(count)] for name, groups in drawn.items()})


def _judged(people: People) -> object:
    return judged(people, people.pack).sides


def _reported(people: People) -> object:
    return impact_json(impact(people, ASKED), ImpactContext(sources=("made",), as_of=AS_OF))


def _spent(work: Callable[[People], object], people: People) -> float:
    """Return the processor time of a first call: nothing that people keep is there yet."""
    fresh = attrs.evolve(people)
    start = time.process_time()
    work(fresh)
    return time.process_time() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
