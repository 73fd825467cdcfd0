"""The door for whole populations: what comes with the rows, ids over all files, dates, mappings, and what bounds it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from evaluator.diagnostics import Problems
from evaluator.reading.tables import Options, open_population, read_mapping
from evaluator.reading.tables.ids import SeenIds
from evaluator.reading.tables.mapped_cells import TableMapping
from tests.populations.people_pack import AS_OF, PACK, read
from tests.reading.tables.hostile.files import PARQUETS


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_facts_of_groups_and_what_is_kept_come_beside_the_rows(tmp_path: Path) -> None:
    """They stand in rows like those of the frame, texts as they were."""
    path = written(tmp_path, "p.csv", "id,years,group:Sex,Site,x\nada,3,f, Bonn ,1\nben,bad,m,Kiel,2\ncleo,4,,,3\n")
    found = read(path, options=Options(keep=("site", "GROUP:sex")))
    kept = found.chunks[0].kept
    assert kept.to_dict(as_series=False) == {"group:Sex": ["f", None], "Site": [" Bonn ", None]}
    assert found.messages == ["D201 the column `x` is no attribute of the pack and is not read"]
    everything = read(path, options=Options(keep_all=True, groups=True))
    assert everything.chunks[0].kept.columns == ["group:Sex", "Site", "x"]
    assert everything.messages == []


def test_files_with_other_columns_give_the_same_kept_columns(tmp_path: Path) -> None:
    """What a file has not is empty there."""
    first = written(tmp_path, "a.csv", "id,group:sex\nada,f\n")
    second = written(tmp_path, "b.jsonl", '{"id": "ben", "group:age": "40s"}\n{"id": "cleo", "groups": {"sex": "f"}}\n')
    found = read(first, second, options=Options(keep=("group:*",)))
    assert [chunk.kept.to_dict(as_series=False) for chunk in found.chunks] == [
        {"group:sex": ["f"], "group:age": [None]},
        {"group:sex": [None, "f"], "group:age": ["40s", None]},
    ]


def test_an_id_that_came_before_names_the_row_and_the_file(tmp_path: Path) -> None:
    """In any chunk and any file before; a row that was put aside did not take its id."""
    first = written(tmp_path, "a.csv", "id,years\nada,3\nben,bad\nben,4\n")
    second = written(tmp_path, "b.csv", "id,years\ncleo,1\nada,3\nben,4\ncleo,2\n")
    found = read(first, second, chunk_rows=1)
    assert found.ids == ["ada", "ben", "cleo"]
    assert [(one.code, one.row, one.id) for one in found.rejected] == [
        ("P102", 2, "ben"),
        ("D104", 2, "ada"),
        ("D104", 3, "ben"),
        ("D104", 4, "cleo"),
    ]
    assert f"row 1 of {first} already" in found.rejected[1].reason
    assert f"row 3 of {first} already" in found.rejected[2].reason
    assert "stands in row 1 already" in found.rejected[3].reason


def test_ids_are_found_again_among_many() -> None:
    """Every repetition is found, in whatever run its id stands, and nothing else."""
    import polars as pl

    seen = SeenIds()
    total = 0
    for start in range(0, 20_000, 1000):
        ids = [f"p{number}" for number in range(start, start + 1000)]
        ids[7] = f"p{start // 2}"
        found = seen.repeated(pl.Series(ids), pl.int_range(start + 1, start + 1001, eager=True))
        total += len(found)
        if start:
            assert found == {7: start // 2 + 1}
    assert total == 19 + 1


def test_a_row_has_a_date_of_its_own_unless_the_option_wins(tmp_path: Path) -> None:
    """A bad date is an error of the row either way."""
    path = written(tmp_path, "p.csv", "id,As of\na,2025-03-01\nb,\nc,May 2024\nd,soon\n")
    assert read(path).column("as_of") == [20250301, 20261101, 20240501]
    assert read(path, as_of_wins=True).column("as_of") == [20261101] * 3
    assert [one.column for one in read(path).rejected] == ["As of"]


def test_a_mapping_names_columns_that_have_names_of_their_own(tmp_path: Path) -> None:
    """It comes from a file of YAML or JSON, and wins over what a name would say."""
    problems = Problems()
    saved = read_mapping(written(tmp_path, "m.yaml", "Personnel No: id\nTenure: years of work\nSex: group:sex\n"), problems)
    as_json = read_mapping(written(tmp_path, "m.json", '{"Personnel No": "id", "Tenure": "years of work", "Sex": "group:sex"}'), problems)
    assert [(name, at.value) for name, at in as_json.columns.items()] == [(name, at.value) for name, at in saved.columns.items()]
    assert not len(problems)
    found = read(written(tmp_path, "p.csv", "PERSONNEL_NO;tenure;sex\n7;3.5;f\n"), options=Options(source=saved, keep=("group:sex",)))
    assert (found.ids, found.column("a.years"), found.chunks[0].kept["group:sex"].to_list()) == (["7"], [3.5], ["f"])
    assert read_mapping(written(tmp_path, "bad.yaml", "- a\n"), problems) == TableMapping()
    assert [found.code for found in problems] == ["R103"]


@pytest.mark.parametrize("text", ["id,years\nada,3\n", '{"id": "ada", "years": 3}\n', "profile: ada\nattributes: {years: 3}\n"])
def test_standard_input_is_told_by_its_content(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """CSV, JSON Lines and a profile need no name."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert read("-").column("a.years") == [3.0]


