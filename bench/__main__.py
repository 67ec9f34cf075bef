"""``python -m bench``: measure everything, write ``bench/results/<date>-<cores>-<name>.json``."""

import json
import os
import tempfile
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from bench import data, frames, importing, reading, searching, segmenting
from bench.machine import gpu, machine, versions
from bench.orthanc import orthanc
from bench.processes import portal

RESULTS = Path(__file__).parent / "results"
N_STUDIES = 100


def measure_all(folder: Path) -> dict[str, Any]:
    material = data.material()
    singles = data.single_frame_studies(material, N_STUDIES)
    found: dict[str, Any] = {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "machine": machine(),
        "versions": versions(),
        "material": {
            "source": material.source,
            "files": len(material.files),
            "mean_kb": round(sum(map(len, material.files)) / len(material.files) / 1024, 1),
        },
    }
    with portal(folder / "accord") as ours, orthanc(folder / "orthanc") as peer:
        found["versions"]["orthanc"] = peer.version if peer else None
        steps = {
            "import": lambda: importing.measure(ours, peer, material.files, singles),
            "frames": lambda: frames.measure(ours, peer, material.files),
            "search": lambda: searching.measure(ours, peer, N_STUDIES + 1),
            "preannotate": lambda: segmenting.measure(ours, material.files, folder / "dicom"),
            "reading": lambda: reading.measure(ours),
        }
        for name, step in steps.items():
            print(f"[bench] {name}", flush=True)
            found[name] = step()
            print(json.dumps(found[name], indent=1), flush=True)
    return found


def main() -> None:
    warnings.filterwarnings("ignore", module="pydicom")  # real files have odd UIDs
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as name:
        # settings are read in this process too, for the version: in the same throw-away folder
        os.environ["ACCORD_DATA_DIR"] = f"{name}/settings"
        (Path(name) / "accord").mkdir()
        found = measure_all(Path(name))
    what = "gpu" if gpu() else "cpu"
    path = RESULTS / f"{found['at'][:10]}-{os.cpu_count()}-cores-{what}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n")
    print(f"[bench] {path.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
