"""Hold four engines against each other on packs and people in files: `python tests/written_soak.py --verdicts 5000000 --seed 1`.

The reference is the definition; inference, columns on Polars and columns on DuckDB have to say the same of every role of everybody, or, of
a row in which rounding could decide, that it is in doubt. Every pack goes through the first three, one of `EVERY` through DuckDB, which
takes long over each.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import plan, side
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.people import read_people
from evaluator.reading.tables import Options, open_population
from tests.soak import stripped
from tests.strategies import verdicts_of
from tests.written_packs import Made, made, write_pack

PEOPLE, EVERY = 300, 40


@attrs.define(kw_only=True)
class Count:
    """How much was compared so far: packs, verdicts of the reference that each engine was held to, and rows in doubt.

    Answers are all that one evaluation decides: the truth of each criterion and of what it applies by, both sides of each verdict, moves.
    """

    packs: int = 0
    packs_of_edition_1: int = 0
    people: int = 0
    verdicts: int = 0
    verdicts_of_edition_1: int = 0
    answers: int = 0
    inference: int = 0
    columns: int = 0
    duckdb: int = 0
    rows: int = 0
    in_doubt: int = 0

    def add(self, other: Count) -> None:
        """Count what another one counted."""
        for name, value in attrs.asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


def compared(seed: str, people: int = PEOPLE, roles: int | None = None, *, duckdb: bool = False) -> tuple[Count, list[str]]:
    """Make a pack and people, and return how much was compared, and what differs from the reference."""
    pack_made = made(seed, people, roles)
    with tempfile.TemporaryDirectory() as folder:
        return _compared(pack_made, Path(folder), duckdb=duckdb)


def _compared(pack_made: Made, folder: Path, *, duckdb: bool) -> tuple[Count, list[str]]:
    pack = load_pack(write_pack(pack_made, folder / "pack"))
    table = folder / "people.jsonl"
    table.write_text("\n".join(pack_made.people) + "\n", encoding="utf-8")
    problems = Problems()
    profiles = read_people([table], pack, problems)
    reference, inference = Evaluator(pack, engine="reference"), Evaluator(pack, engine="inference")
    count = Count(packs=1, packs_of_edition_1=int(pack.language == 1))
    found: list[str] = []
    expected: dict[str, Evaluation] = {}
    for profile in profiles:
        expected[profile.id] = one = reference.evaluate(profile, as_of=pack_made.as_of)
        count.people += 1
        count.verdicts += len(one.roles)
        count.verdicts_of_edition_1 += len(one.roles) if pack.language == 1 else 0
        count.answers += verdicts_of(pack, profile.role if profile.role in pack.roles else None)
        count.inference += len(one.roles)
        if stripped(one) != stripped(inference.evaluate(profile, as_of=pack_made.as_of)):
            found.append(f"inference: {profile.id}")
    found += _in_columns(pack, pack_made, table, expected, count, duckdb=duckdb)
    return count, found


def _in_columns(  # noqa: PLR0913 - what is compared
    pack: Pack, pack_made: Made, table: Path, expected: Mapping[str, Evaluation], count: Count, *, duckdb: bool
) -> Iterator[str]:
    import polars as pl

    chunks = list(open_population([table], pack, Options(), as_of=pack_made.as_of, as_of_wins=True, problems=Problems()))
    frame = pl.concat([chunk.frame for chunk in chunks]) if chunks else pl.DataFrame()
    if frame["id"].to_list() != [*expected]:
        yield f"rows: {sorted({*frame['id']} ^ {*expected})}"
        return
    with speaking(pl):
        judged = plan(pack).run(frame.lazy()).collect()
    count.rows += judged.height
    count.in_doubt += int(judged["doubt"].sum())
    count.columns += _certain(judged, len(pack.judged_roles))
    yield from _differences(pack, judged, expected, "columns")
    if duckdb:
        in_database = _duckdb(pack, frame)
        count.duckdb += _certain(in_database, len(pack.judged_roles))
        yield from _differences(pack, in_database, expected, "duckdb")


def _certain(judged: Any, roles: int) -> int:
    return int((~judged["doubt"]).sum()) * roles


def _duckdb(pack: Pack, frame: Any) -> Any:
    import duckdb
    import narwhals as nw

    people = frame.drop("name", strict=False)  # noqa: F841 - the query names it
    return plan(pack).run(nw.from_native(duckdb.sql("select * from people"))).collect("polars").to_native()


def _differences(pack: Pack, judged: Any, expected: Mapping[str, Evaluation], engine: str) -> Iterator[str]:
    for row in judged.iter_rows(named=True):
        if not row["doubt"]:
            for name, columns, reference in _pairs(pack, expected[row["id"]], row):
                if columns != reference:
                    yield f"{engine}: {row['id']}: {name}: {columns!r}, and the reference says {reference!r}"


def _pairs(pack: Pack, evaluation: Evaluation, row: Mapping[str, Any]) -> Iterator[tuple[str, object, object]]:
    """Yield what columns say of somebody beside what the reference says: verdicts, scores, truths, standings and the next role."""
    for result in evaluation.roles.values():
        for which in ("low", "high"):
            verdict, weight, met = (row[side(result.role, what, which)] for what in "vwm")
            yield f"verdict {result.role.id} {which}", pack.verdicts_of(result.role)[verdict], getattr(result.verdict, which)
            yield f"score {result.role.id} {which}", Fraction(met, weight) if weight else 0, getattr(result.score, which)
        for one in result.criteria:
            yield one.criterion.key, row[f"c.{one.criterion.key}"], one.held
    for what, listed in (("standing", "roles"), ("perhaps", "perhaps")):
        named = {role for standing in evaluation.standings for role in getattr(standing, listed)}
        for role in evaluation.roles:
            yield f"{what} {role}", bool(row[f"{what}.{role}"]), role in named
    best = None if row["next"] is None else pack.moves[row["next"]].key
    yield "next role", best, evaluation.next_roles[0].move.key if evaluation.next_roles else None


def smallest(seed: str, people: int) -> Sequence[str]:
    """Return the first person by whom engines differ, as a line of JSON, and the files of the pack."""
    pack_made = made(seed, people)
    for line in pack_made.people:
        with tempfile.TemporaryDirectory() as folder:
            _, found = _compared(attrs.evolve(pack_made, people=[line]), Path(folder), duckdb=False)
        if found:
            return [line, *found, *(f"{name}: {content}" for name, content in pack_made.files.items())]
    return []


def main() -> None:
    """Run the soak from the command line: differences are printed with the seed of their pack, and it goes on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verdicts", type=int, default=5_000_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--people", type=int, default=PEOPLE, help="so many a pack, since loading one costs as much as judging hundreds")
    parser.add_argument("--roles", type=int, default=None, help="so many a pack, which share what is worked out of a person")
    parser.add_argument("--duckdb", type=int, default=EVERY, help="one of so many packs goes through DuckDB")
    parser.add_argument("--minutes", type=float, default=None, help="stop after so long")
    options = parser.parse_args()
    whole, start, shown, differing = Count(), time.monotonic(), 0.0, 0
    while whole.verdicts < options.verdicts and (options.minutes is None or time.monotonic() - start < 60 * options.minutes):
        seed = f"{options.seed}/{whole.packs}"
        count, found = compared(seed, options.people, options.roles, duckdb=whole.packs % options.duckdb == 0)
        whole.add(count)
        differing += bool(found)
        if found:
            print(f"{seed}: {len(found)} differences, such as {found[0]}", flush=True)
        if (spent := time.monotonic() - start) - shown >= 30 or whole.verdicts >= options.verdicts:
            shown = spent
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{whole}, {differing} packs differ, {spent:.0f} s ({time.process_time():.0f} of a processor), {memory} MB", flush=True)


if __name__ == "__main__":
    main()
