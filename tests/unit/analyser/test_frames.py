"""How code works on data frames: what is counted, and above all what is not."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

from runner.analyser import frames as module
from runner.analyser.document import Frames
from runner.analyser.frames import frames
from runner.analyser.refusals import Refusals
from tests.unit.analyser.build import names, source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.analyser.source import Source

HEAD = """\
import json
import pandas as pd
import polars as pl
from pandas import DataFrame, concat

"""


def found_in(sources: Iterable[Source]) -> Frames:
    """What is seen in these sources; none of them may break the reader."""
    refused = Refusals()
    found = frames(sources, refused)
    assert not refused.reasons
    return found


def seen(text: str, head: str = HEAD) -> Frames:
    """What is seen in the body of a function that is given a frame called `orders`."""
    body = indent(dedent(text).strip("\n"), "    ")
    return found_in([source(f"{head}\ndef work(orders: pd.DataFrame, x):\n{body}\n")])


def files(**texts: str) -> Frames:
    """What is seen in several files, each with the imports at its head."""
    made = (source(HEAD + dedent(text), f"app/{name}.py") for name, text in texts.items())
    return found_in(made)


@pytest.mark.parametrize(
    "text",
    [
        "for _, row in orders.iterrows(): total += row['price']",
        "for n, (_, row) in enumerate(orders.iterrows()): total[n] = row['price']",
        "return [row['price'] for _, row in orders.iterrows()]",
        "return {row['price'] for _, row in orders.iterrows() if row['kg']}",
        "async for _, row in orders.iterrows():\n    if row.kg:\n        return",
        "rows = list(orders.dropna().iterrows())",
        "for name, part in orders.groupby('region'):\n    for _, row in part.iterrows(): f(row)",
        "for _, row in orders.groupby('day')['kg'].transform('sum').iterrows(): f(row)",
        "for _, row in load(x).iterrows(): f(row)",
    ],
)
def test_iterrows(text: str) -> None:
    found = seen(text)
    assert (names(found.found), found.rowwise) == ({"iterrows": 1}, 1)


@pytest.mark.parametrize(
    "call",
    [
        "orders.apply(lambda row: row.price * row.kg, axis=1)",
        "orders[['a', 'b']].apply(f, axis='columns')",
        "orders.dropna().apply(f, result_type='expand', axis=1)",
        "orders.map_rows(f)",
    ],
)
def test_apply_by_rows(call: str) -> None:
    found = seen(f"x['revenue'] = {call}")
    assert (names(found.found), found.rowwise) == ({"apply by rows": 1}, 1)


@pytest.mark.parametrize(
    "text",
    [
        "for i in orders.index:\n    orders.loc[i, 'kg'] = 1",
        "for i in orders.index.tolist():\n    if orders.at[i, 'kg'] > 5: n += 1",
        "for i in orders[orders.kg > 500].index:\n    orders.loc[i, 'kg'] /= 1000",
        "for i in orders.index.values:\n    total += orders.loc[i]['kg']",
        "for i in range(len(orders)):\n    total += orders.iloc[i]['kg']",
        "for i in range(1, len(orders)):\n    d.append(orders.kg.iloc[i] - orders.kg.iloc[i - 1])",
        "for i in range(len(orders) - 1):\n    f(orders.iat[i, 2])",
        "for i in range(orders.shape[0]):\n    f(orders.iloc[i, 2])",
        "for i in range(0, len(orders.index)):\n    f(orders.iloc[i, 2])",
        "for i in range(len(orders)):\n    total += orders['kg'][i]",
        "return [orders.loc[i, 'kg'] * 2 for i in orders.index]",
        "return {i: orders.at[i, 'kg'] for i in orders.index}",
    ],
)
def test_loops_that_look_rows_up(text: str) -> None:
    found = seen(text)
    assert (names(found.found), found.rowwise) == ({"loop over row labels": 1}, 1)


@pytest.mark.parametrize(
    "text",
    [
        "for part in x:\n    orders = pd.concat([orders, part])",
        "for part in x:\n    orders = concat((orders, part), ignore_index=True).reset_index()",
        "while x:\n    orders = pl.concat([orders, next(x)])",
        "for part in x:\n    orders = orders.append(part, ignore_index=True)",
        "for part in x:\n    self.all = pd.concat([self.all, part])",
        """
        out = None
        for part in x:
            if out is None:
                out = part
            else:
                out = pd.concat([out, part])
        """,
        """
        for part in x:
            try:
                orders = pd.concat([orders, f(part)])
            except ValueError:
                orders = part
        """,
        "for row in x:\n    orders.loc[len(orders)] = row",
        "for a in x:\n    all = a\n    for b in a:\n        out = pd.concat([out, b])",
        """
        for part in x:
            match part:
                case 1 if part:
                    orders = pd.concat([orders, part])
                case 2:
                    orders = part
        """,
    ],
)
def test_frames_that_grow_in_a_loop(text: str) -> None:
    found = seen(text)
    assert (names(found.found), found.rowwise) == ({"frame grown in a loop": 1}, 0)


@pytest.mark.parametrize(
    "text",
    [
        "orders['kg'][3] = 1",
        "orders['kg'][orders['kg'] > 500] /= 1000",
        "orders.loc[orders.kg > 500]['kg'] = 1",
        "orders.loc[:, 'kg'][0] = 1",
        "x[x.kg > 500]['kg'] = 1",
        "x[x['kg'].isna()]['kg'] = 1",
        "x[(x.kg > 500) & (x.unit == 'kg')]['kg'] = 1",
        "x[~x.kg.isna()]['kg'] = 1",
        "orders['kg'].loc[3] = 1",
        "df['kg'][3] = 1",
        "clean = orders.dropna().copy()\nclean['kg'][3] = 1",
        "raw = pd.read_csv(x)\nraw['kg'][3] = 1",
        "rest = orders[orders.kg > 5]\nrest['kg'][3] = 1",
        "part: pd.DataFrame = f(x)\npart['kg'][3] = 1",
        "part: pd.DataFrame | None\npart['kg'][3] = 1",
        "part: 'DataFrame | None' = f(x)\ndf = part\ndf['kg'][3] = 1",
        "orders['kg'].fillna(0, inplace=True)",
    ],
)
def test_chained_assignments(text: str) -> None:
    found = seen(text)
    assert (names(found.found), found.rowwise) == ({"chained assignment": 1}, 0)


def test_in_place_is_only_noted() -> None:
    found = seen("orders.drop_duplicates(inplace=True)\nx.dropna(inplace=True)")
    assert (names(found.noted), found.found.total) == ({"inplace": 2}, 0)


RIGHT = {
    "a list that grows": "for part in x:\n    rows.append(part)\nreturn pd.concat(rows)",
    "concat in a comprehension": "return pd.concat([f(part) for part in x])",
    "concat of others in a loop": "for part in x:\n    both = pd.concat([orders, part])",
    "a new frame in every round": (
        "for part in x:\n    part = f(part)\n    part = pd.concat([part, orders])\n    g(part)"
    ),
    "the frame of the loop": "for name, part in x:\n    part = pd.concat([part, orders])",
    "concat of itself without a loop": "orders = pd.concat([orders, x])",
    "a row added once": "orders.loc[len(orders)] = x",
    "append without a loop": "orders = orders.append(x)",
    "a function inside a loop": (
        "for part in x:\n    def add(orders, more):\n        orders = pd.concat([orders, more])\n"
        "        return orders"
    ),
    "apply on a groupby": "return orders.groupby('region').apply(lambda part: part.kg.sum())",
    "apply on a groupby with an argument of its own": (
        "groups = orders.groupby('region')\nreturn groups.apply(f, axis=1)"
    ),
    "apply on a column": "return orders['kg'].apply(parse)",
    "apply by columns": "return orders.apply(f) + orders.apply(f, axis=0)",
    "apply by name": "return orders[['a', 'b']].apply('sum', axis=1)",
    "apply that is compiled": "return orders.apply(f, axis=1, engine='numba')",
    "colours for people": "return orders.style.format('{:.2f}').apply(f, axis=1)",
    "numpy": "return np.apply_along_axis(f, 1, x) + np.sum(x, axis=1)",
    "whole columns": "orders['revenue'] = orders['kg'] * orders['price']",
    "sums by rows": "return orders[['a', 'b']].sum(axis=1)",
    "nested dictionaries": "x['a']['b'] = 1\nx[0][1] += 1\ntotals[region][month] = 2",
    "a dictionary of frames": (
        "sheets = pd.read_excel(x, sheet_name=None)\nsheets['a']['kg'] = 1\n"
        "df_by_region['East']['kg'] = 2\nparts['East'].loc[3, 'kg'] = 3"
    ),
    "a dictionary that is called df": "df = {}\ndf['a']['b'] = 1",
    "a dictionary by its annotation": "df: dict[str, dict[str, int]] = f(x)\ndf['a']['b'] = 1",
    "a dictionary that came from a frame": "df = orders.to_dict()\nout = df\nout['a']['b'] = 1",
    "a dictionary in a cell": "orders.loc[3, 'notes']['a'] = 1\norders.attrs['a']['b'] = 2",
    "arrays by a comparison": "x[key == 'a']['b'] = 1\nx['a'][x['a'] > 1] = 0",
    "loc as it should be": "orders.loc[orders.kg > 500, 'kg'] /= 1000\norders.loc[3] = x",
    "a column of a column's own": "column = orders['kg']\ncolumn[3] = 1",
    "a frame in another library": "x['a'].loc[3] = 1",
    "keywords that are not true": "orders.dropna(inplace=False)\nx.dropna(inplace=flag)",
    "one row": "_, first = next(orders.iterrows())",
    "loops over columns": "for name in orders.columns:\n    orders[name] = f(orders[name])",
    "loops over regions": "for r in orders.region.unique():\n    f(orders.loc[orders.region == r])",
    "pieces": "for i in range(0, len(orders), 1000):\n    f(orders.iloc[i : i + 1000])",
    "windows": "for i in range(len(orders)):\n    f(orders.iloc[: i + 1])",
    "a few rows by number": "for i in range(5):\n    f(orders.iloc[i])",
    "a list by number": "for i in range(len(x)):\n    f(x[i], x['a'], other['a'][i])",
    "rows of something else": "for i in orders.index:\n    f(i)\n    orders.loc[3]",
    "the second number of a shape": "for i in range(orders.shape[1]):\n    f(orders.iloc[:, i])",
    "tuples of a summary": (
        "table = orders.groupby('region').agg('sum').reset_index()\n"
        "return [(row.region, row.kg) for row in table.head(5).itertuples()]"
    ),
    "one batch of tuples": "rows = list(orders.itertuples())",
    "zip": "return [a * b for a, b in zip(orders.a, orders.b)]",
    "records": "return orders.to_dict('records')",
    "every kind of block": """
        for part in x:
            try:
                y = f(part)
            except ValueError:
                y = 0
            else:
                while y:
                    y -= 1
                else:
                    z = orders
            finally:
                z = pd.concat([orders, part])
        else:
            orders = pd.concat([orders, x])
        """,
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_not_remarked_on(text: str) -> None:
    found = seen(text)
    assert found == Frames(files=1)


@pytest.mark.parametrize(
    "text",
    [
        "for row in orders.itertuples(): total += row.price",
        "for row in orders.filter(x).iter_rows(named=True): total += row['price']",
        "return [row.price for row in orders.itertuples(index=False)]",
    ],
)
def test_itertuples_is_only_noted(text: str) -> None:
    found = seen(text)
    assert (names(found.noted), found.found.total, found.rowwise) == ({"itertuples": 1}, 0, 0)


SHORT = {
    "a group-by": "table = orders.groupby('region')['kg'].sum().reset_index()",
    "a group-by of columns": "table = orders.groupby(['region', 'm'], as_index=False).agg(kg=f)",
    "polars": "table = orders.group_by('region').agg(pl.col('kg').sum()).sort('region')",
    "a pivot": "table = orders.pivot_table(index='region', columns='month', values='kg')",
    "a crosstab": "table = pd.crosstab(orders.region, orders.month)",
    "a head": "table = orders.sort_values('kg').head(10)",
    "value counts": "table = orders['region'].value_counts().to_frame()",
    "columns as rows": "table = orders.T",
    "another name": "short = orders.resample('MS').sum()\ntable = short.rename(columns=str)",
    "a walrus": "f(table := orders.nlargest(3, 'kg'))\ntable = (y := orders.nlargest(3, 'kg'))",
}


@pytest.mark.parametrize("made", SHORT.values(), ids=SHORT)
def test_going_over_a_summary_is_only_noted(made: str) -> None:
    found = seen(
        f"{made}\nfor _, row in table.iterrows(): f(row)\n"
        "for i in table.index: f(table.loc[i])\n"
        "table['share'] = table.apply(f, axis=1)\n"
    )
    assert found.found.total == found.rowwise == 0
    assert names(found.noted) == {"apply by rows": 1, "iterrows": 1, "loop over row labels": 1}


@pytest.mark.parametrize(
    "made",
    [
        "table = orders.groupby('customer').apply(f)",
        "table = orders.groupby('customer').cumsum()",
        "table = orders.groupby('customer').rolling(3)",
        "table = orders.groupby('customer').sum()\ntable = orders.merge(table)",
        "table, rest = orders.groupby('customer').sum(), 1",
        "table = orders.groupby('customer').sum()\nfor table in x: pass",
    ],
)
def test_what_is_as_long_as_the_frame_is_no_summary(made: str) -> None:
    assert seen(f"{made}\nfor _, row in table.iterrows(): f(row)\n").rowwise == 1


@pytest.mark.parametrize(
    "text",
    [
        "for region, row in x.iterrows():\n    ax.plot(row.index, row.to_numpy(), label=region)",
        "for region in x.index:\n    axes[0].plot(x.columns, x.loc[region])",
        "for i, row in x.iterrows():\n    if row.kg:\n        plt.text(i, row.kg, 'most')",
    ],
)
def test_a_loop_that_draws_is_only_noted(text: str) -> None:
    found = seen(text)
    assert (found.found.total, found.noted.total) == (0, 1)


def test_what_a_function_returns_and_is_given_is_known_in_every_file() -> None:
    found = files(
        a_main="""
            from app import charts, tables

            def main(orders):
                by_month = tables.by_month(orders)
                charts.entries(by_month, title="Revenue")
                charts.Page(rows=by_month).show()
                charts.text(table=tables.by_month(orders))
                charts.text(*x)
        """,
        charts="""
            def entries(table: pd.DataFrame, title):
                return [{"region": row.region} for _, row in table.iterrows()]

            def text(table):
                return "".join(str(table.loc[i]) for i in table.index)

            class Page:
                def __init__(self, rows):
                    self.rows = rows

                def show(self):
                    for _, row in self.rows.iterrows():
                        print(row)
        """,
        tables="""
            async def by_month(orders: pd.DataFrame) -> pd.DataFrame:
                if orders.empty:
                    return orders.head(0)
                return orders.groupby("month").agg(kg=("kg", "sum"))
        """,
    )
    assert found.found.total == 0
    assert names(found.noted) == {"iterrows": 2, "loop over row labels": 1}


def test_a_function_that_is_also_given_a_frame_is_not_excused() -> None:
    found = files(
        main="""
            orders = pd.read_csv("orders.csv")
            table = orders.groupby("month").sum()

            def entries(table):
                return [row for _, row in table.iterrows()]

            entries(table)
            entries(orders)
        """,
    )
    assert found.rowwise == 1


def test_only_lines_of_the_candidate_count() -> None:
    text = (
        HEAD
        + "for _, row in a.iterrows(): f(row)\nb = (\n  a\n  .dropna()\n  .apply(f, axis=1)\n)\n"
    )
    mine = source(text, touched=frozenset({10}))
    assert mine.text.splitlines()[9] == "  .apply(f, axis=1)"
    found = found_in([mine])
    assert names(found.found) == {"apply by rows": 1}
    assert found.found.shown[0].line == 10
    assert found.found.shown[0].note.startswith("apply by rows: it calls Python once a row;")
    assert found_in([source(text, touched=frozenset())]) == Frames()


def test_places_come_by_path_and_line() -> None:
    text = HEAD + "df['a'][1] = 2\nfor _, row in a.iterrows(): f(row)\n"
    found = found_in([source(text, "app/b.py"), source(text, "app/a.py")])
    assert [(each.path, each.line) for each in found.found.shown] == [
        *(("app/a.py", 6), ("app/a.py", 7)),
        *(("app/b.py", 6), ("app/b.py", 7)),
    ]
    assert (found.files, found.rowwise) == (2, 2)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("import duckdb\nfor _, row in a.iterrows(): f(row)\n", "app/a.py"),
        ("from . import pandas\nfor _, row in a.iterrows(): f(row)\n", "app/a.py"),
        ("from .. import x\n# pandas\na.sum(inplace=True)\n", "app/a.py"),
        (HEAD + "for _, row in a.iterrows(): f(row)\n", "tests/test_a.py"),
    ],
)
def test_other_files_are_not_looked_at(text: str, path: str) -> None:
    assert found_in([source(text, path)]) == Frames()


def test_assignments_are_a_matter_of_pandas() -> None:
    head = "import polars.selectors as cs\n"
    text = "x[x.a > 1]['b'] = 1\nx.sum(inplace=True)\nfor _, row in x.iterrows(): f(row)\n"
    found = found_in([source(head + text)])
    assert names(found.found) == {"iterrows": 1}
    assert found.noted.total == 0


def test_large_submissions_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
        def table(a):
            return a.groupby("b").sum()

        for _, row in table(x).iterrows():
            f(row)
    """
    assert files(a=text).rowwise == 0
    monkeypatch.setattr(module, "ROUND_NODES", 5)
    assert files(a=text).rowwise == 1


DEEP = {
    "calls": HEAD + "a" + ".b()" * 70 + "\n",
    "subscripts": HEAD + "x = a" + "['b']" * 140 + "\n",
    "loops": HEAD
    + "".join(f"{' ' * n}for i in a.index:\n" for n in range(90))
    + " " * 90
    + "a.loc[i]\n",
    "comprehensions": HEAD + "x = " + "[" * 60 + "1" + " for i in a.index]" * 60 + "\n",
    "functions": HEAD
    + "".join(f"{' ' * n}def f(a):\n" for n in range(99))
    + " " * 99
    + "return a\n",
    "branches": HEAD + "if a:\n pass\n" + "elif a:\n pass\n" * 140,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_whatever_can_be_parsed_can_be_read(text: str) -> None:
    assert found_in([source(text)]).files == 1
