"""Tables as one HTML page that needs nothing else: no scripts, no fonts, nothing from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import polars as pl

from evaluator.report.days import CARRIED

_HEAD = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Promotion readiness</title>
<style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 1.5rem; color: #1a1a1a; background: #fff }}
table {{ border-collapse: collapse }}
th, td {{ padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd }}
th {{ position: sticky; top: 0; background: #f4f4f4 }}
</style>
<h1>Promotion readiness</h1>
<p>This informs a decision that people take; it does not take the decision.</p>
{days}<table>
"""


def write_page(parts: Sequence[Path], target: Path) -> None:
    """Write the tables as one page."""
    from evaluator.populations.evaluate.writers import in_pages

    with target.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(_HEAD.format(days=_days(parts)))
        for place, part in enumerate(parts):
            frame = in_pages(pl.read_ipc(part))
            if place == 0:
                stream.write(f"<thead><tr>{_cells(frame.columns, 'th scope=col')}</tr></thead>\n<tbody>\n")
            _rows(frame.iter_rows(), stream)
        stream.write("</tbody>\n</table>\n</html>\n")


def _days(parts: Sequence[Path]) -> str:
    """Say once, above the table, that verdicts in it are projections, and to which days."""
    if not parts:
        return ""
    days = pl.scan_ipc(list(parts)).select(first=pl.col("projection_to").min(), last=pl.col("projection_to").max()).collect().row(0)
    known = [str(day) for day in dict.fromkeys(days) if day is not None]
    said = "A verdict is a projection to the day that stands beside it under projection_to"
    carried = CARRIED.format("as it is")
    return f"<p><strong>{said}: {' up to '.join(known)}; {carried}.</strong></p>\n" if known else ""


def _rows(rows: Iterable[Sequence[object]], stream: IO[str]) -> None:
    for row in rows:
        stream.write(f"<tr>{_cells(row, 'td')}</tr>\n")


def _cells(cells: Iterable[object], tag: str) -> str:
    end = tag.partition(" ")[0]
    return "".join(f"<{tag}>{'' if cell is None else html.escape(str(cell))}</{end}>" for cell in cells)
