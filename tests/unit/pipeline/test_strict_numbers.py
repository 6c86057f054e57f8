"""Numbers of our own containers: neither NaN nor infinity gets into a record, nor text as one."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from runner.analyser.document import Analysis
from runner.checks.conversation import MESSAGES
from tests.unit.pipeline.scenes import small_analysis, suite_report

NO_NUMBERS = ["NaN", "Infinity", "-Infinity", "1e999", '"1"', "true"]


@pytest.mark.parametrize("word", NO_NUMBERS)
@pytest.mark.parametrize("key", ["suite_seconds", "subject_seconds"])
def test_the_harness_says_numbers(key: str, word: str) -> None:
    line = suite_report().model_copy(update={key: 4711.0}).model_dump_json()
    MESSAGES.validate_json(line)
    with pytest.raises(ValidationError):
        MESSAGES.validate_json(line.replace("4711.0", word))


@pytest.mark.parametrize("word", NO_NUMBERS)
def test_the_analyser_says_numbers(word: str) -> None:
    document = json.loads(small_analysis().model_dump_json())
    document["seconds"] = {"read": 4711.5}
    line = json.dumps(document)
    Analysis.model_validate_json(line)
    with pytest.raises(ValidationError):
        Analysis.model_validate_json(line.replace("4711.5", word))


def test_the_analyser_says_nothing_else() -> None:
    document = json.loads(small_analysis().model_dump_json())
    with pytest.raises(ValidationError):
        Analysis.model_validate(document | {"passed": True})
