"""QIDO-RS: searches of studies per second, all of them and one patient's."""

from typing import Any

from bench.load import measure as under_load
from bench.orthanc import Orthanc
from bench.processes import SLUG, Portal

SECONDS = 4.0
SEARCHES = {"all": "studies?limit=100", "one_patient": "studies?PatientID=BENCH0007"}


def measure(portal: Portal, peer: Orthanc | None, n_studies: int) -> dict[str, Any]:
    roots = {"granian": (f"{portal.dicomweb}/dicomweb/{SLUG}", portal.headers)}
    if peer is not None:
        roots["orthanc"] = (peer.root, {})
    found: dict[str, Any] = {"studies": n_studies}
    for name, search in SEARCHES.items():
        row: dict[str, Any] = {}
        for server, (root, headers) in roots.items():
            wanted = {**headers, "Accept": "application/dicom+json"}
            row[server] = under_load(
                [f"{root}/{search}"], connections=1, seconds=SECONDS, headers=wanted
            )
        if peer is not None:
            row["granian_to_orthanc"] = round(row["granian"]["per_s"] / row["orthanc"]["per_s"], 2)
        found[name] = row
    return found
