"""Write the JSON Schemas of what the verbs write as JSON: `python docs/json_schemas.py`; evaluation.schema.json is written by hand.

Words that come from a fixed list are taken from the code; what a key is called and what it may be is said here.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable
from typing import Any

from evaluator.calibration.disclosure import Why
from evaluator.calibration.impact.request import Among
from evaluator.calibration.progress.analysis import Movement
from evaluator.calibration.progress.attribution import Cause
from evaluator.calibration.prove.findings import Claim
from evaluator.calibration.prove.findings import Question as Proved
from evaluator.candidates.decisions.faults import FaultKind
from evaluator.candidates.plan.analysis import NoPlan
from evaluator.core.conditions import TRUTH_WORDS
from evaluator.core.evidence import EvidenceMark
from evaluator.core.gates import State as GateState
from evaluator.core.operators import Operator
from evaluator.core.recommendation import Advice, Outlook, Relation
from evaluator.core.results import State
from evaluator.diagnostics.codes import Severity
from evaluator.populations.bench.readiness import Among as OnBench
from evaluator.populations.bench.words import READY_FAR, READY_NEAR, READY_NOW, UNDECIDED
from evaluator.populations.request import Level
from evaluator.reading.decisions import Choice
from evaluator.report.json_documents import DOCUMENTS, FOLDER, schema

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
COUNT: Schema = {"type": "integer", "minimum": 0}
LINE: Schema = {"type": "integer", "minimum": 1}
DAY: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
SEAL: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def ref(name: str) -> Schema:
    """Name a shape among the definitions."""
    return {"$ref": f"#/$defs/{name}"}


def said(shape: Schema, description: str) -> Schema:
    """Add what a key says."""
    return {**shape, "description": description}


def maybe(shape: Schema) -> Schema:
    """Let a shape be null."""
    if isinstance(shape.get("type"), str):
        return {**shape, "type": [shape["type"], "null"]}
    return {"anyOf": [shape, {"type": "null"}]}


def listed(shape: Schema) -> Schema:
    """Return a list of a shape."""
    return {"type": "array", "items": shape}


def pair(shape: Schema) -> Schema:
    """Return a list of exactly two."""
    return {"type": "array", "items": shape, "minItems": 2, "maxItems": 2}


def named(shape: Schema) -> Schema:
    """Return an object whose keys are names, such as ids."""
    return {"type": "object", "additionalProperties": shape}


def words(found: type[enum.Enum] | Iterable[object]) -> Schema:
    """Return one of a list of words."""
    return {"enum": [str(one) if isinstance(one, enum.Enum) else one for one in found]}


def keys(shapes: dict[str, Schema], optional: Iterable[str] = (), description: str | None = None) -> Schema:
    """Return an object with these keys and no others, each there unless it is `optional`."""
    head: Schema = {"type": "object"} | ({"description": description} if description else {})
    required = [name for name in shapes if name not in set(optional)]
    return {**head, "properties": shapes, "required": required, "additionalProperties": False}


PACK = {"pack": TEXT, "pack_version": TEXT, "pack_hash": HASH}
TOOL = {"tool_version": TEXT}
EVALUATION: dict[str, Schema] = schema("evaluation")["$defs"]
OF_PACK = keys({**TOOL, **PACK})
PLACE = {"path": TEXT, "line": LINE, "column": LINE}
PLAN_PACK = keys({"name": TEXT, "version": TEXT, "hash": HASH})
READ_PACK = keys({"title": TEXT, "version": TEXT, "hash": HASH, "folder": TEXT}, ("title", "version", "hash"))
SIDES = keys({"worse": TEXT, "better": TEXT})
RULE = {"exact": FLAG, "smallest": COUNT, "smallest_pool": COUNT}
STATE, TRUTH = words(State), words(TRUTH_WORDS.values())
HELD_BACK = {
    "anyOf": [{"const": True}, listed(TEXT)],
    "description": "true where nothing is told by group, else the groups of which nothing is.",
}

CHOSEN: Schema = {
    "anyOf": [keys({"condition": TEXT, "people": COUNT, "taken": COUNT, "unknown": COUNT}), {"type": "null"}],
    "description": "The condition on people, whom it takes of how many, and of how many it is not known; null for everybody.",
}
DATA = keys({"rows": COUNT, "judged": COUNT, "rejected": COUNT, "where": CHOSEN})
SHARED: dict[str, Schema] = {
    **EVALUATION,
    "day": DAY,
    "role_bench": keys(
        {
            "role": TEXT,
            "title": TEXT,
            "interim": FLAG,
            "held_only": FLAG,
            "moves_lead_there": said(FLAG, "Whether the role would be a step from any other; where not, it has no bench."),
            "holders": said(COUNT, "How many hold it today."),
            "ready_by_year": said(listed(COUNT), "How many are ready on the day of each of the years."),
            "candidates": listed(ref("bench_candidate")),
            "seats": maybe(
                keys(
                    {
                        "seats": said(COUNT, "How many there are."),
                        "free": said(
                            listed(DAY), "The day on which each comes free that does; the day judged for where it is free already."
                        ),
                        "short": said(
                            maybe(keys({"on": DAY, "free": COUNT, "ready": COUNT})),
                            "The first day by which more seats are free than people are ready; null where there is none.",
                        ),
                    },
                    description="Its seats, as the table of seats tells them; null without one, and where it tells none.",
                )
            ),
        }
    ),
    "bench_candidate": keys(
        {
            "id": TEXT,
            "name": maybe(TEXT),
            "role_today": maybe(TEXT),
            "bench": words((READY_NOW, READY_NEAR, READY_FAR, UNDECIDED)),
            "ready_in_years": said(maybe(COUNT), "The first year in which they are ready, 0 for now; null where that is open."),
            "open": maybe(
                keys(
                    {
                        "may_be_ready_in_years": said(COUNT, "The first year in which answers could make them ready."),
                        "decisive": said(listed(TEXT), "Attributes to which an answer alone can change the verdict."),
                        "others": said(listed(TEXT), "Other attributes that are asked for."),
                        "of_move": said(listed(TEXT), "Attributes that say whether the move there is open."),
                        "undefined": said(listed(TEXT), "Attributes for which the rules themselves have no answer."),
                    },
                    description="What keeps it open whether they are ready before that; null where nothing does.",
                )
            ),
            "lapse": maybe(
                keys(
                    {
                        "no_longer_ready_in_years": COUNT,
                        "sure": said(FLAG, "Whether they are sure not to be; else it is open."),
                        "criteria": said(listed(TEXT), "The criteria that time takes away until then."),
                        "move_closes": said(FLAG, "Whether the move there is no longer open, or not known to be."),
                    },
                    description="When they are no longer ready after they were; null where they stay so.",
                )
            ),
        }
    ),
    "many_days": keys(
        {
            "today": said(DAY, "The day on which it was written."),
            "projection_to": said(listed(DAY), "The first and the last day to come that people are judged for; empty where there is none."),
            "projections": said(COUNT, "How many people are judged for a day to come."),
            "facts_as_of": said(listed(DAY), "The first and the last day that facts are of; empty where nobody says."),
            "facts_old": said(COUNT, "Of how many people the facts are older than the pack's limit."),
            "facts_after_day_judged": said(COUNT, "Of how many people the facts are of a later day than the one judged for."),
            "facts_without_a_day": COUNT,
        },
        description="The days judged for and the days of the facts, over many people.",
    ),
    "gate": keys(
        {
            "limit": said(TEXT, "The limit as it was asked for."),
            "state": said(words(GateState), "What it came to; what is not tested does not hold."),
            "reason": TEXT,
            "next_step": maybe(TEXT),
            "too_small": FLAG,
            "allowed": said(FLAG, "Whether it was let pass untested."),
        }
    ),
    "branch": keys(
        {
            "words": TEXT,
            "truth": TRUTH,
            "decides": FLAG,
            "place": ref("place"),
            "condition": said(maybe(keys({"id": TEXT, "title": TEXT})), "Which named condition of the pack it is, if it is one."),
            "parts": said(listed(ref("branch")), "Of a condition made of several."),
            "operator": said(words(Operator), "Of a test."),
            "values": listed(keys({"attribute": TEXT, "value": ref("value"), "between": ref("between"), "origin": TEXT})),
        },
        ("parts", "operator", "values"),
    ),
    "cause": keys(
        {
            "change": words(("verdict bands", "facts", "ready_for", "criterion")),
            "old": maybe(TEXT),
            "new": maybe(TEXT),
            "through": said(listed(ref("through")), "The roles by whose changes a criterion that asks `ready_for` has another truth."),
        }
    ),
    "through": keys({"role": TEXT, "title": TEXT, "changes": said(listed(ref("cause")), "Empty where it takes several together.")}),
    "confusion": keys(
        {
            **dict.fromkeys(("true_positive", "false_positive", "false_negative", "true_negative"), COUNT),
            **dict.fromkeys(("precision", "recall", "specificity", "accuracy"), maybe(SHARE)),
        }
    ),
    "kappa": maybe(keys({"value": maybe(NUMBER), "low": NUMBER, "high": NUMBER})),
    "interval": maybe(pair(NUMBER)),
    "compared_group": keys(
        {
            "group": TEXT,
            "considered": COUNT,
            "selected": COUNT,
            "rate": SHARE,
            "rate_interval": ref("interval"),
            "ratio": maybe(NUMBER),
            "ratio_exact": maybe(TEXT),
            "ratio_interval": ref("interval"),
            "compared": FLAG,
            "under_four_fifths": FLAG,
            "z": maybe(NUMBER),
            "fisher_p": maybe(SHARE),
            "significant": FLAG,
            "shortfall": maybe(NUMBER),
            "one_choice_reverses": FLAG,
            "few": FLAG,
        }
    ),
    "comparison": keys({"compared_with": maybe(TEXT), "worst_hit": maybe(TEXT), "groups": listed(ref("compared_group"))}),
    "law_tables": listed(
        keys(
            {
                "table": TEXT,
                "unknown_category": maybe(COUNT),
                "held_back": HELD_BACK,
                "under_2_percent": listed(TEXT),
                "left_out": listed(TEXT),
                "compared_with": maybe(TEXT),
                "worst_hit": maybe(TEXT),
                "groups": listed(ref("compared_group")),
            }
        )
    ),
    "plan": keys(
        {
            "effort": NUMBER,
            "months": COUNT,
            "ready_on": DAY,
            "verdict": said(TEXT, "The verdict on the day by which it is done, when what is dated is older."),
            "lapsing": said(listed(TEXT), "The criteria that time takes away until that day, unless something newer is added."),
            "projection_to": maybe(DAY),
            "steps": listed(
                keys(
                    {
                        "attribute": TEXT,
                        "have": ref("value"),
                        "to": ref("value"),
                        "effort": NUMBER,
                        "months": COUNT,
                        "done_on": DAY,
                        "by_time": said(FLAG, "Whether time alone brings it."),
                        "criteria": listed(TEXT),
                    }
                )
            ),
        }
    ),
    "result": keys(
        {
            "verdict": SIDES,
            "score": keys({"worse": SHARE, "better": SHARE}),
            "held_by": said(listed(TEXT), "The criteria that hold the verdict at what they cap at."),
        }
    ),
    "record": {key: value for key, value in schema("decision").items() if not key.startswith("$")},
}

FINDING_PLACE = {**PLACE, "end_line": LINE, "end_column": LINE}
LEFT_OUT = listed(keys({"person": maybe(TEXT), "profile": maybe(TEXT), "line": LINE}))
CRITERION: dict[str, Schema] = EVALUATION["criterion"]["properties"]
ROLE: dict[str, Schema] = EVALUATION["role"]["properties"]
NAMED_PACK = keys({"pack": TEXT, "version": TEXT, "hash": HASH, "from": TEXT})
MANY_DAYS = maybe(ref("many_days"))
PROGRESS_SIDE = keys(
    {
        "source": TEXT,
        "rows": COUNT,
        "judged": COUNT,
        "rejected": COUNT,
        "rejected_without_id": COUNT,
        "first_day": maybe(DAY),
        "last_day": maybe(DAY),
    }
)
PROGRESS_OUTCOME = maybe(keys({"verdict": ref("verdict"), "score": keys({"low": SHARE, "high": SHARE})}))
ONE_SIDED = keys(
    {
        "id": TEXT,
        "name": maybe(TEXT),
        "role_today": maybe(TEXT),
        "next_role": maybe(TEXT),
        "outcome": PROGRESS_OUTCOME,
        "rejected": said(maybe(keys({"path": TEXT, "row": LINE, "reason": TEXT})), "The row of the other population, where it has one."),
    }
)


def moved_by(shape: Schema) -> dict[str, Schema]:
    """Return the keys that say what moved something that has a shape."""
    return {
        "causes": said(
            maybe(listed(listed(words(Cause)))), "The smallest sets of causes that alone lead there; null where they cannot be told."
        ),
        "steps": said(
            maybe(listed(keys({"cause": words(Cause), "before": shape, "after": shape}))),
            "The causes taken in order, each that changes it; null where they cannot be told.",
        ),
    }


COUNTS = named(COUNT)
TYPED = {
    "type": TEXT,
    "unit": maybe(TEXT),
    "at_least": said(ref("value"), "The lowest value there can be."),
    "above": said(ref("value"), "In place of it, what every value is above."),
    "at_most": said(ref("value"), "The highest value there can be."),
    "below": said(ref("value"), "In place of it, what every value is below."),
    "options": listed({"type": ["string", "number"]}),
    "precision": maybe(TEXT),
    "fields": named(TEXT),
}

BODIES: dict[str, tuple[Schema, dict[str, Schema], tuple[str, ...]]] = {
    "explanation": (
        ref("provenance"),
        {
            "days": ref("days"),
            "profile": ref("profile"),
            "recommendation": keys(
                {
                    "advice": words(Advice),
                    "relation": words(Relation),
                    "outlook": words(Outlook),
                    "candidate": FLAG,
                    "projection": FLAG,
                    "words": TEXT,
                }
            ),
            **ROLE,
            "criteria": listed(
                keys(
                    {
                        **CRITERION,
                        "when": ref("branch"),
                        "applies_when": maybe(ref("branch")),
                        "evidence": listed(
                            keys(
                                {
                                    "attribute": TEXT,
                                    "marks": listed(words(EvidenceMark)),
                                    "items": listed(
                                        keys(
                                            {
                                                "what": TEXT,
                                                "when": maybe(TEXT),
                                                "confirmed_by": maybe(TEXT),
                                                "link": maybe(TEXT),
                                                "attribute": TEXT,
                                                "old": FLAG,
                                                "later": FLAG,
                                                "own_word": FLAG,
                                            }
                                        )
                                    ),
                                }
                            )
                        ),
                    }
                )
            ),
            "further_questions": listed(
                keys(
                    {
                        "attribute": TEXT,
                        "question": maybe(TEXT),
                        "move": maybe(keys({"from": TEXT, "to": TEXT})),
                        "assumed_in": listed(TEXT),
                    }
                )
            ),
            "reported": listed(ref("reported")),
            "fired": listed(keys({"layer": TEXT, "rule": TEXT, "truth": TRUTH, "subject": TEXT, "place": ref("place")})),
        },
        (),
    ),
    "findings": (
        keys({**TOOL, **{name: maybe(shape) for name, shape in PACK.items()}}, description="The pack is null where it cannot be read."),
        {
            "findings": listed(
                keys(
                    {
                        "code": said(TEXT, "`evaluator explain-code` explains it."),
                        "name": TEXT,
                        "severity": words(Severity),
                        "message": TEXT,
                        **FINDING_PLACE,
                        "help": maybe(TEXT),
                        "related": listed(keys({"message": TEXT, **FINDING_PLACE})),
                    }
                )
            ),
            "errors": COUNT,
            "warnings": COUNT,
            "gates": said(listed(ref("gate")), "What `lint` ends by: no errors, and with --strict no warnings."),
            "pack": said(READ_PACK, "What `lint` looked at."),
        },
        ("gates", "pack"),
    ),
    "rule-tests": (
        OF_PACK,
        {
            "passed": COUNT,
            "roles": named(keys({"passed": COUNT, "failed": COUNT})),
            "tests": listed(
                keys(
                    {
                        "name": TEXT,
                        "role": TEXT,
                        "passed": FLAG,
                        "path": TEXT,
                        "line": LINE,
                        "mismatches": listed(
                            keys(
                                {
                                    "what": TEXT,
                                    "expected": TEXT,
                                    "found": TEXT,
                                    "line": LINE,
                                    "missing": listed(TEXT),
                                    "extra": listed(TEXT),
                                }
                            )
                        ),
                    }
                )
            ),
            "coverage": keys(
                {
                    "branches": COUNT,
                    "decided": COUNT,
                    "percent": maybe(NUMBER),
                    "missing": listed(keys({"part": TEXT, "subject": TEXT, "role": maybe(TEXT), "words": TEXT, "missing": TEXT, **PLACE})),
                }
            ),
            "mutation": said(
                maybe(
                    keys(
                        {
                            "mutants": COUNT,
                            "killed": COUNT,
                            "survived": COUNT,
                            "equivalent": COUNT,
                            "percent": maybe(NUMBER),
                            "survivors": listed(
                                keys(
                                    {
                                        "subject": TEXT,
                                        "part": TEXT,
                                        "was": TEXT,
                                        "now": TEXT,
                                        **PLACE,
                                        "role": maybe(TEXT),
                                        "example": maybe(TEXT),
                                        "as_it_stands": named({}),
                                        "with_the_change": named({}),
                                    },
                                    ("as_it_stands", "with_the_change"),
                                )
                            ),
                        }
                    )
                ),
                "null without --mutate, and where examples fail.",
            ),
            "below": listed(TEXT),
            "gates": listed(ref("gate")),
            "pack": READ_PACK,
        },
        (),
    ),
    "run": (
        keys({**TOOL, **PACK, "engine": TEXT}),
        {
            "exit_code": said(words((0, 1, 2)), "That of the command."),
            "refused": said(maybe(TEXT), "Why there are no results although people were judged; else null."),
            "gates": said(listed(ref("gate")), "What --max-rejected, --require and --strict came to."),
            "begun": MOMENT,
            "ended": MOMENT,
            "seconds": keys(dict.fromkeys(("opening", "judging", "writing", "all"), NUMBER)),
            "as_of": said(DAY, "The day judged for, where a row has none of its own."),
            "level": words(Level),
            "role": said(maybe(TEXT), "The role that everybody was judged for; null for the best next one, or every one."),
            "role_column": said(maybe(TEXT), "The column that names the role each person was judged for, where one does."),
            "inputs": listed(
                keys(
                    {
                        "path": TEXT,
                        "bytes": maybe(COUNT),
                        "sha256": said(maybe(SEAL), "As `sha256sum` prints it; of a folder, of what it prints of the profiles in it."),
                        "query": said(maybe(TEXT), "What was asked of the database; `path` is its address, without user and password."),
                    }
                )
            ),
            "results": said(maybe(TEXT), "The file that results are for; null for standard output."),
            "results_written": said(FLAG, "Whether these results are there; else those of last time stay."),
            "rejected_rows": said(maybe(TEXT), "The file with the rejected rows, where there are any."),
            "where": said(maybe(TEXT), "The condition by which people were chosen; null for everybody."),
            "rows": keys(
                {
                    **dict.fromkeys(("read", "judged", "rejected"), COUNT),
                    "left_out": said(COUNT, "By the condition."),
                    "left_out_as_unknown": said(COUNT, "Of those left out, the people of whom it is not known whether they meet it."),
                }
            ),
            "unread_cells": said(named(COUNT), "How many cells of each column cannot be read and count as unknown, as --bad-cells says."),
            "causes": said(
                listed(keys({"code": TEXT, "name": TEXT, "column": maybe(TEXT), "rows": COUNT})),
                "Every cause of rejection, the most frequent first; a row that has several is counted under each.",
            ),
            "verdicts": said(
                listed(keys({"role": TEXT, "title": TEXT, "people": COUNT, "verdicts": named(COUNT)})),
                "How many people have each verdict on each role that they are judged for.",
            ),
            "without_verdict": said(named(COUNT), "Why people are judged for no next role, and how many."),
            "gaps": said(named(COUNT), "How many people lack each criterion, by role/criterion."),
            "questions": said(named(COUNT), "For how many people each attribute can change the verdict."),
            "other_roles": said(named(COUNT), "Roles that people hold and the pack does not have."),
            "implausible": said(named(COUNT), "What the pack does not expect of attributes together."),
            "checked_again": keys({"people": COUNT, "seed": COUNT}),
            "findings": said(
                listed(keys({"code": TEXT, "severity": words(Severity), "message": TEXT, "path": TEXT})),
                "What was found when the files were opened.",
            ),
        },
        (),
    ),
    "attributes": (
        OF_PACK,
        {
            **PACK,
            "attributes": listed(
                keys(
                    {
                        "id": TEXT,
                        "title": TEXT,
                        "also": listed(TEXT),
                        "theme": maybe(TEXT),
                        "question": maybe(TEXT),
                        **TYPED,
                        "computed": FLAG,
                        "may_be_given": FLAG,
                        "report": said(FLAG, "Whether results show it beside verdicts."),
                        "absent_means": ref("value"),
                        "option_words": named(keys({"means": maybe(TEXT), "example": maybe(TEXT)})),
                    }
                )
            ),
        },
        (),
    ),
    "plan": (
        OF_PACK,
        {
            "profile": TEXT,
            "role": TEXT,
            "as_of": DAY,
            "days": ref("days"),
            "by": maybe(DAY),
            "pack": PLAN_PACK,
            "verdict": SIDES,
            "best": maybe(ref("plan")),
            "second": maybe(ref("plan")),
            "blocked": said(listed(TEXT), "Required criteria that nothing declared meets."),
            "later": said(maybe(ref("plan")), "A plan that is ready only after `by`."),
            "why": said(maybe(words(one.name.lower().replace("_", "-") for one in NoPlan)), "Why there is no plan."),
            "counted_from_a_date": said(
                listed(TEXT), "The computed attributes behind blocked criteria that change as days pass, which no plan counts."
            ),
            "met_by_days_on": said(maybe(DAY), "A day on which that is met as days pass, within ten years."),
            "answers": said(listed(keys({"attribute": TEXT, "enough": ref("value")})), "Answers that alone may be enough."),
        },
        (),
    ),
    "whatif": (
        OF_PACK,
        {
            "profile": TEXT,
            "as_of": DAY,
            "days": ref("days"),
            "pack": PLAN_PACK,
            "attributes": listed(
                keys(
                    {
                        "attribute": TEXT,
                        "before": ref("value"),
                        "after": ref("value"),
                        "asked": said(FLAG, "Whether the change was asked for; others are computed from those."),
                    }
                )
            ),
            "roles": listed(
                keys(
                    {
                        "role": TEXT,
                        "before": ref("result"),
                        "after": ref("result"),
                        "criteria": listed(keys({"criterion": TEXT, "before": STATE, "after": STATE})),
                    }
                )
            ),
            "reported": keys({"before": listed(ref("reported")), "after": listed(ref("reported"))}),
        },
        (),
    ),
    "backtest": (
        OF_PACK,
        {
            "pack": PLAN_PACK,
            "seed": {"type": "integer"},
            "roles": listed(
                keys(
                    {
                        "role": TEXT,
                        "days": MANY_DAYS,
                        "counts": listed(keys({"decision": words(Choice), "worse": TEXT, "better": TEXT, "count": COUNT})),
                        "ready": keys({**SHARED["confusion"]["properties"], "kappa": ref("kappa")}),
                        "ready_if_unknown_is_met": ref("confusion"),
                        "criteria": listed(
                            keys(
                                {
                                    "criterion": TEXT,
                                    **SHARED["confusion"]["properties"],
                                    "kappa": ref("kappa"),
                                    "unknown": COUNT,
                                    "not_applicable": COUNT,
                                    "single_reason": COUNT,
                                }
                            )
                        ),
                        "disagreements": listed(
                            keys(
                                {
                                    "person": TEXT,
                                    "decision": words(Choice),
                                    "date": DAY,
                                    "worse": TEXT,
                                    "better": TEXT,
                                    "reasons": listed(TEXT),
                                }
                            )
                        ),
                        "thresholds": maybe(
                            keys(
                                {
                                    "too_few": FLAG,
                                    "thresholds": COUNT,
                                    "values": COUNT,
                                    "halves": pair(COUNT),
                                    "better": listed(
                                        keys(
                                            {
                                                "threshold": TEXT,
                                                "today": TEXT,
                                                "then": TEXT,
                                                "kappa_today": maybe(NUMBER),
                                                "kappa_then": maybe(NUMBER),
                                                "righted": COUNT,
                                                "wronged": COUNT,
                                                "by_chance": SHARE,
                                            }
                                        )
                                    ),
                                }
                            )
                        ),
                    }
                )
            ),
            "unmatched": LEFT_OUT,
            "unreadable": LEFT_OUT,
            "unusable": COUNT,
            "gates": listed(ref("gate")),
        },
        (),
    ),
    "proofs": (
        OF_PACK,
        {
            **PACK,
            "pack_folder": TEXT,
            "as_of": DAY,
            "days": ref("days"),
            "roles": listed(TEXT),
            "asked": named(COUNT),
            "findings": listed(
                keys(
                    {
                        "question": words(Proved),
                        "claim": words(Claim),
                        "words": TEXT,
                        "role": TEXT,
                        "criteria": listed(TEXT),
                        "places": listed(ref("place")),
                        "below": listed(TEXT),
                        "missed_alone": listed(TEXT),
                        "verdict": maybe(TEXT),
                        "attribute": maybe(TEXT),
                        "alike": listed(TEXT),
                        "conflict": listed(TEXT),
                        "examples": listed(
                            keys(
                                {
                                    "attributes": named(ref("value")),
                                    "verdicts": named(ref("verdict")),
                                    "criteria": named(STATE),
                                    "provenance": ref("provenance"),
                                }
                            )
                        ),
                    }
                )
            ),
            "open": listed(keys({"question": words(Proved), "role": TEXT, "about": TEXT, "reason": TEXT})),
            "assumed": keys(
                {
                    "free": listed(TEXT),
                    "may_be_missing": listed(TEXT),
                    "better": listed(
                        keys(
                            {
                                "attribute": TEXT,
                                "member": maybe(TEXT),
                                "direction": words(("more", "less")),
                                "from": words(("tie-breakers", "criteria")),
                            }
                        )
                    ),
                    "no_direction": listed(TEXT),
                }
            ),
            "gates": listed(ref("gate")),
        },
        (),
    ),
    "sweep": (
        OF_PACK,
        {
            **TOOL,
            "as_of": DAY,
            "days": MANY_DAYS,
            "pack": keys({"pack": TEXT, "version": TEXT, "hash": HASH}),
            "role": TEXT,
            "data": DATA,
            "among": words(("everyone", "candidates")),
            "past_decisions": maybe(COUNT),
            **RULE,
            "thresholds": listed(keys({"path": TEXT, "today": TEXT, "unit": maybe(TEXT), "place": ref("place"), "set": TEXT})),
            "points": listed(
                keys(
                    {
                        "values": listed(TEXT),
                        "today": FLAG,
                        "counted": COUNT,
                        "verdicts": COUNTS,
                        "precision": maybe(SHARE),
                        "recall": maybe(SHARE),
                        "past": maybe(keys(dict.fromkeys(("true_positive", "false_positive", "false_negative", "true_negative"), COUNT))),
                        "lint": said(listed(TEXT), "Codes of findings that the value would have."),
                        "groups_held_back": named(HELD_BACK),
                        "groups": named(
                            listed(
                                keys(
                                    {
                                        "group": TEXT,
                                        "considered": COUNT,
                                        "selected": COUNT,
                                        "selection_rate": SHARE,
                                        "impact_ratio": maybe(NUMBER),
                                    }
                                )
                            )
                        ),
                        "worst_hit": named(maybe(TEXT)),
                        "others": said(
                            listed(
                                keys(
                                    {
                                        "role": TEXT,
                                        "title": TEXT,
                                        "better": COUNT,
                                        "worse": COUNT,
                                        "people": said(maybe(listed(keys({"id": TEXT, "name": maybe(TEXT)}))), "null with --by."),
                                    }
                                )
                            ),
                            "Who moves, against today, for roles that ask who is ready for the one whose threshold is moved.",
                        ),
                    }
                )
            ),
        },
        (),
    ),
    "impact": (
        OF_PACK,
        {
            **PACK,
            "as_of": DAY,
            "days": MANY_DAYS,
            **TOOL,
            "data": keys({"sources": listed(TEXT), **DATA["properties"]}),
            "selected": listed(TEXT),
            "among": words(Among),
            **RULE,
            "dimensions": listed(
                keys(
                    {
                        "name": TEXT,
                        "columns": listed(TEXT),
                        "known": COUNT,
                        "unknown": COUNT,
                        "taken_for_unknown": COUNTS,
                        "spelt_as_one": named(listed(TEXT)),
                    }
                )
            ),
            "pools": listed(
                keys(
                    {
                        "role": said(maybe(TEXT), "null where all roles are taken together."),
                        "considered": COUNT,
                        "selected": COUNT,
                        "undecided": COUNT,
                        "by": listed(
                            keys(
                                {
                                    "dimension": TEXT,
                                    "held_back": maybe(words(Why)),
                                    "groups_held_back": listed(
                                        keys(
                                            {
                                                "group": TEXT,
                                                "considered": maybe(COUNT),
                                                "why": words(Why),
                                                "ratio_at_most": maybe(NUMBER),
                                            }
                                        )
                                    ),
                                    "groups_too_small": COUNT,
                                    "unknown_group": maybe(COUNT),
                                    "undecided": maybe(COUNTS),
                                    "undecided_as_not_selected": ref("comparison"),
                                    "undecided_as_selected": maybe(ref("comparison")),
                                    "criteria": listed(
                                        keys(
                                            {
                                                "criterion": TEXT,
                                                "title": TEXT,
                                                "required": FLAG,
                                                "place": ref("place"),
                                                "unknown": COUNT,
                                                "not_applicable": COUNT,
                                                "hit": maybe(TEXT),
                                                "met": ref("comparison"),
                                                "if_met_by_all": ref("comparison"),
                                                "change_of_ratio": maybe(NUMBER),
                                                "waits_for": listed(TEXT),
                                            }
                                        )
                                    ),
                                }
                            )
                        ),
                        "local_law_144": maybe(
                            keys(
                                {
                                    "median_score": maybe(NUMBER),
                                    "without_score": COUNT,
                                    "reason_to_leave_out": maybe(TEXT),
                                    "selection": ref("law_tables"),
                                    "scoring": ref("law_tables"),
                                }
                            )
                        ),
                    }
                )
            ),
            "limits_given": listed(TEXT),
            "limits_failed": listed(TEXT),
            "gates": listed(ref("gate")),
            "method": listed(TEXT),
            "limits": listed(TEXT),
        },
        (),
    ),
    "diff": (
        keys({**TOOL, "old": keys(PACK), "new": keys(PACK)}),
        {
            **TOOL,
            "as_of": maybe(DAY),
            "days": MANY_DAYS,
            "old": NAMED_PACK,
            "new": NAMED_PACK,
            "changes": listed(
                keys(
                    {
                        "what": TEXT,
                        "aspect": TEXT,
                        "key": TEXT,
                        "role": maybe(TEXT),
                        "roles": said(
                            listed(TEXT),
                            "The roles that a change of a policy, a named condition or a lookup table touches; empty for any other change.",
                        ),
                        "field": maybe(TEXT),
                        "wording": FLAG,
                        "words": TEXT,
                        "old_place": maybe(ref("place")),
                        "new_place": maybe(ref("place")),
                    }
                )
            ),
            "people": said(
                maybe(
                    keys(
                        {
                            "judged": COUNT,
                            "considered": said(FLAG, "Whether there was anybody to count for a role."),
                            "data": keys({"old": DATA, "new": DATA}),
                            "only_old": {"anyOf": [listed(TEXT), COUNT], "description": "Ids; with --by-group, how many."},
                            "only_new": {"anyOf": [listed(TEXT), COUNT]},
                            "among": words(("everyone", "candidates")),
                            "moved": COUNT,
                            "by_group": maybe(keys(RULE)),
                            "roles": listed(
                                keys(
                                    {
                                        "role": TEXT,
                                        "title": TEXT,
                                        "counted": COUNT,
                                        "before": maybe(COUNTS),
                                        "after": maybe(COUNTS),
                                        "matrix": listed(keys({"before": maybe(TEXT), "after": maybe(TEXT), "people": COUNT})),
                                        "moved": COUNT,
                                        "changes": listed(
                                            keys(
                                                {
                                                    **SHARED["cause"]["properties"],
                                                    "states": listed(
                                                        keys({"before": maybe(STATE), "after": maybe(STATE), "people": COUNT})
                                                    ),
                                                    "better": COUNT,
                                                    "worse": COUNT,
                                                    "direction": TEXT,
                                                }
                                            )
                                        ),
                                        "people": said(
                                            maybe(
                                                listed(
                                                    keys(
                                                        {
                                                            "id": TEXT,
                                                            "name": maybe(TEXT),
                                                            "before": ref("verdict"),
                                                            "after": ref("verdict"),
                                                            "decided_by": listed(ref("cause")),
                                                        }
                                                    )
                                                )
                                            ),
                                            "null with --by-group, which names nobody.",
                                        ),
                                        "groups": named(
                                            listed(
                                                keys(
                                                    {
                                                        "group": said(maybe(TEXT), "null for the people of whom it is not known."),
                                                        "considered": COUNT,
                                                        "selected_before": COUNT,
                                                        "selected_after": COUNT,
                                                        "impact_ratio_before": maybe(NUMBER),
                                                        "impact_ratio_after": maybe(NUMBER),
                                                        "falls_below_four_fifths": FLAG,
                                                    }
                                                )
                                            )
                                        ),
                                        "groups_held_back": named(HELD_BACK),
                                    }
                                )
                            ),
                            "standings": listed(
                                keys(
                                    {
                                        "track": TEXT,
                                        "rises": COUNT,
                                        "falls": COUNT,
                                        "through": said(
                                            listed(
                                                keys(
                                                    {
                                                        "role": TEXT,
                                                        "title": TEXT,
                                                        "changes": listed(ref("cause")),
                                                        "rises": COUNT,
                                                        "falls": COUNT,
                                                    }
                                                )
                                            ),
                                            "The roles of a cumulative track that alone turn it; each person counts for the lowest.",
                                        ),
                                    }
                                )
                            ),
                            "next_roles": keys(
                                {
                                    "people": COUNT,
                                    "roles": listed(keys({"role": TEXT, "opened": COUNT, "closed": COUNT})),
                                }
                            ),
                        }
                    )
                ),
                "null without --on.",
            ),
            "limits": keys(
                {
                    "asked": listed(TEXT),
                    "reached": listed(keys({"limit": TEXT, "role": TEXT, "before": COUNT, "after": COUNT})),
                }
            ),
            "gates": listed(ref("gate")),
        },
        (),
    ),
    "ranking": (
        keys({**TOOL, **PACK, "engine": TEXT}),
        {
            "role": TEXT,
            "as_of": said(DAY, "The day judged for, where a row has none of its own."),
            "days": MANY_DAYS,
            "among": words(("candidates", "everyone")),
            "where": CHOSEN,
            "considered": COUNT,
            "left_out": said(COUNTS, "How many people are no candidates, by why."),
            "rejected": said(COUNT, "How many rows cannot be judged."),
            "candidates": listed(
                {
                    **keys({"rank": LINE, "id": TEXT}),
                    "description": "Columns of the table: verdict and score from both sides, and the values of the pack's tie-breakers.",
                    "additionalProperties": {"type": ["string", "number", "boolean", "array", "null"]},
                }
            ),
            "level_with_the_last": COUNT,
            "open": keys({"shown_that_could_come_up": COUNT, "not_shown_that_could_come_before_the_last": COUNT}),
        },
        ("where",),
    ),
    "bench": (
        keys({**TOOL, **PACK, "engine": TEXT}),
        {
            "as_of": said(DAY, "The day judged for, where a row has none of its own, and from which years are counted."),
            "days": MANY_DAYS,
            "among": words(OnBench),
            "where": CHOSEN,
            "years": said(listed(COUNT), "The years that people are judged in: 0 is today."),
            "assumed": keys(
                {"accruing": listed(keys({"attribute": TEXT, "per_year": NUMBER, "in_tracks": listed(TEXT)}))},
                description="What a year brings by itself, on some tracks or, where none is named, to everybody.",
            ),
            "people": said(COUNT, "How many people are looked at."),
            "on_a_bench": said(COUNT, "How many of them are ready for some role in some of the years."),
            "rejected": said(COUNT, "How many rows cannot be judged."),
            "roles": listed(ref("role_bench")),
            "empty": said(listed(TEXT), "The roles with nobody, now or in any of the years, though moves lead there."),
            "single_points_of_failure": said(
                listed(keys({"id": TEXT, "name": maybe(TEXT), "roles": listed(TEXT)})),
                "Who is the only one ready now for a role, with all such roles.",
            ),
            "on_several_benches": listed(
                keys({"id": TEXT, "name": maybe(TEXT), "benches": listed(keys({"role": TEXT, "ready_in_years": COUNT}))})
            ),
        },
        (),
    ),
    "progress": (
        keys({**TOOL, "old": keys(PACK), "new": keys(PACK)}),
        {
            "role": said(maybe(TEXT), "The role that everybody is compared for; null where it is each person's next one."),
            "old": PROGRESS_SIDE,
            "new": PROGRESS_SIDE,
            "days": MANY_DAYS,
            "causes": said(listed(words(Cause)), "What differs between the two at all, in the order in which steps are taken."),
            "compared": said(COUNT, "How many people are in both."),
            "changed": said(COUNT, "Of how many of them anything is otherwise, be it a score."),
            "there_and_back": said(
                COUNT, "How many of the others one cause moved and another one moved back; they are among the people too."
            ),
            "not_told_apart": said(
                COUNT, "Of how many the causes cannot be told apart, since one pack cannot read what the other one reads."
            ),
            "movements": said(keys({str(one): COUNT for one in Movement}), "How many people moved so, for one role at least."),
            "people": listed(
                keys(
                    {
                        "id": TEXT,
                        "name": maybe(TEXT),
                        "days": said(pair(DAY), "The day judged for then, and now."),
                        "role_today": keys({"before": maybe(TEXT), "after": maybe(TEXT), **moved_by(maybe(TEXT))}),
                        "next_role": keys({"before": maybe(TEXT), "after": maybe(TEXT), **moved_by(maybe(TEXT))}),
                        "roles": listed(
                            keys(
                                {
                                    "role": TEXT,
                                    "title": TEXT,
                                    "movement": said(maybe(words(Movement)), "What became of the verdict; null where it is the same."),
                                    "before": PROGRESS_OUTCOME,
                                    "after": PROGRESS_OUTCOME,
                                    **moved_by(maybe(keys({"low": TEXT, "high": TEXT}))),
                                    "criteria": listed(
                                        keys(
                                            {
                                                "criterion": TEXT,
                                                "title": TEXT,
                                                "cause": words(Cause),
                                                "before": said(maybe(STATE), "null where it is not asked."),
                                                "after": said(maybe(STATE), "null where it is not asked."),
                                                "asks_otherwise": FLAG,
                                                "asks": said(maybe(pair(TEXT)), "What it asked for and asks for, where that changed."),
                                                "counts_otherwise": FLAG,
                                                "facts": listed(
                                                    keys(
                                                        {
                                                            "attribute": TEXT,
                                                            "title": TEXT,
                                                            "before": said({}, "null where it is unknown, or known in part."),
                                                            "after": said({}, "null where it is unknown, or known in part."),
                                                            "words": pair(TEXT),
                                                        }
                                                    )
                                                ),
                                            }
                                        )
                                    ),
                                }
                            )
                        ),
                    }
                )
            ),
            "arrived": said(listed(ONE_SIDED), "Who is in the new population and in no row of the old one."),
            "left": said(listed(ONE_SIDED), "Who is in the old population and in no row of the new one."),
            "judged_again": said(listed(ONE_SIDED), "Who could not be judged in the old population."),
            "not_judged_now": said(listed(ONE_SIDED), "Who can be judged no longer."),
            "never_judged": said(COUNT, "How many ids stand in both and can be judged in neither."),
            "gates": listed(ref("gate")),
        },
        (),
    ),
    "decisions": (
        keys(TOOL),
        {
            "log": TEXT,
            "records": listed(ref("record")),
            "in_force": listed(LINE),
            "corrected": listed(keys({"number": LINE, "by": LINE})),
            "counts": keys(
                {
                    "in_force": COUNT,
                    "decisions": keys({str(one): COUNT for one in Choice}),
                    "departed": COUNT,
                    "corrected": COUNT,
                    "not_trusted": COUNT,
                }
            ),
        },
        (),
    ),
    "decisions-verified": (
        keys(TOOL),
        {
            "log": TEXT,
            "records": COUNT,
            "in_force": COUNT,
            "last": maybe(keys({"number": LINE, "hash": SEAL})),
            "since_expected": maybe(COUNT),
            "witness": maybe(keys({"path": TEXT, "heads": COUNT, "found": FLAG})),
            "unnamed_snapshots": listed(TEXT),
            "unfinished": listed(TEXT),
            "faults": listed(keys({"kind": words(FaultKind), "line": maybe(LINE), "message": TEXT})),
            **TOOL,
        },
        (),
    ),
    "decisions-replayed": (
        keys(TOOL),
        {
            "log": TEXT,
            "records": listed(
                keys(
                    {
                        "number": LINE,
                        "person": TEXT,
                        "role": TEXT,
                        "corrected_by": maybe(LINE),
                        "confirmed": FLAG,
                        "recorded_by": TEXT,
                        "differences": listed(keys({"what": TEXT, "recorded": TEXT, "now": TEXT})),
                        "unusable": said(maybe(TEXT), "Why the record cannot be replayed."),
                    }
                )
            ),
            **TOOL,
        },
        (),
    ),
}


def _used(shape: object, found: set[str]) -> set[str]:
    """Add the names of all definitions that a shape reaches."""
    if isinstance(shape, dict):
        if isinstance(name := shape.get("$ref"), str) and (key := name.rpartition("/")[2]) not in found:
            found.add(key)
            _used(SHARED[key], found)
        for part in shape.values():
            _used(part, found)
    elif isinstance(shape, list):
        for part in shape:
            _used(part, found)
    return found


def made(name: str) -> str:
    """Return the text of one schema."""
    document = DOCUMENTS[name]
    provenance, body, optional = BODIES[name]
    head = {"format": {"const": document.format}, "version": {"const": document.version}}
    tail = {"notice": said(TEXT, "What it is for.")}
    shapes = {**head, "provenance": said(provenance, "The tool and the pack that it was made by."), **body, **tail}
    used = _used(shapes, set())
    shape: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": document.title,
        "description": f"What {document.written_by} writes.",
        **keys(shapes, optional),
    }
    if used:
        shape["$defs"] = {one: SHARED[one] for one in SHARED if one in used}
    return json.dumps(shape, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each in BODIES:
        (FOLDER / f"{each}.schema.json").write_text(made(each), encoding="utf-8")
