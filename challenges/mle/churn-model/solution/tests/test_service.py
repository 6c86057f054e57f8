"""The service, without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from churn import service
from churn.errors import InputError
from churn.schema import Subscription
from tests import making, sample

SECONDS = 10.0
KEYS = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client(trained: Path) -> Iterator[TestClient]:
    """A client for the service with the model of the sample."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODEL_DIR", str(trained))
        with TestClient(service.app, raise_server_exceptions=False) as client:
            yield client


def probability(client: TestClient, row: object) -> float:
    """The prediction of one row."""
    response = client.post("/predict", json=row)
    assert response.status_code == 200, response.text
    (found,) = response.json().values()
    return float(found)


def refusal(client: TestClient, path: str, text: str | bytes) -> tuple[int, str]:
    """The status and body of an answer to some text."""
    response = client.post(path, content=text, headers=KEYS)
    return response.status_code, response.text


def with_text(name: str, text: str) -> str:
    """The ordinary row as JSON, with a field as it would not be written from Python."""
    others = json.dumps(making.without(making.JSON, name))
    return f'{others[:-1]}, "{name}": {text}}}'


def test_health(client: TestClient) -> None:
    """It says nothing else."""
    response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_model_info(client: TestClient, trained: Path) -> None:
    """As training has written it."""
    metadata = json.loads((trained / "metadata.json").read_text(encoding="utf-8"))
    expected = {name: metadata[name] for name in ("roc_auc", "rows", "features")}
    assert client.get("/model-info").json() == expected


def test_predictions_agree(client: TestClient, predictions: Path) -> None:
    """Alone, in a batch, and from a file."""
    from_file = making.predictions(predictions)
    rows = sample.to_predict()
    answer = client.post("/predict/batch", json={"rows": rows}).json()
    batch = [prediction["churn_probability"] for prediction in answer["predictions"]]
    assert batch == pytest.approx([from_file[str(row["row_id"])] for row in rows], abs=1e-9)
    alone = [probability(client, row) for row in rows[:20]]
    assert alone == pytest.approx(batch[:20], abs=1e-9)


def test_fields_that_mean_nothing(client: TestClient) -> None:
    """Whatever they hold."""
    plain = probability(client, making.JSON)
    others: dict[str, object] = {
        "row_id": 5,
        "account_id": None,
        "month": [],
        "refund_eur": "much",
        "x": {},
    }
    assert probability(client, making.JSON | others) == plain
    status, text = refusal(client, "/predict", with_text("refund_eur", "NaN"))
    assert (status, json.loads(text)) == (200, {"churn_probability": plain})


def test_gaps_are_null_or_left_out(client: TestClient) -> None:
    """Both are the same."""
    gaps = dict.fromkeys(["days_since_login", "rating", "auto_renew"])
    left_out = probability(client, making.without(making.JSON, *gaps))
    assert probability(client, making.JSON | gaps) == left_out


def test_words_that_nobody_knows(client: TestClient) -> None:
    """They are predicted like anything else."""
    words = {"plan": "decaf", "payment": "cash", "country": "FR"}
    assert 0 < probability(client, making.JSON | words) < 1


@pytest.mark.parametrize("text", ["null", "true", '"1"', "-1", "101", "NaN", "-Infinity", "1e999"])
def test_what_cannot_be_predicted(client: TestClient, text: str) -> None:
    """The answer names the field, alone and in a batch."""
    row = with_text("tickets", text)
    for path, body in (("/predict", row), ("/predict/batch", f'{{"rows": [{row}]}}')):
        status, said = refusal(client, path, body)
        assert status == 422
        assert [error["loc"][-1] for error in json.loads(said)["detail"]] == ["tickets"]


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", '"x"', "5", "{}", b"\xff", "[" * 100_000, "1" * 5000]
)
def test_what_is_no_request(client: TestClient, text: str | bytes) -> None:
    """It is the fault of whoever sent it."""
    for path in ("/predict", "/predict/batch", "/drift"):
        status, _ = refusal(client, path, text)
        assert 400 <= status < 500


def test_half_of_a_surrogate_pair(client: TestClient) -> None:
    """It is no text and cannot be sent back."""
    status, said = refusal(client, "/predict", with_text("plan", r'"\ud800"'))
    assert status == 422
    assert "plan" in said


def test_sizes_of_a_batch(client: TestClient) -> None:
    """From none to a thousand."""
    for count in (0, 1, 1000):
        answer = client.post("/predict/batch", json={"rows": [making.JSON] * count})
        assert answer.status_code == 200
        assert len(answer.json()["predictions"]) == count
    answer = client.post("/predict/batch", json={"rows": [making.JSON] * 1001})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "rows"]


def test_drift(client: TestClient) -> None:
    """The sample is like itself, and unlike one with other plans."""
    rows = sample.to_predict()
    answer = client.post("/drift", json={"rows": rows})
    assert (answer.status_code, answer.json()) == (200, {"drift": False, "features": []})
    strange = [row | {"plan": "decaf"} for row in rows]
    answer = client.post("/drift", json={"rows": strange})
    assert answer.json() == {"drift": True, "features": ["plan"]}


def test_a_batch_is_predicted_at_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one call of the model, and not one a row."""
    asked = []

    def counted(_model: object, rows: Sequence[Subscription]) -> list[float]:
        asked.append(len(rows))
        return [0.5] * len(rows)

    monkeypatch.setattr(service, "probabilities", counted)
    client.post("/predict/batch", json={"rows": [making.JSON] * 50})
    assert asked == [50]


@pytest.mark.parametrize("path", ["/health", "/model-info"])
def test_the_service_answers_while_it_predicts(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A batch does not stop it."""
    started, answered = Event(), Event()

    def slow(_model: object, rows: Sequence[Subscription]) -> list[float]:
        started.set()
        assert answered.wait(SECONDS)
        return [0.5] * len(rows)

    monkeypatch.setattr(service, "probabilities", slow)
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(client.post, "/predict/batch", json={"rows": [making.JSON]})
        assert started.wait(SECONDS)
        assert client.get(path).status_code == 200
        assert not batch.done()
        answered.set()
    assert batch.result().status_code == 200


def test_the_model_is_loaded_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What becomes of the folder later does not matter."""
    monkeypatch.setenv("MODEL_DIR", "/nowhere")
    assert 0 < probability(client, making.JSON) < 1


def test_there_is_no_service_without_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not start, so nothing is sent to it."""
    monkeypatch.setenv("MODEL_DIR", str(tmp_path))
    with pytest.raises(InputError, match="no model"), TestClient(service.app):
        pytest.fail("the service has started")
