"""Edits of YAML texts: what was to change has changed, and comments, order, quotes and all other lines stay byte for byte."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evaluator.reading.yaml.mapping_edits import Append, Change, Put, Remove, edited
from evaluator.reading.yaml.splicing import EditProblem
from evaluator.reading.yaml.written import Word, Written

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
ORDERS = {(): ("top", "attributes", "evidence", "notes"), ("attributes",): NAMES}


@attrs.frozen(kw_only=True)
class Block:
    """A few lines that hold one key, with the comments that stand in them."""

    key: str
    lines: tuple[str, ...]


def read(text: str) -> Any:
    """Read a text with PyYAML's own reader of plain texts."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts alone


def bare(text: str) -> Word:
    return Word(text=text, bare=True)


VALUES = (
    "{key}: one",
    "{key}: 'it''s'  # @",
    '{key}: "a \\" b"   # @',
    "{key}:  # @",
    "{key}:",
    "{key}: null",
    "{key}: ~  # @",
    "{key}: [a, b]  # @",
    "{key}: []",
    "{key}: [a,  # @\n  b]  # @",
    "{key}:\n  - a\n  - b  # @\n  # @\n  - 'c'",
    "{key}:  # @\n- a\n- b",
    "{key}:\n  - title: x  # @\n    start: 2020-01\n  # @\n  - {title: y}",
    "{key}: [{title: x}, {title: y}]",
    "{key}: |\n  some # text\n  more\n",
    "{key}: >-  # @\n  folded\n  text",
    "{key}: two\n  lines",
    "{key}: {a: 1, b: 2}  # @",
)
FLOW_VALUES = ("{key}: one", "{key}: 'two'", "{key}: [a, b]", "{key}: ", "{key}", "{key}: [{t: x}]", '"{key}": three')


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a text in block style, or with attributes in braces, with comments in many places and one of two line breaks."""
    count = iter(range(1000))

    def fill(form: str, key: str) -> str:
        return re.sub("@", lambda _: f"c{next(count)}", form.replace("{key}", key))

    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    above = draw(st.sampled_from(["", "# c900\n", "# c900\n\n"]))
    if draw(st.booleans()):
        inner = ", ".join(fill(draw(st.sampled_from(FLOW_VALUES)), name) for name in names)
        attributes = f"attributes: {{{inner}}}{draw(st.sampled_from(['', '  # c901']))}\n"
    else:
        lines = []
        for name in names:
            between = draw(st.sampled_from(["", "  # c{}\n", "\n", "  # c{}\n\n"])).format(next(count))
            lines.append(between + re.sub("(?m)^(?=.)", "  ", fill(draw(st.sampled_from(VALUES)), name)) + "\n")
        attributes = f"attributes:{draw(st.sampled_from(['', '  # c901']))}\n{''.join(lines)}"
    below = draw(st.sampled_from(["", "# c902\n", "notes: 'x'  # c903\n", "\n# c902\nevidence:\n  alpha:\n    - {what: x}\n"]))
    text = f"{above}top: person\n{attributes}{below}"
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text.removesuffix("\n") if draw(st.booleans()) and not text.endswith("\r\n") else text


WRITTEN: tuple[tuple[Written, Any], ...] = (
    (bare("8.5"), "8.5"),
    (Word(text="it's: # so"), "it's: # so"),
    (Word(text="null"), "null"),
    (Word(text='say "x", y'), 'say "x", y'),
    ([bare("a"), bare("z")], ["a", "z"]),
    ([bare("b"), bare("c"), bare("d")], ["b", "c", "d"]),
    ([], []),
    ([{"title": Word(text="p, q"), "start": bare("2021-05")}], [{"title": "p, q", "start": "2021-05"}]),
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Change, Any]:
    """Draw a change, and what stands at its route afterwards (nothing of a removal)."""
    route = ("attributes", draw(st.sampled_from(NAMES)))
    kind = draw(st.sampled_from(["put", "put", "append", "remove"]))
    if kind == "remove":
        return Remove(route=route), None
    value, said = draw(st.sampled_from(WRITTEN))
    if kind == "append" and isinstance(said, list):
        return Append(route=route, item={"title": Word(text="added"), "end": bare("2022")}), [{"title": "added", "end": "2022"}]
    return Put(route=route, value=value), said


def comments(text: str) -> list[str]:
    return sorted(re.findall(r"# (c\d+)", text))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(texts(), st.lists(changes(), min_size=1, max_size=3))
@example("attributes:\n  alpha: one", [(Put(route=("attributes", "beta"), value=bare("1")), "1")])
def test_only_what_was_to_change_has_changed(text: str, made: list[tuple[Change, Any]]) -> None:
    """As PyYAML reads both: the values that were put there, all others as before, in their order, and every comment once."""
    before = read(text)
    expected = dict(before["attributes"] or {}) if not isinstance(before["attributes"], str) else {}
    for change, said in made:
        key = str(change.route[1])
        if isinstance(change, Append):
            there = expected.get(key)
            if isinstance(there, str) and there not in {"", "null", "~"}:
                return
            expected[key] = [*(there if isinstance(there, list) else []), *said]
        else:
            expected[key] = said
    after_text = edited(text, "x.yaml", [change for change, _ in made], ORDERS)
    after = read(after_text)
    empty = {None, "", "null", "~"}
    found = after["attributes"] if isinstance(after["attributes"], dict) else {}
    written = {str(change.route[1]) for change, _ in made}

    def stated(values: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in values.items() if isinstance(value, list | dict) or value not in empty or key in written}

    assert {k: v for k, v in stated(found).items() if v not in ("", None) or k not in written or expected.get(k)} == {
        k: v for k, v in stated(expected).items() if v is not None
    }
    assert {key: value for key, value in after.items() if key != "attributes"} == {
        key: value for key, value in before.items() if key != "attributes"
    }
    assert comments(after_text) == comments(text)
    gone = {change.route[1] for change, _ in made if isinstance(change, Remove)}
    old = [key for key in (before["attributes"] or {}) if key in found and key not in gone]
    assert [key for key in found if key in old] == old  # one that was taken out may come back elsewhere


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(texts(), st.sampled_from(NAMES))
def test_other_lines_stay_as_they_were(text: str, name: str) -> None:
    """An attribute that is new adds its lines, and takes none away nor changes any, but in braces."""
    before = read(text)
    if name in (before["attributes"] or {}) or "attributes: {" in text:
        return
    after = edited(text, "x.yaml", [Put(route=("attributes", name), value=bare("7"))], ORDERS)
    lines = after.splitlines(keepends=True)
    mine = [line for line in lines if line.strip() != f"{name}: 7"]
    assert "".join(mine).removesuffix("\r\n").removesuffix("\n") == text.removesuffix("\r\n").removesuffix("\n")
    assert len(lines) == len(mine) + 1


TEXT = """# kept by hand
profile: ada   # the id
attributes:
    coaching:   'working'   # said in March
    # counted by HR
    years: 7.5  # to the day
    departments:
      - sales   # since 2020
      # a remark
      - design
    history:
      - title: PM     # first
        start: 2020-01
