"""Texts, values and verdicts written as YAML come back exactly as they were, wherever they stand and whoever reads them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evaluator.core.results import Verdict
from evaluator.core.values import Kind, ValueType
from evaluator.diagnostics import Problems
from evaluator.packs.examples import run
from evaluator.packs.examples.writing import value_text, verdict_text
from evaluator.packs.scaffold import NewRole, scaffold
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import read_rule_tests
from evaluator.reading.yaml.nodes import ListNode, Node, ScalarNode, parse_yaml
from evaluator.reading.yaml.writing import scalar

NASTY = (
    "Sales, EMEA", "null", "~", "yes", "No", "none", "true", "- a", "-", "a: b", "a:", ":a", "a #b", "# a", "{a}", "a}", "[a]", "a]",
    "'a", "it's", '"a', 'say "a"', " a", "a ", "", "1", "1_000", "1e3", "0x1", ".5", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "?",
    "? a", "a\\b", "a\nb", "a\tb", "2026-11-01", "12:30", "---", "...", "=", "<<", "é", "日本語", "a\u2028b", "\ufeffa", "a\x85b",
    "a  b", "(a)", "a, b", "a,b", "R&D", "C++",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=20), st.lists(st.sampled_from(NASTY), max_size=3).map("".join))
BLOCK = ("key: {}\n", "- {}\n")
LISTED = ("[{}]\n", "[a, {}, b]\n", "{{key: {}}}\n", "{{key: {}, other: a}}\n", "{{key: [{}]}}\n", "- {{key: {{in: [{}, a]}}}}\n")


def texts_in(node: Node) -> list[str]:
    """Return every value of a text, in its order, by the reader of rule files."""
    if isinstance(node, ScalarNode):
        assert not node.empty
        return [node.text]
    parts = node.items if isinstance(node, ListNode) else [entry.value for entry in node.entries]
    return [text for part in parts for text in texts_in(part)]


def values_in(value: object) -> list[object]:
    """Return every value of what another reader of YAML made of a text, in its order."""
    if isinstance(value, list | dict):
        return [found for part in (value.values() if isinstance(value, dict) else value) for found in values_in(part)]
    return [value]


@settings(max_examples=100, deadline=None)
@given(TEXTS)
@example("Sales, EMEA")
def test_any_text_is_one_scalar_wherever_it_stands(text: str) -> None:
    """Commas, quotes, colons, line breaks, control characters and words that YAML reads otherwise, alone and within brackets."""
    for form, listed in [*((form, False) for form in BLOCK), *((form, True) for form in LISTED)]:
        written = form.format(scalar(text, listed=listed))
        problems = Problems()
        node = parse_yaml(written, "text", problems)
        assert node is not None, (written, list(problems))
        wanted: list[object] = [
            part if part != "" else text for part in texts_in(parse_yaml(form.format("''"), "text", Problems()) or node)
        ]
        assert texts_in(node) == wanted
        assert values_in(yaml.safe_load(written)) == wanted


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=4, unique=True))
@example(["Sales, EMEA"])
def test_options_come_back_from_sets_scales_and_records(options: list[str]) -> None:
    """An option with a comma in it is one option."""
    choice = ValueType(kind=Kind.CHOICE, options=tuple(options))
    chosen = ValueType(kind=Kind.SET, options=tuple(options))
    scale = ValueType(kind=Kind.SCALE, options=tuple(options))
    records = ValueType(kind=Kind.RECORDS, fields={"field": choice})
    said = {
        "choice": value_text(options[0], choice),
        "set": value_text(frozenset(options), chosen),
        "scale": value_text(len(options) - 1, scale),
        "records": value_text(({"field": options[0]}, {"field": options[-1]}), records),
        "verdict": verdict_text(Verdict(low=options[0], high=options[-1])),
    }
    read = yaml.safe_load(f"{{{', '.join(f'{key}: {text}' for key, text in said.items())}}}")
    assert read == {
        "choice": options[0],
        "set": options,
        "scale": options[-1],
        "records": [{"field": options[0]}, {"field": options[-1]}],
        "verdict": options[0] if len(options) == 1 else {"between": [options[0], options[-1]]},
    }


PACK = """\
pack: small
title: Small
version: 1.0.0
language: 2
effective: 2026-01-01
tracks: {craft: {title: Craft}}
verdicts:
  - verdict: "yes, at once"
    when: {required_unmet: {at_most: 0}}
  - verdict: "no"
"""


@pytest.mark.parametrize("option", ["Sales, EMEA", 'say "a"', "a\\b", "a}", "it's", "yes"])
def test_a_new_role_reads_whatever_options_titles_and_verdicts_are(option: str, tmp_path: Path) -> None:
    """Its file lints, and its examples come out as written."""
    document = f"documents: {{guide: {{title: Guide, publisher: We, sections: [{scalar(option, listed=True)}]}}}}\n"
    attributes = f"attributes: {{place: {{title: Place, type: choice, options: [a, {scalar(option, listed=True)}], question: Where?}}}}\n"
    for name, text in {"pack.yaml": PACK, "attributes.yaml": attributes, "sources.yaml": document}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "roles").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "roles" / "first.yaml").write_text(
        "role: first\ntitle: First\ntrack: craft\nrung: 1\ndestination: true\n", encoding="utf-8"
    )
    new = NewRole(id="lead", title=option, track="craft", rung=2)
    for name, text in scaffold(load_pack(tmp_path), new, as_of=datetime.date(2026, 11, 1)).files.items():
        (tmp_path / name).write_text(
            text.replace("# source:", "source:").replace("basis: judgement", "basis: documented"), encoding="utf-8"
        )
    pack = load_pack(tmp_path)
    problems = Problems()
    tests = read_rule_tests(pack, problems)
    assert (pack.roles["lead"].title, list(problems)) == (option, [])
    assert [outcome.passed for outcome in run(pack, tests, engine="reference")] == [True, True]
