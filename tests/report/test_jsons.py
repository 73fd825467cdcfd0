"""The JSON of evaluations, held against its schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.report.json_documents import schema
from evaluator.report.jsons import dumps, evaluation_json, evaluations_json

People = dict[str, Evaluation]
SCHEMA = schema("evaluation")


def check(document: object) -> Any:
    """Write, read and validate a document."""
    read = json.loads(dumps(document))  # type: ignore[arg-type]
    Draft202012Validator(SCHEMA).validate(read)
    return read


def test_the_schema_is_a_schema() -> None:
    """It is valid by its own meta-schema."""
    Draft202012Validator.check_schema(SCHEMA)


def test_real_output_fits_the_schema(people: People, pack: Pack) -> None:
    """One person, several, none, and one role alone."""
    several = check(evaluations_json(people.values(), pack))
    assert [one["profile"]["id"] for one in several["evaluations"]] == ["ada", "bo", "cy"]
    assert check(evaluations_json([people["ada"]], pack))["profile"] == {"id": "ada", "name": "Ada Lindqvist", "role": "manager"}
    assert len(check(evaluations_json([people["ada"]], pack, listed=True))["evaluations"]) == 1
    assert check(evaluations_json([], pack))["evaluations"] == []
    assert [role["role"] for role in check(evaluation_json(people["ada"], pack, only="expert"))["roles"]] == ["expert"]


def test_the_schema_refuses_what_it_does_not_know(people: People, pack: Pack) -> None:
    """A key too many fails, so that the schema cannot fall behind unseen."""
    with pytest.raises(ValidationError):
        check({**evaluation_json(people["ada"], pack), "extra": 1})


def test_verdicts_scores_and_gaps_are_exact(people: People, pack: Pack) -> None:
    """Both sides of the score are fractions, and a need says have, need and distance."""
    director = next(role for role in check(evaluation_json(people["ada"], pack))["roles"] if role["role"] == "director")
    assert director["verdict"] == {"low": "not yet", "high": "not yet", "decided": True, "best": False}
    assert director["score"]["exact"] == ["2/7", "2/7"]
    assert director["gaps"][0]["needs"] == [
        {
            "attribute": "product_years",
            "operator": "at_least",
            "other": None,
            "have": 6,
            "between": None,
            "need": 8,
            "distance": 2,
            "unit": "years",
            "words": "6 of 8 years: 2 years to go",
        }
    ]
    assert director["gaps"][1]["needs"][0]["have"] == ["pricing"]


def test_moves_are_told_open_beyond_and_closed(people: People, pack: Pack) -> None:
    """Next roles come ranked, with their verdicts."""
    found = check(evaluation_json(people["bo"], pack))
    assert [(one["role"], one["open"], one["verdict"]["low"]) for one in found["next_roles"]] == [
        ("director", "yes", "nearly"),
        ("expert", "yes", "not yet"),
    ]


def test_group_facts_and_notes_stay_out(people: People, pack: Pack) -> None:
    """No result carries what no rule may read."""
    assert not {"groups", "notes"} & set(check(evaluation_json(people["ada"], pack))["profile"])
