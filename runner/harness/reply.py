"""What the subject answered, as bounded bytes with strict readers.

Every reader raises `SubjectError` with a sentence that can stand in a report, so a hidden
test cannot break on a strange answer: it fails.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeAlias, TypeVar

from runner.harness.errors import SubjectError, UnservedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVER_ERROR = 500
"""From this status on a server says that it is to blame."""

SHOWN = 120
"""Characters of a body that an error message quotes."""

DEPTH_LIMIT = 100
"""Arrays and objects in each other. What is deeper may be parsed and then not be written again."""

INTEGERS = range(-(2**63), 2**63)
"""What a field that is an integer may hold: the integers of databases and of other languages."""

LARGEST_NUMBER = 1e100
"""The same of a number. Sums and differences of such numbers, and products of three, are finite."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]+")

NAMES: dict[type[object], str] = {list: "an array", dict: "an object"}

T = TypeVar("T")


def shorten(text: str, limit: int = SHOWN) -> str:
    r"""`text` on one line, cut at `limit` characters, lone surrogates escaped.

    JSON may hold half of a pair (`"\ud800"`), and no line to the host can be encoded with it.
    """
    line = " ".join(text.encode("utf-8", "backslashreplace").decode().split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object whose readers insist on presence and exact type. `true` is no integer."""

    where: str
    content: Mapping[str, Any] = field(repr=False)

    def __contains__(self, key: str) -> bool:
        """Whether the object has `key`."""
        return key in self.content

    def __iter__(self) -> Iterator[str]:
        """The keys, in the order of the answer."""
        return iter(self.content)

    def value(self, key: str) -> Any:  # noqa: ANN401 - JSON
        """The value of `key`, of whatever type."""
        if key not in self.content:
            message = f"{self.where}: field {key!r} is missing"
            raise SubjectError(message)
        return self.content[key]

    def text(self, key: str) -> str:
        """A string."""
        return self._typed(key, str, "a string")

    def integer(self, key: str) -> int:
        """A whole number of 64 bits; `2.0` and `true` are not."""
        value = self._typed(key, int, "an integer")
        if value not in INTEGERS:
            self._wrong(key, "an integer of 64 bits", value)
        return value

    def number(self, key: str) -> float:
        """A number between `-LARGEST_NUMBER` and `LARGEST_NUMBER`."""
        value = self.value(key)
        if type(value) not in (int, float):
            self._wrong(key, "a number", value)
        if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
            self._wrong(key, f"a finite number, at most {LARGEST_NUMBER:g}", value)
        return float(value)

    def boolean(self, key: str) -> bool:
        """`true` or `false`."""
        return self._typed(key, bool, "a boolean")

    def array(self, key: str) -> list[Any]:
        """An array of whatever values."""
        return self._typed(key, list, "an array")

    def object(self, key: str) -> Fields:
        """A nested object."""
        return Fields(f"{self.where}, {key!r}", self._typed(key, dict, "an object"))

    def objects(self, key: str) -> FieldsList:
        """An array that holds objects only."""
        return as_objects(f"{self.where}, {key!r}", self.array(key))

    def _typed(self, key: str, kind: type[T], name: str) -> T:
        value = self.value(key)
        if type(value) is not kind:
            self._wrong(key, name, value)
        return value

    def _wrong(self, key: str, name: str, value: Any) -> NoReturn:  # noqa: ANN401 - JSON
        shown = NAMES.get(type(value)) or shorten(json.dumps(value), 60)
        message = f"{self.where}: field {key!r} should be {name}, got {shown}"
        raise SubjectError(message)


FieldsList: TypeAlias = list[Fields]


def as_objects(where: str, items: list[Any]) -> FieldsList:
    """`items` as `Fields`; `SubjectError` when one of them is no object."""
    for index, item in enumerate(items):
        if type(item) is not dict:
            message = f"{where}: element {index} should be an object"
            raise SubjectError(message)
    return [Fields(f"{where}[{index}]", item) for index, item in enumerate(items)]


def _reject_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        message = "an object repeats a key"
        raise ValueError(message)
    return document


def parse_json(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """`body` as JSON, strictly: UTF-8, no NaN, no repeated keys. `ValueError` otherwise.

    Depth bombs end in `ValueError` too; digit bombs do so by the interpreter's own limit.
    """
    text = body.decode("utf-8")
    message = "nested too deeply"
    if _is_deep(text):
        raise ValueError(message)
    try:
        return json.loads(text, parse_constant=_reject_constant, object_pairs_hook=_unique_keys)
    except RecursionError as error:  # of brackets that are never closed
        raise ValueError(message) from error


def _is_deep(text: str) -> bool:
    """Whether brackets are nested too deeply, as far as each has its other half.

    Each round takes the innermost ones away.
    """
    if text.count("[") + text.count("{") <= DEPTH_LIMIT:
        return False
    left = _NO_BRACKET.sub("", _STRING.sub("", text))
    for _ in range(DEPTH_LIMIT):
        before, left = left, left.replace("[]", "").replace("{}", "")
        if left == before:
            return False
    return left != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer. `where` names the request (`POST /items`); header names are lower-case.

    `seconds` is how long it took, `at` when it was there (seconds, on the monotonic clock).
    """

    where: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    at: float

    def expect(self, *statuses: int) -> Self:
        """This reply, when its status is one of `statuses`."""
        if self.status not in statuses:
            wanted = " or ".join(str(status) for status in statuses)
            message = f"{self.where} answered {self.status}, expected {wanted}{self._shown()}"
            raise (UnservedError if self.status >= SERVER_ERROR else SubjectError)(message)
        return self

    def header(self, name: str) -> str:
        """A header that has to be there."""
        if name.lower() not in self.headers:
            message = f"{self.where}: header {name} is missing"
            raise SubjectError(message)
        return self.headers[name.lower()]

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body as JSON of whatever type."""
        try:
            return parse_json(self.body)
        except ValueError as error:
            message = f"{self.where}: the body is not JSON ({error}){self._shown()}"
            raise SubjectError(message) from error

    def object(self) -> Fields:
        """The body as a JSON object."""
        document = self.json()
        if type(document) is not dict:
            message = f"{self.where}: the body should be a JSON object{self._shown()}"
            raise SubjectError(message)
        return Fields(self.where, document)

    def array(self) -> list[Any]:
        """The body as a JSON array."""
        document = self.json()
        if type(document) is not list:
            message = f"{self.where}: the body should be a JSON array{self._shown()}"
            raise SubjectError(message)
        return document

    def objects(self) -> FieldsList:
        """The body as a JSON array of objects."""
        return as_objects(self.where, self.array())

    def _shown(self) -> str:
        body = shorten(self.body.decode("utf-8", "backslashreplace"))
        return f"; body: {body}" if body else "; empty body"
