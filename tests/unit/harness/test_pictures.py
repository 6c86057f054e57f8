"""Which pictures a reader's browser can be given."""

from __future__ import annotations

import pytest

from runner.harness.notes import PICTURE_BYTES
from runner.harness.pictures import DEPTH_LIMIT, DRAWN_LIMIT, why_unfit

CHART = """\
<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg">
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <g id="figure_1"><g id="patch_1">
  <path d="M 0 0" style="fill: #ffffff; width: 100%"/>
  <defs>
   <path id="mark" d="M 0 0" style="stroke: #1f77b4"/>
   <clipPath id="clip"><rect width="1"/></clipPath>
   <linearGradient id="shade"><stop stop-color="#fff"/></linearGradient>
  </defs>
  <g clip-path="url(#clip)"><use xlink:href="#mark" x="1"/><use xlink:href="#mark" x="2"/></g>
  <rect fill="url('#shade')"/><text>100 % of it; url(x) and a\\b</text>
  <image xlink:href="data:image/png;base64,iVBORw0KGgo="/>
  <a href="https://example.org/a%20b"><text>more</text></a>
 </g></g>
</svg>
"""


def svg(inside: str) -> bytes:
    return f"<svg xmlns='http://www.w3.org/2000/svg'>{inside}</svg>".encode()


def nested(depth: int) -> str:
    """A picture of a few lines that draws three to the power of `depth` elements."""
    groups = (
        f"<g id='a{number}'>" + f"<use href='#a{number - 1}'/>" * 3 + "</g>"
        for number in range(1, depth)
    )
    return "<rect id='a0'/>" + "".join(groups)


def test_charts_are_fit() -> None:
    assert why_unfit(CHART.encode()) == ""
    assert why_unfit(CHART.replace('"utf-8"', '"iso-8859-1"').encode("latin-1")) == ""


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (nested(9), "has references in what is referred to"),
        ("<g id='a'><use href='#a'/></g>", "has references in what is referred to"),
        (
            "<pattern id='a'><i fill='url(#b)'/></pattern><i id='b' style='fill: URL( #a )'/>",
            "has references in what is referred to",
        ),
        (
            f"<g id='a'>{'<i/>' * 1000}</g>" + "<use href='#a'/>" * 50,
            "draws 51102 elements",
        ),
        ("<g id='a'/><use href='#%61'/>", "has references that are hidden"),
        (r"<rect style='fill:u\72l(#a)'/>", "has references that are hidden"),
        ("<use><set attributeName='xlink:href' to='#a'/></use>", "has references that are hidden"),
        ("<style>rect{fill:<!-- -->URL(#a)}</style>", "has references in its style sheet"),
        (r"<style>rect{fill:u\72l(#a)}</style>", "has references in its style sheet"),
        ("<image href=' DATA:image/svg+xml,x'/>", "has another picture in it"),
        ("<g>" * DEPTH_LIMIT + "</g>" * DEPTH_LIMIT, "is nested too deeply"),
        ("<?xml-stylesheet href='#a'?>", "has processing instructions"),
        ("<g></svg>", "is not well-formed (mismatched tag, line 1)"),
        ("&lol;", "is not well-formed (undefined entity, line 1)"),
    ],
)
def test_what_could_stop_a_browser_is_unfit(inside: str, reason: str) -> None:
    assert why_unfit(svg(inside)) == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not well-formed (no element found, line 1)"),
        (b'<?xml version="1.0" encoding="nonsense"?><svg/>', "is in an encoding that"),
        (b'<?xml version="1.0" encoding="shift_jis"?><svg/>', "is in an encoding that"),
        (b"\x00\xff", "is not well-formed"),
        (b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg>&a;</svg>", "declares entities"),
        (b"<!DOCTYPE svg [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]><svg/>", "declares ent"),
    ],
)
def test_what_is_no_plain_document_is_unfit(data: bytes, reason: str) -> None:
    assert why_unfit(data).startswith(reason)


def test_the_largest_picture_is_read() -> None:
    many = "<g id='a'><use href='#b'/>" * (DEPTH_LIMIT - 2) + "</g>" * (DEPTH_LIMIT - 2)
    whole = svg("<i/>" * ((PICTURE_BYTES - 100) // 4))

    assert why_unfit(svg(many * 100)) == ""
    assert len(whole) <= PICTURE_BYTES
    assert why_unfit(whole) == f"draws {(PICTURE_BYTES - 100) // 4 + 1} elements"
    assert DRAWN_LIMIT < PICTURE_BYTES // 4
