"""The interview: asks only what can matter, checks answers at once, goes back, stops, resumes, and writes a profile without fault."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evaluator.candidates.profile.drafting.answers import answered
from evaluator.candidates.profile.drafting.interview import NAME, ROLE, Interview
from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.core.model import Profile
from evaluator.core.values import Kind, Value, ValueProblem
from evaluator.diagnostics import Problems, Span
from evaluator.engines.readiness import Evaluator
from evaluator.populations.loading import load_people
from evaluator.reading.profile.profile import profile_in
from tests.candidates.profile.exports import Ran
from tests.candidates.profile.packs import AS_OF, pack, profile
from tests.product import PRODUCT

RULES = ["--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-01"]


def interview(role: str | None = None, base: Profile | None = None, *, everything: bool = False) -> Interview:
    """Begin an interview about somebody."""
    start = base or Profile(id="ada", span=Span.whole_file(""))
    ahead = None if role is None else pack().roles[role]
    return Interview(evaluator=Evaluator(pack(), engine="reference"), base=start, ahead=ahead, as_of=AS_OF, everything=everything)


def new(where: Path, given: str, *more: str, name: str = "ada.yaml") -> Ran:
    """Hold an interview over lines that are piped in."""
    return Ran("profile", "new", "-o", str(where / name), *RULES, *more, given=given)


def typed(value: Value, name: str) -> str:
    """Return a value as somebody would type it."""
    type_ = pack().attributes[name].type
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    if isinstance(value, tuple):
        return (
            "; ".join(", ".join(f"{field}: {type_.fields[field].show(one)}" for field, one in entry.items()) for entry in value) or "none"
        )
    return type_.show(value)


@pytest.mark.parametrize("role", ["product-director", "senior-product-manager", "program-manager"])
@pytest.mark.parametrize("person", ["sofia-marquez", "marco-silva", "ada-lindqvist", "david-mbeki"])
def test_an_interview_comes_to_the_verdict_of_the_whole_profile(person: str, role: str) -> None:
    """Answers as a whole profile states them, and no others, come to its verdict; what it does not state is skipped."""
    (whole,) = load_people(str(PRODUCT / "profiles" / f"{person}.yaml"), pack())
    expected = Evaluator(pack(), engine="reference").evaluate(whole, as_of=AS_OF).roles[role].verdict
    facts = Evaluator(pack(), engine="reference").evaluate(whole, as_of=AS_OF).facts
    held = interview(role)
    while (key := held.next_key()) is not None:
        if key in {NAME, ROLE}:
            held.take(key, {NAME: whole.name, ROLE: whole.role}[key])
        else:
            held.take(key, typed(facts[key], key) if key in facts else None)
    found = held.evaluation().roles[role].verdict
    assert found == expected or not expected.decided
    assert len(held.answers) <= len(pack().attributes) // 2


def test_only_what_can_matter_is_asked() -> None:
    """Every question touches an unknown criterion of the role, and none is asked twice."""
    held = interview("product-director")
    chance = random.Random(7)
    asked: list[str] = []
    while (key := held.next_key()) is not None:
        assert key not in asked
        asked.append(key)
        if key not in {NAME, ROLE}:
            result = held.evaluation().roles["product-director"]
            assert not result.verdict.decided
            assert key in {one.attribute for one in result.questions}
        known = key not in {NAME, ROLE} and chance.random() < 0.3
        held.take(key, _some_answer(key, chance) if known else None)
    assert len(asked) > 5


def test_the_first_question_can_alone_decide() -> None:
    """Decisive questions come before all others."""
    held = interview("product-director", profile("name: Ada\nrole: product-manager\n"))
    asks = held.asks()
    decisive = [ask.decisive for ask in asks]
    assert decisive == sorted(decisive, reverse=True)
    assert decisive[0]


def test_it_stops_where_the_verdict_is_decided() -> None:
    """Two required criteria unmet are not yet, whatever else comes: no more is asked."""
    held = interview("product-director", profile("name: Ada\nrole: product-manager\n"))
    numbers = 0
    while (key := held.next_key()) is not None:
        attribute = pack().attributes[key]
        lowest = {Kind.SET: "none", Kind.FLAG: "no", Kind.NUMBER: "0", Kind.INTEGER: "0"}
        held.take(key, lowest.get(attribute.kind, attribute.type.options[0] if attribute.type.options else None))
        numbers += 1
    assert held.undecided() == ()
    assert numbers < 6


def test_with_all_it_goes_on_past_the_verdict() -> None:
    """Every open question of the role is asked."""
    base = profile(
        "name: Ada\nrole: product-manager\nattributes: {product_management_years: 0, direct_reports: 0, interim_lead_months: 0}\n"
    )
    short, long = interview("product-director", base), interview("product-director", base, everything=True)
    assert len(long.asks()) >= len(short.asks())
    long.take("strategic_thinking", "none")
    short.take("strategic_thinking", "none")
    assert len(long.asks()) > len(short.asks())


def test_without_a_role_it_is_about_the_next_roles() -> None:
    """The moves out of today's role say what lies ahead; without one, everything does."""
    held = interview(None, profile("name: Ada\nrole: product-manager\n"))
    ahead = held.roles_ahead(held.evaluation())
    assert set(ahead) <= {move.to for move in pack().moves_from("product-manager")}
    assert ahead
    assert len(interview(None, profile("name: Ada\n")).roles_ahead(interview().evaluation())) == len(pack().judged_roles)


