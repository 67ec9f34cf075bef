"""An export of many phantom cases in a process of its own, to be measured and killed:
``python -m tests.factories.large_export CASES OUT [FORMAT…]`` writes OUT/export.zip and prints
peak memory and the handler's output as JSON. Inputs are made when asked for, as a portal would."""

import json
import os
import resource
import shutil
import sys
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from cmrkit.contracts import Envelope, FrameRef, InputRef, JobKind, Split
from cmrkit.phantom import CinePhantom, PathologyClass, random_parameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.phantom.picture import Scene

SEEDS = 6  # hearts that take turns
DATASET = {
    "name": "Large",
    "version": 1,
    "content_hash": "e" * 64,
    "datasheet": {"project": "trial", "frozen_at": "2026-05-06T07:08:09+00:00", "use": "Research."},
}


@lru_cache(maxsize=SEEDS)
def heart(seed: int) -> CinePhantom:
    return simulate_cine(
        random_parameters(np.random.default_rng(seed), list(PathologyClass)[seed % 3]),
        n_slices=3,
        n_phases=2,
        slice_spacing_mm=26,
        seed=seed,
        scene=Scene(seed=seed, matrix=(64, 64), spacing_mm=4.0, centre_mm=(132.0, 116.0)),
    )


class OnDemand:
    """The portal's side: nothing is kept."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def fetch(self, url: str) -> bytes:
        what, seed, *rest = url.split("/")
        phantom, out = heart(int(seed)), BytesIO()
        if what == "pixels":
            np.save(out, np.rint(phantom.pixels).astype("<i2"))
        elif what == "labels":
            out.write(json.dumps(phantom.labels.to_json()).encode())
        else:
            (found,) = [d for d in cine_datasets(phantom) if str(d.SOPInstanceUID) == rest[0]]
            found.save_as(out, enforce_file_format=True)
        return out.getvalue()

    def put_artifact(self, name: str, data: bytes) -> None:
        (self._out / name).write_bytes(data)

    def put_artifact_file(self, name: str, path: Path) -> None:
        shutil.copyfile(path, self._out / name)

    def progress(self, fraction: float, message: str) -> None:
        sys.stderr.write(f"{message}\n")
        sys.stderr.flush()

    def point(self, point: dict[str, Any]) -> None:
        raise AssertionError("an export has no points")


def refs(n: int) -> tuple[InputRef, ...]:
    splits = (Split.TRAIN, Split.TRAIN, Split.TRAIN, Split.VALIDATION)
    return tuple(_ref(index, splits[index % 4]) for index in range(n))


def _ref(index: int, split: Split) -> InputRef:
    seed = index % SEEDS
    phantom = heart(seed)
    uids = {ref.sop_instance_uid for row in phantom.meta.frames for ref in row if ref is not None}
    meta = replace(
        phantom.meta,
        frames=tuple(
            tuple(FrameRef(r.sop_instance_uid, r.frame_number) if r else None for r in row)
            for row in phantom.meta.frames
        ),
    )
    finding = {"author": "reference", "role": "reference", "name": "edv_ml", "unit": "mL"}
    return InputRef(
        item_id=f"item-{index}",
        pixels_url=f"pixels/{seed}",
        meta=meta,
        labels_url=f"labels/{seed}",
        split=split,
        extra={
            "case": f"C-{index:05d}",
            "subject": f"S-{index:05d}",
            "is_phantom": True,
            "ed_phase": 0,
            "es_phase": 1,
            "reference_digest": f"{index:064d}",
            "instances": {uid: f"instance/{seed}/{uid}" for uid in uids},
            "findings": [{**finding, "value": 100.0 + index}],
        },
    )


def main(n: int, out: Path, formats: list[str]) -> dict[str, Any]:
    from ml_workers.handlers import export
    from ml_workers.handlers.context import Context

    envelope = Envelope(
        "large", 1, JobKind.EXPORT, refs(n), (), {"formats": formats, "dataset": DATASET},
        "", "", "", "", 30, 3600,
    )  # fmt: skip
    files = OnDemand(out)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    output = export.run(Context(envelope, files, files))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"before_mb": before / 1024, "peak_mb": peak / 1024, "output": output}


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    print(json.dumps(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])))
