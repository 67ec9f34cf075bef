"""AI on one frame, from the reader's request to the saved contour, with a service that is stood in
for: what it is sent, what it may answer, and who may ask at all."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from portal.annotations.models import Annotation
from portal.inference.services import frames, model_service
from portal.modelhub.models import ModelVersion
from portal.protocols.models import ProtocolVersion
from portal.reads.models import Read
from tests.factories import reading as f
from tests.integration.permissions.people_and_things import make_champion

pytestmark = pytest.mark.django_db
PIXELS = np.arange(f.SIZE * f.SIZE, dtype=np.float32).reshape(f.SIZE, f.SIZE)
SQUARE = [[20.0, 20.0], [40.0, 20.0], [40.0, 40.0], [20.0, 40.0]]
GOOD = {"structures": {"lv_endo": [SQUARE], "rv_endo": [SQUARE]}}


class FakeService:
    """Answers as told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status, self.answer, self.wait_s = 200, GOOD, 0.0
        self.asked: list[tuple[str, str, Any]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                asked = (self.path, self.headers["Authorization"], body)
                service.asked.append(asked)
                if self.path.startswith("/models/"):
                    service.status, service.answer = 200, GOOD
                time.sleep(service.wait_s)
                answer = service.answer
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with suppress(BrokenPipeError):  # of who didn't wait for it
                    self.wfile.write(content)

            do_PUT = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    fake = FakeService()
    settings.ACCORD_MODEL_SERVICE_URL = fake.url
    monkeypatch.setattr(frames, "frame_pixels", lambda stack, s, p: PIXELS)
    yield fake
    fake.server.shutdown()


def opened(world: f.World) -> Read:
    make_champion(world)
    return world.assign(f.make_case(world.project, "C-1"), world.reader_a)[0]


@pytest.fixture
def read(world: f.World) -> Read:
    return opened(world)


def ask(world: f.World, read: Read, **body: Any) -> Any:
    return f.Api(world.reader_a).post(
        f"reads/{read.pk}/segment-frame/", {"slice": 1, "phase": 0, **body}
    )


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def contour(read: Read, found: Any, base: int = 0, **changed: Any) -> dict[str, Any]:
    return {
        "op_id": f.op_id(),
        "kind": "contour",
        "structure": "lv_endo",
        "sop_instance_uid": f.frame_uid(read, 1, 0),
        "frame_number": 1,
        "base_version": base,
        "parts": found["structures"]["lv_endo"],
        "origin": "ai",
        "made_by": found["made_by"],
        **changed,
    }


def saved(world: f.World, read: Read, operation: dict[str, Any]) -> dict[str, Any]:
    answer = f.Api(world.reader_a).post(f"reads/{read.pk}/operations/", {"operations": [operation]})
    assert answer.status_code == 200, answer.content
    (result,) = answer.json()["results"]
    return dict(result)


def test_the_service_gets_the_frame_and_the_reader_its_contours(
    world: f.World, read: Read, service: FakeService, settings: Any
) -> None:
    found = ask(world, read).json()
    assert found["structures"] == GOOD["structures"]
    ((path, token, body),) = service.asked
    asked = json.loads(body)
    assert (path, token) == ("/segment-frame", f"Bearer {settings.ACCORD_WORKER_TOKEN}")
    sent = np.frombuffer(base64.b64decode(asked["pixels"]["data"]), asked["pixels"]["dtype"])
    assert np.array_equal(sent.reshape(asked["pixels"]["shape"]), PIXELS)
    assert asked["spacing_mm"] == [f.SPACING_MM, f.SPACING_MM]
    assert asked["model"]["weights_sha256"]
    assert (asked["correction"], asked["centre"]) == (None, None)
    assert not Annotation.objects.filter(read=read).exists(), "nothing is saved by asking"


def test_what_is_saved_says_which_model_made_it_and_waits(
    world: f.World, read: Read, service: FakeService
) -> None:
    found = ask(world, read).json()
    assert saved(world, read, contour(read, found))["outcome"] == "applied"
    row = Annotation.objects.get(read=read)
    assert (row.origin, row.state, row.model_label) == ("ai", "auto", found["model"])
    drawn = contour(read, found, base=1)
    del drawn["origin"], drawn["made_by"]
    assert saved(world, read, drawn)["outcome"] == "applied"
    again = saved(world, read, contour(read, found, base=2))
    assert again["code"] == "already_settled", "what a person settled stays"


def test_a_correction_goes_along_and_brings_that_structure_alone(
    world: f.World, read: Read, service: FakeService
) -> None:
    strokes = [{"include": True, "points": [[30.0, 30.0]]}]
    correction = {"structure": "lv_endo", "parts": [SQUARE], "strokes": strokes}
    found = ask(world, read, correction=correction).json()
    assert list(found["structures"]) == ["lv_endo"]
    asked = json.loads(service.asked[0][2])
    assert asked["correction"] == correction
    assert asked["centre"] == [30.0, 30.0]


def test_the_heart_is_where_the_reads_contours_are(
    world: f.World, read: Read, service: FakeService
) -> None:
    found = ask(world, read).json()
    saved(world, read, contour(read, found))
    ask(world, read)
    assert json.loads(service.asked[1][2])["centre"] == [30.0, 30.0]


@pytest.mark.parametrize("broken", ["", "x", "a:b:c"])
def test_only_the_server_says_what_a_model_made(
    world: f.World, read: Read, service: FakeService, broken: str
) -> None:
    found = ask(world, read).json()
    other = world.assign(f.make_case(world.project, "C-2"), world.reader_a)[0]
    theirs = ask(world, other).json()["made_by"]
    assert saved(world, read, contour(read, found, made_by=theirs))["code"] == "unknown_model"
    forged = f.Api(world.reader_a).post(
        f"reads/{read.pk}/operations/", {"operations": [contour(read, found, made_by=broken)]}
    )
    refused = forged.status_code == 422 or forged.json()["results"][0]["code"] == "unknown_model"
    assert refused
    assert not Annotation.objects.filter(read=read).exists()


def test_a_read_without_ai_gets_none_and_saves_none(db: None, service: FakeService) -> None:
    world = f.make_world(ai_visible=False, slug="blind")
    read = opened(world)
    assert code(ask(world, read)) == (409, "ai_hidden")
    assert service.asked == []
    # even with a note of when AI was shown
    ProtocolVersion.objects.filter(pk=read.protocol_version_id).update(ai_visible=True)
    found = ask(world, read).json()
    ProtocolVersion.objects.filter(pk=read.protocol_version_id).update(ai_visible=False)
    assert saved(world, read, contour(read, found))["code"] == "ai_hidden"


def test_nobody_else_and_no_closed_read_is_answered(
    world: f.World, read: Read, service: FakeService
) -> None:
    for person in (world.reader_b, world.coordinator, world.owner, world.admin):
        answer = f.Api(person).post(f"reads/{read.pk}/segment-frame/", {"slice": 0, "phase": 0})
        assert answer.status_code == 404
    Read.objects.filter(pk=read.pk).update(
        state="withdrawn", withdrawal_reason="x", withdrawn_at="2026-01-01T00:00Z"
    )
    assert code(ask(world, read)) == (409, "read_closed")
    assert service.asked == []


def test_weights_that_the_service_lacks_are_handed_in_once(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_service.files, "read_bytes", lambda sha: b"weights")
    model = ModelVersion(
        name="trained", version="2", weights_sha256="ab" * 32, weights_id="cd" * 32
    )
    service.status, service.answer = 404, {"error": {"code": "unknown_model", "message": ""}}
    frame = model_service.Frame(PIXELS + 0.5, None)
    assert model_service.ask_for_contours(frame, model) == GOOD["structures"]
    paths = [path for path, _, _ in service.asked]
    assert paths == ["/segment-frame", f"/models/{'ab' * 32}", "/segment-frame"]
    assert service.asked[1][2] == b"weights"
    sent = json.loads(service.asked[0][2])["pixels"]
    assert sent["dtype"] == "<f4", "halves don't fit whole numbers"


def away(service: FakeService, settings: Any) -> None:
    settings.ACCORD_MODEL_SERVICE_URL = "http://127.0.0.1:9"


def off(service: FakeService, settings: Any) -> None:
    settings.ACCORD_MODEL_SERVICE_URL = ""


def slow(service: FakeService, settings: Any) -> None:
    settings.ACCORD_MODEL_SERVICE_LIMIT_S = 0.1
    service.wait_s = 0.6


def answering(status: int, answer: Any) -> Callable[..., None]:
    def tell(service: FakeService, settings: Any) -> None:
        service.status, service.answer = status, answer

    return tell


def refusing(status: int, name: str) -> Callable[..., None]:
    return answering(status, {"error": {"code": name, "message": ""}})


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (away, (503, "model_service_away")),
        (off, (503, "model_service_away")),
        (slow, (503, "model_service_slow")),
        (refusing(503, "busy"), (503, "model_service_busy")),
        (refusing(404, "unknown_model"), (409, "model_unknown")),
        (refusing(422, "not_finite"), (422, "frame_refused")),
        (refusing(403, "worker_unknown"), (503, "model_service_away")),
        (refusing(500, "internal_error"), (503, "model_service_away")),
        (answering(200, b"<html>"), (503, "model_service_away")),
        (answering(200, {"structures": {"lv_endo": [[[0, 1]]]}}), (503, "model_service_away")),
        (answering(200, {"structures": {"lv_endo": "x"}}), (503, "model_service_away")),
        (
            answering(200, b'{"structures": {"lv_endo": [[[1e999, 1], [2, 3], [4, 5]]]}}'),
            (503, "model_service_away"),
        ),
    ],
)
def test_a_service_that_is_away_or_wrong_is_said_in_words(
    world: f.World,
    read: Read,
    service: FakeService,
    settings: Any,
    how: Callable[..., None],
    expected: tuple[int, str],
) -> None:
    how(service, settings)
    assert code(ask(world, read)) == expected


def test_contours_outside_the_image_or_the_protocol_are_dropped(
    world: f.World, read: Read, service: FakeService
) -> None:
    outside = [[-90.0, 0.0], [9.0, 0.0], [9.0, 9.0]]
    service.answer = {"structures": {"lv_endo": [outside], "liver": [SQUARE], "lv_epi": [SQUARE]}}
    assert list(ask(world, read).json()["structures"]) == ["lv_epi"]


def test_a_frame_that_is_missing_or_does_not_exist_is_said(
    world: f.World, read: Read, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code(ask(world, read, slice=f.SLICES)) == (422, "invalid_input")
    assert code(ask(world, read, slice=-1)) == (422, "invalid_input")
    assert code(ask(world, read, correction={"structure": "lv_endo", "strokes": []}))[0] == 422
    monkeypatch.setattr(frames, "frame_pixels", lambda stack, s, p: None)
    assert code(ask(world, read)) == (409, "frame_missing")
