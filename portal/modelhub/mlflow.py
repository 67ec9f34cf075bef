"""Sending a training run to an MLflow server through its REST interface. Only where an installation
names one; what goes out holds no person, no case and no image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

TIMEOUT_S = (2.0, 10.0)  # to connect, to answer: other chores wait
MOST_VALUE = 6000  # characters of a parameter
STATUS = {"succeeded": "FINISHED", "cancelled": "KILLED"}


class TrackingError(Exception):
    """The server is away, or refuses; it is tried again."""


@dataclass(frozen=True)
class Point:
    """One value of a curve at a step, at a time in ms."""

    name: str
    value: float
    step: int
    at_ms: int


def is_configured() -> bool:
    return bool(settings.MLFLOW_TRACKING_URI)


class Mlflow:
    """A server that speaks MLflow's REST interface, version 2.0."""

    def __init__(self, uri: str, *, token: str = "", user: str = "", password: str = "") -> None:
        self._root = f"{uri.rstrip('/')}/api/2.0/mlflow/"
        self._session = requests.Session()
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"
        elif user:
            self._session.auth = (user, password)

    def experiment(self, name: str) -> str:
        """The experiment's id; made where there is none of that name."""
        found = self._ask("GET", "experiments/get-by-name", {"experiment_name": name}, missing=True)
        if found is not None:
            return str(found["experiment"]["experiment_id"])
        return str(self._post("experiments/create", {"name": name})["experiment_id"])

    def create_run(self, experiment_id: str, name: str, at_ms: int, tags: Mapping[str, str]) -> str:
        body = {
            "experiment_id": experiment_id,
            "run_name": name,
            "start_time": at_ms,
            "tags": _pairs(tags),
        }
        return str(self._post("runs/create", body)["run"]["info"]["run_id"])

    def log_params(self, run_id: str, params: Mapping[str, str]) -> None:
        self._post("runs/log-batch", {"run_id": run_id, "params": _pairs(params)})

    def log_points(self, run_id: str, points: Sequence[Point]) -> None:
        """At most 1000 at once. Told twice, a point of the same time is one."""
        metrics = [
            {"key": p.name, "value": p.value, "timestamp": p.at_ms, "step": p.step} for p in points
        ]
        self._post("runs/log-batch", {"run_id": run_id, "metrics": metrics})

    def end_run(self, run_id: str, state: str, at_ms: int) -> None:
        body = {"run_id": run_id, "status": STATUS.get(state, "FAILED"), "end_time": at_ms}
        self._post("runs/update", body)

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._ask("POST", path, body)
        assert found is not None
        return found

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any], *, missing: bool = False
    ) -> dict[str, Any] | None:
        """``missing``: None for what isn't there."""
        sent: dict[str, Any] = {"params": body} if method == "GET" else {"json": body}
        try:
            answer = self._session.request(method, self._root + path, timeout=TIMEOUT_S, **sent)
            if missing and answer.status_code == 404:
                return None
            answer.raise_for_status()
            return dict(answer.json())
        except (requests.RequestException, ValueError) as error:
            # neither address nor answer: they may hold a password
            raise TrackingError(f"{path}: {type(error).__name__}") from error


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value[:MOST_VALUE]} for key, value in values.items()]
