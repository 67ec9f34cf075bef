"""One case of a dataset on its way out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from io import BytesIO
from typing import Any

from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError

from cmrkit.contracts import InputRef, StackLabels, StackMeta
from cmrkit.geometry import plane_deviation_mm
from cmrkit.writers import Finding, SegAbout
from ml_workers.errors import BadInput
from ml_workers.handlers.context import Context


@dataclass(frozen=True)
class Item:
    """``name`` is the case's label as file names have it, unique."""

    context: Context
    ref: InputRef
    name: str
    dataset: dict[str, Any]

    @property
    def meta(self) -> StackMeta:
        return self.ref.meta

    @cached_property
    def labels(self) -> StackLabels:
        return self.context.labels(self.ref)

    @cached_property
    def pixels(self) -> NDArray[Any]:
        return self.context.pixels(self.ref)

    @cached_property
    def phases(self) -> dict[str, int]:
        """``ed`` and ``es``, as far as the reference froze contours there."""
        drawn = {frame.phase_index for frame in self.labels.frames if frame.structures}
        given = {name: self.ref.extra.get(f"{name}_phase") for name in ("ed", "es")}
        found = {name: int(phase) for name, phase in given.items() if phase in drawn}
        if not found:
            raise BadInput(f"Case {self.name} has no contours at ED or ES. Freeze it anew.")
        return found

    @cached_property
    def sources(self) -> dict[str, Dataset]:
        """The instances of the frozen phases by SOPInstanceUID, without their pixels."""
        refs = (row[phase] for row in self.meta.frames for phase in self.phases.values())
        uids = {ref.sop_instance_uid for ref in refs if ref is not None}
        return {uid: self._instance(uid) for uid in sorted(uids)}

    def _instance(self, uid: str) -> Dataset:
        url = self.ref.extra.get("instances", {}).get(uid)
        if url is None:
            raise BadInput(f"An image of case {self.name} was not handed out.")
        try:
            return dcmread(BytesIO(self.context.files.fetch(url)), stop_before_pixels=True)
        except InvalidDicomError as error:
            raise BadInput(f"An image of case {self.name} can't be read as DICOM.") from error

    @property
    def about(self) -> SegAbout:
        return SegAbout(
            subject=str(self.ref.extra.get("subject") or self.name),
            content_digest=str(self.ref.extra.get("reference_digest") or self.ref.item_id),
            made_at=frozen_at(self.dataset),
            software_version=version("accord-cmr"),
        )

    @property
    def findings(self) -> list[Finding]:
        try:
            return [Finding(**row) for row in self.ref.extra.get("findings", [])]
        except TypeError as error:
            raise BadInput(f"The findings of case {self.name} can't be read.") from error

    def row(self) -> dict[str, Any]:
        """The case in the manifest."""
        extra = self.ref.extra
        return {
            "case": self.name,
            "subject": extra.get("subject"),
            "site": extra.get("site"),
            "split": self.ref.split,
            "is_phantom": bool(extra.get("is_phantom")),
            "class": extra.get("class"),
            "phases": self.phases,
            "reference_digest": extra.get("reference_digest"),
            "spacing_assumed": self.meta.spacing_assumed,
            "plane_deviation_mm": round(plane_deviation_mm(self.meta), 4),
        }


def frozen_at(dataset: dict[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(dataset["datasheet"]["frozen_at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("The datasheet doesn't say when the dataset was frozen.") from error
