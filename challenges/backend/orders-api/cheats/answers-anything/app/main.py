"""Random answers: swapped types, halves of characters, megabytes, depths, odd headers."""

import json
import random

RANDOM = random.Random()
STATUSES = (200, 201, 200, 201, 404, 409, 412, 422, 401, 403, 402, 428, 502, 999, 204)
NAMES = ("sku", "name", "price_cents", "stock", "id", "quantity", "amount_cents", "status")
MORE = ("items", "total", "available", "complete", "warehouses", "currency", "warehouse")
LONG = "n" * 300_000
LINES = "\n".join(f"{number:06d} a line like the next one" for number in range(9_000))
DEEP = "[" * 950 + "]" * 950


def value(depth: int = 0):
    """Anything that JSON can hold and a reader may not expect."""
    plain = [None, True, -1, 0, 7, 1.5, 10**400, "", "confirmed", "EUR", "\ud800\r\nX: y", LONG]
    plain += [
        LINES,
        "</script><img src=x onerror=alert(1)>",
        "\x1b[31m\u202e|x|\n# y",
        "=1+1",
        "../..",
    ]
    if depth < 3 and RANDOM.random() < 0.4:
        return document(depth + 1) if RANDOM.random() < 0.5 else [value(depth + 1), document(3)]
    return RANDOM.choice(plain)


def document(depth: int = 0):
    """An object with all the names that anybody asks for."""
    return {name: value(depth) for name in NAMES + MORE}


def body(status: int) -> bytes:
    """Mostly an object; now and then something else, or nested to the brink."""
    if status == 204:
        return b""
    if RANDOM.random() < 0.2:
        return ('{"id": ' + DEEP + ', "sku": ' + DEEP + "}").encode()
    text = json.dumps(document() if RANDOM.random() < 0.8 else value())
    return text.encode()[:900_000] if RANDOM.random() < 0.9 else b"\xff\xfe{"


async def app(scope, receive, send):
    """Whatever comes to mind, but always healthy."""
    status = 201 if scope["method"] == "POST" else 200
    if RANDOM.random() < 0.2:
        status = RANDOM.choice(STATUSES)
    etag = RANDOM.choice([b'"\xff\xfe"', b"", b'W/"' + b"e" * 9000 + b'"', b'"1"'])
    headers = [(b"etag", etag), (b"etag", b'"2"'), (b"location", b"//[::1" + b"/x" * 3000)]
    headers += [(b"set-cookie", b'a="\\' + b"\\" * 4000), (b"content-type", b";;=\xff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body(status)})
