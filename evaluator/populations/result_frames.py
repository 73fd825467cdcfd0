"""Evaluations and findings as frames of Polars, to be counted, joined and written on."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.from_columns import FrameProblem
from evaluator.populations.levels import tidy
from evaluator.populations.profile_codes import answers
from evaluator.populations.request import Level, Request

_PROBLEMS = ("path", "line", "column", "severity", "code", "message", "step")


def evaluations_frame(evaluations: Iterable[Evaluation], pack: Pack, *, level: str = "people", role: str | None = None) -> pl.DataFrame:
    """Return evaluations as a frame: a row for each person, or with `level` for each person and role, or for each criterion.

    Its columns are those that `evaluator evaluate` writes at that level. People are told by their best next role, or by `role`, a role
    of the pack by its id or title. Raises FrameProblem where the evaluations are of another pack, or lack a role that is asked for.
    """
    listed = list(evaluations)
    request = Request(level=_level(level), role=_role(role, pack))
    if any(one.provenance.pack_hash != pack.content_hash for one in listed):
        raise FrameProblem("the evaluations were made by another pack", "pass the pack that they were made by")
    wanted = {one.id for one in pack.judged_roles} if request.level is not Level.PEOPLE else {request.role} - {None}
    if any(not wanted <= {*one.roles} for one in listed):
        raise FrameProblem("some of the evaluations are of other roles alone", "evaluate without `only`, or choose level='people'")
    people = frame_of(pack, [Person(profile=one.profile, as_of=one.provenance.as_of) for one in listed])
    numbered = people.with_columns(
        pl.int_range(1, people.height + 1, eager=True).alias("row"),
        pl.Series("name", [one.profile.name for one in listed], dtype=pl.String),
    )
    return in_words(tidy(numbered, answers(listed, pack, request), pack, request, pl.DataFrame())).drop("row")


def problems_frame(problems: Problems) -> pl.DataFrame:
    """Return findings as a frame: where each stands, what is wrong there and what to do next."""
    rows = [(one.span.path, one.span.line, one.span.column, str(one.severity), one.code, one.message, one.help) for one in problems]
    types = [pl.String, pl.Int64, pl.Int64, pl.String, pl.String, pl.String, pl.String]
    return pl.DataFrame(rows, schema=dict(zip(_PROBLEMS, types, strict=True)), orient="row")


def in_words(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with every word as text, whatever its options are."""
    return frame.with_columns(
        pl.col(name).cast(pl.String) for name, dtype in frame.schema.items() if isinstance(dtype, pl.Enum | pl.Categorical)
    )


def _level(name: str) -> Level:
    if name not in {*Level}:
        raise FrameProblem(f"there is no level called `{name}`", f"use one of {', '.join(Level)}")
    return Level(name)


def _role(name: str | None, pack: Pack) -> str | None:
    role = None if name is None else pack.find_role(name)
    if name is not None and (role is None or role.why_never_judged):
        raise FrameProblem(
            f"the pack judges nobody for a role called `{name}`", f"use one of {', '.join(one.id for one in pack.judged_roles)}"
        )
    return None if role is None else role.id
