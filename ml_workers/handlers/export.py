"""A dataset version in the formats asked for, as one archive. Case after case on disk, so that
neither its size nor a kill matters: the next attempt on this machine goes on where the last was."""

from typing import Any

from cmrkit.contracts import ExportFormat, InputRef, complete
from cmrkit.writers import safe_name
from ml_workers.errors import BadInput
from ml_workers.exporting.archive import Archive
from ml_workers.exporting.cases import write_case
from ml_workers.exporting.datasheet import datasheet_text
from ml_workers.exporting.item import Item
from ml_workers.exporting.listings import Listings
from ml_workers.exporting.readme import BANNER, readme
from ml_workers.exporting.shards import Shards
from ml_workers.handlers.context import Context

ARTIFACT = "export.zip"


def run(context: Context) -> dict[str, Any]:
    """Hand in ``export.zip``. The same dataset version and formats give the same bytes."""
    params = context.envelope.params
    formats, dataset = _formats(params), dict(params.get("dataset") or {})
    named = _named(context.envelope.inputs)
    shards = Shards(context.envelope)
    made = 0
    for index, (name, ref) in enumerate(named.items()):
        context.reporter.progress(0.9 * index / len(named), f"Case {index + 1} of {len(named)}")
        item = Item(context, ref, name, dataset)
        made += shards.made(index, lambda shard, item=item: write_case(shard, item, formats))  # type: ignore[misc]
    path = shards.folder / ARTIFACT
    archive, cases = Archive(path), []
    for index in range(len(named)):
        shard = shards.read(index)
        archive.add_shard(shard)
        cases.append(shard.lists["row"])
        context.reporter.progress(0.9 + 0.06 * index / len(named), "Putting the archive together")
    _about_all(context, archive, dataset, formats, cases)
    Listings(archive, shards, len(named), dataset).add(formats)
    described = {k: v for k, v in dataset.items() if k != "manifest_url"}
    archive.close({"notice": BANNER, "dataset": described, "formats": formats, "cases": cases})
    context.reporter.progress(0.97, "Handing in the archive")
    context.files.put_artifact_file(ARTIFACT, path)
    size = path.stat().st_size
    shards.drop()
    return {
        "files": len(archive.files),
        "bytes": size,
        "cases": len(cases),
        "resumed_cases": len(cases) - made,
        "spacing_assumed": sum(case["spacing_assumed"] for case in cases),
    }


def _about_all(
    context: Context,
    archive: Archive,
    dataset: dict[str, Any],
    formats: list[str],
    cases: list[dict[str, Any]],
) -> None:
    archive.add("README.txt", readme(dataset, formats, cases).encode())
    archive.add_json("datasheet.json", dataset.get("datasheet"))
    archive.add("datasheet.md", datasheet_text(dataset).encode())
    if dataset.get("manifest_url"):
        # its SHA-256 is the version's content hash
        archive.add("dataset.json", context.files.fetch(dataset["manifest_url"]))


def _formats(params: dict[str, Any]) -> list[str]:
    try:
        found = complete(list(params.get("formats") or []))
    except ValueError:
        found = []
    if not found:
        raise BadInput(f"Choose formats from {', '.join(ExportFormat)}.")
    return found


def _named(refs: tuple[InputRef, ...]) -> dict[str, InputRef]:
    """Every item under a name that files can have; two labels may differ in what they can't."""
    found: dict[str, InputRef] = {}
    for ref in refs:
        plain = safe_name(str(ref.extra.get("case") or ref.item_id))
        name, number = plain, 2
        while name in found:
            name, number = f"{plain}-{number}", number + 1
        found[name] = ref
    if not found:
        raise BadInput("The dataset has no items.")
    return found
