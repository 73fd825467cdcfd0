"""Which paths are judged in columns, and which person by person."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables
from evaluator.populations.choosing import JudgingMode, way

SETTING = Setting(rules="rules", as_of=None, engine=None)  # type: ignore[arg-type] # as click leaves it
NOTHING_SAID = Tables(
    level=None, columns=(), map_file=None, keep=(), keep_all=False, encoding=None, decimal=None, dates=None, sheet=None, header_row=None,
    check=None, seed=None, resume=False, chunk_rows=None, rejected=None, split_by=None, bad_cells=None,
    query=None, query_file=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([10], JudgingMode.ONE_BY_ONE),
        ([10**6], JudgingMode.ONE_BY_ONE),
        ([10**6 + 1], JudgingMode.POPULATION),
        ([6 * 10**5] * 2, JudgingMode.POPULATION),
    ],
)
def test_a_table_of_more_than_a_megabyte_is_a_population(sizes: list[int], expected: JudgingMode, tmp_path: Path) -> None:
    """One file, or several together; on the screen as into a file."""
    paths = [tmp_path / f"{place}.csv" for place in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        with path.open("wb") as stream:
            stream.truncate(size)
    assert way([str(path) for path in paths], SETTING, NOTHING_SAID, Output(format="table")) is expected


@pytest.mark.parametrize(("many", "expected"), [(200, JudgingMode.ONE_BY_ONE), (201, JudgingMode.POPULATION)])
def test_a_folder_of_more_than_200_profiles_is_a_population(many: int, expected: JudgingMode, tmp_path: Path) -> None:
    """Fewer are shown one by one."""
    for place in range(many):
        (tmp_path / f"p{place}.yaml").touch()
    assert way([str(tmp_path)], SETTING, NOTHING_SAID, Output(format="table")) is expected
