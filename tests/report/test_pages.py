"""Every kind of block has its markup, and no text becomes markup."""

from __future__ import annotations

import re
from html import unescape
from typing import get_args

import pytest

from evaluator.report.blocks import Block, Fact, Facts, Folded, Heading, Item, Listing, Paragraph
from evaluator.report.pages import blocks_page
from evaluator.report.tables import Cell, Table
from evaluator.report.words import Style

TEXT = "<b>&amp; “ä” `code <i>` \u202e"
BLOCKS: tuple[Block, ...] = (
    Heading(TEXT, 1),
    Paragraph(TEXT, style=Style.CLOSE),
    Facts((Fact(TEXT, TEXT, style=Style.BAD),)),
    Listing((Item(TEXT, mark="✗", note=TEXT, place=TEXT, style=Style.BAD, strong=True, parts=(Item(TEXT, mark="·"),)),)),
    Table(headers=(TEXT,), rows=((Cell(TEXT, Style.GOOD),),)),
    Folded(TEXT, (Paragraph(TEXT), Folded(TEXT, (Heading(TEXT, 4),)))),
)


def test_every_kind_of_block_is_here() -> None:
    """A kind that is added to the blocks is added to this test."""
    assert {type(block) for block in BLOCKS} == set(get_args(Block))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_a_block_is_written_with_every_text_in_it(block: Block) -> None:
    """All texts of a block are on the page, as text; what stands between backticks is code, but in titles and places."""
    page = blocks_page([block], title="Title")
    body = page.partition('<main id="main">')[2]
    texts = repr(block).count("<i>")
    assert body.count("&lt;b&gt;&amp;amp; “ä”") == texts
    assert "<b>" not in body
    assert "<i>" not in body
    assert "\u202e" not in body
    words = unescape(re.sub(r"<[^>]+>", "", body))
    assert words.count("code <i>") == texts


def test_pictures_stand_behind_title_and_summary() -> None:
    """The first two blocks say what the page is about; a page of one block has its pictures below it."""
    several = blocks_page([Heading("one", 1), Paragraph("two"), Paragraph("three")], title="T", pictures=["<svg>A</svg>", "<svg>B</svg>"])
    assert several.index("two") < several.index("<svg>A</svg>") < several.index("<svg>B</svg>") < several.index("three")
    assert blocks_page([Heading("one", 1)], title="T", pictures=["<svg>A</svg>"]).count("<svg>A</svg>") == 1
