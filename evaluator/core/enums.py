"""The fixed words of a pack: kinds of criteria and moves, the basis of a claim, what comes first."""

from __future__ import annotations

import enum


class CriterionKind(enum.StrEnum):
    """What sort of thing a criterion asks for."""

    QUALIFICATION = "qualification"
    STEP = "step"
    SKILL = "skill"
    RESPONSIBILITY = "responsibility"


class MoveKind(enum.StrEnum):
    """What sort of move an arrow of the ladder is."""

    PROMOTION = "promotion"
    LATERAL = "lateral"
    SPECIALISATION = "specialisation"
    DEMOTION = "demotion"


class Basis(enum.StrEnum):
    """How firmly a source carries what is claimed from it."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"
    JUDGEMENT = "judgement"


class RankBy(enum.StrEnum):
    """What a ranking can go by beside attributes."""

    VERDICT = "verdict"
    SCORE = "score"


class Prefer(enum.StrEnum):
    """Which end of an attribute comes first."""

    HIGH = "high"
    LOW = "low"
