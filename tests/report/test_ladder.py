"""The ladder as Mermaid and as SVG."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET

import attrs
import pytest

from evaluator.core.enums import MoveKind
from evaluator.core.model import Pack
from evaluator.reading.pack.pack import load_pack
from evaluator.report.ladder.layout import Box, Layout, Point, layout
from evaluator.report.ladder.mermaid import mermaid
from evaluator.report.ladder.svg import svg, title_lines
from tests.product import PRODUCT

SVG = "{http://www.w3.org/2000/svg}"
DEFAULT_RULES = PRODUCT / "rules"


@pytest.fixture(params=["small", "default"])
def ladder(request: pytest.FixtureRequest, pack: Pack) -> Pack:
    """Give the small pack, and the one that comes with the tool."""
    return pack if request.param == "small" else load_pack(DEFAULT_RULES)


def test_mermaid_has_tracks_roles_and_kinds_of_moves(pack: Pack) -> None:
    """Destinations are rounded, titles are escaped, each kind has its arrow."""
    assert mermaid(pack).splitlines()[3:] == [
        "flowchart BT",
        '  subgraph track_management["Management"]',
        '    role_manager["Manager"]',
        '    role_director["Product Director"]',
        '    role_chief(["Chief Executive Officer"])',
        "  end",
        '  subgraph track_craft["Craft #amp; code"]',
        '    role_expert["Expert #lt;of#gt; #quot;things#quot;"]',
        "  end",
        "  role_manager --> role_director",
        "  role_manager -.-> role_expert",
        "  role_director ==> role_chief",
    ]


def test_the_picture_is_well_formed_and_tells_what_it_shows(ladder: Pack) -> None:
    """Every role and move is in it, with a title and a description for those who cannot see it."""
    root = ET.fromstring(svg(ladder))  # noqa: S314 - our own text
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert ladder.title in (root.findtext(f"{SVG}title") or "")
    assert all(role.title in (root.findtext(f"{SVG}desc") or "") for role in ladder.roles.values() if ladder.moves_from(role.id))
    assert len(root.findall(f"{SVG}g")) == len(ladder.moves)


def test_no_two_boxes_overlap(ladder: Pack) -> None:
    """Boxes keep clear of each other and stay inside their track and the picture."""
    placed = layout(ladder)
    assert not [pair for pair in itertools.combinations(placed.boxes.values(), 2) if pair[0].overlaps(pair[1])]
    for box in placed.boxes.values():
        assert box.x >= 0
        assert box.x + box.width <= placed.width
        assert box.y + box.height <= placed.height


def segments(placed: Layout) -> list[tuple[int, Point, Point]]:
    """Return every straight piece of every arrow."""
    return [(number, start, end) for number, arrow in enumerate(placed.arrows) for start, end in itertools.pairwise(arrow.points)]


def crosses(start: Point, end: Point, box: Box) -> bool:
    """Whether a straight piece enters a box rather than only touching it."""
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return right > box.x and left < box.x + box.width and bottom > box.y and top < box.y + box.height


def test_no_arrow_runs_through_a_box(ladder: Pack) -> None:
    """Arrows keep to the strips between boxes, at right angles."""
    placed = layout(ladder)
    for _, start, end in segments(placed):
        assert start[0] == pytest.approx(end[0]) or start[1] == pytest.approx(end[1])
        assert not [role for role, box in placed.boxes.items() if crosses(start, end, box)]


def test_no_two_arrows_lie_on_each_other(ladder: Pack) -> None:
    """Lines may cross, but none covers a piece of another."""
    for (one, a, b), (other, c, d) in itertools.combinations(segments(layout(ladder)), 2):
        if one == other:
            continue
        for axis in (0, 1):
            along = 1 - axis
            if a[axis] == b[axis] and c[axis] == d[axis] and abs(a[axis] - c[axis]) < 1:
                first, second = sorted((a[along], b[along])), sorted((c[along], d[along]))
                assert min(first[1], second[1]) <= max(first[0], second[0])


def test_titles_fit_their_boxes() -> None:
    """Long titles are broken between words, longer ones end in an ellipsis."""
    assert title_lines("Director of Product Operations") == ["Director of Product", "Operations"]
    assert title_lines("Donaudampfschifffahrtsgesellschaft")[0].endswith("…")
    assert len(title_lines("many " * 40)) == 3


def test_all_text_lies_inside_the_picture(ladder: Pack) -> None:
    """By a generous estimate of a letter's width, no legend or title is cut off."""
    root = ET.fromstring(svg(ladder))  # noqa: S314 - our own text
    wide = float(root.get("width", "0"))
    for label in root.findall(f"{SVG}text"):
        room = 7 * len(label.text or "")
        start = float(label.get("x", "0")) - (room / 2 if label.get("text-anchor") == "middle" else 0)
        assert start >= 0
        assert start + room <= wide


def test_the_legend_explains_what_is_drawn_and_nothing_else(pack: Pack) -> None:
    """Kinds of moves that the ladder has, and rounded boxes where there are any."""
    plain = attrs.evolve(
        pack,
        roles={name: role for name, role in pack.roles.items() if not role.destination},
        moves=tuple(move for move in pack.moves if move.kind is MoveKind.PROMOTION and not pack.roles[move.to].destination),
    )
    for drawn, whole in ((mermaid(plain), mermaid(pack)), (svg(plain), svg(pack))):
        assert "promotion" in drawn
        for words in ("lateral move", "ounded boxes lie beyond the ladder"):
            assert words in whole
            assert words not in drawn
    assert "%% " not in mermaid(attrs.evolve(plain, moves=())).split("\n", 1)[1]
    assert svg(attrs.evolve(plain, moves=()))
