"""Frozen test sets: never trained on, opened by quality alone."""

from io import BytesIO
from typing import Any

import numpy as np
from django.db import transaction

from cmrkit.contracts import StackLabels
from cmrkit.phantom import PathologyClass, random_parameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.phantom.picture import Scene
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
from portal.imaging.models import Stack
from portal.intake.services.generated import import_generated
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require

MAX_PHANTOMS = 12
_SEED_BASE = 910_000  # phantoms of test sets have seeds that no demo or training set uses


@transaction.atomic
def freeze_test_set(
    *, by: User, project: Project, name: str, source: str, n: int = 5, seed: int = 1
) -> TestSet:
    """``source`` is ``phantom`` (made now, ``n`` of them, truth in closed form) or ``cases``
    (today's locked references of patients that no dataset holds, and no later one will)."""
    require(by, Permission.FREEZE_TEST_SETS, project)
    if not name.strip():
        raise InvalidInput(None, name=["Give the test set a name."])
    if TestSet.objects.filter(project=project, name=name.strip()).exists():
        raise InvalidInput(None, name=["A test set of this name is frozen already."])
    # a dataset frozen at this moment takes other patients
    Project.objects.select_for_update().get(pk=project.pk)
    if source == "phantom":
        if not 1 <= n <= MAX_PHANTOMS:
            raise InvalidInput(None, n=[f"Between 1 and {MAX_PHANTOMS} phantoms."])
        items = [_phantom_item(project, seed, index) for index in range(n)]
    elif source == "cases":
        items = [_case_item(r) for r in free_references(project)]
    else:
        raise InvalidInput(None, source=["Choose phantom or cases."])
    if not items:
        raise NothingLocked()
    test_set = TestSet.objects.create(
        project=project,
        name=name.strip()[:80],
        is_phantom=source == "phantom",
        content_hash=digest([[i.label, i.stack.content_hash, i.labels] for i in items]),
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


def _files(phantom: Any) -> list[bytes]:
    contents = []
    for dataset in cine_datasets(phantom, patient_id=f"PHANTOM-{phantom.seed}"):
        out = BytesIO()
        dataset.save_as(out, enforce_file_format=True)
        contents.append(out.getvalue())
    return contents


def _case_item(reference: ReferenceStandard) -> TestSetItem:
    labels: StackLabels = reference_labels(reference)
    stack = Stack.objects.get(pk=reference.content["stack"]["id"])
    return TestSetItem(
        stack=stack,
        label=reference.case.label,
        labels=labels.to_json(),
        ed_phase=reference.content["ed_phase"],
        es_phase=reference.content["es_phase"],
    )
