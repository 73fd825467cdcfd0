"""No value of a profile becomes markup: with whatever text it says, a file has the same elements as with a harmless one."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evaluator.report.pages import css_string, page
from evaluator.report.text import visible
from tests.candidates.case.casing import TRIES, TURNING, quickly, trying, written
from tests.product import PROFILES

HARMLESS = "A plain name"


class Elements(HTMLParser):
    """Collects elements with the names of their attributes, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.found.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text += data


def elements(data: bytes) -> list[object]:
    """Return what an HTML page is made of."""
    parser = Elements()
    parser.feed(data.decode())
    return list(parser.found)


def tokens(data: bytes) -> list[object]:
    """Return what a Markdown file is made of, to a reader that knows tables, strikethrough and bare addresses."""
    found: list[object] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(data.decode()):
        found.append((token.type, token.tag))
        found += [(one.type, one.tag) for one in token.children or () if one.type not in {"text", "softbreak", "text_special"}]
    return found


def nodes(data: bytes) -> list[object]:
    """Return what a Word file is made of: every element of every part."""
    found: list[object] = []
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in sorted(parts.namelist()):
            if name.endswith((".xml", ".rels")):
                found += [(name, one.tag, tuple(sorted(one.attrib))) for one in ElementTree.fromstring(parts.read(name)).iter()]  # noqa: S314 - our own
    return [one for one in found if not str(one).startswith("space")]


READERS = {"html": elements, "md": tokens, "docx": nodes}


@pytest.mark.slow
@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("verb", ["case", "compare"])
def test_a_profile_adds_no_markup(tmp_path: Path, verb: str, ending: str) -> None:
    """Every text of the list, as name, evidence, source, employer and note, leaves the elements as they are."""
    read = READERS[ending]

    def made(text: str) -> list[object]:
        others = [] if verb == "case" else [PROFILES / "ada-lindqvist.yaml"]
        return read(quickly(verb, trying(tmp_path, text), *others, role="group-product-manager", form=ending))

    plain = made(HARMLESS)
    assert len(plain) > 100
    for text in (" ".join(TRIES),) if ending == "docx" else (*TRIES, TURNING):
        assert made(text) == plain, text


def test_the_check_sees_markup() -> None:
    """Put into a page, file or table without care, the same texts do change what it is made of."""
    page_, plain = b"<p>NAME</p>", elements(b"<p>A</p>")
    assert elements(page_.replace(b"NAME", TRIES[0].encode())) != plain
    assert tokens(TRIES[4].encode()) == tokens(HARMLESS.encode())
    for text in (TRIES[0], TRIES[2], TRIES[5], TRIES[6], TRIES[8]):
        assert tokens(text.encode()) != tokens(HARMLESS.encode()), text


@pytest.mark.slow
@pytest.mark.parametrize("text", TRIES)
def test_what_a_profile_says_is_shown_as_it_is(tmp_path: Path, text: str) -> None:
    """Nothing is dropped: a reader of the page sees every letter of it."""
    parser = Elements()
    parser.feed(quickly("case", trying(tmp_path, text), role="group-product-manager", form="html").decode())
    assert visible(text) in parser.text


@pytest.mark.slow
def test_letters_that_turn_the_direction_are_marked(tmp_path: Path) -> None:
    """They, and control characters, come out as a replacement mark in every format."""
    for ending in READERS:
        data = quickly("case", trying(tmp_path, TURNING), role="group-product-manager", form=ending)
        if ending == "docx":
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                data = parts.read("word/document.xml")
        said = data.decode()
        assert "a\ufffdb\ufffdc\ufffdd" in said
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u0000-\u0008]", said)


def test_links_lead_only_where_the_profile_was_checked(tmp_path: Path) -> None:
    """Addresses in the page are its own sections and the link of the evidence, escaped as an attribute is."""
    said = written("case", trying(tmp_path, TRIES[1]), "group-product-manager", to=tmp_path / "case.html").decode()
    assert set(re.findall(r'href="([^#"][^"]*)"', said)) == {"https://example.org/a?b=1&amp;c=2"}


def test_the_policy_of_a_page_lets_nothing_in(tmp_path: Path) -> None:
    """No default, no script; the one style is named by its hash."""
    said = written("case", PROFILES / "ada-lindqvist.yaml", "group-product-manager", to=tmp_path / "case.html").decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', said)
    assert policy.startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy
    assert " style=" not in said


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40))
def test_no_text_leaves_a_string_of_a_style_sheet(text: str) -> None:
    """Whatever it is, it stays between its quotes, and no letter in it can end a style."""
    written_ = css_string(text)
    assert written_[0] == written_[-1] == '"'
    inner = re.sub(r"\\[0-9a-f]{1,6} ", "", written_[1:-1])
    assert re.fullmatch(r"[a-zA-Z0-9 ]*", inner)


def test_a_template_that_asks_for_what_is_not_there_fails() -> None:
    """Nothing is left out in silence."""
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        page("compare.html", running=("a", "b"), styles=("page.css",))
