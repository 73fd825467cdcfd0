"""The clock: the one place where the command line asks what day it is."""

from __future__ import annotations

import datetime


def now() -> datetime.datetime:
    """Return this moment in the reader's own time; tests put another function in its place."""
    return datetime.datetime.now().astimezone()


def today() -> datetime.date:
    """Return the reader's own day."""
    return now().date()
