"""What of a population could not be judged, in a report: a sentence below its title, and numbers in JSON."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.calibration.people import People
from evaluator.report.blocks import Block, Paragraph
from evaluator.report.plain_values import Json
from evaluator.report.words import Style, counted


def left_out_blocks(people: People, by: str = "") -> Iterator[Block]:
    """Yield how many rows were left out, if any; `by` is whose reading that is, where there are two."""
    if people.left_out:
        rows = counted(people.rows, "row")
        yield Paragraph(f"Left out {len(people.left_out):,} of {rows} that cannot be judged{by and f' by {by}'}.", style=Style.BAD)


def data_json(people: People) -> dict[str, Json]:
    """Return how many rows were read, how many of them are judged, and how many left out."""
    counts: dict[str, Json] = {"rows": people.rows, "judged": people.height, "rejected": len(people.left_out)}
    return counts | {"where": None if people.chosen is None else people.chosen.json}
