"""One registry of formats: a file is what its first bytes say, else what its name says, in every verb; nothing else lists endings."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import polars as pl
import pytest

import evaluator
from evaluator.diagnostics import Problems
from evaluator.reading import limits
from evaluator.reading.tables import formats
from evaluator.reading.tables.formats import CSV, EXCEL, JSON, JSON_LINES, PARQUET, PROFILE, format_at, format_of, holds_tables, is_table
from evaluator.reading.tables.sources import files_under
from tests.populations.people_pack import read
from tests.reading.tables.workbooks import write_workbook

HEADER = "id,years\n"
ROW = "ada,3.5\n"
LINE = '{"id": "ada", "years": 3.5}\n'


def parquet(path: Path) -> None:
    """Write one person as Parquet."""
    pl.DataFrame({"id": ["ada"], "years": [3.5]}).write_parquet(path)


def workbook(path: Path) -> None:
    """Write one person as a workbook."""
    made = write_workbook(path.with_suffix(".xlsx"), {"People": [["id", "years"], ["ada", 3.5]]})
    made.rename(path)


def text(content: str) -> bytes:
    """Return text as a file holds it."""
    return content.encode()


@pytest.mark.parametrize("name", ["p.parquet", "p.pq", "p.csv", "p.txt", "p.json", "p.xlsx", "p", "p.dat"])
def test_parquet_is_parquet_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    """Its first bytes say so."""
    parquet(tmp_path / name)
    assert format_of(tmp_path / name) is PARQUET
    assert read(tmp_path / name).column("a.years") == [3.5]


@pytest.mark.parametrize("name", ["people.xlsx", "people.XLSM", "people.csv", "people.tsv", "people.jsonl", "people.parquet", "people"])
def test_a_workbook_is_a_workbook_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    """Its first bytes say so."""
    workbook(tmp_path / name)
    assert format_of(tmp_path / name) is EXCEL
    assert read(tmp_path / name).column("a.years") == [3.5]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("people.csv", HEADER + ROW, CSV),
        ("people.CSV", HEADER + ROW, CSV),
        ("people.tab", HEADER + ROW, CSV),
        ("people", HEADER + ROW, CSV),
        ("people.csv", LINE, JSON_LINES),
        ("people.txt", "\ufeff" + LINE, JSON_LINES),
        ("people", LINE, JSON_LINES),
        ("people.ndjson", LINE, JSON_LINES),
        ("people.json", LINE, JSON),
        ("people.json", LINE + LINE, JSON),
        ("people.json", "[" + LINE + "]", JSON),
        ("ada.json", '{"profile": "ada", "attributes": {}}', PROFILE),
        ("ada.json", '{\n  "role": "junior",\n  "profile": "ada"\n}\n', PROFILE),
        ("two.json", '{"profile": "ada"}\n{"profile": "ben"}\n', JSON),
        ("ada.yaml", "profile: ada\n", PROFILE),
        ("ada", "profile: ada\n", PROFILE),
        ("people.yaml", LINE, PROFILE),
    ],
)
def test_text_is_what_it_says(name: str, content: str, expected: formats.Format, tmp_path: Path) -> None:
    """JSON is told by its first letter, but where a name says another thing for certain."""
    (tmp_path / name).write_text(content)
    assert format_of(tmp_path / name) is expected


@pytest.mark.parametrize("name", ["people.csv.gz", "people.CSV.GZ", "people.gz", "people.csv", "people"])
def test_a_compressed_table_is_read_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    """As the table that it holds."""
    (tmp_path / name).write_bytes(gzip.compress(text(HEADER + ROW)))
    assert format_of(tmp_path / name) is CSV
    assert read(tmp_path / name).column("a.years") == [3.5]


@pytest.mark.parametrize(("name", "content"), [("p.jsonl.gz", LINE), ("p.tsv.gz", "id\tyears\nada\t3.5\n"), ("p.json.gz", LINE)])
def test_every_format_of_text_may_be_compressed(name: str, content: str, tmp_path: Path) -> None:
    """The end of the name within tells the format."""
    (tmp_path / name).write_bytes(gzip.compress(text(content)))
    assert read(tmp_path / name).column("a.years") == [3.5]


def test_a_compressed_parquet_file_is_read(tmp_path: Path) -> None:
    """Bytes tell there too."""
    parquet(tmp_path / "p.parquet")
    (tmp_path / "p.parquet.gz").write_bytes(gzip.compress((tmp_path / "p.parquet").read_bytes()))
    assert read(tmp_path / "p.parquet.gz").column("a.years") == [3.5]


@pytest.mark.parametrize("cut", [12, -9, -1])
def test_a_compressed_file_that_is_cut_off_is_refused(cut: int, tmp_path: Path) -> None:
    """In a sentence, and no row of it is used."""
    rows = "".join(f"p{number},{number % 50}\n" for number in range(5000))
    (tmp_path / "p.csv.gz").write_bytes(gzip.compress(text(HEADER + rows))[:cut])
    problems = Problems()
    assert files_under(str(tmp_path / "p.csv.gz"), problems) == []
    assert [found.message for found in problems.errors] == ["the file is compressed, and what it holds is damaged or cut off"]


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the disk is full."""
    (tmp_path / "p.csv.gz").write_bytes(gzip.compress(bytes(8 << 20)))
    monkeypatch.setattr(limits, "UNPACKED", 4 << 20)
    problems = Problems()
    assert files_under(str(tmp_path / "p.csv.gz"), problems) == []
    assert "the file unpacks to more than" in problems.errors[0].message


