"""Asking the model service (docs/operations/model-service.md) over HTTP. What it answers is
checked: it may be somebody else's container."""

import base64
import logging
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import requests
from django.conf import settings
from numpy.typing import NDArray

from portal.annotations.content import Parts
from portal.inference.errors import (
    FrameRefused,
    ModelUnknownToService,
    ServiceAway,
    ServiceBusy,
    ServiceSlow,
)
from portal.modelhub.models import ModelVersion
from portal.storage import files

CONTRACT = 1
CONNECT_S = 1.0
MOST_ANSWER_BYTES = 8 * 2**20
MOST_PARTS, MOST_POINTS = 16, 2000
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stroke:
    """A click (one point) or a scribble, (column, row) in image pixels."""

    include: bool
    points: list[list[float]]


@dataclass(frozen=True)
class Correction:
    """``parts`` are what the strokes before the last one made of the structure's contour."""

    structure: str
    parts: Parts
    strokes: list[Stroke]


@dataclass(frozen=True)
class Frame:
    """pixels (row, column) in modality values; spacing_mm between rows and between columns;
    centre: about where the heart is, (column, row)."""

    pixels: NDArray[np.float32]
    spacing_mm: tuple[float, float] | None
    centre: tuple[float, float] | None = None


def ask_for_contours(
    frame: Frame, model: ModelVersion, correction: Correction | None = None
) -> dict[str, Parts]:
    """Polygons by structure. Raises what ``portal.inference.errors`` has for a service that is
    away, slow or busy, or that refuses."""
    body = orjson.dumps(_request(frame, model, correction))
    with _session() as session:
        status, answer = _send(session, "POST", "segment-frame", body)
        if _code(answer) == "unknown_model" and model.weights_id:
            weights = files.read_bytes(model.weights_id)
            _send(session, "PUT", f"models/{model.weights_sha256}", weights)
            status, answer = _send(session, "POST", "segment-frame", body)
    if status != 200:
        raise _refusal(status, answer)
    return _structures(answer)


def _request(frame: Frame, model: ModelVersion, correction: Correction | None) -> dict[str, Any]:
    rows, columns = frame.pixels.shape
    pixels = frame.pixels.astype("<f4")
    with np.errstate(invalid="ignore"):
        whole = pixels.astype("<i2")
    if np.array_equal(whole, pixels):
        pixels = whole
    return {
        "contract": CONTRACT,
        "model": {"name": model.name, "weights_sha256": model.weights_sha256},
        "pixels": {
            "dtype": pixels.dtype.str,
            "shape": [rows, columns],
            "data": base64.b64encode(pixels.tobytes()).decode(),
        },
        "spacing_mm": frame.spacing_mm,
        "centre": frame.centre,
        "correction": correction
        and {
            "structure": correction.structure,
            "parts": correction.parts,
            "strokes": [{"include": s.include, "points": s.points} for s in correction.strokes],
        },
    }


def _session() -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {settings.ACCORD_WORKER_TOKEN}"
    # no proxy of the machine takes part in this
    session.trust_env = False
    return session


def _send(session: requests.Session, method: str, path: str, body: bytes) -> tuple[int, Any]:
    """Status and JSON of the answer."""
    if not settings.ACCORD_MODEL_SERVICE_URL:
        raise ServiceAway()
    try:
        with session.request(
            method,
            f"{settings.ACCORD_MODEL_SERVICE_URL.rstrip('/')}/{path}",
            data=body,
            timeout=(CONNECT_S, settings.ACCORD_MODEL_SERVICE_LIMIT_S),
            stream=True,
            allow_redirects=False,
        ) as answer:
            content = answer.raw.read(MOST_ANSWER_BYTES, decode_content=True)
            return answer.status_code, orjson.loads(content)
    except requests.ConnectTimeout as error:
        raise ServiceAway() from error
    except requests.Timeout as error:
        raise ServiceSlow() from error
    except (requests.RequestException, OSError) as error:
        raise ServiceAway() from error
    except orjson.JSONDecodeError as error:
        log.error("The model service's answer is not JSON.")
        raise ServiceAway() from error


def _code(answer: Any) -> str:
    error = answer.get("error") if isinstance(answer, dict) else None
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def _refusal(status: int, answer: Any) -> Exception:
    code = _code(answer)
    if code == "busy":
        return ServiceBusy()
    if code == "unknown_model":
        return ModelUnknownToService()
    if 400 <= status < 500 and code not in ("worker_unknown", "not_found"):
        return FrameRefused(reason=code)
    log.error("The model service answers %s, %s.", status, code[:40])
    return ServiceAway()


def _structures(answer: Any) -> dict[str, Parts]:
    found = answer.get("structures") if isinstance(answer, dict) else None
    if not isinstance(found, dict) or not all(_are_parts(parts) for parts in found.values()):
        log.error("The model service answers something else than contours.")
        raise ServiceAway()
    return found


def _are_parts(parts: Any) -> bool:
    return (
        isinstance(parts, list)
        and len(parts) <= MOST_PARTS
        and all(isinstance(part, list) and 3 <= len(part) <= MOST_POINTS for part in parts)
        and all(_is_point(point) for part in parts for point in part)
    )


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(isinstance(v, int | float) and math.isfinite(v) for v in point)
    )
