"""In which forms a dataset version leaves. The one list of these words."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """Values are stored and stand in addresses; the order is that of the archive."""

    DICOM_SEG = "dicom_seg"  # binary, one file per phase
    DICOM_SEG_LABELMAP = "dicom_seg_labelmap"
    DICOM_SEG_CINE = "dicom_seg_cine"  # binary, all labelled phases in one file
    DICOM_SR = "dicom_sr"  # TID 1500
    RTSTRUCT = "rtstruct"
    NIFTI = "nifti"
    NNUNET = "nnunet"
    MONAI = "monai"
    COCO = "coco"
    TABLES = "tables"  # Parquet and CSV
    CROISSANT = "croissant"


# what refers to the files of another format brings it along
BRINGS = {
    ExportFormat.MONAI: ExportFormat.NIFTI,
    ExportFormat.CROISSANT: ExportFormat.TABLES,
}
# what refers to the instances that the labels were drawn on
NEEDS_INSTANCES = frozenset(
    {
        ExportFormat.DICOM_SEG,
        ExportFormat.DICOM_SEG_LABELMAP,
        ExportFormat.DICOM_SEG_CINE,
        ExportFormat.DICOM_SR,
        ExportFormat.RTSTRUCT,
    }
)


def complete(formats: list[str]) -> list[str]:
    """The formats asked for and what they bring, in the archive's order. Raises ValueError for a
    name that isn't one."""
    asked = {ExportFormat(name) for name in formats}
    asked |= {BRINGS[name] for name in asked if name in BRINGS}
    return [name.value for name in ExportFormat if name in asked]
