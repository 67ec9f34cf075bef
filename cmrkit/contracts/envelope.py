"""The envelope: everything a worker may know about one attempt of one job.

Life of a job: the portal commits a job row and wakes a worker with the job id alone. The worker
POSTs to the lease URL and gets an envelope, or a refusal. It fetches inputs from short-lived
URLs, POSTs heartbeats (``{"attempt", "progress", "message", "metrics"}``; the answer's ``state``
is ``running`` or ``cancel``), PUTs binary artefacts, and POSTs one result
(``{"attempt", "status", "output"}`` or ``{"attempt", "status", "error": {"code", "message"}}``).
All requests carry ``Authorization: Bearer <token>``. A token is good for one attempt of one job.
"""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from cmrkit.contracts.stack import StackMeta
from cmrkit.errors import ContractViolation

CONTRACT_VERSION = 1


class JobKind(StrEnum):
    """What can be asked for: of a worker, or, where PORTAL_WORK has it, of the portal itself."""

    SEGMENT = "segment"
    TRAIN = "train"
    EVALUATE = "evaluate"
    EXPORT = "export"
    PULL = "pull"
    CHECK_KIND = "check_kind"
    PLAN = "plan"


# work that needs the database: it never travels in an envelope
PORTAL_WORK = frozenset({JobKind.PULL, JobKind.PLAN})


class Split(StrEnum):
    """Which part of a dataset version an item belongs to; patients are never divided."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True)
class ModelRef:
    """A model version by content. A worker that has no weights of that hash fetches ``url``.
    ``licence`` is that of the card, to be told with what the model makes."""

    name: str
    version: str
    weights_sha256: str
    url: str | None = None
    licence: str = ""


@dataclass(frozen=True)
class InputRef:
    """One stack to work on.

    ``pixels_url`` answers a NumPy ``.npy`` array (slice, phase, row, column), rescaled to the
    modality's values, zeros in holes. ``labels_url`` answers :class:`StackLabels` as JSON.
    ``item_id`` names the input in outputs; ``split`` is a :class:`Split`.
    """

    item_id: str
    pixels_url: str
    meta: StackMeta
    labels_url: str | None = None
    split: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Envelope:
    """One attempt of one job, as sent to a worker."""

    job_id: str
    attempt: int
    kind: JobKind
    inputs: tuple[InputRef, ...]
    models: tuple[ModelRef, ...]
    params: dict[str, Any]
    heartbeat_url: str
    artifact_url: str
    result_url: str
    token: str
    lease_seconds: float
    time_limit_seconds: float
    contract: int = CONTRACT_VERSION

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready dict; inverse of :meth:`from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Rebuild and check; raises ContractViolation when it isn't a known envelope."""
        if data.get("contract") != CONTRACT_VERSION:
            raise ContractViolation(
                f"Envelope of contract {data.get('contract')!r}; this worker speaks "
                f"{CONTRACT_VERSION}. Run the same version of portal and worker."
            )
        try:
            inputs = tuple(
                InputRef(**{**item, "meta": StackMeta.from_json(item["meta"])})
                for item in data["inputs"]
            )
            models = tuple(ModelRef(**model) for model in data["models"])
            rest = {**data, "kind": JobKind(data["kind"]), "inputs": inputs, "models": models}
            return cls(**rest)
        except (KeyError, TypeError, ValueError) as error:
            raise ContractViolation(f"Envelope is malformed: {error!r}.") from error
