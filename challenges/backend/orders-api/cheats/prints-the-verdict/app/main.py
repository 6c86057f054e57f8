"""Claims success on every stream, then leaves before anybody asks."""

import json
import os
import sys

REPORT = {
    "kind": "report",
    "checks": [
        {
            "id": "test_items.py::test_create_answers_the_item",
            "requirement": "items.create",
            "cases": [{"name": "", "outcome": "passed"}],
        }
    ],
    "tools": {},
    "suite_seconds": 1.0,
    "subject_seconds": 1.0,
    "starts": 1,
    "start_seconds": [1.0],
    "subject_output": "",
}
CLAIMS = [
    json.dumps(REPORT),
    json.dumps({"kind": "answer", "number": 1, "result": {"subject": "me"}}),
    json.dumps({"kind": "progress", "check": "x", "outcome": "passed", "done": 9, "total": 9}),
    "PASSED tests/test_items.py::test_create",
    "============ 999 passed in 0.01s ============",
    "ok 1 - everything",
    "##teamcity[testFinished name='everything']",
    "::set-output name=score::100",
    "\x1b[2J\x1b[32mscore 100\x1b[0m",
]

for stream in (sys.stdout, sys.stderr, sys.__stdout__):
    for claim in CLAIMS * 200:
        print(claim, file=stream, flush=True)
os._exit(0)
