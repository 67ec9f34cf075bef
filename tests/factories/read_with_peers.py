"""Run by another Python, which has the peers: opens an unpacked export with nnU-Net, MONAI,
pycocotools and mlcroissant, and compares every voxel and number with ``truth.npz``.

``python read_with_peers.py PEER FOLDER``; prints what it looked at, ends with an error otherwise.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np


def nnunet(folder: Path, truth: dict[str, np.ndarray]) -> str:
    for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
        os.environ.setdefault(name, str(folder / "nnunet"))
    from nnunetv2.experiment_planning.verify_dataset_integrity import verify_dataset_integrity
    from nnunetv2.imageio.simpleitk_reader_writer import SimpleITKIO

    (dataset,) = (folder / "nnunet").glob("Dataset*")
    verify_dataset_integrity(str(dataset), num_processes=1)
    for key, volume in truth.items():
        kind, name = key.split("|")
        if kind == "labels":
            found, _ = SimpleITKIO().read_seg(str(dataset / "labelsTr" / f"{name}.nii.gz"))
        else:
            path = str(dataset / "imagesTr" / f"{name}_0000.nii.gz")
            found, _ = SimpleITKIO().read_images([path])
        assert np.array_equal(found[0], volume), key
    return f"{len(truth)} volumes"


def monai(folder: Path, truth: dict[str, np.ndarray]) -> str:
    from monai.data import load_decathlon_datalist
    from monai.transforms import LoadImaged

    rows = load_decathlon_datalist(
        str(folder / "monai_datalist.json"), is_segmentation=True, data_list_key="training",
        base_dir=str(folder),
    )  # fmt: skip
    assert rows
    for row in rows:
        found = LoadImaged(keys=["image", "label"])(row)
        name = f"{row['case']}_{row['phase']}"
        for key, kind in (("image", "image"), ("label", "labels")):
            volume = np.asarray(found[key]).transpose(2, 1, 0)
            assert np.array_equal(volume, truth[f"{kind}|{name}"]), (name, key)
    return f"{len(rows)} pairs"


def coco(folder: Path, truth: dict[str, np.ndarray]) -> str:
    from PIL import Image
    from pycocotools.coco import COCO

    found = COCO(str(folder / "coco" / "annotations.json"))
    assert {c["name"] for c in found.loadCats(found.getCatIds())} == {
        "RV cavity", "LV myocardium", "LV cavity",
    }  # fmt: skip
    for image in found.loadImgs(found.getImgIds()):
        plane = np.zeros((image["height"], image["width"]), dtype=np.uint8)
        for row in found.loadAnns(found.getAnnIds(imgIds=[image["id"]])):
            mask = found.annToMask(row)
            assert mask.sum() == row["area"]
            plane[mask > 0] = row["category_id"]
        name = f"{image['case']}_{image['phase']}"
        assert np.array_equal(plane, truth[f"labels|{name}"][image["slice"]])
        pixels = np.asarray(Image.open(folder / "coco" / "images" / image["file_name"]))
        values = pixels.astype(np.int64) + image["pixel_offset"]
        assert np.array_equal(values, truth[f"image|{name}"][image["slice"]])
    return f"{len(found.getImgIds())} frames"


def croissant(folder: Path, truth: dict[str, np.ndarray]) -> str:
    import mlcroissant

    found = mlcroissant.Dataset(str(folder / "croissant.json"))
    rows = list(found.records("measurements"))
    values = sorted(r["measurements/value"] for r in rows if r["measurements/value"] is not None)
    expected = json.loads((folder / "values.json").read_text())
    assert [v for v in values if v == v] == sorted(expected), values
    return f"{len(rows)} rows"


if __name__ == "__main__":
    where = Path(sys.argv[2])
    with np.load(where / "truth.npz") as kept:
        held = {key: kept[key] for key in kept.files}
    print(globals()[sys.argv[1]](where, held))
