"""A ranking as JSON."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from evaluator.core.days import ManyDays
from evaluator.core.model import Pack, Role
from evaluator.populations.rank.ranking import Ranking
from evaluator.report.days import many_days_json
from evaluator.report.jsons import document, made_by
from evaluator.report.plain_values import Json


def ranking_json(ranking: Ranking, pack: Pack, role: Role, settings: Mapping[str, str], days: ManyDays) -> Json:
    """Return the candidates for a role in order, each as the columns of the table, and how many people are not among them.

    `settings` are as_of, engine and among, as the report tells them.
    """
    body: dict[str, Json] = {
        "role": role.id,
        "as_of": settings["as_of"],
        "days": many_days_json(days),
        "among": settings["among"],
        "where": None if ranking.chosen is None else ranking.chosen.json,
        "considered": ranking.judged,
        "left_out": {str(reason): number for reason, number in sorted(ranking.left_out.items())},
        "rejected": ranking.rejected,
        "candidates": [{name: _plain(value) for name, value in row.items()} for row in ranking.candidates.to_dicts()],
        "level_with_the_last": ranking.beyond,
        "open": {"shown_that_could_come_up": ranking.open, "not_shown_that_could_come_before_the_last": ranking.below},
    }
    return document("ranking", body, made_by(pack) | {"engine": settings["engine"]})


def _plain(value: Json | datetime.date) -> Json:
    return value.isoformat() if isinstance(value, datetime.date) else value
