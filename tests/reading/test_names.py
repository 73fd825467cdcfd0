"""A name in a profile that is no attribute: what may have been meant goes by every name that a pack gives an attribute."""

from __future__ import annotations

import pytest

from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.names import meant
from evaluator.reading.profile.profile import StatementReader
from tests.product import PRODUCT

PACK = load_pack(PRODUCT / "rules")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("launches", "did you mean `products_launched`?"),
        ("Products launched", "did you mean `products_launched`?"),
        ("pm-years", "did you mean `product_management_years`?"),
        ("PM_Years", "did you mean `product_management_years`?"),
        ("product_managment_years", "did you mean `product_management_years`"),
        ("zzzz", None),
    ],
)
def test_other_names_and_titles_are_known(name: str, expected: str | None) -> None:
    """Whatever its case, hyphens and underscores; else what is spelt nearly so, else nothing."""
    found = meant(name, PACK, Problems())
    assert found is None if expected is None else (found or "").startswith(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sr PM", "did you mean `Senior Product Manager`?"),
        ("Snr. Product Mgr", "did you mean `Senior Product Manager`?"),
        ("Product Dir", "did you mean `Product Director`?"),
        ("Assoc. PM", "did you mean `Associate Product Manager`?"),
        ("Sr", None),
        ("Sr Bookbinder", None),
    ],
)
def test_titles_with_words_cut_short_are_spelt_out(name: str, expected: str | None) -> None:
    """The role is offered that the whole title names, not one whose short name looks like it; another title is nobody's."""
    assert StatementReader(pack=PACK, problems=Problems()).meant_role(name) == expected
