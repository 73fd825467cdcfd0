"""Made people from Parquet to Parquet by the command line itself, with its time and its memory: `python benchmarks/files.py`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import attrs
import polars as pl
from made import AS_OF
from tables import write_people

from evaluator.reading.pack.pack import load_pack
from evaluator.reading.shipped import shipped_rules


@attrs.frozen(kw_only=True)
class Spent:
    """What a run took: seconds by the clock and of the processor, and bytes of memory at its peak."""

    wall: float
    processor: float
    peak: int


def run(source: Path, target: Path, rules: Path) -> Spent:
    """Judge a file's people into another, in a process of its own."""
    command = [sys.executable, "-m", "evaluator", "evaluate", str(source), "-o", str(target), "--as-of", str(AS_OF), "--seed", "1"]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--rules", str(rules)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"the run ended with {os.waitstatus_to_exitcode(status)}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Spent(wall=time.perf_counter() - start, processor=used.ru_utime + used.ru_stime, peak=used.ru_maxrss * scale)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the people, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000, help="how many (default: 1,000,000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs (default: 3)")
    options = parser.parse_args(arguments)
    rules = shipped_rules()
    with tempfile.TemporaryDirectory(prefix="evaluator-") as folder:
        source, target = Path(folder) / "people.parquet", Path(folder) / "results.parquet"
        write_people(load_pack(rules), options.people, source)
        for _ in range(options.rounds):
            spent = run(source, target, rules)
            rows = pl.scan_parquet(target).select(pl.len()).collect().item()
            print(f"{rows:,} people: {spent.wall:.1f} s, {spent.processor:.1f} processor seconds, {spent.peak / 1e9:.2f} GB at the peak")
    return 0


if __name__ == "__main__":
    sys.exit(main())
