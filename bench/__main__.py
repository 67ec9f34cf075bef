"""``python -m bench``: measure everything, write ``bench/results/<date>-<cores>-<name>.json``.

``--small`` proves in a minute that it works; its numbers say nothing. ``--only`` names the parts.
"""

import argparse
import json
import os
import tempfile
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from bench import data, dicomweb, importing, opening, programs, reading, scale, segmenting
from bench.machine import gpu, machine, versions
from bench.rounds import ROUNDS
from bench.servers import EMBEDDED, PEER, Server, all_servers

RESULTS = Path(__file__).parent / "results"
PARTS = ("reading", "opening", "dicomweb", "scale", *programs.PARTS)
N_STUDIES = 100


def measure_all(folder: Path, parts: list[str], *, small: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "machine": machine(),
        "versions": versions(),
    }
    if {"reading", "opening", "dicomweb"} & set(parts):
        with all_servers(folder) as servers:
            peer = next((s for s in servers if s.name == PEER), None)
            found["versions"]["orthanc"] = peer.version if peer else None
            if "reading" in parts:
                found |= of_a_reader(servers, folder)
            if "opening" in parts:
                shape = (
                    {"n_slices": 2, "n_phases": 5} if small else {"n_slices": 13, "n_phases": 20}
                )
                cines = data.cine_series(opening.ROUNDS + 1, **shape)
                ours = next(s for s in servers if s.name == EMBEDDED)
                full_set = {"n_slices": 2, "n_phases": 5} if small else {}
                report(found, "opening", opening.measure(ours, peer, cines, **full_set))
            if "dicomweb" in parts:
                shape = {"n_slices": 2, "n_phases": 5} if small else {}
                cines = data.cine_series(ROUNDS, **shape)
                singles = data.single_frame_studies(data.material(), 20 if small else N_STUDIES)
                seconds = 0.5 if small else 5.0
                report(found, "dicomweb", dicomweb.measure(servers, cines, singles, seconds))
    if "scale" in parts:
        report(found, "scale", scale.measure(folder, scale.SMALL if small else scale.FULL))
    for part in programs.PARTS:
        if part in parts:
            report(found, part, programs.measure(part, folder, small=small))
    return found


def of_a_reader(servers: list[Server], folder: Path) -> dict[str, Any]:
    """From the files on a disk to the draft on the screen, embedded, before anything else is
    there."""
    ours = next(
        s.installation for s in servers if s.installation and "worker" in s.installation.pids
    )
    material = data.material()
    found: dict[str, Any] = {
        "material": {
            "source": material.source,
            "files": len(material.files),
            "mean_kb": round(sum(map(len, material.files)) / len(material.files) / 1024, 1),
        }
    }
    report(found, "upload", importing.upload(ours, material.files))
    report(found, "preannotate", segmenting.measure(ours, material.files, folder / "dicom"))
    report(found, "reading", reading.measure(ours))
    return found


def report(found: dict[str, Any], name: str, figures: Any) -> None:
    found[name] = figures
    print(f"[bench] {name}\n{json.dumps(figures, indent=1)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", module="pydicom")  # real files have odd UIDs
    for name in ("POSTGRES", "REDIS"):
        url = os.environ.get(f"ACCORD_TEST_{name}")
        if url:
            os.environ.setdefault({"POSTGRES": "DATABASE_URL", "REDIS": "REDIS_URL"}[name], url)
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as name:
        # settings are read in this process too, for the version: in the same throw-away folder
        os.environ["ACCORD_DATA_DIR"] = f"{name}/settings"
        found = measure_all(Path(name), arguments.only, small=arguments.small)
    what = "gpu" if gpu() else "cpu"
    path = RESULTS / f"{found['at'][:10]}-{os.cpu_count()}-cores-{what}.json"
    if arguments.small or list(arguments.only) != list(PARTS):
        path = RESULTS / "local" / path.name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(json.dumps(found, indent=1) + "\n")
    print(f"[bench] {path.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
