"""Every verb of the command line is asked about nothing, in every way there is: none of them ends as if something had been checked.

The verbs come from the command line itself: one that is new has to be put into a table here, with its ways of nothing, or among those
that judge and check nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click
import pytest

from evaluator.cli.main import Verbs, run
from evaluator.cli.verbs import VERBS
from tests.calibration.small import write_pack
from tests.report.test_terminal_width import SHOWN

Capture = pytest.CaptureFixture[str]
Make = Callable[[], object]
DAY = "--as-of 2026-11-01"
HEADER = "id,role,years,reports,level,group:sex"


def write(*rows: str, header: str = HEADER) -> None:
    Path("people.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


PEOPLE: Mapping[str, Make] = {
    "no file": lambda: Path("people.csv").unlink(missing_ok=True),
    "an empty file": lambda: Path("people.csv").write_text("", encoding="utf-8"),
    "a header alone": write,
    "only rows that cannot be judged": lambda: write("a,junior,many,3,good,f", "b,junior,6,three,good,m"),
    "no column that says anything": lambda: write("a,1,2", header="id,shoe,hat"),
}
NO_ROLE: Mapping[str, Make] = {
    "no column of roles": lambda: write("a,6,3,good,f", "b,6,3,good,m", header="id,years,reports,level,group:sex"),
    "no role stated": lambda: write("a,,6,3,good,f", "b,,6,3,good,m"),
    "all at the top": lambda: write("a,lead,6,3,good,f", "b,lead,6,3,good,m"),
}
PACKS: Mapping[str, Make] = {
    "no pack": lambda: shutil.rmtree("rules"),
    "an empty folder": lambda: (shutil.rmtree("rules"), Path("rules").mkdir()),
    "a pack without pack.yaml": lambda: Path("rules/pack.yaml").unlink(),
    "a pack without a role": lambda: [path.unlink() for path in [*Path("rules/roles").iterdir(), Path("rules/moves.yaml")]],
}
ASKED: Mapping[str, tuple[str, tuple[Mapping[str, Make], ...]]] = {
    "evaluate": (f"people.csv {DAY}", (PEOPLE, NO_ROLE)),
    "rank": (f"people.csv --role lead {DAY}", (PEOPLE, NO_ROLE)),
    "bench": (f"people.csv {DAY}", (PEOPLE, NO_ROLE)),
    "report": (f"people.csv -o report.html {DAY}", (PEOPLE, NO_ROLE)),
    "progress": (f'people.csv people.csv --as-of-old 2026-08-01 --fail-if "fell back 5%" {DAY}', (PEOPLE, NO_ROLE)),
    "compare": (f"people.csv lead {DAY}", (PEOPLE,)),
    "explain": (f"people.csv lead --person a {DAY}", (PEOPLE,)),
    "case": (f"people.csv lead --person a {DAY}", (PEOPLE,)),
    "plan": (f"people.csv lead --person a {DAY}", (PEOPLE,)),
    "whatif": (f"people.csv lead --person a --set years=7 {DAY}", (PEOPLE,)),
    "decide": (f"people.csv lead promoted --person a --by Panel {DAY}", (PEOPLE,)),
    "profile check": (f"people.csv {DAY}", (PEOPLE,)),
    "diff": (f'rules other --on people.csv --fail-if "ready -5%" {DAY}', (PEOPLE, NO_ROLE)),
    "sweep": (f"lead experience.years.at_least --on people.csv {DAY}", (PEOPLE, NO_ROLE)),
    "impact": (f'--on people.csv --fail-if "sex ratio < 0.8" {DAY}', (PEOPLE, NO_ROLE, PACKS)),
    "backtest": ("--decisions past.csv --on people.csv", (PEOPLE,)),
    "migrate": (f"--on people.csv --dry-run {DAY}", (PEOPLE, PACKS)),
    "watch": (f"--on people.csv --saves 1 {DAY}", (PEOPLE, PACKS)),
    "lint": ("", (PACKS,)),
    "test": ("", (PACKS, {"no examples": lambda: None, "an empty folder of examples": lambda: Path("rules/tests").mkdir()})),
    "schema": ("--check", (PACKS,)),
    "prove": ("--only criteria", (PACKS,)),
    "set": ("lead experience.weight 3", (PACKS,)),
    "rename": ("attribute years seniority", (PACKS,)),
    "decisions verify": ("log.jsonl", ({"no log": lambda: None, "an empty log": lambda: Path("log.jsonl").touch()},)),
    "decisions replay": ("log.jsonl", ({"no log": lambda: None, "an empty log": lambda: Path("log.jsonl").touch()},)),
}
CHECK_NOTHING = frozenset({
    *("show", "graph", "map", "template", "explain-code", "init", "new role", "profile new", "profile set", "profile answer"),
    *("profile evidence add", "profile evidence list", "profile questions"),
    *("profile import linkedin", "profile import jsonresume", "decisions list", "decisions export", "decisions repair"),
})  # fmt: skip
"""Verbs that show, write or import something, and make no statement that something was judged or checked."""


FINDINGS = frozenset({
    *(("lint", "a pack without a role"), ("schema", "a pack without a role")),
    ("profile check", "only rows that cannot be judged"),
})  # fmt: skip
"""Where what is missing is itself what was found wrong: exit code 1, with its place."""


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """Yield the verbs of the command line, those in groups with the name of the group."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        found = group.get_command(ctx, name)
        if isinstance(found, click.Group):
            yield from commands(found, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_verb_is_in_a_table() -> None:
    """A verb that is new has to say what it does with nothing."""
    found = set(commands(Verbs(name="evaluator")))
    assert len(found) >= len(VERBS)
    assert found == set(ASKED) | CHECK_NOTHING
    assert set(SHOWN) <= found  # how wide a verb is that is new goes into tests/report/test_terminal_width.py


@pytest.mark.parametrize(("verb", "kind"), [(verb, kind) for verb, (_, tables) in ASKED.items() for table in tables for kind in table])
def test_nothing_is_never_told_as_checked(verb: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Never exit code 0 and never a mark that something held; a sentence says what is missing, without a traceback."""
    write_pack(tmp_path / "rules")
    write_pack(tmp_path / "other")
    monkeypatch.chdir(tmp_path)
    Path("past.csv").write_text("person,role,decision,date\na,lead,promoted,2026-01-01\n", encoding="utf-8")
    if verb in {"watch", "impact"}:
        write("a,junior,6,3,good,f", "b,junior,6,3,good,m")
    words, tables = ASKED[verb]
    next(table for table in tables if kind in table)[kind]()
    code = run([*verb.split(), *_split(words)])
    shown = capsys.readouterr()
    assert code == (1 if (verb, kind) in FINDINGS else 2), shown
    assert "✓" not in shown.out
    assert shown.err or shown.out
    assert "Traceback" not in shown.err
    assert "gets another verdict" not in shown.out


def _split(words: str) -> list[str]:
    import shlex

    return shlex.split(words)
