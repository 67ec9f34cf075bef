"""Reference labels in other people's formats. Arrays and descriptions in; bytes, datasets and
JSON-ready dicts out. Nothing here touches a disk."""

from cmrkit.writers.coco import coco_text, frame_annotations, frame_png, run_lengths
from cmrkit.writers.croissant import croissant_json
from cmrkit.writers.dicom_seg import SEGMENTS, SegAbout, write_segmentation
from cmrkit.writers.dicom_seg_cine import write_cine_segmentation
from cmrkit.writers.dicom_sr import MEASURED, write_report
from cmrkit.writers.findings import UNITS, Finding
from cmrkit.writers.masks import LABEL_VALUES, label_volume
from cmrkit.writers.monai import datalist
from cmrkit.writers.nifti import image_nifti, labels_nifti
from cmrkit.writers.nnunet import dataset_json, safe_name, splits_final
from cmrkit.writers.rtstruct import write_structure_set
from cmrkit.writers.sidecar import sidecar_json
from cmrkit.writers.tables import finding_rows, write_csv, write_parquet
from cmrkit.writers.world import patient_points_mm

__all__ = [
    "LABEL_VALUES",
    "MEASURED",
    "SEGMENTS",
    "UNITS",
    "Finding",
    "SegAbout",
    "coco_text",
    "croissant_json",
    "datalist",
    "dataset_json",
    "finding_rows",
    "frame_annotations",
    "frame_png",
    "image_nifti",
    "label_volume",
    "labels_nifti",
    "patient_points_mm",
    "run_lengths",
    "safe_name",
    "sidecar_json",
    "splits_final",
    "write_cine_segmentation",
    "write_csv",
    "write_parquet",
    "write_report",
    "write_segmentation",
    "write_structure_set",
]
