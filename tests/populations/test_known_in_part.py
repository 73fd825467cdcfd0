"""People of a table who are known in part: each is judged again by the other engine, to the questions that can move a verdict."""

from __future__ import annotations

import random
import shlex
import shutil
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.core.values import Kind
from evaluator.reading.pack.pack import load_pack
from tests.slow import mostly_slow

LADDER = Path(__file__).parents[1] / "ladders" / "points-ladder"


@pytest.mark.parametrize("engine", mostly_slow(["columns", "duckdb"], quick=1))
def test_everybody_of_a_ladder_of_points_is_asked_the_same_by_every_engine(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """More people than the reference is asked about at once, with up to four of sixteen answers missing, and all of them checked."""
    shutil.copytree(LADDER, tmp_path / "rules")
    path = tmp_path / "rules/pack.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("\nversion:", "\nlanguage: 2\nversion:", 1), encoding="utf-8")
    pack = load_pack(tmp_path / "rules")
    assert pack.language == 2
    names = [one.id for one in pack.attributes.values() if one.kind is Kind.INTEGER and one.derivation is None]
    chance = random.Random(4)
    rows = [",".join(["id", "role", *names])]
    for index in range(240):
        left = set(chance.sample(names, chance.choice((0, 1, 2, 4))))
        rows.append(",".join([f"p{index}", "engineer-ii", *("" if name in left else str(chance.randint(0, 3)) for name in names)]))
    (tmp_path / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code = run(shlex.split(f"evaluate people.csv -o out.csv --engine {engine} --check 240 --as-of 2026-11-01"))
    told = "".join(capfd.readouterr())
    assert code == 0, told
    assert "240 people judged again by inference, no difference" in told
    assert "undecided" in Path("out.csv").read_text(encoding="utf-8")