notes: >
  text
"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Put(route=("attributes", "coaching"), value=Word(text="expert")), "'working'   #", "'expert'   #"),
        (Put(route=("attributes", "years"), value=bare("8")), "7.5  #", "8  #"),
        (Put(route=("attributes", "lines"), value=bare("2")), "to the day\n", "to the day\n    lines: 2\n"),
        (
            Put(route=("attributes", "departments"), value=[bare("design"), bare("it")]),
            "- sales   # since 2020\n      # a remark\n      - design\n",
            "# since 2020\n      # a remark\n      - design\n      - it\n",
        ),
        (Remove(route=("attributes", "years")), "years: 7.5  # to", "years:  # to"),
        (Put(route=("attributes", "history", 0, "function"), value=bare("product")), "2020-01\n", "2020-01\n        function: product\n"),
        (
            Append(route=("attributes", "history"), item={"title": Word(text="Lead"), "start": bare("2022-01")}),
            "2020-01\n",
            "2020-01\n      - title: Lead\n        start: 2022-01\n",
        ),
        (Put(route=("role",), value=Word(text="pm")), "ada   # the id\n", "ada   # the id\nrole: pm\n"),
        (
            Append(route=("evidence", "years"), item={"what": Word(text="File")}),
            "2020-01\n",
            "2020-01\nevidence:\n  years:\n    - what: File\n",
        ),
    ],
)
def test_the_text_is_what_a_careful_hand_would_have_written(change: Change, old: str, new: str) -> None:
    """The place is exchanged, and nothing else; the new entry stands where the order has it, in the style of its neighbours."""
    orders = {
        (): ("profile", "name", "role", "attributes", "evidence", "notes"),
        ("attributes",): ("coaching", "years", "lines", "history"),
    }
    after = edited(TEXT, "ada.yaml", [change], orders)
    assert TEXT.count(old) == 1
    assert after == TEXT.replace(old, new)


@pytest.mark.parametrize("text", ["attributes: word\n", "attributes: [a]\n", "? attributes\n: alpha: 1\n"])
def test_what_cannot_be_edited_is_refused(text: str) -> None:
    """Where something else stands than a mapping, nothing of it is thrown away."""
    with pytest.raises(EditProblem):
        edited(text, "x.yaml", [Put(route=("attributes", "beta"), value=bare("1")), Remove(route=("attributes",))], ORDERS)
