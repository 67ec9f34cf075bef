"""Frozen test sets: never trained on, opened by quality alone."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
from django.db import transaction

from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.phantom import PathologyClass, random_parameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.phantom.picture import Scene
from cmrkit.volumes import counted_slices
from portal.accounts.models import User
from portal.adjudication.models import ReferenceStandard
from portal.adjudication.selectors import reference_labels
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.core.hashing import digest
from portal.datasets.describing import Candidate
from portal.datasets.errors import NothingLocked
from portal.datasets.held_out import learnt_marks, shares_images
from portal.datasets.models import DatasetItem, TestSet, TestSetItem
from portal.datasets.services.freezing import usable_references
from portal.datasets.splitting import in_order
from portal.imaging.models import Stack
from portal.intake.services.generated import import_generated
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import rules_of

MAX_PHANTOMS = 12
DEFAULT_N = 5
_SEED_BASE = 910_000  # phantoms of test sets have seeds that no demo or training set uses


@transaction.atomic
def freeze_test_set(
    *, by: User, project: Project, name: str, source: str, n: int | None = None, seed: int = 1
) -> TestSet:
    """``source`` is ``phantom`` (made now, ``n`` of them, truth in closed form) or ``cases``
    (today's locked references of ``n`` patients, drawn by ``seed``, that no dataset holds, and no
    later one will). Without ``n`` five, or as many patients as are free."""
    require(by, Permission.FREEZE_TEST_SETS, project)
    if not name.strip():
        raise InvalidInput(None, name=["Give the test set a name."])
    if TestSet.objects.filter(project=project, name=name.strip()).exists():
        raise InvalidInput(None, name=["A test set of this name is frozen already."])
    # a dataset frozen at this moment takes other patients
    Project.objects.select_for_update().get(pk=project.pk)
    if source == "phantom":
        count = DEFAULT_N if n is None else n
        if not 1 <= count <= MAX_PHANTOMS:
            raise InvalidInput(None, n=[f"Between 1 and {MAX_PHANTOMS} phantoms."])
        items = [_phantom_item(project, seed, index) for index in range(count)]
    elif source == "cases":
        items = [_case_item(r) for r in _drawn(free_references(project), n, seed)]
    else:
        raise InvalidInput(None, source=["Choose phantom or cases."])
    test_set = TestSet.objects.create(
        project=project,
        name=name.strip()[:80],
        is_phantom=any(item.reference is None or item.reference.case.is_phantom for item in items),
        content_hash=digest([_fixed(item) for item in items]),
        frozen_by=by,
    )
    for item in items:
        item.test_set = test_set
    TestSetItem.objects.bulk_create(items)
    record_in_project(
        project_id=project.pk,
        by=by,
        action="test_set.frozen",
        target_type="test_set",
        target_id=test_set.pk,
        details={"content_hash": test_set.content_hash, "items": len(items), "source": source},
    )
    return test_set


def _fixed(item: TestSetItem) -> list[Any]:
    """What the content hash covers."""
    phases = [item.ed_phase, item.es_phase]
    slices = [item.first_slice, item.last_slice]
    return [item.label, item.stack.content_hash, item.labels, phases, slices]


def _phantom_item(project: Project, seed: int, index: int) -> TestSetItem:
    kinds = list(PathologyClass)
    number = _SEED_BASE + seed * 100 + index
    parameters = random_parameters(np.random.default_rng(number), kinds[index % len(kinds)])
    phantom = simulate_cine(
        parameters,
        n_slices=8,
        n_phases=2,
        slice_spacing_mm=13,
        seed=number,
        scene=Scene(seed=number, matrix=(160, 160), spacing_mm=1.6, centre_mm=(132.0, 116.0)),
    )
    study = import_generated(
        project=project, contents=_files(phantom), label=f"phantom {seed}-{index + 1}"
    )
    stack = Stack.objects.get(study=study, is_latest=True)
    return TestSetItem(
        stack=stack,
        label=study.label,
        labels=phantom.labels.to_json(),
        ed_phase=0,
        es_phase=1,
    )


def free_references(project: Project) -> list[ReferenceStandard]:
    """Locked cases that may be held out. A patient that a model may have learnt from is no test of
    it: neither by name nor by images that came in under another one."""
    candidates = [Candidate(r) for r in usable_references(project)]
    learnt = set(
        DatasetItem.objects.filter(dataset__project=project).values_list(
            "reference__case__visit__subject__patient_hash", flat=True
        )
    )
    marks = learnt_marks(project)
    learnt |= {c.patient for c in candidates if shares_images(c, marks)}
    return [c.reference for c in candidates if c.patient not in learnt]


def patients_of(references: list[ReferenceStandard]) -> set[str]:
    return {reference.case.visit.subject.patient_hash for reference in references}


def _drawn(free: list[ReferenceStandard], n: int | None, seed: int) -> list[ReferenceStandard]:
    """All cases of ``n`` patients."""
    patients = patients_of(free)
    if not patients:
        raise NothingLocked()
    count = min(DEFAULT_N, len(patients)) if n is None else n
    if not 1 <= count <= len(patients):
        raise InvalidInput(None, n=[f"Patients that may be held out: {len(patients)}."])
    chosen = set(in_order(patients, seed)[:count])
    return [r for r in free if r.case.visit.subject.patient_hash in chosen]


def _files(phantom: Any) -> list[bytes]:
    contents = []
    for dataset in cine_datasets(phantom, patient_id=f"PHANTOM-{phantom.seed}"):
        out = BytesIO()
        dataset.save_as(out, enforce_file_format=True)
        contents.append(out.getvalue())
    return contents


def _case_item(reference: ReferenceStandard) -> TestSetItem:
    content = reference.content
    stack = Stack.objects.get(pk=content["stack"]["id"])
    labels = reference_labels(reference)
    slices = counted_slices(
        StackMeta.from_json(stack.meta),
        labels,
        basal_slice=content["pins"].get("basal_slice"),
        apical_slice=content["pins"].get("apical_slice"),
    )
    return TestSetItem(
        stack=stack,
        reference=reference,
        label=reference.case.label,
        labels=_whole(reference, labels).to_json(),
        ed_phase=content["ed_phase"],
        es_phase=content["es_phase"],
        first_slice=slices[0] if slices else None,
        last_slice=slices[1] if slices else None,
    )


def _whole(reference: ReferenceStandard, labels: StackLabels) -> StackLabels:
    """A structure that the protocol measures, drawn at ED and at ES, was drawn wherever it is: on a
    slice without it a model has nothing to draw either."""
    signed = reference.content["protocol"]
    version = ProtocolVersion.objects.get(protocol_id=signed["id"], number=signed["version"])
    measured = rules_of(version).measured_structures
    drawn = [
        {code for frame in labels.frames if frame.phase_index == phase for code in frame.structures}
        for phase in (reference.content["ed_phase"], reference.content["es_phase"])
    ]
    return replace(
        labels, complete_structures=tuple(c for c in measured if c in drawn[0] & drawn[1])
    )
