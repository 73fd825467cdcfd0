"""How evaluations and plans grow with the size of a pack: `python benchmarks/sizes.py`, side by side in one run, as a table and as a plot.

Each measure is a run of the command line in a process of its own, in processor seconds, and told in relation to the smallest of its row.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs
from growth import Panel, drawn
from tabulate import tabulate
from timing import median, side_by_side

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.sized_pack import Size, write_pack, write_people

TARGET = Path(__file__).resolve().parents[1] / "docs" / "pack-sizes.svg"
PEOPLE = 2_000


@attrs.frozen(kw_only=True)
class Row:
    """What grows, over which sizes, how large each is in its measure, and how many people are judged."""

    name: str
    axis: str
    sizes: Mapping[int, Size]
    people: int = PEOPLE
    roles: bool = True


def rows(many: int) -> tuple[Row, ...]:
    """Return what is measured: roles, criteria of a role, bands and attributes, and roles once more with many people."""
    roles = {count: Size(roles=count) for count in (20, 60, 100, 200, 400)}
    criteria = {10 * count: Size(roles=10, tracks=2, criteria=count, attributes=400) for count in (20, 50, 100, 200, 400)}
    bands = {count: Size(roles=10, tracks=2, attributes=20, bands=count) for count in (5, 20, 40, 70, 100)}
    attributes = {count: Size(roles=10, tracks=2, attributes=count) for count in (50, 100, 200, 350, 500)}
    few = {count: Size(roles=count) for count in (20, 60, 100, 200)}
    return (
        Row(name=f"{PEOPLE:,} people, 9 criteria a role", axis="roles", sizes=roles),
        Row(name=f"{PEOPLE:,} people, 10 roles", axis="criteria", sizes=criteria),
        Row(name=f"{PEOPLE:,} people, a table on a mean", axis="bands", sizes=bands),
        Row(name=f"{PEOPLE:,} people, 10 roles", axis="attributes", sizes=attributes),
        Row(name=f"{many:,} people, 9 criteria a role", axis="roles", sizes=few, people=many),
    )


def measured(row: Row, folder: Path, rounds: int) -> list[tuple[float, float]]:
    """Return the processor seconds of an evaluation over each size."""
    passes: dict[str, Callable[[], object]] = {}
    for count, size in row.sizes.items():
        rules = write_pack(folder / f"{row.axis}-{row.people}-{count}", size)
        people = write_people(folder / f"{row.axis}-{row.people}-{count}.csv", size, row.people, roles=row.roles)
        passes[str(count)] = _evaluation(rules, people)
    if not rounds or row.people > PEOPLE:  # long enough for one to be enough
        return [(count, _once(passes[str(count)])) for count in row.sizes]
    seconds = side_by_side(passes, rounds, _children)
    return [(count, median(seconds, str(count))) for count in row.sizes]


def _once(run: Callable[[], object]) -> float:
    start = _children()
    run()
    return _children() - start


def _evaluation(rules: Path, people: Path) -> Callable[[], object]:
    target = people.with_suffix(".parquet")
    command = [
        sys.executable,
        "-m",
        "evaluator",
        "evaluate",
        str(people),
        "--rules",
        str(rules),
        "--as-of",
        "2026-11-01",
        "-o",
        str(target),
    ]

    def run() -> None:
        target.unlink(missing_ok=True)
        subprocess.run([*command, "--check", "20"], check=True, capture_output=True)  # noqa: S603 - our own command line

    return run


def _children() -> float:
    """Return the processor seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def told(name: str, points: Sequence[tuple[float, float]]) -> list[tuple[str, ...]]:
    """Return rows of a table: seconds, and how many times those of the smallest, beside how many times as large."""
    (least, fastest), *_ = points
    return [(name, f"{count:,.0f}", f"{seconds:.2f}", f"{count / least:.1f}", f"{seconds / fastest:.1f}") for count, seconds in points]


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds that count, after one that does not; 0 for one run of each")
    parser.add_argument("--many", type=int, default=200_000, help="people of the last row")
    parser.add_argument("--draw", type=Path, default=TARGET)
    asked = parser.parse_args()
    lines: list[tuple[str, ...]] = []
    panels: list[Panel] = []
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(asked.many):
            start = time.monotonic()
            points = measured(row, Path(folder), asked.rounds)
            lines += told(f"{row.axis}, {row.name}", points)
            panels.append(Panel(title=row.name, axis=row.axis, points=points, from_nothing=False))
            print(f"{row.axis}, {row.name}: {time.monotonic() - start:.0f} s: {points}", file=sys.stderr, flush=True)
    print(tabulate(lines, headers=("of", "count", "processor seconds", "times as large", "times as long"), disable_numparse=True))
    asked.draw.write_text(drawn(panels), encoding="utf-8")


if __name__ == "__main__":
    main()
