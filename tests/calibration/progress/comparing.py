"""Two populations and two packs as files, and what progress makes of them."""

from __future__ import annotations

import datetime
from pathlib import Path

from evaluator.calibration.progress.analysis import Progress
from evaluator.calibration.progress.reading import read
from evaluator.calibration.progress.sides import PopulationFile
from evaluator.core.model import Pack
from evaluator.reading.tables import Options

Days = tuple[datetime.date, datetime.date]


def progress_of(files: tuple[Path, Path], packs: tuple[Pack, Pack], days: Days, *, own_days: bool = False) -> Progress:
    """Return what changed between two files, judged for a day each, unless rows have days of their own."""
    old, new = (
        PopulationFile(path=str(path), options=Options(), day=day, day_wins=not own_days) for path, day in zip(files, days, strict=True)
    )
    return Progress(sides=read(old, new, packs).sides)
