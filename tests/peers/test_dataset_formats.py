"""A real, oblique heart exported and reopened by nnU-Net, MONAI, pycocotools and mlcroissant, which
live in a Python of their own: ``ACCORD_PEER_PYTHON``."""

import json
import os
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from cmrkit.contracts import InputRef, JobKind, Split
from cmrkit.writers import label_volume
from tests.factories.required import absent
from tests.factories.sunnybrook import ED, ES, load_real
from tests.factories.working import Kept

ROOT = Path(__file__).resolve().parents[2]
DATASET = {
    "name": "Real",
    "version": 1,
    "content_hash": "c" * 64,
    "datasheet": {
        "project": "trial",
        "frozen_at": "2026-05-06T07:08:09+00:00",
        "licence": "CC0-1.0",
        "use": "Research only.",
    },
}
VALUES = [151.23456789012345, 61.000000000000014]

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR UI")


@pytest.fixture(scope="module")
def unpacked(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    real, kept, folder = load_real(shared_data), Kept(), tmp_path_factory.mktemp("export")
    pixels = BytesIO()
    np.save(pixels, np.rint(real.pixels).astype("<i2"))
    kept.inputs = {
        "pixels": pixels.getvalue(),
        "labels": json.dumps(real.labels.to_json()).encode(),
    }
    finding = {"author": "reference", "role": "reference", "unit": "mL"}
    ref = InputRef(
        "item",
        "pixels",
        real.meta,
        "labels",
        Split.TRAIN,
        {
            "case": "C1",
            "subject": "S1",
            "ed_phase": ED,
            "es_phase": ES,
            "reference_digest": "a" * 64,
            "findings": [
                {**finding, "name": name, "value": value}
                for name, value in zip(("edv_ml", "ef_percent"), VALUES, strict=True)
            ],
        },
    )
    formats = ["nifti", "nnunet", "monai", "coco", "tables", "croissant"]
    os.environ["ACCORD_WORK_DIR"] = str(tmp_path_factory.mktemp("work"))
    try:
        kept.run(JobKind.EXPORT, [ref], params={"formats": formats, "dataset": DATASET})
    finally:
        del os.environ["ACCORD_WORK_DIR"]
    zipfile.ZipFile(BytesIO(kept.artifacts["export.zip"])).extractall(folder)
    truth = {}
    for name, phase in (("ed", ED), ("es", ES)):
        truth[f"labels|C1_{name}"] = label_volume(real.meta, real.labels, phase)
        truth[f"image|C1_{name}"] = np.rint(real.pixels[:, phase]).astype(np.int64)
    np.savez(folder / "truth.npz", **truth)
    (folder / "values.json").write_text(json.dumps(VALUES))
    return folder


@pytest.mark.parametrize(
    ("peer", "said"),
    [("nnunet", "4 volumes"), ("monai", "2 pairs"), ("coco", "20 frames"), ("croissant", "2 rows")],
)
def test_a_peer_finds_what_was_written(unpacked: Path, peer: str, said: str) -> None:
    python = os.environ.get("ACCORD_PEER_PYTHON")
    if not python:
        absent(
            "no peers: make test installs them, or set ACCORD_PEER_PYTHON to a Python with nnunetv2, monai, pycocotools"
        )
    done = subprocess.run(
        [python, str(ROOT / "tests" / "factories" / "read_with_peers.py"), peer, str(unpacked)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == said