@pytest.mark.parametrize(
    ("names", "expected"), [(["a.csv"], True), (["a.xlsx", "b.md"], True), (["a.csv.gz"], True), (["a.csv", "b.yaml"], False), ([], False)]
)
def test_a_folder_without_profiles_is_read_by_its_tables(names: list[str], expected: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """A profile beside them makes it a folder of profiles."""
    for name in names:
        (tmp_path / name).write_text(HEADER + ROW)
    assert holds_tables(tmp_path) is expected


def test_a_name_tells_where_there_is_no_file(tmp_path: Path) -> None:
    """So that the message is the one about a table."""
    assert is_table(tmp_path / "gone.csv")
    assert not is_table(tmp_path / "gone.yaml")
    assert format_at(tmp_path) is None


ENDINGS = "|".join(re.escape(ending) for one in formats.FORMATS if one is not formats.HTML for ending in one.endings)


def test_no_other_module_lists_endings_of_tables() -> None:
    """A second list is how one verb comes to refuse what another one reads."""
    root = Path(evaluator.__file__).parent
    literal = re.compile(rf"""["']({ENDINGS})["']""")
    elsewhere = {
        f"{path.relative_to(root)}: {found[1]}"
        for path in root.rglob("*.py")
        if path.name != "formats.py"
        for found in literal.finditer(path.read_text())
    }
    # a report's format, what editors put behind the name of a rule file, and what a template of a ladder consists of
    no_tables = {"cli/options.py: .json", "packs/lint/files.py: .txt", "packs/init/templates.py: .csv"}
    assert {one for one in elsewhere if not one.endswith((".yaml", ".yml"))} == no_tables


class Endless:
    """A stream that never ends."""

    def read(self, size: int) -> bytes:
        """Return as much as is asked for."""
        return b"a,1\n" * (size // 4)


def test_standard_input_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence, after so many bytes, and nothing of it is kept."""
    monkeypatch.setattr(limits, "UNPACKED", 4 << 20)
    monkeypatch.setattr("evaluator.reading.tables.sources.standard_input", Endless)
    problems = Problems()
    assert files_under("-", problems) == []
    assert [found.message for found in problems.errors] == ["standard input holds more than 0 GiB"]  # as the limit is told, in GiB