ANSWERS: dict[str, tuple[str, str, object]] = {
    "a number": ("product_management_years", "7.5", "7.5 years"),
    "with its unit": ("product_management_years", "7.5 years", "7.5 years"),
    "one year": ("product_management_years", "1 year", "1 year"),
    "a per cent sign": ("delivery_predictability", "80%", "80 percent"),
    "a comma before decimals": ("product_management_years", "7,5", "7.5 years"),
    "a comma, and the unit": ("product_management_years", "8,0 years", "8 years"),
    "ja": ("start_up", "Ja", "yes"),
    "nein": ("start_up", "nein", "no"),
    "commas and semicolons": ("departments", "engineering, design; sales", "engineering, design, sales"),
    "and": ("departments", "engineering, design and sales", "engineering, design, sales"),
    "a day with dots": ("feedback_360_on", "17.05.2026", "2026-05"),
    "an option": ("coaching", "expert", "expert"),
    "in capitals": ("coaching", "EXPERT", "expert"),
    "by its number": ("coaching", "5", "expert"),
    "by its beginning": ("coaching", "ex", "expert"),
    "words for hyphens": ("product_complexity", "several products", "several-products"),
    "yes": ("start_up", "Yes", "yes"),
    "no": ("start_up", "n", "no"),
    "a set": ("departments", "sales, Design", "design, sales"),
    "a set by numbers": ("departments", "1, 2", "engineering, design"),
    "an empty set": ("departments", "none", "none"),
    "none as an option": ("coaching", "none", "none"),
    "a month": ("feedback_360_on", "May 2026", "2026-05"),
    "entries": ("history", "title: A, start: 2020-01; title: B, start: 2021-01", "2 entries"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_as_a_person_means_it(name: str) -> None:
    """Units, numbers of options, beginnings, yes and no."""
    key, text, shown = ANSWERS[name]
    attribute = pack().attributes[key]
    assert attribute.show(answered(pack(), attribute, text)) == shown


WRONG: dict[str, tuple[str, str, str, str]] = {
    "in words": (
        "product_management_years",
        "seven",
        "`seven` is no plain number",
        "write digits, with a dot before decimals, such as 7.5",
    ),
    "thousands or decimals": (
        "delivery_predictability",
        "1,234",
        "`1,234` can be read in two ways",
        "write 1234 if the comma stands between thousands, and 1.234 if before decimals",
    ),
    "out of range": ("product_management_years", "70", "70 years is outside 0 to 60 years", ""),
    "another unit": (
        "product_management_years",
        "84 months",
        "`84 months` is no plain number",
        "write the number alone, in the attribute's own unit",
    ),
    "decimals of people": ("direct_reports", "2.5", "`2.5` is no whole number", "leave out the decimals"),
    "no option": (
        "coaching",
        "guru",
        "`guru` is none of the options",
        "use one of 1 none, 2 awareness, 3 working, 4 practitioner, 5 expert",
    ),
    "number of no option": (
        "coaching",
        "9",
        "`9` is none of the options",
        "use one of 1 none, 2 awareness, 3 working, 4 practitioner, 5 expert",
    ),
    "two options": ("product_complexity", "p", "`p` fits several options", "write `product` or `portfolio`"),
    "neither": ("start_up", "perhaps", "`perhaps` is neither yes nor no", "`start_up` is answered by yes or no"),
    "a year for a month": ("feedback_360_on", "2026", "`2026` names no month", "write it as 2024-05"),
    "a field that is none": ("history", "titel: A", "an entry of `history` has no field `titel`", "did you mean `title`?"),
    "an end before the start": (
        "history",
        "start: 2021-01, end: 2020-01",
        "the entry ends before it starts: `end` lies before `start`",
        "swap the two",
    ),
    "no entry": ("history", "Analyst since 2020", "an entry of `history`", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_told_at_once(name: str) -> None:
    """With what is wrong, and how to write it."""
    key, text, message, step = WRONG[name]
    with pytest.raises(ValueProblem) as told:
        answered(pack(), pack().attributes[key], text)
    assert message in told.value.message
    assert step in (told.value.step or "")


def test_a_piped_interview_writes_a_profile_without_fault(tmp_path: Path) -> None:
    """Wrong answers are asked again, back takes one away, Enter and don't know leave open, and the file is in order."""
    ran = new(tmp_path, "Ada Lind\nproduct manager\nseventy\n7\nback\n9 years\nexpert\n\ndon't know\n", "--role", "product-director")
    assert ran.code == 0
    assert "`seventy` is no plain number; write digits, with a dot before decimals, such as 7.5" in ran.err
    text = (tmp_path / "ada.yaml").read_text()
    problems = Problems()
    found = profile_in(text, "ada.yaml", pack(), problems)
    assert found is not None
    assert list(problems) == []
    assert (found.name, found.role, found.given["product_management_years"]) == ("Ada Lind", "product-manager", 9)
    assert (found.gathered, found.as_of) == (AS_OF, None)
    assert "  product_management_years: 9  # years\n" in text
    assert text.count("# asked, and left open") == 2
    assert not (tmp_path / "ada.yaml.unfinished").exists()


def test_the_help_says_what_hangs_on_an_answer(tmp_path: Path) -> None:
    """? shows the attribute, its range and the criteria; on roles, the ladder."""
    ran = new(tmp_path, "Ada\n?\nproduct manager\n?\n", "--role", "product-director")
    assert "Management: Associate Product Manager, Product Manager, Senior Product Manager," in ran.err
    assert "product_management_years: Years in product management, a number" in ran.err
    assert "for Product Director: Eight years in product management roles" in ran.err


def test_a_role_that_is_none_is_told_and_may_be_skipped(tmp_path: Path) -> None:
    """With what may be meant."""
    ran = new(tmp_path, "Ada\nProduct Managr\n\n", "--role", "product-director")
    assert "the pack has no role called `Product Managr`; did you mean `Product Manager`" in ran.err
    assert "role:" not in (tmp_path / "ada.yaml").read_text()


def test_back_at_the_first_question_is_told(tmp_path: Path) -> None:
    """There is nothing before it."""
    assert "this is the first question" in new(tmp_path, "back\nAda\n").err


def test_done_writes_what_there_is(tmp_path: Path) -> None:
    """The rest stays unknown, and which verdicts are open is said."""
    ran = new(tmp_path, "Ada\nproduct manager\ndone\n5\n", "--role", "product-director")
    assert "Still undecided, for what was left open: Product Director." in ran.err
    assert (tmp_path / "ada.yaml").exists()


def test_whoever_states_no_role_is_judged_for_the_one_asked_for(tmp_path: Path) -> None:
    """The line that says how to judge the profile does so when it is followed."""
    ran = new(tmp_path, "Ada\n\n", "--role", "product-director")
    (command,) = re.findall(r"`evaluator (evaluate [^`]*)` judges it", ran.err)
    assert command.endswith("ada.yaml --role product-director")
    assert Ran(*command.split(), *RULES).code == 0


def test_what_a_profile_states_is_not_asked(tmp_path: Path) -> None:
    """--from keeps attributes, evidence, groups and notes."""
    source = str(PRODUCT / "profiles/sofia-marquez.yaml")
    ran = new(tmp_path, "", "--from", source, "--role", "product-director", name="sofia.yaml")
    assert ran.code == 0
    assert ran.err.count("\n> ") == 0
    (before,), (after,) = load_people(source, pack()), load_people(str(tmp_path / "sofia.yaml"), pack())
    assert (after.given, after.groups, after.notes, after.name) == (before.given, before.groups, before.notes, before.name)
    assert set(after.evidence) == set(before.evidence)


def test_without_a_file_the_profile_goes_to_standard_output() -> None:
    """Questions go to standard error; the id is made of the name."""
    ran = Ran("profile", "new", *RULES, "--role", "product-director", given="Zoë Ångström\n\n3\n")
    assert "profile: zoe-angstrom\nname: Zoë Ångström\n" in ran.out
    assert "How many years" not in ran.out


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    """Another name is asked for."""
    (tmp_path / "ada.yaml").write_text("mine")
    ran = new(tmp_path, "Ada\n")
    assert ran.code == 2
    assert (tmp_path / "ada.yaml").read_text() == "mine"


UNFINISHED = {
    "no JSON": "answers",
    "another format": '{"format": "x", "version": 1}',
    "another version": '{"format": "evaluator/unfinished-profile", "version": 2}',
    "answers that are none": '{"format": "evaluator/unfinished-profile", "version": 1, "pack": "p", "as_of": "2026-11-01", "answers": [1]}',
    "a list": "[]",
    "nested without end": "[" * 100_000,
}


@pytest.mark.parametrize("name", UNFINISHED)
def test_a_broken_unfinished_file_is_told(name: str, tmp_path: Path) -> None:
    """With the file, and how to begin anew."""
    (tmp_path / "ada.yaml.unfinished").write_text(UNFINISHED[name])
    ran = new(tmp_path, "Ada\n")
    assert (ran.code, ran.err) == (2, f"error: {tmp_path}/ada.yaml.unfinished cannot be read\nhelp: delete it to begin anew\n")


def test_answers_that_the_pack_takes_no_more_are_asked_again(tmp_path: Path) -> None:
    """An attribute that is gone, and a value that no longer fits, are named."""
    answers = [[NAME, "Ada"], ["gone", "1"], ["coaching", "guru"], ["mentees", "3"]]
    kept = {"format": "evaluator/unfinished-profile", "version": 1, "pack": "product-careers", "as_of": "2026-10-01", "answers": answers}
    (tmp_path / "ada.yaml.unfinished").write_text(json.dumps(kept))
    ran = Ran("profile", "new", "-o", str(tmp_path / "ada.yaml"), *RULES[:2], given="product manager\n")
    assert "as of 2026-10-01" in ran.err
    assert "Going on after 2 answers" in ran.err
    assert "The pack takes these no more, and asks them again: gone, coaching." in ran.err
    assert "mentees: 3  # people" in (tmp_path / "ada.yaml").read_text()


@pytest.mark.slow
def test_ctrl_c_keeps_the_answers_and_the_same_command_goes_on(tmp_path: Path) -> None:
    """On a terminal: answers before Ctrl-C are there afterwards, and nothing is asked twice."""
    first = _on_a_terminal(tmp_path, ["Ada", "product manager", "9"], interrupt=True)
    assert first[0] == 130
    assert "3 answers kept in ada.yaml.unfinished" in first[1]
    assert not (tmp_path / "ada.yaml").exists()
    second = _on_a_terminal(tmp_path, ["done"], interrupt=False)
    assert second[0] == 0
    assert "Going on after 3 answers" in second[1]
    assert "How many years have you worked in product management" not in second[1]
    assert "product_management_years: 9  # years" in (tmp_path / "ada.yaml").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada.yaml"]


def _on_a_terminal(where: Path, lines: list[str], *, interrupt: bool) -> tuple[int, str]:
    """Run the interview on a pseudo-terminal, each line typed at its own prompt; returns the exit code and what was shown."""
    main, side = pty.openpty()
    command = [sys.executable, "-m", "evaluator", "profile", "new", "-o", "ada.yaml", "--role", "product-director", *RULES]
    run = subprocess.Popen(command, cwd=where, stdin=side, stdout=side, stderr=side, start_new_session=True)
    os.close(side)
    shown = ""
    for number, line in enumerate([*lines, ""] if interrupt else lines, 1):
        shown += _until(main, shown.count("\n> ") + 1, shown)
        if interrupt and number > len(lines):
            run.send_signal(signal.SIGINT)
        else:
            os.write(main, f"{line}\n".encode())
    code = run.wait(timeout=60)
    return code, shown + _rest(main)


def _until(main: int, prompts: int, before: str) -> str:
    shown, deadline = "", time.monotonic() + 60
    while (before + shown).replace("\r", "").count("\n> ") < prompts and time.monotonic() < deadline:
        shown += os.read(main, 4096).decode().replace("\r", "")
    return shown


def _rest(main: int) -> str:
    shown = ""
    while True:
        try:
            read = os.read(main, 4096)
        except OSError:
            return shown
        if not read:
            return shown
        shown += read.decode().replace("\r", "")


def test_every_attribute_that_can_be_asked_can_be_answered() -> None:
    """Random interviews over the whole ladder end, and what they write is without fault."""
    chance = random.Random(11)
    for _ in range(3):
        held = interview(chance.choice([role.id for role in pack().judged_roles]), everything=True)
        while (key := held.next_key()) is not None:
            held.take(key, None if key in {NAME, ROLE} or chance.random() < 0.2 else _some_answer(key, chance))
        problems = Problems()
        assert profile_in(profile_text(held.draft([]), pack()), "ada.yaml", pack(), problems) is not None, str(problems)
        assert not problems.errors


def _some_answer(key: str, chance: random.Random) -> str:
    attribute = pack().attributes[key]
    if attribute.type.options:
        return chance.choice(attribute.type.options)
    if attribute.kind in {Kind.FLAG, Kind.DATE}:
        return "yes" if attribute.kind is Kind.FLAG else "2026-05"
    return str(chance.randint(1, 5))


@pytest.mark.parametrize("given", ["", "\n\n\n", "?\n", "done\n"], ids=["no line", "all skipped", "help alone", "done"])
def test_where_nothing_is_answered_nothing_is_written(given: str, tmp_path: Path) -> None:
    """An empty profile would look like one that somebody filled in."""
    ran = new(tmp_path, given)
    assert ran.code == 2
    assert "nothing was answered, and nothing was written" in ran.err
    assert not (tmp_path / "ada.yaml").exists()


def test_a_last_answer_that_is_refused_is_a_finding(tmp_path: Path) -> None:
    """The answers before it are written; one that was mended afterwards is no finding."""
    ran = new(tmp_path, "Ada\nproduct manager\nseventy\n", "--role", "product-director")
    assert ran.code == 1
    assert "the last answer, `seventy`, was refused and is left out of the profile" in ran.err
    assert "name: Ada" in (tmp_path / "ada.yaml").read_text()
    again = new(tmp_path, "Ada\nproduct manager\nseventy\n7\n", "--role", "product-director", name="eva.yaml")
    assert (again.code, "the last answer" in again.err) == (0, False)
