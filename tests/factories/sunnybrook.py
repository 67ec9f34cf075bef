"""A real heart with its experts' contours: SC-HF-I-4 of the Sunnybrook data, oblique, 20 phases."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom import Dataset, dcmread

from cmrkit.contracts import FrameLabels, StackLabels, StackMeta
from cmrkit.dicomio import assemble_stacks, load_pixels, read_header
from cmrkit.dicomio.sunnybrook import read_contours

ED, ES = 19, 6  # where the experts drew


@dataclass(frozen=True)
class Real:
    """``files`` and ``datasets`` by SOPInstanceUID."""

    meta: StackMeta
    labels: StackLabels
    datasets: dict[str, Dataset]
    pixels: Any
    files: dict[str, bytes]


def load_real(shared_data: Path) -> Real:
    folder = shared_data / "sunnybrook"
    with zipfile.ZipFile(folder / "SCD0000301.zip") as archive:
        files = {n: archive.read(n) for n in archive.namelist() if n.endswith(".dcm")}
    headers = [read_header(data) for data in files.values()]
    (stack,) = assemble_stacks(headers)
    uids = [h.sop_instance_uid for h in headers]
    by_uid = dict(zip(uids, files.values(), strict=True))
    number = {int(Path(n).stem): uid for n, uid in zip(files, uids, strict=True)}
    place = {a[1]: (s, p) for s, row in enumerate(stack.addresses) for p, a in enumerate(row) if a}
    frames: dict[tuple[int, int], dict[str, Any]] = {}
    for (file, code), polygon in read_contours(folder / "SC-HF-I-4").items():
        frames.setdefault(place[number[file]], {})[code] = (polygon,)
    return Real(
        meta=stack.meta,
        labels=StackLabels(tuple(FrameLabels(*at, drawn) for at, drawn in sorted(frames.items()))),
        datasets={uid: dcmread(BytesIO(data)) for uid, data in by_uid.items()},
        pixels=load_pixels(stack.meta, by_uid.__getitem__),
        files=by_uid,
    )
