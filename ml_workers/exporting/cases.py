"""The files of one case in each format."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

from cmrkit.contracts import ExportFormat, Split, StackLabels
from cmrkit.writers import (
    finding_rows,
    frame_annotations,
    frame_png,
    image_nifti,
    label_volume,
    labels_nifti,
    safe_name,
    sidecar_json,
    write_cine_segmentation,
    write_report,
    write_segmentation,
    write_structure_set,
)
from ml_workers.errors import BadInput
from ml_workers.exporting.item import Item
from ml_workers.exporting.shards import Shard


def _saved(made: Any) -> bytes:
    out = BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _segs(shard: Shard, item: Item, folder: str, *, labelmap: bool) -> None:
    for name, phase in item.phases.items():
        made = write_segmentation(
            item.meta, item.labels, phase, item.sources, item.about, labelmap=labelmap
        )
        shard.add(f"{folder}/{item.name}/{item.name}_{name}.dcm", _saved(made))


def _dicom_seg(shard: Shard, item: Item) -> None:
    _segs(shard, item, "dicom_seg", labelmap=False)


def _dicom_seg_labelmap(shard: Shard, item: Item) -> None:
    _segs(shard, item, "dicom_seg_labelmap", labelmap=True)


def _dicom_seg_cine(shard: Shard, item: Item) -> None:
    phases = sorted(set(item.phases.values()))
    made = write_cine_segmentation(item.meta, item.labels, phases, item.sources, item.about)
    shard.add(f"dicom_seg_cine/{item.name}/{item.name}.dcm", _saved(made))


def _dicom_sr(shard: Shard, item: Item) -> None:
    made = write_report(item.meta, item.findings, item.sources, item.about)
    shard.add(f"dicom_sr/{item.name}/{item.name}.dcm", _saved(made))


def _rtstruct(shard: Shard, item: Item) -> None:
    for name, phase in item.phases.items():
        made = write_structure_set(item.meta, item.labels, phase, item.sources, item.about)
        shard.add(f"rtstruct/{item.name}/{item.name}_{name}.dcm", _saved(made))


def _nifti(shard: Shard, item: Item) -> None:
    stem = f"nifti/{item.name}/{item.name}"
    for name, phase in item.phases.items():
        shard.add(f"{stem}_{name}.nii.gz", image_nifti(item.meta, item.pixels, phase))
        shard.add(f"{stem}_{name}_labels.nii.gz", labels_nifti(item.meta, item.labels, phase))
    about = {"case": item.name, "split": item.ref.split, "reads": _reads(item)}
    shard.add_json(f"{stem}.json", sidecar_json(item.meta, item.labels, item.phases, about))


def _reads(item: Item) -> list[dict[str, Any]]:
    """Readers' own contours, where the dataset has them, as polygons."""
    found = []
    for read in item.ref.extra.get("reads", []):
        try:
            labels = StackLabels.from_json(json.loads(item.context.files.fetch(read["labels_url"])))
        except (KeyError, ValueError) as error:
            raise BadInput(f"A raw read of case {item.name} can't be read.") from error
        found.append({"reader": read["reader"], "contours": labels.to_json()["frames"]})
    return found


def nnunet_folder(dataset: dict[str, Any]) -> str:
    return f"nnunet/Dataset001_{safe_name(str(dataset.get('name') or 'Accord'))}"


def _nnunet(shard: Shard, item: Item) -> None:
    side = "Ts" if item.ref.split == Split.TEST else "Tr"
    folder = nnunet_folder(item.dataset)
    for name, phase in item.phases.items():
        stem = f"{item.name}_{name}"
        shard.add(
            f"{folder}/images{side}/{stem}_0000.nii.gz", image_nifti(item.meta, item.pixels, phase)
        )
        shard.add(
            f"{folder}/labels{side}/{stem}.nii.gz", labels_nifti(item.meta, item.labels, phase)
        )


def _monai(shard: Shard, item: Item) -> None:
    stem = f"nifti/{item.name}/{item.name}"
    shard.lists["monai"] = [
        {
            "image": f"{stem}_{name}.nii.gz",
            "label": f"{stem}_{name}_labels.nii.gz",
            "case": item.name,
            "subject": item.ref.extra.get("subject"),
            "phase": name,
        }
        for name in item.phases
    ]


def _coco(shard: Shard, item: Item) -> None:
    frames = []
    for name, phase in item.phases.items():
        volume = label_volume(item.meta, item.labels, phase)
        for s in range(item.meta.n_slices):
            if item.meta.frames[s][phase] is None:
                continue
            file_name = f"{item.name}/{item.name}_{name}_{s:02d}.png"
            data, offset = frame_png(item.pixels[s, phase])
            shard.add(f"coco/images/{file_name}", data)
            image = {
                "file_name": file_name,
                "height": item.meta.rows,
                "width": item.meta.columns,
                "case": item.name,
                "split": item.ref.split,
                "phase": name,
                "slice": s,
                "pixel_offset": offset,
            }
            frames.append([image, list(frame_annotations(volume[s]))])
    shard.lists["coco"] = frames


def _tables(shard: Shard, item: Item) -> None:
    shard.lists["findings"] = finding_rows(item.row(), item.findings)


def _croissant(shard: Shard, item: Item) -> None:
    """Nothing of the case's own: it describes the files of the others."""


WRITERS: dict[ExportFormat, Callable[[Shard, Item], None]] = {
    ExportFormat.DICOM_SEG: _dicom_seg,
    ExportFormat.DICOM_SEG_LABELMAP: _dicom_seg_labelmap,
    ExportFormat.DICOM_SEG_CINE: _dicom_seg_cine,
    ExportFormat.DICOM_SR: _dicom_sr,
    ExportFormat.RTSTRUCT: _rtstruct,
    ExportFormat.NIFTI: _nifti,
    ExportFormat.NNUNET: _nnunet,
    ExportFormat.MONAI: _monai,
    ExportFormat.COCO: _coco,
    ExportFormat.TABLES: _tables,
    ExportFormat.CROISSANT: _croissant,
}


def write_case(shard: Shard, item: Item, formats: list[str]) -> None:
    for name in formats:
        WRITERS[ExportFormat(name)](shard, item)
    shard.lists["row"] = item.row()
