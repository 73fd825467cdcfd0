"""What became of mutants, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from evaluator.core.model import Pack
from evaluator.packs.examples.examples import example, expectations
from evaluator.packs.examples.mutant_status import Fate, Fates, MutantResult
from evaluator.packs.examples.mutants import Mutant, MutantTarget
from evaluator.report.plain_values import Json
from evaluator.report.tables import Cell, Paint, Table, no_paint, table_text
from evaluator.report.text import fitted
from evaluator.report.words import Style, counted, percent

_REST = "the pack itself"


LEFT = "moves, verdicts and derived attributes were left as they are: `evaluator test --mutate` without a role changes them too"
"""What a run of some roles says of the rest of the pack."""


def mutation_line(judged: Sequence[MutantResult], *, paint: Paint = no_paint) -> str:
    """Say in one line what became of the mutants."""
    fates = Fates.of(judged)
    words = f"{counted(len(judged), 'mutant')}: {fates.killed} killed, {fates.survived} survived, {fates.equivalent} equivalent"
    return paint(f"{words}; {percent(fates.share)} % killed", Style.CLOSE if fates.survived else Style.GOOD)


def mutation_text(pack: Pack, judged: Sequence[MutantResult], *, columns: int | None = None, paint: Paint = no_paint) -> str:
    """Write each survivor with its place, the change, and the rule test that would notice it; then a table by role."""
    survivors = sorted(
        (mutant_result for mutant_result in judged if mutant_result.fate is Fate.SURVIVED),
        key=lambda mutant_result: mutant_result.mutant.span.start,
    )
    written = ["\n".join(_survivor(pack, survivor, columns, paint)) for survivor in survivors]
    return "\n\n".join([*written, table_text(_table(judged), columns=columns, paint=paint)]) + "\n"


def _survivor(pack: Pack, judged: MutantResult, columns: int | None, paint: Paint) -> Iterator[str]:
    """Yield what is said of a survivor, broken to fit, and the example, which is copied and never broken."""
    mutant, witness = judged.mutant, judged.witness
    head = f"{paint(str(mutant.span), Style.STRONG)}: {paint('survived', Style.CLOSE)}: {mutant_words(mutant)}"
    yield fitted(head, columns)
    if witness is None:
        yield fitted("   no profile was found that tells the two apart; it may make no difference", columns)
        return
    differ = {*witness.differences, "met", "unmet", "unknown", "not_applicable"}
    then = ", ".join(f"{key} {value}" for key, value in expectations(pack, witness, mutated=True).items() if key in differ)
    yield paint(fitted(f"   with the change: {then}; as it stands, in {_file(pack, witness.role)}:", columns), Style.FAINT)
    yield from example(pack, mutant, witness).rstrip().split("\n")


def _file(pack: Pack, role: str) -> str:
    return str(PurePath(pack.folder) / "tests" / f"{role}.yaml")


def mutant_words(mutant: Mutant) -> str:
    """Name what a mutant changes: `role/criterion, when: this → that`."""
    name = {MutantTarget.MOVE: "move ", MutantTarget.BAND: "verdict "}.get(mutant.what, "")
    return f"{name}{mutant.subject}, {mutant.part}: {mutant.was} → {mutant.now}"


def _table(judged: Sequence[MutantResult]) -> Table:
    by_owner: dict[str, list[MutantResult]] = {}
    for mutant_result in judged:
        by_owner.setdefault(_owner(mutant_result.mutant), []).append(mutant_result)
    return Table(("role", "mutants", "killed", "survived", "equivalent", "share killed"), tuple(_rows(by_owner)))


def _rows(by_owner: Mapping[str, Sequence[MutantResult]]) -> Iterator[tuple[Cell, ...]]:
    for owner, judged in by_owner.items():
        fates = Fates.of(judged)
        counts = (len(judged), fates.killed, fates.survived, fates.equivalent)
        share = Cell(f"{percent(fates.share)} %", Style.CLOSE if fates.survived else Style.GOOD)
        yield (Cell(owner), *(Cell(str(count)) for count in counts), share)


def _owner(mutant: Mutant) -> str:
    if mutant.what is MutantTarget.MOVE:
        return "moves"
    of_role = mutant.criterion is not None and not mutant.criterion.policy
    return mutant.subject.split("/", 1)[0] if of_role and mutant.what in {MutantTarget.CRITERION, MutantTarget.COUNTING} else _REST


def mutation_json(pack: Pack, judged: Sequence[MutantResult]) -> dict[str, Json]:
    """Return what became of the mutants as data: the counts and every survivor."""
    fates = Fates.of(judged)
    survivors: list[Json] = [_survivor_json(pack, mutant_result) for mutant_result in judged if mutant_result.fate is Fate.SURVIVED]
    return {
        "mutants": len(judged),
        "killed": fates.killed,
        "survived": fates.survived,
        "equivalent": fates.equivalent,
        "percent": percent(fates.share),
        "survivors": survivors,
    }


def _survivor_json(pack: Pack, judged: MutantResult) -> dict[str, Json]:
    mutant, witness = judged.mutant, judged.witness
    span = mutant.span
    result: dict[str, Json] = {"subject": mutant.subject, "part": mutant.part, "was": mutant.was, "now": mutant.now}
    result |= {"path": span.path, "line": span.line, "column": span.column, "role": None, "example": None}
    if witness is not None:
        result |= {"role": witness.role, "example": example(pack, mutant, witness)}
        result |= {"as_it_stands": dict(expectations(pack, witness)), "with_the_change": dict(expectations(pack, witness, mutated=True))}
    return result