def test_a_folder_of_tables_is_read_in_order(tmp_path: Path) -> None:
    """Parts of one population, as other tools write them."""
    written(tmp_path, "part-1.csv", "id\nben\n")
    written(tmp_path, "part-0.csv", "id\nada\n")
    assert read(tmp_path).ids == ["ada", "ben"]


def test_damage_inside_a_parquet_file_costs_the_rows_that_it_hits(tmp_path: Path) -> None:
    """The others are read, and every lost row is put aside."""
    import polars as pl

    path = tmp_path / "p.parquet"
    pl.DataFrame({"id": [f"p{n}" for n in range(3000)], "years": [n / 100 for n in range(3000)]}).write_parquet(
        path, row_group_size=1000, compression="zstd"
    )
    torn = bytearray(path.read_bytes())
    start, end = len(torn) * 2 // 5, len(torn) // 2
    torn[start:end] = bytes(end - start)
    path.write_bytes(bytes(torn))
    found = read(path)
    assert found.rows == 3000
    assert 0 < len(found.ids) < 3000
    assert found.ids[0] == "p0"
    assert {one.code for one in found.rejected} == {"D101"}


def test_lines_are_counted_through_cells_with_line_ends(tmp_path: Path) -> None:
    """A row's number is not its line."""
    path = written(tmp_path, "p.csv", 'id,name,years\na,"A\nB\nC",1\n\nb,B,bad\nc,C,3\n')
    found = read(path, chunk_rows=1)
    assert (found.column("row"), found.column("line")) == ([1, 3], [2, 7])
    assert [(one.row, one.line) for one in found.rejected] == [(2, 6)]


def test_iterating_again_gives_the_same_chunks(tmp_path: Path) -> None:
    """A run that resumes meets the rows it knows."""
    path = written(tmp_path, "p.csv", "id,years\n" + "".join(f"p{n},{n % 70}\n" for n in range(500)))
    population = open_population([path], PACK, Options(), as_of=AS_OF, chunk_rows=50, problems=Problems())
    first, second = list(population), list(population)
    assert len(first) > 3
    assert [one.rows for one in first] == [one.rows for one in second]
    assert all(one.frame.equals(other.frame) and one.rejected == other.rejected for one, other in zip(first, second, strict=True))
    again = open_population([path], PACK, Options(), as_of=AS_OF, chunk_rows=50, problems=Problems())
    assert again.sources == population.sources
    written(tmp_path, "p.csv", "id,years\n" + "".join(f"p{n},{n % 71}\n" for n in range(500)))
    changed = open_population([path], PACK, Options(), as_of=AS_OF, chunk_rows=50, problems=Problems())
    assert changed.sources[0].digest != population.sources[0].digest


def test_floats_of_many_digits_are_the_decimals_they_are_written_as(tmp_path: Path) -> None:
    """0.1 + 0.2 in a typed column is no error; 32 bits of 7.3 are 7.3."""
    import polars as pl

    path = tmp_path / "p.parquet"
    pl.DataFrame({"id": [1, 2], "years": [0.1 + 0.2, -0.0]}).write_parquet(path)
    assert read(path).column("a.years") == [0.1 + 0.2, 0.0]
    assert str(read(path).column("a.years")[1]) == "0.0"
    pl.DataFrame({"id": [1], "years": pl.Series([7.3], dtype=pl.Float32)}).write_parquet(path)
    assert read(path).column("a.years") == [7.3]


def test_of_a_damaged_parquet_file_nothing_is_written_by_the_library(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What polars writes of its own accord about pages that it cannot read stays off the screen; the rows are told."""
    damaged = next(file for file in PARQUETS if file.name == "pages-without-anything")
    (tmp_path / "p.parquet").write_bytes(damaged.made())
    assert [one.code for one in read(tmp_path / "p.parquet").rejected] == ["D101"]
    assert capfd.readouterr() == ("", "")
