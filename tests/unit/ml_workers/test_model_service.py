"""The model service over real HTTP, and what a stroke does to a contour."""

import asyncio
import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import requests
import uvicorn

from cmrkit.geometry import rasterise
from cmrkit.phantom import HeartParameters, simulate_cine
from ml_workers.registry import package_named
from ml_workers.serving.app import Service
from ml_workers.serving.refine import Stroke, refine
from ml_workers.serving.refusals import BadStrokes

TOKEN = "a worker's token"
MODEL = package_named("cine-sax-free")
PHANTOM = simulate_cine(HeartParameters(), n_slices=5, seed=5)
FRAME = PHANTOM.pixels[2, 0]
SPACING = list(PHANTOM.meta.pixel_spacing_mm)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(Service(TOKEN), host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def packed(pixels: Any, dtype: str = "<f4") -> dict[str, Any]:
    data = np.asarray(pixels).astype(dtype)
    return {
        "dtype": dtype,
        "shape": list(data.shape),
        "data": base64.b64encode(data.tobytes()).decode(),
    }


def request(**changed: Any) -> dict[str, Any]:
    return {
        "contract": 1,
        "model": {"name": MODEL.name, "weights_sha256": MODEL.weights_sha256},
        "pixels": packed(FRAME),
        "spacing_mm": SPACING,
        "centre": None,
        "correction": None,
        **changed,
    }


def ask(address: str, body: Any, token: str = TOKEN) -> requests.Response:
    return requests.post(
        f"{address}/segment-frame",
        data=body if isinstance(body, bytes) else json.dumps(body),
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )


def mask(parts: Any) -> Any:
    return rasterise(parts, FRAME.shape).astype(bool)


def dice(a: Any, b: Any) -> float:
    return float(2 * np.count_nonzero(a & b) / (np.count_nonzero(a) + np.count_nonzero(b)))


def truth(structure: str) -> Any:
    frame = next(f for f in PHANTOM.labels.frames if (f.slice_index, f.phase_index) == (2, 0))
    return mask(frame.structures[structure])


def test_a_frame_is_segmented_and_the_second_time_remembered(address: str) -> None:
    first = ask(address, request()).json()
    for structure in ("lv_endo", "lv_epi"):
        assert dice(mask(first["structures"][structure]), truth(structure)) > 0.9
        assert 0.5 < first["share"][structure] <= 1
    again = ask(address, request()).json()
    assert again["structures"] == first["structures"]


def test_a_click_takes_in_what_was_missed_and_another_takes_out(address: str) -> None:
    whole = truth("lv_endo")
    rows, columns = np.nonzero(whole)
    middle = (rows.min() + rows.max()) / 2
    drawn = ask(address, request()).json()["structures"]["lv_endo"]
    cut = [[[x, min(y, middle)] for x, y in part] for part in drawn]  # the lower half is missed
    at = [round(float(columns.mean())), round((middle + rows.max()) / 2)]
    include = {"include": True, "points": [at]}
    body = {"structure": "lv_endo", "parts": cut, "strokes": [include]}
    found = ask(address, request(correction=body)).json()["structures"]["lv_endo"]
    assert not mask(cut)[at[1], at[0]]
    assert mask(found)[at[1], at[0]]
    assert dice(mask(found), whole) > dice(mask(cut), whole) + 0.1
    exclude = {"include": False, "points": [at]}
    body = {"structure": "lv_endo", "parts": found, "strokes": [exclude]}
    without = ask(address, request(correction=body)).json()["structures"]["lv_endo"]
    assert not mask(without)[at[1], at[0]]
    assert np.count_nonzero(mask(without) & ~mask(found)) <= 2  # where old meets new
    kept = {tuple(p) for p in cut[0]} & {tuple(p) for p in found[0]}
    assert len(kept) > len(cut[0]) / 3, "the rest keeps its points"


def test_an_including_click_without_a_contour_begins_with_the_networks(address: str) -> None:
    rows, columns = np.nonzero(truth("lv_endo"))
    click = {"include": True, "points": [[float(columns.mean()), float(rows.mean())]]}
    body = {"structure": "lv_endo", "parts": [], "strokes": [click]}
    found = ask(address, request(correction=body)).json()["structures"]
    assert dice(mask(found["lv_endo"]), truth("lv_endo")) > 0.9
    body["strokes"] = [{**click, "include": False}]
    assert ask(address, request(correction=body)).json()["structures"] == {"lv_endo": []}


NOISE = np.random.default_rng(1).normal(300, 80, (128, 128)).clip(0)
CT = FRAME - FRAME.min() - 1000  # air lies at -1000 HU
BAD: dict[str, tuple[Any, str, int]] = {
    "no JSON": (b"\x00{", "bad_request", 422),
    "a list": ([], "bad_request", 422),
    "another contract": (request(contract=2), "bad_request", 422),
    "no model": (request(model=None), "bad_request", 422),
    "three dimensions": (request(pixels=packed(FRAME[None])), "bad_shape", 422),
    "few bytes": (request(pixels={**packed(FRAME), "shape": [300, 300]}), "bad_shape", 422),
    "no base64": (request(pixels={**packed(FRAME), "data": "é"}), "bad_shape", 422),
    "a type": (request(pixels={**packed(FRAME), "dtype": "O"}), "bad_shape", 422),
    "NaN": (request(pixels=packed(np.full((128, 128), np.nan))), "not_finite", 422),
    "huge": (request(pixels={**packed(FRAME), "shape": [4097, 16]}), "too_large", 413),
    "no spacing": (request(spacing_mm=[1]), "bad_request", 422),
    "spacing": (request(spacing_mm=[0, 1]), "implausible_spacing", 422),
    "a small image": (request(pixels=packed(FRAME[:20, :20])), "image_too_small", 422),
    "a large image": (
        request(pixels=packed(np.ones((1200, 64)), "<u1"), spacing_mm=None),
        "image_too_large",
        422,
    ),
    "blank": (request(pixels=packed(np.zeros((128, 128)))), "no_pixels", 422),
    "one value": (request(pixels=packed(np.full((128, 128), 7.0))), "no_contrast", 422),
    "noise": (request(pixels=packed(NOISE)), "noise_only", 422),
    "a CT": (request(pixels=packed(CT)), "signed_values", 422),
    "a click on noise": (
        request(
            pixels=packed(NOISE),
            correction={
                "structure": "lv_endo",
                "parts": [],
                "strokes": [{"include": True, "points": [[60, 60]]}],
            },
        ),
        "noise_only",
        422,
    ),
    "centre": (request(centre=[-5, 3]), "bad_request", 422),
    "weights": (request(model={"name": "x", "weights_sha256": "0" * 64}), "unknown_model", 404),
    "no strokes": (
        request(correction={"structure": "lv_endo", "parts": [], "strokes": []}),
        "bad_strokes",
        422,
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_used_is_refused_by_name(address: str, what: str) -> None:
    body, code, status = BAD[what]
    answer = ask(address, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_nobody_without_the_token_is_answered(address: str) -> None:
    answer = ask(address, request(), token="another")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "worker_unknown")
    assert requests.get(f"{address}/healthz", timeout=5).json()["contract"] == 1


def test_handed_in_weights_must_be_those_named(address: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = requests.put(f"{address}/models/{'0' * 64}", b"x", headers=headers, timeout=5)
    assert answer.json()["error"]["code"] == "bad_request"


def test_it_listens_once_it_is_warm() -> None:
    """Over the ASGI protocol: startup is complete when the model has drawn once."""
    service = Service(TOKEN, warm=MODEL.name)
    told: list[str] = []

    async def live() -> None:
        coming = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive() -> dict[str, Any]:
            return {"type": next(coming)}

        async def send(message: dict[str, Any]) -> None:
            told.append(message["type"])
            if message["type"] == "lifespan.startup.complete":
                assert MODEL.weights_sha256 in service._models._warm
                assert service._segmenter is not None

        await service({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_model_that_is_not_there_keeps_nobody_waiting(caplog: pytest.LogCaptureFixture) -> None:
    Service(TOKEN, warm="wombat")._warm_up()
    assert "Not warm" in caplog.text


def disc(radius: float, at: tuple[float, float] = (48.0, 48.0)) -> Any:
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    return tuple((at[0] + radius * np.cos(a), at[1] + radius * np.sin(a)) for a in angle)


IMAGE = rasterise([disc(20)], (96, 96)).astype(float) * 100
NO_SHARE = np.zeros((96, 96))


def refined(parts: Any, *strokes: Stroke) -> Any:
    found = refine(IMAGE, NO_SHARE, parts, strokes, (1.4, 1.4))
    return found, rasterise(found, (96, 96)).astype(bool)


def test_what_lies_beyond_the_reach_of_a_stroke_stays() -> None:
    # the left half of the disc was drawn: a click at the right takes in what is bright there
    half = tuple((min(x, 50.0), y) for x, y in disc(20))
    before = rasterise([half], (96, 96)).astype(bool)
    _, after = refined([half], Stroke(True, ((60.0, 48.0),)))
    bright = IMAGE > 0
    assert after[48, 60]
    assert np.count_nonzero(before & ~after) <= 2, "an including stroke takes nothing away"
    assert np.count_nonzero(after & bright) > 0.85 * np.count_nonzero(bright)
    assert np.count_nonzero(after & ~bright) < 0.05 * np.count_nonzero(bright)
    assert np.array_equal(after[:, :40], before[:, :40])


def test_earlier_strokes_are_kept_to() -> None:
    dark = (75.0, 48.0)
    _, after = refined([disc(20)], Stroke(False, (dark,)), Stroke(True, ((71.0, 48.0),)))
    assert after[48, 71]
    assert not after[48, 75]


def test_a_click_on_nothing_begins_a_contour_and_one_inside_changes_nothing() -> None:
    found, mask_of_it = refined([], Stroke(True, ((48.0, 48.0),)))
    assert mask_of_it[48, 48]
    assert not (mask_of_it & (IMAGE == 0)).any()
    assert refined(found, Stroke(True, ((48.0, 48.0),)))[0] == found
    assert refined(found, Stroke(True, ((500.0, -90.0),)))[0] == found


def test_a_contour_that_winds_over_the_whole_image_is_refused() -> None:
    rng = np.random.default_rng(1)
    tangle = tuple((float(x), float(y)) for x, y in rng.uniform(0, 1024, (2000, 2)))
    image = np.zeros((1024, 1024))
    with pytest.raises(BadStrokes):
        refine(image, image, [tangle], [Stroke(True, ((5.0, 5.0),))], (1.4, 1.4))


def test_a_scribble_takes_out_all_that_it_goes_over() -> None:
    line = ((30.0, 30.0), (66.0, 30.0))
    _, after = refined([disc(20)], Stroke(False, line))
    assert not after[30, 30:66].any()
    assert after[60, 48]
