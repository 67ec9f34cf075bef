"""A dataset version as DICOM SEG, NIfTI and nnU-Net layout, in one archive."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from cmrkit.contracts import InputRef, Split, StackLabels
from cmrkit.geometry import plane_deviation_mm
from cmrkit.writers import (
    SegAbout,
    dataset_json,
    image_nifti,
    labels_nifti,
    safe_name,
    splits_final,
    write_segmentation,
)
from ml_workers.errors import BadInput
from ml_workers.exporting.archive import Archive
from ml_workers.exporting.readme import BANNER, LAYOUTS, readme
from ml_workers.handlers.context import Context

ARTIFACT = "export.zip"


@dataclass(frozen=True)
class _Item:
    """One case of the dataset; ``name`` is its label as file names have it, unique."""

    context: Context
    ref: InputRef
    name: str

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

    def row(self) -> dict[str, Any]:
        """The case in the manifest."""
        extra, meta = self.ref.extra, self.ref.meta
        return {
            "case": self.name,
            "subject": extra.get("subject"),
            "split": self.ref.split,
            "is_phantom": bool(extra.get("is_phantom")),
            "class": extra.get("class"),
            "phases": self.phases,
            "reference_digest": extra.get("reference_digest"),
            "spacing_assumed": meta.spacing_assumed,
            "plane_deviation_mm": round(plane_deviation_mm(meta), 4),
        }


def run(context: Context) -> dict[str, Any]:
    """Hand in ``export.zip``. The same dataset version and formats give the same bytes."""
    params = context.envelope.params
    formats, dataset = _formats(params), dict(params.get("dataset") or {})
    named = _named(context.envelope.inputs)
    cases: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ARTIFACT
        archive = Archive(path)
        for index, (name, ref) in enumerate(named.items()):
            context.reporter.progress(
                0.95 * index / len(named), f"Case {index + 1} of {len(named)}"
            )
            item = _Item(context, ref, name)
            for layout in formats:
                WRITERS[layout](archive, item, dataset)
            cases.append(item.row())
        if "nnunet" in formats:
            _finish_nnunet(archive, cases, dataset)
        archive.add_json("datasheet.json", dataset.get("datasheet"))
        archive.add("README.txt", readme(dataset, formats, cases).encode())
        archive.close({"notice": BANNER, "dataset": dataset, "formats": formats, "cases": cases})
        context.reporter.progress(0.97, "Handing in the archive")
        data = path.read_bytes()
    context.files.put_artifact(ARTIFACT, data)
    return {
        "files": len(archive.files),
        "bytes": len(data),
        "cases": len(cases),
        "spacing_assumed": sum(case["spacing_assumed"] for case in cases),
    }


def _formats(params: dict[str, Any]) -> list[str]:
    asked = list(params.get("formats") or [])
    if not asked or not set(asked) <= set(WRITERS):
        raise BadInput(f"Choose formats from {', '.join(WRITERS)}.")
    return [name for name in LAYOUTS if name in asked]


def _named(refs: tuple[InputRef, ...]) -> dict[str, InputRef]:
    """Every item under a name that files can have; two labels may differ in what they can't."""
    found: dict[str, InputRef] = {}
    for ref in refs:
        plain = safe_name(str(ref.extra.get("case") or ref.item_id))
        name, number = plain, 2
        while name in found:
            name, number = f"{plain}-{number}", number + 1
        found[name] = ref
    if not found:
        raise BadInput("The dataset has no items.")
    return found


def _dicom_seg(archive: Archive, item: _Item, dataset: dict[str, Any]) -> None:
    meta = item.ref.meta
    about = SegAbout(
        subject=str(item.ref.extra.get("subject") or item.name),
        content_digest=str(item.ref.extra.get("reference_digest") or item.ref.item_id),
        made_at=_frozen_at(dataset),
        software_version=version("accord-cmr"),
    )
    for phase_name, phase in item.phases.items():
        refs = (row[phase] for row in meta.frames)
        uids = {ref.sop_instance_uid for ref in refs if ref is not None}
        sources = {uid: _instance(item, uid) for uid in sorted(uids)}
        out = BytesIO()
        seg = write_segmentation(meta, item.labels, phase, sources, about)
        seg.save_as(out, enforce_file_format=True)
        archive.add(f"dicom_seg/{item.name}/{item.name}_{phase_name}.dcm", out.getvalue())


def _instance(item: _Item, uid: str) -> Any:
    url = item.ref.extra.get("instances", {}).get(uid)
    if url is None:
        raise BadInput(f"An image of case {item.name} was not handed out.")
    try:
        return dcmread(BytesIO(item.context.files.fetch(url)), stop_before_pixels=True)
    except InvalidDicomError as error:
        raise BadInput(f"An image of case {item.name} can't be read as DICOM.") from error


def _frozen_at(dataset: dict[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(dataset["datasheet"]["frozen_at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("The datasheet doesn't say when the dataset was frozen.") from error


def _nifti(archive: Archive, item: _Item, dataset: dict[str, Any]) -> None:
    meta = item.ref.meta
    for phase_name, phase in item.phases.items():
        stem = f"nifti/{item.name}/{item.name}_{phase_name}"
        archive.add(f"{stem}.nii.gz", image_nifti(meta, item.pixels, phase))
        archive.add(f"{stem}_labels.nii.gz", labels_nifti(meta, item.labels, phase))


def _nnunet(archive: Archive, item: _Item, dataset: dict[str, Any]) -> None:
    side = "Ts" if item.ref.split == Split.TEST else "Tr"
    folder, meta = _nnunet_folder(dataset), item.ref.meta
    for phase_name, phase in item.phases.items():
        stem = f"{item.name}_{phase_name}"
        archive.add(
            f"{folder}/images{side}/{stem}_0000.nii.gz", image_nifti(meta, item.pixels, phase)
        )
        archive.add(f"{folder}/labels{side}/{stem}.nii.gz", labels_nifti(meta, item.labels, phase))


def _nnunet_folder(dataset: dict[str, Any]) -> str:
    return f"nnunet/Dataset001_{safe_name(str(dataset.get('name') or 'Accord'))}"


def _finish_nnunet(archive: Archive, cases: list[dict[str, Any]], dataset: dict[str, Any]) -> None:
    places = [(f"{c['case']}_{phase}", Split(c["split"])) for c in cases for phase in c["phases"]]
    folder = _nnunet_folder(dataset)
    archive.add_json(
        f"{folder}/dataset.json",
        dataset_json(
            name=folder.rpartition("_")[2],
            n_training=sum(split != Split.TEST for _, split in places),
            description=BANNER,
            licence="See README.txt.",
            reference=f"content hash {dataset.get('content_hash')}",
        ),
    )
    splits = splits_final(places)
    if splits is not None:
        archive.add_json(f"{folder}/splits_final.json", splits)


WRITERS: dict[str, Callable[[Archive, _Item, dict[str, Any]], None]] = {
    "dicom_seg": _dicom_seg,
    "nifti": _nifti,
    "nnunet": _nnunet,
}
