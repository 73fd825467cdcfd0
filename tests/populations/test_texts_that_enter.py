"""Every text that enters can be written by every output, whatever characters it holds; what is no text is put aside at the door."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from evaluator.cli.main import run
from tests.populations.people_pack import AS_OF, read
from tests.populations.runs import write_rules

CONTROLS = [*range(1, 32), 127, 0x85, 0xA0, 0x200B, 0x202E, 0x2066, 0xFFFE, 0xFFFF, 0xFEFF, 0x1F600]


def people(folder: Path) -> list[str]:
    """Write a person for each character, in the id, the name and a column that is carried along; return the ids."""
    ids = [f"p{number}{chr(number)}x" for number in CONTROLS]
    lines = [json.dumps({"id": name, "name": name, "note": f"{name}\\"}) for name in ids]
    (folder / "people.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ids


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx", "html"])
def test_control_characters_reach_every_output(tmp_path: Path, ending: str) -> None:
    """None is refused by a format, none ends the run; formats that hold every text hold it as it is, CSV shows what cannot be seen."""
    rules, ids, out = write_rules(tmp_path / "rules"), people(tmp_path), tmp_path / f"out.{ending}"
    command = ["evaluate", str(tmp_path / "people.jsonl"), "--rules", str(rules), "--as-of", str(AS_OF), "--keep", "note", "-o", str(out)]
    assert run([*command, "--role", "Director", "--check", "0"]) == 0
    if ending == "parquet":
        assert pl.read_parquet(out)["id"].to_list() == ids
    elif ending == "jsonl":
        assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").split("\n") if line] == ids
    elif ending == "csv":
        with out.open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(ids)
    elif ending == "xlsx":
        assert read(out).ids == [name.strip() for name in ids]
