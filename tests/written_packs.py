"""Random packs as their files say them, and people as a table says them, for a second check that engines agree.

Written from docs/rule-language.md alone, apart from `tests/strategies.py`: whatever that one has never thought of, this one may. Packs
and people go through the readers, so that what a file can say and what an engine makes of it are held together.
"""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

Word = dict[str, object] | list[object] | str | bool | int | None
STATED = ("0", "1", "0.3", "0.299999999999999", "0.300000000000001", "59.9999999999999", "60", "0.1", "33.3", "66.6666666666667", "2.5")
"""Numbers of up to fifteen digits, next to each other and at the ends of ranges."""
WEIGHTS = ("33.3", "33.4", "12.5", "0.1", "100", "1", "2", "0.001", "7.25", "99.999")
SCORES = ("0.75", "0.5", "0.333", "0.666", "0.667", "1", "0.3", "0.999")
KINDS = ("qualification", "step", "skill", "responsibility")
SCALES = {"level": ["low", "mid", "high"], "skill": ["none", "some", "good", "best"]}
OPTIONS = ["red", "green", "blue", "grey"]
VERDICTS_OF_TRACKS = (["able", "close", "far"], ["ready", "far"], ["exceeds", "meets", "nears", "starts"], ["able", "not yet", "nearly"])
"""Verdicts of tracks: other words, the best under the same one, more of them, and the same ones in other places."""


@attrs.frozen
class Plain:
    """A number or a date, written as it stands."""

    text: str


