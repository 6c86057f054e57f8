"""Questions 3 and 4: regressions with an interval that fits how the data came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS

from analysis.answers import Newsletter, PriceTest, Segment

Vector = NDArray[np.float64]

# Binary noise in the last digits must not tell two runs apart.
DIGITS = 6

PRICE_METHOD = (
    "least squares of the orders per customer on the price group, "
    "95 % interval by t with HC3 robust standard errors"
)
NEWSLETTER_METHOD = (
    "least squares of an order's revenue on newsletter and segments, "
    "95 % interval by t with standard errors clustered by customer"
)


class Result(Protocol):
    """What is used of the result of a regression in statsmodels, which has no types."""

    params: Vector

    def conf_int(self, alpha: float) -> Vector:
        """Return a row with the bounds of each coefficient."""
        ...


@dataclass(frozen=True)
class Estimate:
    """A difference with its 95 % interval; None where the data do not tell."""

    effect: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def sign(self) -> Literal[-1, 0, 1]:
        """1 or -1 when the whole interval is above or below 0, otherwise 0."""
        if self.low is not None and self.low > 0:
            return 1
        if self.high is not None and self.high < 0:
            return -1
        return 0


def price_test(database: duckdb.DuckDBPyConnection) -> PriceTest:
    """Question 3: do lower prices bring more orders?

    One customer is one observation, because customers were drawn and not orders. Should a
    customer ever be in both groups, the group of the first order counts.
    """
    customers = database.execute("""
        SELECT
            first(price_group ORDER BY date, order_id) = 'B' AS in_b,
            CAST(count(*) AS DOUBLE) AS orders,
            CAST(coalesce(sum(revenue), 0) AS DOUBLE) AS revenue
        FROM valued
        GROUP BY customer
        ORDER BY customer
    """).df()
    in_b = customers["in_b"].to_numpy(dtype=bool)
    orders = customers["orders"].to_numpy(dtype=np.float64)
    estimate = compare(orders, in_b)
    earned = compare(customers["revenue"].to_numpy(dtype=np.float64), in_b)
    return PriceTest(
        effect=estimate.effect,
        low=estimate.low,
        high=estimate.high,
        n_a=int((~in_b).sum()),
        n_b=int(in_b.sum()),
        mean_a=_mean(orders[~in_b]),
        mean_b=_mean(orders[in_b]),
        revenue_effect=earned.effect,
        revenue_low=earned.low,
        revenue_high=earned.high,
        method=PRICE_METHOD,
        conclusion=("unclear", "more", "fewer")[estimate.sign],
    )


def compare(outcome: Vector, treated: NDArray[np.bool_]) -> Estimate:
    """Return the difference of two means, by a regression with HC3 standard errors."""
    smaller = min(int(treated.sum()), int((~treated).sum()))
    if smaller == 0:
        return Estimate()
    design = np.column_stack([treated, np.ones(len(outcome))]).astype(np.float64)
    model = OLS(outcome, design)
    if smaller == 1:  # nothing is known of the scatter of that group
        return Estimate(effect=_rounded(model.fit().params[0]))
    return _estimate(model.fit(cov_type="HC3", use_t=True))


def newsletter(
    database: duckdb.DuckDBPyConnection, *, known_prices_only: bool = False
) -> Newsletter:
    """Question 4: does our newsletter raise the value of an order?

    Standard errors are clustered: whoever reads the newsletter does so for all of their orders,
    and the orders of a customer resemble each other.
    """
    orders = database.execute(
        """
        SELECT
            newsletter = 'yes' AS reader,
            segment,
            dense_rank() OVER (ORDER BY customer) AS customer,
            CAST(revenue AS DOUBLE) AS revenue
        FROM valued
        WHERE revenue IS NOT NULL AND NOT (filled AND $known_prices_only)
        ORDER BY order_id
        """,
        {"known_prices_only": known_prices_only},
    ).df()
    reader = orders["reader"].to_numpy(dtype=bool)
    earned = orders["revenue"].to_numpy(dtype=np.float64)
    segments = _segments(orders)
    estimate = Estimate()
    if any(segment["weight"] for segment in segments):
        estimate = within(orders)
    return Newsletter(
        plain=_difference(earned, reader),
        within_segments=estimate.effect,
        low=estimate.low,
        high=estimate.high,
        segments=segments,
        method=NEWSLETTER_METHOD,
        conclusion=("unclear", "raises", "lowers")[estimate.sign],
    )


def within(orders: pd.DataFrame) -> Estimate:
    """Return the difference of readers within segments, by a regression with segment dummies.

    The coefficient is the mean of the segments' differences, each weighted by
    (orders of readers x orders of others / all orders) of the segment.
    """
    dummies = pd.get_dummies(orders["segment"], dtype=np.float64)
    design = np.column_stack([orders["reader"].to_numpy(dtype=np.float64), dummies.to_numpy()])
    model = OLS(orders["revenue"].to_numpy(dtype=np.float64), design)
    clusters = orders["customer"].to_numpy(dtype=np.int64)
    if len(np.unique(clusters)) <= design.shape[1]:  # as many coefficients as customers
        return Estimate(effect=_rounded(model.fit().params[0]))
    return _estimate(model.fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True))


def _segments(orders: pd.DataFrame) -> list[Segment]:
    """Return the difference of each segment and the weight that the regression gives it."""
    parts = []
    for name, part in orders.groupby("segment", sort=True):
        reader = part["reader"].to_numpy(dtype=bool)
        earned = part["revenue"].to_numpy(dtype=np.float64)
        parts.append((str(name), earned, reader))
    raw = [float(reader.sum() * (~reader).sum()) / len(reader) for _, _, reader in parts]
    whole = sum(raw) or 1.0
    return [
        Segment(
            segment=name,
            readers_orders=int(reader.sum()),
            other_orders=int((~reader).sum()),
            mean_revenue=_rounded(earned.mean()),
            difference=_difference(earned, reader),
            weight=_rounded(weight / whole),
        )
        for (name, earned, reader), weight in zip(parts, raw, strict=True)
    ]


def _difference(outcome: Vector, treated: NDArray[np.bool_]) -> float | None:
    """Return the difference of two means, or None when one of them is of nothing."""
    if treated.all() or not treated.any():
        return None
    return _rounded(outcome[treated].mean() - outcome[~treated].mean())


def _mean(values: Vector) -> float | None:
    return _rounded(values.mean()) if len(values) else None


def _estimate(result: Result) -> Estimate:
    """Return the first coefficient of a regression with its interval."""
    low, high = result.conf_int(alpha=0.05)[0]
    return Estimate(_rounded(result.params[0]), _rounded(low), _rounded(high))


def _rounded(value: float | np.float64) -> float:
    return round(float(value), DIGITS)
