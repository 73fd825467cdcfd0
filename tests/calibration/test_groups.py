"""Groups that people belong to: what says that a group is not known, in which spelling and file; and numbers that are one number."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from evaluator.calibration.impact.groups import Words, dimensions
from evaluator.calibration.people import People, gathered
from evaluator.core.model import Pack
from evaluator.core.unknown_words import says_nothing
from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population
from tests.calibration.diffing import DAY
from tests.calibration.small import write_pack

NOTHING = """
NULL|null|None|NONE|nan|NaN|<NA>|NA|N/A|n/a|n.a.|N. A.|#N/A|#NV|#NULL!|
#VALUE!|#BEZUG!|\\N|(null)|[blank]|-|--|—|–|?|??|.|...|*|_|/|
unknown|
Unknown|UNKNOWN |unk|Not Known|not specified|Not-specified|not stated|undisclosed|Not disclosed|no answer|No response|missing|(missing)|
prefer not to say|Prefer not to answer|Prefer not to disclose|I'd rather not say|I prefer not to say|I do not wish to answer|
Decline to self-identify|declined|Declined to state|chose not to disclose|does not wish to disclose|refused|withheld|tbd|
k. A.|k.A.|kA|keine Angabe|Keine Angaben|unbekannt|nicht angegeben|möchte ich nicht sagen|
non renseigné|non renseignee|NON RENSEIGNÉ|
inconnu|inconnue|préfère ne pas répondre|desconocido|prefiero no decirlo|
não informado|nao informado|sconosciuto|onbekend|okänd|uppgift saknas|
neznámé|bilinmiyor|неизвестно|不明|未知|알 수 없음
"""
SOMETHING = (
    "f",
    "x",
    "X",
    "0",
    "no",
    "other",
    "Other / not listed",
    "non-binary",
    "No religion",
    "two or more",
    "prefer to self-describe",
    "Native American",
    "Nan Province",
    "unknown soldier association",
    "notable",
    "Nonbinary",
    "♀",
    "1",
    "30-39",
    "undecided",
    "declining eyesight",
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_pack(tmp_path_factory.mktemp("pack")))


def read(path: Path, pack: Pack) -> People:
    return gathered(open_population([path], pack, Options(groups=True), as_of=DAY, problems=Problems()), pack)


def sexes(people: People, words: Words | None = None) -> Counter[str | None]:
    return Counter(dimensions(people, ["sex"], words)[0].labels.to_list())


@pytest.mark.parametrize("text", NOTHING.replace("\n", "").split("|"))
def test_a_word_for_missing_is_no_group(text: str) -> None:
    """As exports of programs and sheets write it, and as people say it; case, accents and signs do not count."""
    assert says_nothing(text)


@pytest.mark.parametrize("text", SOMETHING)
def test_a_group_is_no_word_for_missing(text: str) -> None:
    """Also where it resembles one, or says that it is none of the others."""
    assert not says_nothing(text)


def test_more_words_can_be_named_either_way() -> None:
    """Whatever the case: a text that says nothing here, and one that is a group here, such as no disability."""
    assert says_nothing("Q4 Import", also=["q4  import"])
    assert not says_nothing("None", never=["none"])
    assert says_nothing("none", never=["nil"])


def test_every_format_writes_that_nothing_is_known(tmp_path: Path, small: Pack) -> None:
    """CSV, lines of JSON, Parquet of text and of numbers, Excel: what each has of its own for it, beside one who is known."""
    rows = ["f", "", " ", "NULL", "nan", "#N/A"]
    csv = tmp_path / "p.csv"
    csv.write_text("id,group:sex\n" + "".join(f"p{place},{row}\n" for place, row in enumerate(rows)), encoding="utf-8")
    lines = tmp_path / "p.jsonl"
    values = ["f", None, "", "null", [], {}, float("nan")]
    lines.write_text("\n".join(json.dumps({"id": f"p{place}", "group:sex": value}) for place, value in enumerate(values)), encoding="utf-8")
    nested = tmp_path / "n.jsonl"
    nested.write_text("\n".join(json.dumps({"profile": f"p{p}", "groups": {"sex": v}}) for p, v in enumerate(values)), encoding="utf-8")
    text = tmp_path / "t.parquet"
    pl.DataFrame({"id": ["a", "b", "c"], "group:sex": ["f", None, "None"]}).write_parquet(text)
    numbers = tmp_path / "n.parquet"
    pl.DataFrame({"id": ["a", "b", "c"], "group:sex": [1.0, None, float("nan")]}).write_parquet(numbers)
    listed = tmp_path / "l.parquet"
    pl.DataFrame({"id": ["a", "b"], "group:sex": [[], None]}, schema={"id": pl.String, "group:sex": pl.List(pl.String)}).write_parquet(
        listed
    )
    found = {path.name: sexes(read(path, small)) for path in (csv, lines, nested, text, numbers, listed)}
    assert found == {
        "p.csv": {"f": 1, None: 5},
        "p.jsonl": {"f": 1, None: 6},
        "n.jsonl": {"f": 1, None: 6},
        "t.parquet": {"f": 1, None: 2},
        "n.parquet": {"1": 1, None: 2},
        "l.parquet": {None: 2},
    }


@pytest.mark.parametrize(
    ("written", "groups"),
    [
        (["1", "1.0", "01", "+1", "1e0", "1,0", "１"], {"1": 7}),
        (["01", "01", "001"], {"01": 3}),
        (["07", "7", "70"], {"7": 2, "70": 1}),
        (["0", "-0", "0.00", "000"], {"0": 4}),
        (["1,5", "1.5", "01.50", "15"], {"1.5": 3, "15": 1}),
        (["1,000", "1"], {"1": 1, "1,000": 1}),
        (["30-39", "30–39", "30 - 39"], {"30-39": 2, "30 - 39": 1}),
        (["Ｆｅｍａｌｅ", "female", "FEMALE", " female"], {"female": 4}),
        (["1a", "01a", "B1", "B01"], {"1a": 1, "01a": 1, "B1": 1, "B01": 1}),
    ],
)
def test_equal_numbers_are_one_group(tmp_path: Path, small: Pack, written: list[str], groups: dict[str, int]) -> None:
    """Written differently in one column, and shown as the shortest; a code with letters stays as it is."""
    path = tmp_path / "p.csv"
    path.write_text("id;group:sex\n" + "".join(f"p{place};{row}\n" for place, row in enumerate(written)), encoding="utf-8")
    assert sexes(read(path, small)) == groups


def test_equal_numbers_of_two_files_are_one_group(tmp_path: Path, small: Pack) -> None:
    """Whole numbers of one Parquet file, floats of another and texts of a third."""
    frames = {"i": pl.Series([1, 2], dtype=pl.Int64), "f": pl.Series([1.0, 2.5]), "t": pl.Series(["1.00", "02"])}
    paths = [tmp_path / f"{name}.parquet" for name in frames]
    for path, (name, cells) in zip(paths, frames.items(), strict=True):
        pl.DataFrame({"id": [f"{name}1", f"{name}2"], "group:sex": cells}).write_parquet(path)
    people = gathered(open_population(paths, small, Options(groups=True), as_of=DAY, problems=Problems()), small)
    assert sexes(people) == {"1": 3, "2": 2, "2.5": 1}
