"""What a subscription is: one description for files and requests."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]


class Subscription(BaseModel):
    """What is known of a subscription when a prediction is due. Other fields mean nothing.

    Counts are numbers without a fraction, written `2` or `2.0`: tools write both.
    """

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)

    plan: Text
    payment: Text
    country: Text
    tenure_months: float = Field(ge=0, le=240, multiple_of=1)
    boxes: float = Field(ge=1, le=12, multiple_of=1)
    price_eur: float = Field(ge=0, le=2000)
    skipped_boxes: float = Field(ge=0, le=36, multiple_of=1)
    tickets: float = Field(ge=0, le=100, multiple_of=1)
    days_since_login: float | None = Field(default=None, ge=0, le=3650)
    rating: float | None = Field(default=None, ge=1, le=5)
    discount_pct: float = Field(ge=0, le=100)
    auto_renew: Literal["yes", "no"] | None = None


class Row(Subscription):
    """A row of a file to predict."""

    row_id: Text


class Example(Subscription):
    """A row of a file to train with."""

    account_id: Text
    churned: Literal["yes", "no"]


COLUMNS = tuple(Subscription.model_fields)
"""What the model reads. Neither `refund_eur` nor what identifies a row is among it."""
