"""How long the command line takes to start, next to a bare Python: `python benchmarks/startup.py`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import yaml
from made import AS_OF, made_people
from tabulate import tabulate
from timing import median, ratio, side_by_side

from evaluator.core.attributes import Attribute
from evaluator.core.fingerprint import encoded
from evaluator.core.model import Pack, Profile
from evaluator.core.values import Kind
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.shipped import shipped_rules

PEOPLE = 12
BARE, IMPORTS = "python -c pass", 'python -c "import click, attrs, yaml"'
HELP, EVALUATE = "evaluator --help", f"evaluator evaluate <{PEOPLE} profiles>"
HEADERS = ("command", "ms", "times bare python", "times its imports")
_EVALUATOR = ("-m", "evaluator.cli.main")


def main(arguments: Sequence[str] | None = None) -> int:
    """Time every command in turn, round after round, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds to take the median of (default: 15)")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1")
    with tempfile.TemporaryDirectory() as folder:
        write_profiles(Path(folder), load_pack(shipped_rules()))
        seconds = side_by_side(commands(folder), options.rounds, time.perf_counter)
    table = [
        (name, f"{median(seconds, name) * 1000:.0f}", f"{ratio(seconds, name, BARE):.1f}", f"{ratio(seconds, name, IMPORTS):.1f}")
        for name in seconds
    ]
    print(tabulate(table, headers=HEADERS, disable_numparse=True, colalign=("left", "right", "right", "right")))
    return 0


def commands(folder: str) -> dict[str, Callable[[], object]]:
    """Return what is timed."""
    return {
        BARE: partial(_run, "-c", "pass"),
        IMPORTS: partial(_run, "-c", "import click, attrs, yaml"),
        HELP: partial(_run, *_EVALUATOR, "--help"),
        EVALUATE: partial(_run, *_EVALUATOR, "evaluate", folder),
    }


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)  # noqa: S603 - our own commands


def write_profiles(folder: Path, pack: Pack) -> None:
    """Write made people for a pack as files."""
    for profile in made_people(pack, PEOPLE):
        (folder / f"{profile.id}.yaml").write_text(yaml.safe_dump(_written(profile, pack), sort_keys=False), encoding="utf-8")


def _written(profile: Profile, pack: Pack) -> dict[str, object]:
    stated = {name: _value(pack.attributes[name], encoded(value)) for name, value in profile.given.items()}
    return {"profile": profile.id, "role": profile.role, "as_of": AS_OF.isoformat(), "attributes": stated}


def _value(attribute: Attribute, value: object) -> object:
    if attribute.kind is Kind.SCALE and isinstance(value, int):
        return attribute.type.options[value]
    if attribute.kind is Kind.NUMBER and isinstance(value, str):
        top, bottom = map(int, value.split("/"))
        return top / bottom
    return value


if __name__ == "__main__":
    sys.exit(main())
