"""How evidence becomes points, as its author states it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from runner.model.base import Document, Finite, Identifier, Level, Status


class Category(Document):
    """A part of the scorecard and its points at each level."""

    id: Identifier
    title: str
    points: dict[Level, Annotated[int, Field(ge=0, le=100)]]


class Band(Document):
    """One step of a scale: a measure within the stated bound earns `share` of the points.

    `at_most` where less is better (findings), `at_least` where more is better (tests).
    """

    at_most: Finite | None = None
    at_least: Finite | None = None
    share: Annotated[float, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            message = "a band has exactly one of at_most and at_least"
            raise ValueError(message)
        return self


class Anchor(Document):
    """What a mark of a manual criterion looks like, so that two graders agree."""

    mark: Annotated[int, Field(ge=0, le=4)]
    text: str


class RubricCriterion(Document):
    """A criterion that every challenge of the specialization shares.

    `scale`: `bands` judges `measure` of the evidence `check` (the first band that holds wins,
    none earns nothing); `ratio` takes the measure itself, 0 to 1, as the
    share; `manual` waits for a human, who marks one of the `anchors`.
    `levels` lists the levels at which it counts.
    """

    id: Identifier
    title: str
    category: Identifier
    weight: Annotated[int, Field(ge=1, le=10)] = 1
    levels: tuple[Level, ...] = (Level.JUNIOR, Level.MID, Level.SENIOR)
    scale: Literal["bands", "ratio", "manual"]
    check: str = ""
    measure: str = ""
    bands: tuple[Band, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    why: str
    question: str = ""


class Gate(Document):
    """A must-have: all named criteria have to pass at the named levels."""

    id: Identifier
    title: str
    levels: tuple[Level, ...]
    criteria: tuple[str, ...]


class FlagRule(Document):
    """A green or red flag, raised when everything that it states holds.

    It states the `status` of a `criterion`, or of all required criteria of a `category`
    (at least one), or the bounds of a `measure` of the evidence `check`. Where one of the
    criteria that it `needs` has failed it is not raised: what cannot work at all fails whatever
    is asked of it, and is not to be accused of everything.
    """

    id: Identifier
    kind: Literal["green", "red"]
    title: str
    criterion: str = ""
    category: str = ""
    status: Status | None = None
    check: str = ""
    measure: str = ""
    at_least: Finite | None = None
    at_most: Finite | None = None
    needs: tuple[str, ...] = ()


class BankQuestion(Document):
    """A standing question for the review call, with what a good answer contains."""

    id: Identifier
    levels: tuple[Level, ...] = (Level.JUNIOR, Level.MID, Level.SENIOR)
    text: str
    listen_for: str = ""


class Recommendation(Document):
    """A band of the automatic percentage, as advice: the first whose bound holds is shown.

    One that `needs_gates` is passed over while a gate has failed: score and must-haves are
    different things, and a high score does not make up for a missing must-have.
    """

    at_least: Annotated[float, Field(ge=0, le=100)]
    needs_gates: bool = False
    title: str
    advice: str


class Rubric(Document):
    """How evidence becomes points for one specialization."""

    schema_version: Literal[1]
    id: Identifier
    version: str
    title: str
    categories: tuple[Category, ...]
    criteria: tuple[RubricCriterion, ...]
    gates: tuple[Gate, ...] = ()
    flags: tuple[FlagRule, ...] = ()
    questions: tuple[BankQuestion, ...] = ()
    recommendations: tuple[Recommendation, ...]
