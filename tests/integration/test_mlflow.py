"""Training runs in MLflow: told once, in order, and only where an installation names a server."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from cmrkit.contracts import JobKind
from portal.datasets.models import DatasetVersion
from portal.jobs.models import Job
from portal.modelhub.models import TrackedRun, TrainingPoint, TrainingRun
from portal.modelhub.selectors import champion_of
from portal.modelhub.services.tracking import track_trainings
from tests.factories import reading as f

pytestmark = pytest.mark.django_db
API = "/api/2.0/mlflow/"


class Server(ThreadingHTTPServer):
    """As much of MLflow as its REST reference says of these six calls. ``fails``: paths that answer
    500."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.experiments: dict[str, str] = {}
        self.fails: set[str] = set()
        self.authorisation: set[str | None] = set()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.asked if asked == path]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        name = parse_qs(parts.query)["experiment_name"][0]
        held = self.server.experiments.get(name)
        if held is None:
            self.answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})
        else:
            self.answer(200, {"experiment": {"experiment_id": held}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = urlsplit(self.path).path.removeprefix(API)
        self.server.authorisation.add(self.headers.get("Authorization"))
        if path in self.server.fails:
            return self.answer(500, {})
        self.server.asked.append((path, body))
        if path == "experiments/create":
            self.server.experiments[body["name"]] = "7"
            return self.answer(200, {"experiment_id": "7"})
        if path == "runs/create":
            return self.answer(200, {"run": {"info": {"run_id": "abc"}}})
        return self.answer(200, {})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with Server() as running:
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        settings.MLFLOW_TRACKING_URI = running.uri
        yield running
        running.shutdown()


@pytest.fixture
def run(db: None) -> TrainingRun:
    world = f.make_world()
    dataset = DatasetVersion.objects.create(
        project=world.project,
        name="Hearts",
        version=1,
        content_hash="c" * 64,
        seed=1,
        frozen_by=world.scientist,
    )
    job = Job.objects.create(
        project=world.project,
        kind=JobKind.TRAIN,
        title="Train",
        state="running",
        started_at=timezone.now(),
    )
    params = {"name": "trial-sax", "version": "1", "steps": 40, "lr": 5e-4, "seed": 7}
    base = champion_of(world.project)
    return TrainingRun.objects.create(dataset=dataset, base_model=base, job=job, params=params)


def point(run: TrainingRun, step: int, val_dice: float | None = None) -> None:
    TrainingPoint.objects.create(run=run, step=step, loss=1 / step, val_dice=val_dice)


def end(run: TrainingRun, state: str) -> None:
    Job.objects.filter(pk=run.job_id).update(state=state, finished_at=timezone.now())


def test_a_run_is_followed_to_its_end(server: Server, run: TrainingRun) -> None:
    point(run, 10)
    assert track_trainings() == 1
    point(run, 20, 0.8)
    assert track_trainings() == 1
    end(run, "succeeded")
    assert track_trainings() == 1
    assert track_trainings() == 0  # closed: never told again
    (made,) = server.bodies("runs/create")
    tags = {tag["key"]: tag["value"] for tag in made["tags"]}
    assert (made["experiment_id"], made["run_name"]) == ("7", "trial-sax 1")
    assert tags["accord.dataset_sha256"] == "c" * 64
    batches = server.bodies("runs/log-batch")
    params = {p["key"]: p["value"] for body in batches for p in body.get("params", [])}
    assert (params["lr"], params["seed"]) == ("0.0005", "7")
    metrics = [(m["key"], m["step"], m["value"]) for b in batches for m in b.get("metrics", [])]
    assert metrics == [("loss", 10, 0.1), ("loss", 20, 0.05), ("val_dice", 20, 0.8)]
    (ended,) = server.bodies("runs/update")
    assert (ended["run_id"], ended["status"]) == ("abc", "FINISHED")


@pytest.mark.parametrize(
    ("state", "status"), [("failed", "FAILED"), ("dead", "FAILED"), ("cancelled", "KILLED")]
)
def test_it_says_how_a_run_ended(server: Server, run: TrainingRun, state: str, status: str) -> None:
    end(run, state)
    track_trainings()
    assert server.bodies("runs/update")[0]["status"] == status


@pytest.mark.parametrize("fails", ["runs/create", "runs/log-batch", "runs/update"])
def test_what_failed_is_told_later_and_no_run_twice(
    server: Server, run: TrainingRun, fails: str
) -> None:
    point(run, 10)
    end(run, "succeeded")
    server.fails = {fails}
    assert track_trainings() == 0
    server.fails = set()
    assert track_trainings() == 1
    assert len(server.bodies("runs/create")) == len(server.bodies("runs/update")) == 1
    metrics = [m for b in server.bodies("runs/log-batch") for m in b.get("metrics", [])]
    assert len(metrics) == 1
    assert TrackedRun.objects.get().closed_at is not None


def test_a_server_that_is_away_holds_nothing_up(run: TrainingRun, settings: Any) -> None:
    settings.MLFLOW_TRACKING_URI = "http://127.0.0.1:9"  # nobody listens there
    assert track_trainings() == 0
    assert not TrackedRun.objects.exists()


def test_nothing_is_sent_where_no_server_is_named(
    server: Server, run: TrainingRun, settings: Any
) -> None:
    settings.MLFLOW_TRACKING_URI = ""
    assert track_trainings() == 0
    assert server.asked == []


def test_many_points_go_in_parts(server: Server, run: TrainingRun) -> None:
    rows = [TrainingPoint(run=run, step=k, loss=0.5) for k in range(1, 2502)]
    TrainingPoint.objects.bulk_create(rows)
    track_trainings()
    sizes = [len(b["metrics"]) for b in server.bodies("runs/log-batch") if "metrics" in b]
    assert sizes == [200] * 12 + [101]


@pytest.mark.parametrize(
    ("named", "header"),
    [
        ({"MLFLOW_TRACKING_TOKEN": "t0ken"}, "Bearer t0ken"),
        ({"MLFLOW_TRACKING_USERNAME": "a", "MLFLOW_TRACKING_PASSWORD": "b"}, "Basic YTpi"),
        ({}, None),
    ],
)
def test_it_signs_in(
    server: Server, run: TrainingRun, settings: Any, named: dict[str, str], header: str | None
) -> None:
    for name, value in named.items():
        setattr(settings, name, value)
    track_trainings()
    assert server.authorisation == {header}
