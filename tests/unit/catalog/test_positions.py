from __future__ import annotations

import pytest

from runner.catalog.positions import line_of

TEXT = '''\
a = 1
b.c = 2
"d e" = 3
long = """
a.b = 4
[fake]
"""

[table] # comment
key = [
    1,
]
[table.deep]
x = 1
[[array]]
k = 1
[array.sub]
k = 2
[[array]]
k = { inner = 1 }
[[array.many]]
m = 1
[[array.many]]
m = 2
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (["a"], 1),
        (["b", "c"], 2),
        (["d e"], 3),
        (["long"], 4),
        (["fake"], None),
        (["table"], 9),
        (["table", "key", 0], 10),
        (["table", "missing"], 9),
        (["table", "deep", "x"], 14),
        (["array", 0, "k"], 16),
        (["array", 0, "sub", "k"], 18),
        (["array", 1, "k", "inner"], 20),
        (["array", 1, "many", 0, "m"], 22),
        (["array", 1, "many", 1, "m"], 24),
        (["nothing"], None),
        ([], None),
    ],
)
def test_keys_are_found(key: list[str | int], line: int | None) -> None:
    assert line_of(TEXT, key) == line
