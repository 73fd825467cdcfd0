"""The limits of what is read: the page that lists them says what the program holds."""

from __future__ import annotations

import re
from pathlib import Path

from evaluator.reading import limits

PAGE = Path(__file__).parents[2] / "docs" / "populations.md"
SIZES = {
    *("LINE", "TEXT_FILE", "HELD_TEXT", "OLD_WORKBOOK", "WORKBOOK_PART", "PARQUET_GROUP", "PARQUET_FOOTER", "TABLE_TEXT", "UNPACKED"),
    *("SMALL", "EXPORTED", "SMALL_EXPORTED"),
}
NOT_TOLD = {"MIB", "CHUNK_TEXT"}


def listed() -> dict[str, str]:
    """Return the rows of the page's table."""
    section = PAGE.read_text(encoding="utf-8").split("\n## Limits\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE))


def test_the_page_lists_every_limit() -> None:
    """Each number of the program stands in the page's table, and each number of the table is one of the program's."""
    names = [name for name, value in vars(limits).items() if name.isupper() and isinstance(value, int) and name not in NOT_TOLD]
    values = [f"{getattr(limits, name) // limits.MIB:,} MiB" if name in SIZES else f"{getattr(limits, name):,} " for name in names]
    told = re.findall(r"[0-9][0-9,]* (?:MiB)?", " ".join(f"{text} " for text in listed().values()))
    assert sorted(told) == sorted(values)


def test_sizes_are_told_in_words() -> None:
    """In the larger unit where there is more than one of it."""
    assert [limits.size_words(number) for number in (5 << 20, 1536 << 20, 4 << 30)] == ["5 MiB", "1.5 GiB", "4.0 GiB"]
