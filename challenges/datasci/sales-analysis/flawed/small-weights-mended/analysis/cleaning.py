"""Rows of an export → orders, each of them once.

The table of orders that everything else works on has one row an order, sorted by `order_id`:

| column | dtype | meaning |
|---|---|---|
| `order_id`, `customer`, `product` | str | in capitals |
| `date` | datetime64[s] | day of the order |
| `segment`, `region`, `channel`, `newsletter`, `price_group` | category | one spelling each |
| `quantity_kg` | float | kilograms |
| `price_per_kg` | float | EUR, NaN where nobody knows it |
| `discount_pct` | float | percent off, 0 for none |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import values
from analysis.errors import InputError

POUND = 453.59237
"""Grams."""

MOST = 500.0
"""No order weighs more kilograms: a row in kg that says so was meant to say grams."""

SHOWN = 40
"""Characters of a value that an error quotes."""

WORDS = {
    "segment": values.SEGMENTS,
    "region": values.REGIONS,
    "channel": values.CHANNELS,
    "newsletter": values.ANSWERS,
    "price_group": values.GROUPS,
}


def clean(export: pd.DataFrame) -> pd.DataFrame:
    """The orders of an export (`reading.read`). `InputError` for a cell without meaning."""
    rows = latest(export)
    orders = {
        "order_id": rows["order_id"],
        "date": parsed(rows["date"], values.day),
        "customer": parsed(rows["customer"], values.identifier),
        **{name: word(rows[name], meanings) for name, meanings in WORDS.items()},
        "product": parsed(rows["product"], values.identifier),
        "quantity_kg": kilograms(
            parsed(rows["quantity"], values.weight).to_numpy(),
            parsed(rows["unit"], values.one_of(values.UNITS)).to_numpy(),
        ),
        "price_per_kg": parsed(rows["price_per_kg"], values.price),
        "discount_pct": parsed(rows["discount"], values.discount),
    }
    return pd.DataFrame(orders, index=rows.index)


def latest(export: pd.DataFrame) -> pd.DataFrame:
    """The last export of each order, sorted by `order_id`; the later row where times are equal.

    Ids are compared in capitals and without blanks.
    """
    rows = export.assign(
        order_id=parsed(export["order_id"], values.identifier),
        exported_at=parsed(export["exported_at"], values.moment),
    )
    rows = rows.sort_values("exported_at", kind="stable")
    rows = rows.drop_duplicates("order_id", keep="last")
    return rows.sort_values("order_id", ignore_index=True)


def parsed(column: pd.Series[Any], parse: Callable[[str], Any]) -> pd.Series[Any]:
    """What the texts of a column mean. Each different text is parsed once.

    `InputError` that quotes the first text without a meaning.
    """
    places, texts = pd.factorize(column)
    found = []
    for text in texts:
        try:
            found.append(parse(text))
        except ValueError as error:
            many = int((column == text).sum())
            message = f"column {column.name}: {text[:SHOWN]!r} cannot be read, rows with it: {many}"
            raise InputError(message) from error
    return pd.Series(found, name=column.name).take(places).set_axis(column.index)


def word(column: pd.Series[Any], meanings: Mapping[str, str]) -> pd.Series[Any]:
    """A column of words, as a category of all that it may hold."""
    kinds = pd.CategoricalDtype(sorted(set(meanings.values())))
    return parsed(column, values.one_of(meanings)).astype(kinds)


def kilograms(
    weights: npt.NDArray[np.float64], units: npt.NDArray[np.object_]
) -> npt.NDArray[np.float64]:
    """Kilograms of weights in `kg`, `g` or `lb`.

    Pounds become whole grams: they come with four decimals, a twentieth of a gram. Kilograms are
    left as they are, so that cleaning what is clean changes nothing.
    """
    grams = np.where(units == "lb", np.rint(weights * POUND), weights)
    right = (units == "kg") & (weights <= MOST)
    found = np.where(right, weights, grams / 1000)
    return np.where(found < 0.6, found * 100, found)