def written(value: object) -> str:
    """Return a value as YAML and JSON both have it."""
    if isinstance(value, Plain):
        return value.text
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(key))}: {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@attrs.define(kw_only=True)
class Made:
    """A pack that was made: its files, and the people to judge, each as a line of JSON."""

    files: dict[str, str]
    people: list[str]
    as_of: datetime.date
    with_records: bool


class _Maker:
    """Makes one pack and its people; all it draws comes from one seed."""

    def __init__(self, chance: random.Random, people: int, roles: int | None) -> None:
        self.chance = chance
        self.second = chance.random() < 0.6
        self.records = chance.random() < 0.5
        self.as_of = datetime.date(2026, 1, 1) + datetime.timedelta(days=chance.randrange(400))
        self.given: dict[str, str] = {}
        """What may be stated: the name of each attribute, and its type."""
        self.numbers: list[str] = []
        """What is a number: stated or computed, from no record and no role of today."""
        self.from_entries: list[str] = []
        self.attributes: dict[str, object] = {}
        self.tables: dict[str, object] = {}
        self.number_of_people = people
        self.number_of_roles = roles

    def one(self, options: Sequence[object]) -> object:
        return self.chance.choice(options)

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def stated_number(self) -> Plain:
        return Plain(self.chance.choice(STATED)) if self.often(0.6) else Plain(str(self.chance.randrange(61)))

    def day(self) -> datetime.date:
        return self.as_of + datetime.timedelta(days=self.chance.choice([-800, -366, -365, -31, -30, -1, 0, 1, 40]))

    def made(self) -> Made:
        """Make all of it."""
        self.declare()
        self.compute()
        roles = self.roles()
        files = {
            "attributes.yaml": written({"scales": SCALES, "tables": self.tables, "attributes": self.attributes}),
            "sources.yaml": "documents: {}\n",
            "moves.yaml": written({"moves": self.moves(roles)}),
            "pack.yaml": written(self.pack(roles)),
        }
        files |= {f"roles/{role['role']}.yaml": written(role) for role in roles}
        people = [self.person(number, roles) for number in range(self.number_of_people)]
        return Made(files=files, people=people, as_of=self.as_of, with_records=self.records)

    # attributes

    def declare(self) -> None:
        """Declare what is stated."""
        for number in range(self.chance.randint(2, 4)):
            self.state(f"n{number}", "number", unit="points", range=self.range())
        for number in range(self.chance.randint(1, 3)):
            self.state(f"i{number}", "integer", unit="points", range={"at_least": 0, "at_most": 60})
        for name in ("f0", "f1"):
            self.state(name, "flag")
        for name, scale in (("s0", "level"), ("s1", "skill"), ("s2", "skill")):
            absent = {"absent_means": self.one(SCALES[scale])} if self.often(0.15) else {}
            self.state(name, "scale", scale=scale, **absent)
        self.state("c0", "choice", options=OPTIONS)
        self.state("st", "set", options=OPTIONS)
        self.state("d0", "date")
        self.state("d1", "date", precision="month")
        if self.records:
            fields = {
                "kind": {"type": "choice", "options": OPTIONS},
                "people": {"type": "integer"},
                "start": {"type": "date", "precision": "month"},
                "end": {"type": "date", "precision": "month"},
                "share": {"type": "number", "range": {"at_least": 0, "at_most": 1}},
            }
            self.state("jobs", "records", fields=fields)
        self.numbers = [name for name, kind in self.given.items() if kind in {"number", "integer"}]

    def range(self) -> dict[str, object]:
        if self.second and self.often(0.3):
            return {"above": 0, "at_most": 100}
        return {"at_least": 0, "at_most": 100}

    def state(self, name: str, kind: str, **more: object) -> None:
        self.given[name] = kind
        self.attributes[name] = {"title": f"The {name}", "type": kind, "question": f"What is {name}?", **more}

    def compute(self) -> None:
        """Declare what is computed, each from what came before."""
        for number in range(self.chance.randint(1, 5)):
            name = f"x{number}"
            self.attributes[name] = {"title": f"The {name}", "type": "number", "unit": "points", "derive": self.expression(2)}
            if self.often(0.2):
                self.attributes[name] |= {"may_be_given": True, "question": f"What is {name}?"}  # type: ignore[operator]
                self.given[name] = "number"
            self.numbers.append(name)
        if self.records:
            for number in range(self.chance.randint(1, 4)):
                name = f"r{number}"
                self.attributes[name] = {"title": f"The {name}", "type": "number", "unit": "points", "derive": self.of_records()}
                self.from_entries.append(name)
        self.tables["by_points"] = {
            "type": "scale",
            "scale": "level",
            "bands": [
                {"at_least": 0, "below": Plain("0.3"), "gives": "low"},
                {"at_least": Plain("0.3"), "at_most": 60, "gives": "mid"},
                {"above": 60, **({"at_most": 90} if self.often(0.5) else {}), "gives": "high"},
            ],
        }
        self.attributes["level_by_points"] = {
            "title": "Level by points",
            "type": "scale",
            "scale": "level",
            "derive": {"lookup": {"of": self.one([name for name in self.numbers if name[0] != "x"]), "table": "by_points"}},
        }
        self.attributes["one_of_both"] = {
            "title": "One of both",
            "type": "flag",
            "derive": {
                "when": [{"if": self.test(self.any_given()), "then": True}, {"otherwise": False}],
                **self.missing(["unknown", "skip"]),
            },
        }

    def missing(self, words: Sequence[object] = ("unknown", "skip", 0, 1, Plain("2.5"))) -> dict[str, object]:
        return {"missing": self.one(words)} if self.often(0.5) else {}

    def expression(self, depth: int) -> object:  # noqa: C901 - one branch a kind of expression
        """Return an expression of numbers."""
        if depth == 0 or self.often(0.2):
            return self.one(self.numbers) if self.often(0.85) else self.stated_number()
        deeper = [self.expression(depth - 1) for _ in range(self.chance.randint(2, 3))]
        what = self.chance.randrange(11)
        if what == 0:
            return {"weighted_mean": [{"of": one, "weight": Plain(self.chance.choice(WEIGHTS))} for one in deeper], **self.missing()}
        if what == 1:
            return {self.one(["difference", "ratio"]): deeper[:2], **self.missing()}
        if what == 2:
            apart = {"product": [deeper[0], Plain(self.chance.choice(["0.5", "-0.5", "-0.3"]))]} if self.often(0.5) else deeper[0]
            return {"ceil" if self.second and self.often(0.5) else "floor": apart}
        if what == 3:
            ends = {"at_least": Plain("0.3"), "at_most": self.chance.choice([1, 2, 60])}
            kept = self.one([["at_least", "at_most"], ["at_least"], ["at_most"]])
            return {"clamp": {"of": deeper[0], **{end: ends[end] for end in kept}}}  # type: ignore[attr-defined]
        if what == 4:
            return {"round": {"of": deeper[0], "to": Plain(self.chance.choice(["0.5", "1", "0.1", "5"])), "half": self.one(["up", "even"])}}
        if what in {5, 6}:
            conditions = [self.test(self.any_given()) for _ in range(self.chance.randint(1, 5))]
            return {self.one(["count", "share"]): conditions, **self.missing(["unknown", "skip", 0, 1])}
        if what == 7:
            cases: list[object] = [{"if": self.test(self.any_given()), "then": deeper[0]}, {"otherwise": deeper[1]}]
            return {"when": cases, **self.missing(["unknown", "skip"])}
        if what == 8:
            self.tables.setdefault("rows", {"rows": {number: number * number for number in range(8) if number != 5}})
            return {"lookup": {"of": {"floor": {"clamp": {"of": deeper[0], "at_least": 0, "at_most": 7}}}, "table": "rows"}}
        if what == 9:
            if self.second and self.often(0.5):
                return {self.one(["weeks_since", "days_since"]): "d0"}
            return {self.one(["months_since", "years_since"]): self.one(["d0", "d1"])}
        return {self.one(["sum", "mean", "min", "max", "product"]): deeper, **self.missing()}

    def of_records(self) -> dict[str, object]:  # noqa: C901 - a case for each operator
        """Return an expression of the entries of a list."""
        where = self.one(
            [
                {"kind": {"is": "red"}},
                {"people": {"at_least": 3}},
                {"kind": {"one_of": ["red", "blue"]}, "people": {"above": 0}},
                {"any_of": [{"kind": {"is_not": "green"}}, {"people": {"known": False}}]},
            ]
        )
        dated: dict[str, object] = {}
        if self.second and self.often(0.4):
            length = self.one(["12 months", "1 month", "5 years", "30 months"])
            where = self.one(
                [
                    {"start": {"within": length}},
                    {"any_of": [where, {"end": {"within": length}}]},
                    {"none_of": [{"end": {"within": "2 years"}}]},
                ]
            )
            dated = {"by": "end", "within": self.one(["1 year", "100 months"])} if self.often(0.3) else {}
        if self.second and self.often(0.3):
            theirs: list[dict[str, object]] = [
                {"kind": {"is": {"attribute": "c0"}}},
                {"start": {self.one(["above", "at_most"]): {"attribute": "d1"}}},
                {"end": {self.one(["at_least", "is_not"]): {"profile": "d1"}}, "people": {"at_least": 1}},
                {"end": {"above": {"field": "start"}}},
            ]
            where = self.one([*theirs, {"any_of": [where, theirs[0]]}])
        some = {"where": where} if self.often(0.6) else {}
        nth = {"nth": self.one([1, 2, 3])} if self.second and self.often(0.3) else {}
        part = {"weight": "share"} if self.second and self.often(0.3) else {}
        if self.second and self.often(0.3):
            dated = {"by": "start", "last": self.one([1, 2, 3])}
        what = self.chance.randrange(7 if self.second else 5)
        if what == 0:
            if "last" in dated:
                dated |= {"of_which": self.one([{"people": {"at_least": 3}}, {"end": {"within": "3 years"}}])}
            return {"count": {"records": "jobs", "where": where, **dated}, **self.missing(["unknown", "skip", 0, 1])}
        if what == 1:
            return {"count_distinct": {"records": "jobs", "field": "kind", **some}, **self.missing(["unknown", "skip"])}
        if what == 2:
            return {"total": {"records": "jobs", "field": "people", **some, **dated, **part}, **self.missing(["unknown", "skip"])}
        if what == 3:
            return {"latest": {"records": "jobs", "by": "start", "field": "people", **some, **nth}, **self.missing(["unknown", "skip"])}
        if what == 4:
            within = {"within": self.one(["5 years", "18 months"])} if "within" in dated else {}
            return {
                "years": {"records": "jobs", "from": "start", "to": "end", **some, **within, **part},
                **self.missing(["unknown", "skip", 1] if part else ["unknown", "skip"]),
            }
        if what == 5:
            return {"earliest": {"records": "jobs", "by": "start", "field": "people", **some, **nth}, **self.missing(["unknown", "skip"])}
        return {
            self.one(["mean", "min", "max"]): {"records": "jobs", "field": "people", **some, **dated},
            **self.missing(["unknown", "skip", 2]),
        }

    # conditions

    def any_given(self) -> str:
        return self.chance.choice([name for name, kind in self.given.items() if kind != "records"])

    def kind_of(self, name: str) -> str:
        if name in self.given:
            return self.given[name]
        return {"l": "scale", "o": "flag"}.get(name[0], "number")

    def test(self, name: str) -> dict[str, object]:
        """Return a test of an attribute."""
        kind = self.kind_of(name)
        if self.often(0.06):
            return {name: {"known": self.often(0.5)}}
        if kind == "flag":
            return {name: self.often(0.5)}
        if kind == "set":
            words = self.chance.sample(OPTIONS, self.chance.randint(1, 3))
            return {
                name: {"includes": words[0]} if self.often(0.4) else {self.one(["includes_all", "includes_any", "includes_none"]): words}
            }
        if kind == "choice":
            words = self.chance.sample(OPTIONS, 2)
            return {name: {self.one(["is", "is_not"]): words[0]} if self.often(0.5) else {self.one(["one_of", "none_of"]): words}}
        word = str(self.one(["at_least", "at_most", "above", "below", "at_least", "at_least", "is", "is_not"]))
        if kind == "scale":
            scale = "level" if name in {"s0", "level_by_points"} else "skill"
            if name in {"s1", "s2"} and self.often(0.2):
                return {name: {word: {"attribute": "s2" if name == "s1" else "s1"}}}
            return {name: {word: self.one(SCALES[scale])}}
        if kind == "date":
            day = self.day()
            return {name: {word: Plain(day.isoformat() if name == "d0" else f"{day:%Y-%m}")}}
        if kind == "integer":
            return {name: {word: self.chance.choice([0, 1, 2, 3, 12, 60])}}
        others = [one for one in self.numbers if one != name and one[0] != "x"]
        if others and self.often(0.2):
            return {name: {word: {"attribute": self.one(others)}}}
        between = {"at_least": self.stated_number(), "at_most": 60} if self.often(0.1) else {word: self.stated_number()}
        return {name: between}

    def tested(self) -> str:
        names = [name for name, kind in self.given.items() if kind != "records"]
        return self.chance.choice([*names, *self.numbers, *self.from_entries * 2, "level_by_points", "one_of_both"])

    def condition(self, depth: int, earlier: Sequence[str] = ()) -> dict[str, object]:
        """Return a condition; it may ask for roles that come before."""
        if self.second and earlier and self.often(0.1):
            return {"ready_for": self.one(earlier)}
        if self.second and self.often(0.1):
            return self.of_today()
        if depth == 0 or self.often(0.5):
            return self.test(self.tested())
        parts = [self.condition(depth - 1, earlier) for _ in range(self.chance.randint(1, 4))]
        what = self.chance.randrange(5)
        if what == 0:
            return {"at_least_of": {"count": self.chance.randint(1, len(parts)), "of": parts}}
        if what == 1 and self.second:
            return {"at_least_of": {"share": Plain(self.chance.choice(["0.5", "0.6", "0.75", "1", "0.333"])), "of": parts}}
        return {str(self.one(["all_of", "any_of", "none_of"])): parts}

    def of_today(self) -> dict[str, object]:
        what = self.chance.randrange(3)
        if what == 0:
            return {"current_rung": {str(self.one(["at_least", "below", "is"])): self.chance.randint(1, 4)}}
        if what == 1:
            return {"current_track": {"is": self.one(["t0", "t1"])}}
        return {"current_role": {str(self.one(["one_of", "none_of"])): ["role0", "role1"]}}

    # roles

    def criterion(self, name: str, earlier: Sequence[str]) -> dict[str, object]:
        made: dict[str, object] = {
            "id": name,
            "title": f"Criterion {name}",
            "kind": self.one(KINDS),
            "basis": "judgement",
            "advice": "Do it.",
        }
        caps = self.second and self.often(0.2)
        if caps:
            made["caps_at"] = self.one(["nearly", "not yet"])
        if self.often(0.6):
            made["weight"] = Plain(self.chance.choice(WEIGHTS))
        if (not caps or "weight" in made) and self.often(0.4):
            made["required"] = True
        made["when"] = self.condition(2, earlier)
        if self.often(0.2):
            made["applies_when"] = self.condition(1, earlier)
        if self.often(0.2):
            made["almost"] = self.condition(0)
        return made

    def roles(self) -> list[dict[str, object]]:
        """Return the roles, lowest first."""
        made: list[dict[str, object]] = []
        for number in range(self.number_of_roles or self.chance.randint(2, 6)):
            judged = [str(one["role"]) for one in made if "criteria" in one]
            role: dict[str, object] = {
                "role": f"role{number}",
                "title": f"Role {number}",
                "track": f"t{number % 2}",
                "rung": number // 2 + 1,
            }
            if self.second and number == 0 and self.often(0.3):
                made.append({**role, "entry": True})
                continue
            if number and self.often(0.05):
                made.append({**role, "destination": True})
                continue
            if self.second and number and self.often(0.15):
                role |= {self.chance.choice(["interim", "held_only"]): True}
            named = [f"a{number}-{at}" for at in range(self.chance.randint(1, 6))]
            role["criteria"] = [self.criterion(name, judged) for name in named]
            made.append(role)
        if not any("criteria" in one for one in made):
            made[-1] = {**made[-1], "criteria": [self.criterion("last", ())]}
            made[-1].pop("destination", None)
            made[-1].pop("entry", None)
        return made

    def moves(self, roles: Sequence[Mapping[str, object]]) -> list[object]:
        pairs = [(one, other) for at, one in enumerate(roles) for other in roles[at + 1 :]]
        found: list[object] = []
        for one, other in pairs:
            if "destination" in one or "held_only" in other or "entry" in other or self.often(0.4):
                continue
            move = {
                "from": one["role"],
                "to": other["role"],
                "kind": self.one(["promotion", "lateral"]),
                "basis": "judgement",
                "reason": "It is so.",
            }
            judged = [str(role["role"]) for role in roles if "criteria" in role]
            found.append(move | ({"when": self.condition(1, judged)} if self.often(0.4) else {}))
        return found

    def pack(self, roles: Sequence[Mapping[str, object]]) -> dict[str, object]:
        count = str(self.one(["unmet", "qualification_unmet", "required_unknown", "step_unmet"]))
        verdicts: list[object] = [
            {"verdict": "ready", "when": {"required_unmet": {"at_most": 0}, "score": {"at_least": Plain(self.chance.choice(SCORES))}}},
            {"verdict": "nearly", "when": {"any_of": [{count: {"at_most": 1}}, {"score": {"above": Plain(self.chance.choice(SCORES))}}]}},
            *([{"verdict": "perhaps", "when": {"met": {"at_least": self.chance.randint(1, 3)}}}] if self.often(0.4) else []),
            {"verdict": "not yet"},
        ]
        tracks: dict[str, dict[str, object]] = {f"t{number}": {"title": f"Track {number}"} for number in range(2)}
        made: dict[str, object] = {"pack": "made", "title": "Made", "version": "1.0.0", "effective": Plain("2020-01-01"), "tracks": tracks}
        made["scoring"] = {"default_weight": self.chance.choice([1, 3])}
        made["verdicts"] = verdicts
        if self.second:
            made["language"] = 2
            for track in tracks.values():
                track.update({"cumulative": True} if self.often(0.4) else {})
            policies = [self.criterion(f"policy{at}", ()) for at in range(self.chance.randint(0, 2))]
            for policy in policies:
                if self.often(0.3):
                    policy["roles"] = [next(str(role["role"]) for role in roles if "criteria" in role)]
            made |= {"policies": policies} if policies else {}
            self.give_tracks_verdicts(tracks, roles, policies)
        return made

    def give_tracks_verdicts(
        self, tracks: Mapping[str, dict[str, object]], roles: Sequence[Mapping[str, Any]], policies: Sequence[dict[str, Any]]
    ) -> None:
        """Give every other pack's tracks verdicts of their own, with caps in their words; what is drawn after it stays the same."""
        chance = random.Random(repr(sorted(tracks.items())) + repr([role["title"] for role in roles]) + str(self.as_of) + str(self.given))
        if chance.random() < 0.5:
            return
        for name in chance.choice((["t0"], ["t1"], ["t0", "t1"])):
            words = chance.choice(VERDICTS_OF_TRACKS)
            score = Plain(chance.choice(SCORES))
            whens: list[dict[str, object]] = [{"unmet": {"at_most": 0}}, {"score": {"at_least": score}}, {"met": {"at_least": 1}}]
            whens = [*whens[: len(words) - 2], {"required_unmet": {"at_most": 1}}]
            tracks[name]["verdicts"] = [
                {"verdict": word, **({"when": whens[place]} if place < len(words) - 1 else {})} for place, word in enumerate(words)
            ]
            caps = {"nearly": words[1], "not yet": words[-1]}
            for role in roles:
                for one in role.get("criteria", ()) if role["track"] == name else ():
                    one.update({"caps_at": caps[one["caps_at"]]} if "caps_at" in one else {})
        capping = [policy for policy in policies if "caps_at" in policy]
        for policy in capping:
            named = [role for role in roles if role["role"] in policy.get("roles", ()) or "roles" not in policy]
            track = next(role["track"] for role in named if "criteria" in role)
            own = [band["verdict"] for band in tracks[track].get("verdicts", [])]  # type: ignore[attr-defined]
            if "roles" not in policy:
                policy["tracks"] = [track]
            policy["caps_at"] = (own[1] if policy["caps_at"] == "nearly" else own[-1]) if own else policy["caps_at"]

    # people

    def person(self, number: int, roles: Sequence[Mapping[str, object]]) -> str:
        """Return somebody, of whom something is not known."""
        known = self.chance.choice([0.3, 0.7, 0.9, 1.0])
        made: dict[str, object] = {"id": f"p{number}"}
        if self.often(0.8):
            made["role"] = self.one(roles)["role"]  # type: ignore[index]
        values: Mapping[str, Callable[[], object]] = {
            "number": self.number_of_person,
            "integer": lambda: self.chance.choice([0, 1, 2, 3, 11, 12, 13, 60]),
            "flag": lambda: self.often(0.5),
            "choice": lambda: self.one(OPTIONS),
            "set": lambda: self.chance.sample(OPTIONS, self.chance.randint(0, 4)),
            "records": lambda: [self.entry() for _ in range(self.chance.choice([0, 1, 2, 3, 4]))],
        }
        for name, kind in self.given.items():
            if not self.often(known if name[0] != "x" else 0.1):
                continue
            if kind == "scale":
                made[name] = self.one(SCALES["level" if name == "s0" else "skill"])
            elif kind == "date":
                made[name] = self.day().isoformat() if name == "d0" else f"{self.day():%Y-%m}"
            else:
                made[name] = values[kind]()
        return written(made)

    def number_of_person(self) -> Plain:
        found = self.stated_number()
        return Plain("1") if found.text == "0" else found

    def entry(self) -> dict[str, object]:
        start = datetime.date(self.chance.randint(2015, 2026), self.chance.randint(1, 12), 1)
        end = start + datetime.timedelta(days=self.chance.choice([0, 31, 400, 2000]))
        made: dict[str, object] = {
            "kind": self.one(OPTIONS),
            "people": self.chance.choice([0, 1, 3, 5]),
            "start": f"{start:%Y-%m}",
            "end": f"{end:%Y-%m}",
            "share": Plain(self.chance.choice(["0", "0.5", "1", "0.333"])),
        }
        return {name: value for name, value in made.items() if self.often(0.75)}


def made(seed: str, people: int, roles: int | None = None) -> Made:
    """Return the pack and the people of a seed; of a few roles, or of so many."""
    return _Maker(random.Random(seed), people, roles).made()


def write_pack(pack: Made, folder: Path) -> Path:
    """Write the files of a pack."""
    for name, content in pack.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content + "\n", encoding="utf-8")
    return folder
