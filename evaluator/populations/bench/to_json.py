"""The benches as JSON, in a versioned shape."""

from __future__ import annotations

from evaluator.populations.bench.analysis import AHEAD, Bench, Candidate, Lapse, OpenPoints, RoleBench
from evaluator.populations.bench.report import BenchOptions
from evaluator.populations.bench.words import group_of
from evaluator.report.days import many_days_json
from evaluator.report.jsons import document, made_by
from evaluator.report.plain_values import Json, number


def bench_json(bench: Bench, options: BenchOptions) -> dict[str, Json]:
    """Return every bench with everybody on it, or of whom that is open."""
    chosen = bench.people.chosen
    body: dict[str, Json] = {
        "as_of": bench.day.isoformat(),
        "days": many_days_json(options.days),
        "among": str(bench.among),
        "where": None if chosen is None else chosen.json,
        "years": list(AHEAD),
        "assumed": {
            "accruing": [
                {"attribute": attribute.id, "per_year": number(accrual.per_year), "in_tracks": list(accrual.in_tracks)}
                for attribute, accrual in bench.accruing
            ]
        },
        "people": bench.people.frame.height,
        "on_a_bench": bench.on_a_bench,
        "rejected": options.rejected,
        "roles": [_role(one, bench) | {"seats": _seats(one, options)} for one in bench.roles],
        "empty": [one.role.id for one in bench.empty],
        "single_points_of_failure": [
            {"id": bench.id(place), "name": bench.people.names[place], "roles": [one.role.id for one in roles]}
            for place, roles in bench.singles.items()
        ],
        "on_several_benches": [
            {
                "id": bench.id(place),
                "name": bench.people.names[place],
                "benches": [{"role": one.role.id, "ready_in_years": one.ready_in} for one in candidates],
            }
            for place, candidates in bench.several.items()
        ],
    }
    return document("bench", body, made_by(bench.pack) | {"engine": options.engine})


def _role(one: RoleBench, bench: Bench) -> dict[str, Json]:
    return {
        "role": one.role.id,
        "title": one.role.title,
        "interim": one.role.interim,
        "held_only": one.role.held_only,
        "moves_lead_there": one.led_to,
        "holders": one.holders,
        "ready_by_year": list(one.ready),
        "candidates": [_candidate(candidate, bench) for candidate in one.candidates],
    }


def _seats(one: RoleBench, options: BenchOptions) -> Json:
    found = None if options.seats is None else options.seats.get(one.role.id)
    if found is None:
        return None
    short = found.short
    return {
        "seats": found.seats,
        "free": [day.isoformat() for day in found.free],
        "short": None if short is None else {"on": short.on.isoformat(), "free": short.free, "ready": short.ready},
    }


def _candidate(candidate: Candidate, bench: Bench) -> Json:
    return {
        "id": bench.id(candidate.place),
        "name": bench.people.names[candidate.place],
        "role_today": bench.people.role(candidate.place),
        "bench": group_of(candidate),
        "ready_in_years": candidate.ready_in,
        "open": None if candidate.open is None else _open(candidate.open),
        "lapse": None if candidate.lapse is None else _lapse(candidate.lapse),
    }


def _open(found: OpenPoints) -> Json:
    return {
        "may_be_ready_in_years": found.years,
        "decisive": list(found.decisive),
        "others": list(found.others),
        "of_move": list(found.of_move),
        "undefined": list(found.undefined),
    }


def _lapse(lapse: Lapse) -> Json:
    return {
        "no_longer_ready_in_years": lapse.years,
        "sure": lapse.sure,
        "criteria": [criterion.id for criterion in lapse.criteria],
        "move_closes": lapse.move_closes,
    }
