"""What is asked of a population: how detailed, about which role, by which engine, and how it is checked."""

from __future__ import annotations

import datetime
import enum

import attrs

from evaluator.core.model import Pack
from evaluator.engines import DATABASES
from evaluator.engines.installed import default_engine

COLUMNS = "columns"


class Level(enum.StrEnum):
    """How detailed the results are: a row for each person, for each person and role, or for each of a role's criteria too."""

    PEOPLE = "people"
    ROLES = "roles"
    CRITERIA = "criteria"

    @property
    def chunk_rows(self) -> int:
        """How many people at once: as many as keep the rows that come of them within memory."""
        return {"people": 500_000, "roles": 100_000, "criteria": 25_000}[self]


@attrs.frozen(kw_only=True)
class Request:
    """The level of detail, the role everybody is judged for (none for the best next one), the engine, and the columns to carry along.

    A verdict for a day after `today` is told as a projection; where no today is given, none is.
    """

    level: Level = Level.PEOPLE
    role: str | None = None
    role_column: str | None = None
    """The column that names the role each person is judged for; who has none there is judged for none."""
    engine: str = COLUMNS
    keep: tuple[str, ...] = ()
    check: int = 200
    seed: int = 0
    today: datetime.date | None = None

    @property
    def names_role(self) -> bool:
        """Whether people are judged for a role that somebody named, be it one for all, and not for their best next one."""
        return self.role is not None or self.role_column is not None

    @property
    def in_columns(self) -> bool:
        """Whether expressions over columns judge, and the reference is asked where they are in doubt."""
        return self.engine == COLUMNS or self.in_database

    @property
    def in_database(self) -> bool:
        """Whether a database judges, and its answers come in."""
        return self.engine in DATABASES

    @property
    def opinion(self) -> str:
        """The engine that gives the second opinion: another than the first."""
        return "reference" if self.engine == "inference" else default_engine()


def role_place(pack: Pack, role: str) -> int:
    """Return the place of a role among the judged ones."""
    return [judged_role.id for judged_role in pack.judged_roles].index(role)
