"""What the columns hold, in one place: reading files, the service and the model all ask here."""

from __future__ import annotations

from dataclasses import dataclass


class InputError(ValueError):
    """Something is wrong with what was given; the message is for whoever gave it."""


@dataclass(frozen=True)
class Number:
    """The values that a column of numbers may hold, both limits included."""

    low: float
    high: float
    whole: bool = False
    may_be_empty: bool = False

    def allows(self, value: float) -> bool:
        """Whether a value is one of them. NaN and infinity are none."""
        return self.low <= value <= self.high and (not self.whole or value.is_integer())


NUMBERS = {
    "tenure_months": Number(0, 240, whole=True),
    "boxes": Number(1, 12, whole=True),
    "price_eur": Number(0, 2000),
    "skipped_boxes": Number(0, 36, whole=True),
    "tickets": Number(0, 100, whole=True),
    "days_since_login": Number(0, 3650, may_be_empty=True),
    "rating": Number(1, 5, may_be_empty=True),
    "discount_pct": Number(0, 100),
}
FREE_WORDS = ("plan", "payment", "country")
"""Columns of words of which others than the known ones may come up."""

AUTO_RENEW = "auto_renew"
WORDS = (*FREE_WORDS, AUTO_RENEW)
UNKNOWN = "unknown"
"""How the model sees an empty `auto_renew`."""

FEATURES = (*FREE_WORDS, *NUMBERS, AUTO_RENEW)
OPTIONAL = (*(name for name, number in NUMBERS.items() if number.may_be_empty), AUTO_RENEW)
"""Columns that may be empty, and may be missing from a file to predict."""

ROW_ID, ACCOUNT_ID, TARGET = "row_id", "account_id", "churned"
PROBABILITY = "churn_probability"
