"""Datasets and test sets in envelopes."""

from dataclasses import asdict
from typing import Any

import orjson

from cmrkit.contracts import InputRef, Split, StackLabels, StackMeta
from portal.adjudication.models import ReferenceStandard
from portal.adjudication.selectors import reference_labels
from portal.annotations.models import State
from portal.annotations.selectors import contents_of, labels_on
from portal.datasets.errors import DatasetWithdrawn, TestSetWithdrawn
from portal.datasets.findings import read_findings, reference_findings
from portal.datasets.manifest import manifest_bytes, reader_pseudonym
from portal.datasets.models import DatasetVersion, TestSet, TestSetItem
from portal.datasets.reads import reads_of
from portal.imaging.models import Instance, Stack
from portal.imaging.selectors import stack_pixels_npy
from portal.jobs.registry import LinkInput
from portal.measurements.services.measuring import measure
from portal.protocols.schema import class_of
from portal.reads.blinding import reads_for_datasets
from portal.reads.models import Read
from portal.storage import files

JSON, BYTES = "application/json", "application/octet-stream"


def refuse_withdrawn(dataset: DatasetVersion) -> None:
    """Raises DatasetWithdrawn where a subject of the dataset has left the project."""
    if dataset.withdrawn_at is not None:
        raise DatasetWithdrawn()


def refuse_withdrawn_set(test_set: TestSet) -> None:
    """Raises TestSetWithdrawn where a subject of the test set has left the project."""
    if test_set.withdrawn_at is not None:
        raise TestSetWithdrawn()


def dataset_inputs(
    dataset: DatasetVersion,
    link: LinkInput,
    *,
    with_files: bool = False,
    with_findings: bool = False,
) -> tuple[InputRef, ...]:
    """Every item with its pixels and its reference labels, under pseudonyms. ``with_files`` adds
    links to the instances that carry the frozen phases, ``with_findings`` numbers, answers and the
    raw reads that the version names."""
    refuse_withdrawn(dataset)
    found = []
    reads = reads_of(dataset) if with_findings else {}
    items = dataset.items.select_related("reference__case__visit__subject__site").order_by(
        "reference__case__label"
    )
    for item in items:
        reference = item.reference
        own = reads.get(reference.case.label, [])
        stack = Stack.objects.get(pk=reference.content["stack"]["id"])
        extra: dict[str, Any] = {
            "case": reference.case.label,
            "subject": reference.case.visit.subject.label,
            "site": reference.case.visit.subject.site.name,
            "is_phantom": reference.case.is_phantom,
            "ed_phase": reference.content["ed_phase"],
            "es_phase": reference.content["es_phase"],
            "class": class_of(reference.content["answers"]),
            "reference_digest": reference.digest,
        }
        if with_findings:
            extra["findings"] = _findings(reference, own)
            extra["reads"] = [
                {"reader": reader_pseudonym(r), "labels_url": link("read-labels", str(r.pk))}
                for r in own
            ]
        if with_files:
            extra["instances"] = _instances(stack, extra, link)
        found.append(
            InputRef(
                item_id=str(item.pk),
                pixels_url=link("stack-pixels", str(stack.pk)),
                meta=StackMeta.from_json(stack.meta),
                labels_url=link("reference-labels", str(reference.pk)),
                split=item.split,
                extra=extra,
            )
        )
    return tuple(found)


def _findings(reference: ReferenceStandard, reads: list[Read]) -> list[dict[str, Any]]:
    rows = reference_findings(reference)
    for read in reads:
        rows += read_findings(read)
    return [asdict(row) for row in rows]


def _instances(stack: Stack, extra: dict[str, Any], link: LinkInput) -> dict[str, str]:
    phases = {extra["ed_phase"], extra["es_phase"]}
    uids = {
        address[1]
        for row in stack.addresses
        for phase, address in enumerate(row)
        if address and phase in phases
    }
    rows = Instance.objects.filter(series__study_id=stack.study_id, sop_instance_uid__in=uids)
    return {
        uid: link("instance", str(pk)) for uid, pk in rows.values_list("sop_instance_uid", "pk")
    }


def test_set_inputs(test_set: TestSet, link: LinkInput) -> tuple[InputRef, ...]:
    refuse_withdrawn_set(test_set)
    return tuple(
        InputRef(
            item_id=str(item.pk),
            pixels_url=link("stack-pixels", str(item.stack_id)),
            meta=StackMeta.from_json(item.stack.meta),
            labels_url=link("test-labels", str(item.pk)),
            split=Split.TEST,
            extra={
                "label": item.label,
                "ed_phase": item.ed_phase,
                "es_phase": item.es_phase,
                "first_slice": item.first_slice,
                "last_slice": item.last_slice,
            },
        )
        for item in test_set.items.select_related("stack").order_by("label")
    )


def load_pixels(stack_id: str) -> tuple[bytes, str]:
    return stack_pixels_npy(Stack.objects.get(pk=stack_id)), BYTES


def load_reference_labels(reference_id: str) -> tuple[bytes, str]:
    reference = ReferenceStandard.objects.get(pk=reference_id)
    return orjson.dumps(reference_labels(reference).to_json()), JSON


def load_read_labels(read_id: str) -> tuple[bytes, str]:
    """A reader's own contours at the phases that the read froze."""
    read = reads_for_datasets().select_related("stack").get(pk=read_id)
    contents = contents_of(read)
    function = measure(read, contents)
    phases = {function["ed_phase"], function["es_phase"]}
    kept = [row for row in contents.annotations if row.state != State.AUTO]
    labels = labels_on(read.stack, kept)
    frames = tuple(frame for frame in labels.frames if frame.phase_index in phases)
    return orjson.dumps(StackLabels(frames).to_json()), JSON


def load_manifest(dataset_id: str) -> tuple[bytes, str]:
    return manifest_bytes(DatasetVersion.objects.get(pk=dataset_id).manifest), JSON


def load_test_labels(item_id: str) -> tuple[bytes, str]:
    return orjson.dumps(TestSetItem.objects.get(pk=item_id).labels), JSON


def load_instance(instance_id: str) -> tuple[bytes, str]:
    return files.read_bytes(Instance.objects.get(pk=instance_id).blob_id), "application/dicom"
