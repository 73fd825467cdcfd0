"""The one person that a verb is about."""

from __future__ import annotations

from evaluator.cli.loading import people
from evaluator.cli.tables import Tables
from evaluator.core.model import Pack, Profile
from evaluator.populations.person_option import the_one


def one_of(path: str, person: str | None, pack: Pack, tables: Tables) -> Profile:
    """Return the profile of a file, or the one that --person names of a table or folder.

    What is wrong with others than the one who is meant is told on standard error, and does not matter.
    """
    found, complete = people([path], pack, tables.reading([path]))
    return the_one(path, person, found, complete=complete)
