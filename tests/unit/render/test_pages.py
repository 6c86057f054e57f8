"""The HTML pages: policy, accessibility, what they say."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser

import pytest

from runner.model import Record, Status
from runner.render import RENDERERS
from runner.render.html import report_html, style
from tests.unit.render.sample import GOLDEN, HERE, mid, void

PAGES = ("report.html", "feedback.html")


class Page(HTMLParser):
    """What the assertions below look at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(params=[(name, kind) for name in PAGES for kind in (mid, void)])
def page(request: pytest.FixtureRequest) -> str:
    name, kind = request.param
    return RENDERERS[name](kind())


@pytest.mark.parametrize("name", GOLDEN)
def test_the_golden_files_are_current(name: str) -> None:
    golden = (HERE / "golden" / name).read_text(encoding="utf-8")

    assert RENDERERS[name](mid()) == golden, "look, then: python -m tests.unit.render.sample"


def test_nothing_runs_and_nothing_is_fetched(page: str) -> None:
    found = Page(page)
    policy = found.all("meta")[1]["content"] or ""
    [sheet] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{digest}';" in policy
    assert not {tag for tag, _ in found.tags} & {
        "script", "link", "iframe", "object", "embed", "form", "base", "video", "audio",
    }  # fmt: skip
    assert "img-src data:; base-uri" in policy
    for tag, attributes in found.tags:
        assert not {name for name in attributes if name.startswith("on") or name == "style"}
        source = attributes.get("src") or ""
        assert ("src" in attributes) is (tag == "img")
        assert not source or re.fullmatch(r"data:image/svg\+xml;base64,[A-Za-z0-9+/]+=*", source)
        assert (attributes.get("href") or "#").startswith("#"), tag
    assert not re.search(r"url\(|@import|https?:", page)


def test_a_screen_reader_finds_its_way(page: str) -> None:
    found = Page(page)

    assert found.all("html") == [{"lang": "en"}]
    assert len(found.all("h1")) == 1
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all(attributes.get("scope") in {"col", "row"} for attributes in found.all("th"))
    assert len(found.all("table")) == len(found.all("caption"))
    assert all(attributes.get("alt") for attributes in found.all("img"))
    for attributes in found.all("svg"):
        assert attributes.get("aria-hidden") or attributes.get("aria-label")
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    links = [(attributes.get("href") or "#")[1:] for attributes in found.all("a")]
    assert len(ids) == len(set(ids))
    assert set(links) <= set(ids)


def schemes() -> dict[str, dict[str, str]]:
    """The colours of the light, dark and printed page."""
    light, *others = re.findall(r":root \{(.*?)\}", style().text, re.DOTALL)
    base = dict(re.findall(r"--([\w-]+): (#\w+)", light))
    names = ("dark", "print")
    return {"light": base} | {
        name: base | dict(re.findall(r"--([\w-]+): (#\w+)", block))
        for name, block in zip(names, others, strict=True)
    }


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    short = colour.lstrip("#")
    full = "".join(2 * one for one in short) if len(short) == 3 else short
    channels = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return sum(part * one for part, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("ink", "soft", "accent") for ground in ("paper", "card")),
        *((ink, "card") for ink in ("pass", "part", "fail", "none", "ours")),
        ("ink", "code"), ("ink", "fail-soft"), ("fail", "fail-soft"), ("accent", "fail-soft"),
        ("soft", "fail-soft"), ("ours", "ours-soft"), ("ink", "ours-soft"), ("ink", "pass-soft"),
    ],
)  # fmt: skip
def test_text_has_the_contrast_of_wcag_aa(scheme: str, ink: str, ground: str) -> None:
    colours = schemes()[scheme]
    high, low = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)

    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_first_screen_has_what_an_interviewer_asks_first() -> None:
    first = report_html(mid()).partition('id="questions"')[0]

    for said in (
        "Robin Osei", "Orders API", "judged as <b>mid</b>", "1 sign of tampering", "86.7",
        "Advice, not a decision", "A must-have failed", "Correctness", "Red flags", "Green flags",
        "3 of 4 human marks are missing",
    ):  # fmt: skip
        assert said in first


def test_status_is_a_word_and_not_only_a_colour() -> None:
    page = report_html(mid())

    for word in ("passed", "partly", "failed", "not measured"):
        assert word in page


def test_a_void_run_shows_a_banner_and_no_score() -> None:
    page = report_html(void())

    assert "This run is void. There is no score." in page
    assert "Automatic score" not in page
    assert "Must-haves" not in page
    assert "engine gone" in page


def bare() -> Record:
    """A record in which hardly anything happened."""
    record = mid()
    return record.model_copy(
        update={
            "submission": record.submission.model_copy(update={"candidate": ""}),
            "criteria": tuple(one for one in record.criteria if one.status is Status.PASSED)[:2],
            "alarms": (),
            "gates": (),
            "flags": type(record.flags)(),
            "questions": (),
            "marks": (),
            "timings": {},
        }
    )


def test_empty_parts_say_so_or_stay_away() -> None:
    page = report_html(bare())

    assert "Unnamed candidate" in page
    assert "No sign of tampering was found." in page
    assert page.count("None raised.") == 2
    assert "Nothing failed." in page
    assert "For people to mark</h2>" not in page


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_renders_a_bare_record(name: str) -> None:
    assert RENDERERS[name](bare())
