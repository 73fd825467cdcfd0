"""Tracks with verdicts of their own: every engine and verb judges a role by those of its track, and never adds up two lists of them."""

from __future__ import annotations

import csv
import json
import random
import shlex
from pathlib import Path

import attrs
import pytest
from jsonschema import Draft202012Validator

from evaluator.cli.main import run
from evaluator.core.model import Band
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import Evaluator
from evaluator.packs.changes.rules import changes
from evaluator.packs.show.handbook import handbook
from evaluator.populations.frames import evaluate_frame
from evaluator.reading.pack.pack import load_pack, read_pack
from evaluator.reading.pack.schema import schemas
from evaluator.reading.yaml.nodes import read_yaml
from tests.clinic_pack import CLINIC, PEOPLE, VERDICTS, clinic
from tests.core.build import AS_OF, SPAN, attribute, check, flag, move, profile, role, simple_role
from tests.core.build import pack as built
from tests.packs.test_schema import as_an_editor_reads
from tests.slow import mostly_soaked
from tests.strategies import random_as_of, random_pack, random_profile
from tests.tiny_pack import write


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "rules", CLINIC)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    for name, values in (
        ("ann", "{years: 2, shifts: 12, exam: true, mentor: true, on_plan: false}"),
        ("bob", "{years: 0, shifts: 0, exam: true, mentor: false, on_plan: false}"),
        ("dan", "{years: 5, shifts: 20, mentor: true, on_plan: false}"),
    ):
        text = f"profile: {name}\nname: {name.title()}\nrole: newcomer\nattributes: {values}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(words: str, capsys: pytest.CaptureFixture[str], code: int = 0, *, dated: bool = True) -> str:
    """Return what a command prints, in one line."""
    capsys.readouterr()
    assert run(shlex.split(f"{words}{' --as-of 2026-11-01' if dated else ''}")) == code, "".join(capsys.readouterr())
    return " ".join("".join(capsys.readouterr()).split())


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("engine", ["columns", "inference", "reference"])
def test_every_engine_judges_a_role_by_the_verdicts_of_its_track(engine: str) -> None:
    """As they were worked out by hand: words, both sides, and standings."""
    assert run(shlex.split(f"evaluate people.csv --as-of 2026-11-01 --engine {engine} --level roles -o roles.csv")) == 0
    rows = list(csv.DictReader(Path("roles.csv").read_text(encoding="utf-8").splitlines()))
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["id"], {})[row["judged_role"]] = row["verdict"]
    assert found == VERDICTS
    unsure = next(row for row in rows if (row["id"], row["judged_role"]) == ("dan", "nurse"))
    assert (unsure["verdict_worse"], unsure["verdict_better"]) == ("nearly", "registered")
    assert [row["id"] for row in rows if row["standing"] == "standing"] == ["ann", "ann", "dan"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("engine", ["columns", "duckdb"])
@pytest.mark.parametrize("judged", [None, "nurse", "engineer", "senior-nurse"])
def test_a_row_for_each_person_says_the_word_of_the_role_judged(engine: str, judged: str | None) -> None:
    """Of the best next role, which differs from person to person, or of one for all; in tables and in frames."""
    asked = f" --role {judged}" if judged else ""
    assert run(shlex.split(f"evaluate people.csv --as-of 2026-11-01 --engine {engine}{asked} -o out.csv")) == 0
    rows = list(csv.DictReader(Path("out.csv").read_text(encoding="utf-8").splitlines()))
    next_roles = {"ann": "nurse", "bob": "nurse", "cat": "engineer", "dan": "engineer", "eve": "senior-nurse"}
    assert {row["id"]: row["verdict"] for row in rows} == {who: VERDICTS[who][judged or next_roles[who]] for who in VERDICTS}
    assert {row["id"]: row["judged_role" if judged else "next_role"] for row in rows} == {
        who: judged or next_roles[who] for who in VERDICTS
    }


@pytest.mark.parametrize("judged", [None, "nurse", "lead"])
def test_frames_say_the_word_of_the_role_judged(folder: Path, judged: str | None) -> None:
    """Both sides of it, in Polars and in DuckDB."""
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    pack = load_pack(folder / "rules")
    given = polars.read_csv(folder / "people.csv").drop("group:sex")
    next_roles = {"ann": "nurse", "bob": "nurse", "cat": "engineer", "dan": "engineer", "eve": "senior-nurse"}
    expected = {who: VERDICTS[who][judged or next_roles[who]] for who in VERDICTS}
    answered = [evaluate_frame(frame, pack, as_of=AS_OF, role=judged) for frame in (given, duckdb.from_arrow(given.to_arrow()))]
    for found in (answered[0], answered[1].pl()):
        assert dict(found.select("id", "verdict").iter_rows()) == expected
        sides = {who: (worse, better) for who, worse, better in found.select("id", "verdict_worse", "verdict_better").iter_rows()}
        assert sides == {who: tuple(verdict.removeprefix("undecided: ").split(" to ") * 2)[:2] for who, verdict in expected.items()}


def test_a_table_of_counts_has_one_list_of_verdicts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`not yet` is the last verdict of the one and the second of the other, and both are counted where they belong."""
    text = said("evaluate people.csv -o out.csv", capsys)
    assert "Role ready nearly not yet undecided People" in text
    assert "Engineer 1 1 – – 2" in text
    assert "Role registered not yet nearly far undecided People" in text
    assert "Nurse 1 1 – – – 2" in text
    assert "Senior Nurse – 1 – – – 1" in text
    rows = {row["id"]: row for row in csv.DictReader((folder / "out.csv").read_text(encoding="utf-8").splitlines())}
    assert {who: (row["next_role"], row["verdict"]) for who, row in rows.items()} == {
        "ann": ("nurse", "registered"),
        "bob": ("nurse", "not yet"),
        "cat": ("engineer", "nearly"),
        "dan": ("engineer", "ready"),
        "eve": ("senior-nurse", "not yet"),
    }
    assert [row["standing_nursing"] for row in rows.values()] == ["nurse", "", "", "", ""]
    assert [row["standing_engineering"] for row in rows.values()] == ["engineer", "", "", "engineer", ""]
    page = said("evaluate ann.yaml bob.yaml dan.yaml --all-roles", capsys)
    assert "Engineering: 2 ready, 2 nearly, 1 not yet, 1 undecided; Nursing: 2 registered, 1 not yet, 1 nearly, 1 far, 1 undecided" in page


@pytest.mark.usefixtures("folder")
def test_json_says_the_best_of_each_list(capsys: pytest.CaptureFixture[str]) -> None:
    """True, false and open, whatever the verdict is called."""
    capsys.readouterr()
    assert run(shlex.split("evaluate people.csv --all-roles --format json --as-of 2026-11-01")) == 0
    found = json.loads(capsys.readouterr().out)["evaluations"]
    best = {one["profile"]["id"]: [role["verdict"]["best"] for role in one["roles"]] for one in found}
    assert best == {
        "ann": [True, False, True, False],
        "bob": [False, False, False, False],
        "cat": [False, False, False, False],
        "dan": [True, None, None, True],
        "eve": [False, False, False, False],
    }
    assert [step["verdict"]["best"] for step in found[0]["next_roles"]] == [True, True]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("explain bob.yaml nurse", "the verdict is “not yet”, with 1 of 1 required criterion met"),
        ("explain ann.yaml nurse", "Promote Ann to Nurse: the verdict is “registered”"),
        ("case bob.yaml nurse", "“registered” takes no unmet required criterion and a score of at least 50 %"),
        ("case ann.yaml engineer", "“ready” takes no unmet required criterion"),
        ("compare ann.yaml bob.yaml dan.yaml --role nurse", "Ann is “registered” and Dan may be once open questions are answered"),
        ("compare ann.yaml bob.yaml --role engineer", "Ann is “ready”"),
        ("plan bob.yaml nurse", "Then “registered”"),
        ("plan dan.yaml lead", "the verdict is “ready” as of 2026-11-01: ask about Exam passed"),
        ("whatif bob.yaml --set mentor=true", "Nurse not yet 33 % registered 66 % a promotion"),
        (
            "rank --role nurse people.csv --among everyone",
            "2 eve Nurse not yet 66 % plan, mentors 3 bob Newcomer not yet 33 % shifts, mentors 4 dan Newcomer undecided",
        ),
        ("sweep nurse verdicts.ready.score.at_least --values 0.3,0.5 --on people.csv --among everyone", "50 % today 1 2 0 1 1"),
        ("sweep nurse tracks.nursing.verdicts.registered.score.at_least --values 0.3,0.5 --on people.csv --among everyone", "Lead 1 – bob"),
        ("sweep engineer verdicts.nearly.required_unmet.at_most --on people.csv --among everyone", "holds for 2 roles; shown: Engineer"),
        ("impact --on people.csv --among everyone", "Adverse impact: ready by sex"),
        ("impact --on people.csv --among everyone --role nurse", "Adverse impact: registered by sex"),
        ("impact --on people.csv --among everyone --role nurse --selected 'not yet'", "Adverse impact: not yet or better by sex"),
        ("prove", "somebody can be “registered” for it and not for Nurse, the rung below"),
    ],
)
def test_verbs_speak_in_the_words_of_the_role(words: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And work out what they say by its bands."""
    assert told in said(words, capsys)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("show nurse", "- not yet: no unmet required criterion - nearly: at most 1 unmet criterion"),
        ("show engineer", "- ready: no unmet required criterion - nearly: at most 1 unmet required criterion - not yet"),
        ("test", "10 passed, 0 failed"),
        ("test --coverage", "the pack itself 13 12 92 %"),
        ("set nurse tracks.nursing.verdicts.registered.score.at_least 0.75 --dry-run", "holds for every role of “Nursing”"),
        ("set nurse verdicts.not-yet.required_unmet.at_most 1 --dry-run", "rules/pack.yaml:13:61: 0 → 1"),
        ("set engineer verdicts.ready.required_unmet.at_most 1 --dry-run", "every role whose track has no verdicts of its own"),
    ],
)
def test_verbs_of_authors_know_each_list(words: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Paths lead to the band that the role is judged by."""
    assert told in said(words, capsys, dated=False)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "impact --on people.csv --selected nearly --as-of 2026-11-01",
            "the roles that count have different verdicts, so `nearly` says nothing",
        ),
        (
            "impact --on people.csv --role nurse --selected far --as-of 2026-11-01",
            "`far` is the last verdict, so everybody would be selected help: name one of registered, not yet, nearly",
        ),
        ("set engineer tracks.nursing.verdicts.registered.score.at_least 0.75 --dry-run", "`engineer` has no threshold at"),
        ("set nurse policies.plan.caps_at far --dry-run", "`far` is none of the options help: use one of `nearly`, `not yet`"),
        ("diff rules rules --on people.csv --fail-if 'far +1 in engineer' --as-of 2026-11-01", "no verdict that there is on Engineer"),
    ],
)
def test_what_holds_for_one_list_alone_is_refused(words: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By name, with what can be said instead."""
    assert told in said(words, capsys, 2, dated=False)


def test_the_handbook_tells_each_list_with_its_tracks(folder: Path) -> None:
    """Also where two tracks have the same words under other thresholds."""
    words = " ".join(str(block) for block in handbook(load_pack(folder / "rules")))
    assert [words.count(text) for text in ("“registered” takes", "“far” takes", "“ready” takes", "“nearly” takes")] == [1, 1, 1, 2]
    assert words.index("'Engineering'") < words.index("“ready” takes") < words.index("'Nursing'") < words.index("“registered” takes")


def test_the_version_of_a_pack_hangs_on_the_verdicts_of_its_tracks(folder: Path) -> None:
    """Another threshold in a track's own list is another meaning, and the same list is the same."""
    before, same = clinic(folder / "before"), clinic(folder / "same")
    other = clinic(folder / "other", pack=("score: {at_least: 0.5}", "score: {at_least: 0.6}"))
    assert [change.wording for change in changes(before, same)] == []
    assert [change.wording for change in changes(before, other)] == [False]


def test_rename_tells_verdicts_of_lists_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A word of two lists is renamed in the one that is meant; a policy that caps in both keeps it from changing in one alone."""
    assert "say which: `nursing.nearly`, `pack.nearly`" in said("rename verdict nearly close", capsys, 2, dated=False)
    assert "there is no verdict called `soon` on the track `engineering`" in said(
        "rename verdict 'nursing.not yet' soon", capsys, 1, dated=False
    )
    assert "at 3 places in 2 files" in said("rename verdict nursing.nearly close", capsys, dated=False)
    pack = load_pack(folder / "rules")
    assert (pack.verdicts_of(pack.roles["nurse"])[2], pack.verdicts[1]) == ("close", "nearly")
    assert "at 3 places in 3 files" in said("rename verdict nearly almost", capsys, dated=False)
    assert "10 passed" in said("test", capsys, dated=False)


def test_a_diff_tells_verdicts_of_tracks_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A threshold of each list, by the track; who moves for a role by its own words; a limit on a word of the one list."""
    clinic(folder / "new", pack=("score: {at_least: 0.5}", "score: {at_least: 0.3}"))
    text = said("diff rules new --on people.csv --among everyone --fail-if 'registered +1 in nurse' --fail-if 'ready +2'", capsys, 1)
    assert "Verdict registered of Nursing: a score of at least 50 % → a score of at least 30 %" in text
    assert "registered +1 in nurse: registered 1 → 2 for Nurse" in text
    assert "bob bob not yet registered the verdict bands" in text
    assert "Could be a nurse, through Nurse (the verdict bands)" in text
    assert "ready +2: not reached" in text
    clinic(folder / "order", pack=("      - {verdict: nearly, when: {unmet: {at_most: 1}}}\n", ""))
    assert "Verdict nearly of Nursing: removed: at most 1 unmet criterion" in said("diff rules order", capsys, dated=False)


def test_a_track_that_loses_its_verdicts_and_a_role_that_changes_track(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are told, with who moves from a word of the one list to one of the other: the best is the same by either name."""
    own = CLINIC["pack.yaml"]
    start, end = own.index("    verdicts:"), own.index("verdicts:\n  - {verdict: ready")
    clinic(folder / "none", pack=(own[start:end], ""))
    clinic(folder / "moved", nurse=("track: nursing\nrung: 1", "track: engineering\nrung: 3"))
    text = said("diff rules none --on people.csv --among everyone", capsys)
    assert "Nursing: has the pack’s verdicts, and no longer its own: registered: no unmet required criterion" in text
    assert "Nursing: has verdicts of its own: registered" in said("diff none rules", capsys, dated=False)
    for new in ("none", "moved"):
        text = said(f"diff rules {new} --on people.csv --among everyone", capsys)
        assert "Nurse: 2 of 5 people get another verdict" in text  # bob and cat; for ann the best has another name, and eve keeps the word
        assert "was ready 1 – – – – 1" in text
        assert "bob bob not yet ready the verdict bands" in text
        assert "cat cat far nearly the verdict bands" in text


def test_a_decision_is_replayed_by_the_verdicts_of_its_day(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it departs goes by the best of the role's own list; later words of the track change nothing of what was recorded."""
    for who, choice in (("ann", "promoted"), ("bob", "promoted")):
        text = said(f"decide {who}.yaml nurse --decision {choice} --reason Because. --on 2026-11-01", capsys)
        assert f"Departed {'no' if who == 'ann' else 'yes: promoted, and not registered'}" in text
    clinic(folder / "rules", pack=("verdict: registered", "verdict: licensed"))
    assert "registered" in said("decisions list", capsys, dated=False)
    assert "2 of 2 records confirmed" in said("decisions replay", capsys, dated=False)


def test_a_backtest_counts_by_the_words_of_the_role(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Columns are those of the role, and yes is the best of them."""
    lines = ["person,role,decision,date", *(f"{who},nurse,promoted,2026-11-01" for who in ("ann", "bob"))]
    (folder / "decisions.csv").write_text("\n".join([*lines, "ann,engineer,promoted,2026-11-01\n"]), encoding="utf-8")
    text = said("backtest --decisions decisions.csv --on people.csv", capsys, dated=False)
    assert "Decision registered not yet nearly far undecided Decisions" in text
    assert "promoted 1 1 – – – 2" in text
    assert "Decision ready nearly not yet undecided Decisions" in text


@pytest.mark.parametrize(
    ("name", "cap", "fits"), [("nurse", "far", True), ("nurse", "not yet", True), ("lead", "far", False), ("nurse", "registered", False)]
)
def test_editors_complete_the_caps_of_the_track(name: str, cap: str, fits: bool, folder: Path) -> None:  # noqa: FBT001 - a column
    """As the tool takes them."""
    content = CLINIC[f"roles/{name}.yaml"] + f"  - {{id: held, title: Held, caps_at: {cap}, advice: Wait., when: {{on_plan: false}}}}\n"
    path, schema, problems = folder / f"rules/roles/{name}.yaml", schemas(load_pack(folder / "rules"))["role"], Problems()
    path.write_text(content, encoding="utf-8")
    node = read_yaml(path, problems)
    assert node is not None
    read_pack(folder / "rules", problems)
    found = list(Draft202012Validator(schema).iter_errors(as_an_editor_reads(node)))
    assert (not found, not problems.errors) == (fits, fits)


def places(*words: str) -> tuple[Band, ...]:
    """Return bands that ask for ever fewer unmet criteria; the last takes the rest."""
    last = len(words) - 1
    return tuple(
        Band(verdict=word, when=None if place == last else check("unmet", "at_most", place), span=SPAN) for place, word in enumerate(words)
    )


@pytest.mark.parametrize(
    ("craft", "management", "unmet", "order"),
    [
        (("ready", "not yet"), ("top", "a", "b", "c", "d"), "acd", ["maker", "chief"]),  # place 1 of 2, and 2 of 5
        (("ready", "w", "x", "y"), ("top", "low"), "abcd", ["chief", "maker"]),  # 2 of 4, and 1 of 2
        (("only",), ("top", "low"), "abcd", ["maker", "chief"]),  # one verdict alone is the best
        (("ready", "nearly", "not yet"), ("ready", "not yet", "nearly"), "abc", ["chief", "maker"]),  # the same word at places 2 and 1
        (("ready", "nearly", "not yet"), ("ready", "nearly", "not yet"), "abc", ["chief", "maker"]),  # the same words
        ((), ("ready", "nearly"), "abcd", ["chief", "maker"]),  # the pack's own: not yet, of three, and 1 of 2
    ],
)
@pytest.mark.parametrize("engine", ["reference", "inference"])
def test_next_roles_go_by_the_place_in_their_own_list(
    engine: str, craft: tuple[str, ...], management: tuple[str, ...], unmet: str, order: list[str]
) -> None:
    """The best of every list first; of others the place counts, whatever the words say, and before the place in moves.yaml."""
    maker = simple_role("maker", flag("a"), flag("b"), track="craft", required=False)
    chief = simple_role("chief", flag("c"), flag("d"), track="management", required=False)
    moves = [move("start", name) for name in reversed(order)]
    made = built(*(attribute(name, "flag") for name in "abcd"), roles=[role("start", rung=0), maker, chief], moves=moves)
    own = {"craft": places(*craft), "management": places(*management)}
    made = attrs.evolve(made, language=2, tracks=tuple(attrs.evolve(track, bands=own[track.id]) for track in made.tracks))
    person = profile("start", AS_OF, **{name: name not in unmet for name in "abcd"})
    found = Evaluator(made, engine=engine).evaluate(person, as_of=AS_OF)
    assert [step.role.id for step in found.next_roles] == order


@pytest.mark.parametrize("seed", mostly_soaked(range(40), ordinary=20))
def test_random_packs_keep_to_the_list_of_each_role(seed: int) -> None:
    """Every verdict is one of its role's own; a pack whose tracks have no verdicts of their own judges the others alike."""
    chance = random.Random(seed)
    made = random_pack(chance, language=2)
    if not made.tracks_with_bands:
        return
    reference, inference = (Evaluator(made, engine=engine) for engine in ("reference", "inference"))
    for _ in range(3):
        person, day = random_profile(chance, made), random_as_of(chance)
        one, other = (evaluator.evaluate(person, as_of=day) for evaluator in (reference, inference))
        for name, result in one.roles.items():
            assert {result.verdict.low, result.verdict.high} <= set(made.verdicts_of(result.role))
            assert (result.verdict, result.held_by) == (other.roles[name].verdict, other.roles[name].held_by)
        assert [step.move.key for step in one.next_roles] == [step.move.key for step in other.next_roles]
        places = [made.verdicts_of(step.role).index(step.result.verdict.low) for step in one.next_roles if step.result]
        assert places == sorted(places)
        standing = {name for found in one.standings for name in found.roles}
        assert all(one.roles[name].verdict.low == made.best_of(made.roles[name]) for name in standing)


def test_random_packs_have_tracks_with_verdicts_of_their_own() -> None:
    """One list and two, other words and the same ones."""
    made = [random_pack(random.Random(seed), language=2) for seed in range(120)]
    own = [one for one in made if one.tracks_with_bands]
    assert 30 < len(own) < 90
    assert sum(len(one.roles_by_verdicts) > 1 for one in own) > 15
    assert sum(all_of_one is not None for one in own if (all_of_one := one.scales_of_verdicts.get(None))) > 5
    assert any(criterion.caps_at not in {*one.verdicts, None} for one in own for held in one.judged_roles for criterion in held.criteria)
