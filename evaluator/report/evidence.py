"""Evidence in words: the items that carry what a criterion reads, with what a reader should know of them; shown, never scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from evaluator.core.evidence import EvidenceFor, EvidenceMark, WeighedItem, evidence_for
from evaluator.core.model import Criterion, Pack
from evaluator.core.results import CriterionResult, Evaluation, RoleResult, State
from evaluator.report.blocks import Item
from evaluator.report.plain_values import Json
from evaluator.report.words import Style, counted, joined

NO_EVIDENCE = "none in the profile"
_SUMMARY = {
    EvidenceMark.STALE: "old",
    EvidenceMark.LATER: "later than the day judged for",
    EvidenceMark.UNDATED: "undated",
    EvidenceMark.OWN_WORD: "on the person’s own word",
    EvidenceMark.ONE_SOURCE: "from one source",
}


def criterion_evidence(criterion: Criterion, evaluation: Evaluation, pack: Pack) -> tuple[EvidenceFor, ...]:
    """Return the evidence for every attribute that a criterion reads and the profile claims."""
    names = [name for name in criterion.attributes_read if name in evaluation.facts]
    evidence_fors = (evidence_for(pack, evaluation.profile, name, evaluation.provenance.as_of) for name in names)
    return tuple(one for one in evidence_fors if one.claimed)


def evidence_items(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> Iterator[Item]:
    """Yield what carries a criterion, and of a met one also what nothing carries; nothing for a profile without any evidence."""
    if not evaluation.profile.evidence:
        return
    claims = criterion_evidence(criterion_result.criterion, evaluation, pack)
    for claim in claims:
        note = f"({', '.join(claim.marks)})" if claim.marks else ""
        for weighed in claim.items:
            yield Item(f"evidence: {item_words(weighed)}", mark="·", note=note, style=Style.FAINT)
            note = ""
    bare = [pack.attributes[claim.attribute].title for claim in claims if EvidenceMark.NONE in claim.marks]
    if bare and criterion_result.state is State.MET:
        yield Item(f"{EvidenceMark.NONE} for: {joined([f'“{title}”' for title in bare])}", mark="·", style=Style.FAINT)


def item_words(weighed: WeighedItem) -> str:
    """Say one item: what, when, who can confirm it, the link, and what stands out about it."""
    item = weighed.item
    dated = f" ({item.date_words}{', old' if weighed.stale else ', after the as-of date' if weighed.later else ''})" if item.when else ""
    who = "the person’s own word" if weighed.own_word else f"confirmed by {item.confirmed_by}"
    return f"{item.what}{dated}, {who}{f', {item.link}' if item.link else ''}"


def _claims(result: RoleResult, evaluation: Evaluation, pack: Pack) -> list[EvidenceFor]:
    """Return the claims behind a role's met criteria, each once."""
    met = [criterion.criterion for criterion in result.criteria if criterion.state is State.MET]
    return list({claim.attribute: claim for criterion in met for claim in criterion_evidence(criterion, evaluation, pack)}.values())


def thin_words(result: RoleResult, evaluation: Evaluation, pack: Pack) -> str:
    """Say how thin the evidence is behind a role's met criteria, or nothing where it is not.

    It is thin where fewer than half of the claims carry evidence that is neither old, later than the day judged for, nor the person's
    own word alone.
    """
    claims = _claims(result, evaluation, pack)
    carried = [claim for claim in claims if claim.items]
    sound = [claim for claim in carried if not _UNSOUND.intersection(claim.marks)]
    if 2 * len(sound) >= len(claims):
        return ""
    if len(claims) == 1:
        return f"the only claim behind met criteria carries {f'evidence that is {_poor(carried[0])}' if carried else 'no evidence'}"
    if not carried:
        return f"none of the {len(claims)} claims behind met criteria carries evidence"
    if 2 * len(carried) >= len(claims):
        few = f"only {len(sound)}" if sound else "none"
        return (
            f"{few} of the {len(claims)} claims behind met criteria {'carry' if len(sound) > 1 else 'carries'} evidence {_sound(carried)}"
        )
    few = f"only {len(carried)} of {len(claims)} claims behind met criteria {'carries' if len(carried) == 1 else 'carry'} evidence"
    if sound:
        return few
    return f"{few}, and {f'that is {_poor(carried[0])}' if len(carried) == 1 else f'none of it {_sound(carried)}'}"


_UNSOUND = frozenset({EvidenceMark.NONE, EvidenceMark.OWN_WORD, EvidenceMark.STALE, EvidenceMark.LATER})


def _sound(carried: Iterable[EvidenceFor]) -> str:
    """Say what sound evidence is; of evidence that is too late only where there is some."""
    later = any(EvidenceMark.LATER in claim.marks for claim in carried)
    return f"that is neither old{', later than the day judged for,' if later else ''} nor the person’s own word alone"


def _poor(claim: EvidenceFor) -> str:
    """Say what is wrong with the evidence for a claim that carries none that is sound."""
    return joined([_SUMMARY[mark] for mark in claim.marks if mark in _UNSOUND])


_NEWER = {EvidenceMark.STALE: "a newer item", EvidenceMark.LATER: "an earlier item", EvidenceMark.UNDATED: "a dated item"}
_FROM = {EvidenceMark.OWN_WORD: "that somebody else can confirm", EvidenceMark.ONE_SOURCE: "from a second source"}


def bring_words(marks: Iterable[EvidenceMark]) -> str:
    """Say what would strengthen a claim with such marks: what each of them lacks, and nothing where there are none."""
    evidence_marks = list(marks)
    if EvidenceMark.NONE in evidence_marks:
        return "an item that somebody else can confirm"
    what = next((_NEWER[mark] for mark in evidence_marks if mark in _NEWER), "an item" if evidence_marks else "")
    return " ".join([what, *(_FROM[mark] for mark in evidence_marks if mark in _FROM)])


def evidence_summary(result: RoleResult, evaluation: Evaluation, pack: Pack) -> str:
    """Say how many of the claims behind a role's met criteria carry evidence, and how many of those are marked."""
    if not evaluation.profile.evidence:
        return NO_EVIDENCE
    claims = _claims(result, evaluation, pack)
    if not claims:
        return "asked of nothing, for no claim stands behind a met criterion"
    carried = [claim for claim in claims if claim.items]
    marks = Counter(mark for claim in carried for mark in claim.marks)
    told = [f"{number} {_SUMMARY[mark]}" for mark, number in sorted(marks.items(), key=lambda pair: list(EvidenceMark).index(pair[0]))]
    marked = f" ({', '.join(told)})" if told else ""
    return f"for {len(carried)} of {counted(len(claims), 'claim')} behind met criteria{marked}"


def evidence_json(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> list[Json]:
    """Return the evidence for what a criterion reads, by attribute, as JSON."""
    return [_claim(claim) for claim in criterion_evidence(criterion_result.criterion, evaluation, pack)]


def _claim(claim: EvidenceFor) -> dict[str, Json]:
    marks: list[Json] = [str(mark) for mark in claim.marks]
    items: list[Json] = [_item(weighed) for weighed in claim.items]
    return {"attribute": claim.attribute, "marks": marks, "items": items}


def _item(weighed: WeighedItem) -> dict[str, Json]:
    item = weighed.item
    said: dict[str, Json] = {"what": item.what, "when": item.date_words, "confirmed_by": item.confirmed_by, "link": item.link}
    return said | {"attribute": weighed.attribute, "old": weighed.stale, "later": weighed.later, "own_word": weighed.own_word}
