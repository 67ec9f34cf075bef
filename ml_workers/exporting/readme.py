"""README.txt of an export."""

from typing import Any

from ml_workers.errors import BadInput

BANNER = "RESEARCH USE ONLY. Not for diagnosis or treatment of anybody."
LAYOUTS = {
    "dicom_seg": (
        "dicom_seg/CASE/CASE_ed.dcm, CASE_es.dcm",
        "DICOM Segmentation, one binary segment per structure (1 RV cavity, 2 LV myocardium,\n"
        "  3 LV cavity), without overlap. They refer to the images by SOPInstanceUID; the images\n"
        "  stay in the archive. PatientID and PatientName are the pseudonym; dates are left out.",
    ),
    "dicom_seg_labelmap": (
        "dicom_seg_labelmap/CASE/CASE_ed.dcm, CASE_es.dcm",
        "The same as DICOM Label Map Segmentation: one value per pixel.",
    ),
    "dicom_seg_cine": (
        "dicom_seg_cine/CASE/CASE.dcm",
        "All labelled phases in one binary DICOM Segmentation. TemporalPositionIndex of a frame\n"
        "  is its phase in the cine, counted from 1; indices: segment, time, position.",
    ),
    "dicom_sr": (
        "dicom_sr/CASE/CASE.dcm",
        "Measurements and answers as a DICOM Structured Report (TID 1500), with the author of\n"
        "  each group under a pseudonym. Codes of scheme 99ACCORD are local.",
    ),
    "rtstruct": (
        "rtstruct/CASE/CASE_ed.dcm, CASE_es.dcm",
        "The contours themselves as RT Structure Set, in millimetres of the patient (LPS).",
    ),
    "nifti": (
        "nifti/CASE/CASE_ed.nii.gz, CASE_ed_labels.nii.gz, CASE_es.nii.gz, CASE_es_labels.nii.gz",
        "Image and labels on the oblique planes, RAS+ millimetres: 0 background, 1 RV cavity,\n"
        "  2 LV myocardium, 3 LV cavity. CASE.json has contours, times and references, and\n"
        "  readers' own contours where the dataset holds them.",
    ),
    "nnunet": (
        "nnunet/Dataset001_NAME/",
        "Raw-data layout of nnU-Net v2; ED and ES are separate cases. splits_final.json, where\n"
        "  present, is the dataset's own division by patient: copy it to nnUNet_preprocessed and\n"
        "  train fold 0. Without it there are no validation cases: train fold 'all'. Test\n"
        "  cases are in imagesTs, their labels in labelsTs.",
    ),
    "monai": (
        "monai_datalist.json",
        "For monai.data.load_decathlon_datalist; the files are those under nifti/.",
    ),
    "coco": (
        "coco/annotations.json, coco/images/",
        "COCO with run lengths; images are 16-bit PNG of the modality values (value = pixel +\n"
        "  pixel_offset).",
    ),
    "tables": (
        "tables/measurements.parquet, measurements.csv",
        "One row per case, author and number or answer.",
    ),
    "croissant": ("croissant.json", "Croissant metadata of all files and of the table."),
}

_TERMS = (("licence", "Licence as recorded"), ("consent", "Consent as recorded"))


def readme(dataset: dict[str, Any], formats: list[str], cases: list[dict[str, Any]]) -> str:
    """What a person who opens the archive has to know. ``cases`` are those of the manifest."""
    try:
        sheet = dataset["datasheet"]
        lines = [
            BANNER,
            "",
            f"Dataset {dataset['name']}, version {dataset['version']}",
            f"Content hash {dataset['content_hash']}",
            f"Project {sheet.get('project', 'unknown')}; frozen at {sheet['frozen_at']}",
            f"{len(cases)} cases of {len({c['subject'] for c in cases})} subjects",
        ]
    except (KeyError, TypeError) as error:
        raise BadInput(f"The dataset is not fully described: {error!r}.") from error
    for name in formats:
        path, text = LAYOUTS[name]
        lines += ["", path, f"  {text}"]
    lines += ["", "Geometry", *_geometry(cases), "", "Licence", *_licence(sheet, cases)]
    lines += [
        "",
        "Whole datasheet: datasheet.md. SHA-256 of every file: SHA256SUMS (sha256sum -c).",
        "",
    ]
    return "\n".join(lines)


def _geometry(cases: list[dict[str, Any]]) -> list[str]:
    lines = ["  Contours are drawn by one rasteriser; a pixel is inside when its centre is."]
    assumed = [c["case"] for c in cases if c["spacing_assumed"]]
    if assumed:
        lines += [
            "  SPACING ASSUMED: the source of these cases gave no spacing, so no millimetre or",
            f"  millilitre from them is a measurement: {', '.join(assumed)}",
        ]
    uneven = [c["case"] for c in cases if c["plane_deviation_mm"] > 0.1]
    if uneven:
        lines += [
            "  Slices of these cases lie off a regular grid, which NIfTI can't say (manifest.json",
            f"  has by how much): {', '.join(uneven)}",
        ]
    return lines


def _licence(sheet: dict[str, Any], cases: list[dict[str, Any]]) -> list[str]:
    phantoms = sum(bool(c["is_phantom"]) for c in cases)
    lines = [f"  {sheet.get('use', 'Research only.')}"]
    lines += [f"  {name}: {sheet[key]}" for key, name in _TERMS if sheet.get(key)]
    if phantoms:
        lines.append(
            f"  {phantoms} of {len(cases)} cases are phantoms made by Accord: no patient is behind "
            "them, and they are free to use."
        )
    if phantoms < len(cases):
        lines.append(
            "  All other images and labels belong to the project and keep its terms and those of\n"
            "  their source, drafts by a non-commercial model included. This archive grants none."
        )
    return lines
