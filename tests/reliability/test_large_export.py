"""An export of a thousand cases stays within bounded memory and goes on after a kill."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cmrkit.contracts import ExportFormat

LONG = bool(os.environ.get("ACCORD_LONG"))
MANY, FEW = (1000, 100) if LONG else (24, 8)
# the DICOM formats of one case take a second: all of them in the small run, those without a
# library's objects in the large one
SLOW = {
    ExportFormat.DICOM_SEG,
    ExportFormat.DICOM_SEG_LABELMAP,
    ExportFormat.DICOM_SEG_CINE,
    ExportFormat.DICOM_SR,
}
FORMATS = [name.value for name in ExportFormat if not (LONG and name in SLOW)]
# a case more is a description of it, some names and hashes: never its pixels
MB_PER_CASE = 0.25
SLACK_MB = 40
ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.long] if LONG else []


class Run:
    def __init__(self, n: int, out: Path, work: Path) -> None:
        out.mkdir(exist_ok=True)
        command = [sys.executable, "-W", "ignore", "-m", "tests.factories.large_export"]
        self.process = subprocess.Popen(
            [*command, str(n), str(out), *FORMATS],
            cwd=ROOT,
            env={**os.environ, "ACCORD_WORK_DIR": str(work), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kill_at(self, case: int) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if line.startswith(f"Case {case} of"):
                break
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait(timeout=30) == -signal.SIGKILL

    def finish(self) -> dict[str, Any]:
        out, err = self.process.communicate(timeout=3600)
        assert self.process.returncode == 0, err[-2000:]
        found: dict[str, Any] = json.loads(out.splitlines()[-1])
        return found


def test_many_cases_in_bounded_memory_through_a_kill(tmp_path: Path) -> None:
    work = tmp_path / "work"
    few = Run(FEW, tmp_path / "few", work).finish()
    stop_at = MANY * 2 // 5
    Run(MANY, tmp_path / "many", work).kill_at(stop_at)
    assert not (tmp_path / "many" / "export.zip").exists()
    many = Run(MANY, tmp_path / "many", work).finish()
    assert many["output"]["cases"] == MANY
    assert many["output"]["resumed_cases"] == stop_at - 1
    print(f"peak of {FEW} cases {few['peak_mb']:.0f} MB, of {MANY} {many['peak_mb']:.0f} MB")
    print(f"archive of {many['output']['bytes'] / 2**20:.0f} MB, {many['output']['files']} files")
    assert many["peak_mb"] - few["peak_mb"] < SLACK_MB + MB_PER_CASE * (MANY - FEW)
    _check(tmp_path / "many" / "export.zip")
    if not LONG:  # the same, byte for byte, as one that was never killed
        again = Run(MANY, tmp_path / "again", work).finish()
        assert again["output"]["resumed_cases"] == 0
        pair = [(tmp_path / name / "export.zip").read_bytes() for name in ("many", "again")]
        assert pair[0] == pair[1]


def _check(path: Path) -> None:
    """Every file is there, whole, and listed once."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        sums = archive.read("SHA256SUMS").decode().splitlines()
        assert {line.split("  ", 1)[1] for line in sums} == set(names) - {"SHA256SUMS"}
        images = json.loads(archive.read("coco/annotations.json"))["images"]
        assert len({row["id"] for row in images}) == len(images) == MANY * 6
