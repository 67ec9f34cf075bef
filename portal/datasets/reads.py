"""The raw reads that a dataset version names."""

from portal.datasets.models import DatasetVersion
from portal.reads.blinding import reads_for_datasets
from portal.reads.models import Read


def reads_of(dataset: DatasetVersion) -> dict[str, list[Read]]:
    """Case label -> reads, in the manifest's order; a read that was withdrawn since is left out."""
    named = {
        entry["digest"]: (item["case"], number)
        for item in dataset.manifest.get("items", [])
        for number, entry in enumerate(item.get("reads", []))
    }
    if not named:
        return {}
    rows = reads_for_datasets().filter(
        case__project=dataset.project_id, submitted_digest__in=list(named)
    )
    found: dict[str, list[Read]] = {}
    ordered = sorted(
        rows.select_related("case", "reader", "stack", "protocol_version__protocol"),
        key=lambda read: named[read.submitted_digest][1],
    )
    for read in ordered:
        if named[read.submitted_digest][0] == read.case.label:
            found.setdefault(read.case.label, []).append(read)
    return found
