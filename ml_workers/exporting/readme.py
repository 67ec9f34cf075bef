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
    "nifti": (
        "nifti/CASE/CASE_ed.nii.gz, CASE_ed_labels.nii.gz, CASE_es.nii.gz, CASE_es_labels.nii.gz",
        "Image and labels on the oblique planes, RAS+ millimetres: 0 background, 1 RV cavity,\n"
        "  2 LV myocardium, 3 LV cavity.",
    ),
    "nnunet": (
        "nnunet/Dataset001_NAME/",
        "Raw-data layout of nnU-Net v2; ED and ES are separate cases. splits_final.json, where\n"
        "  present, is the dataset's own division by patient: copy it to nnUNet_preprocessed and\n"
        "  train fold 0. Without it there are no validation cases: train fold 'all'. Test\n"
        "  cases are in imagesTs, their labels in labelsTs.",
    ),
}


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
    lines += ["", "Whole datasheet: datasheet.json. SHA-256 of every file: manifest.json.", ""]
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
