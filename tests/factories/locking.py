"""Phantom cases with a signed reference standard, through import, two reads and adjudication."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from cmrkit.phantom import CinePhantom, PathologyClass, random_parameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.phantom.picture import Scene
from portal.adjudication.models import Adjudication
from portal.annotations.services.drafts import store_draft
from portal.cases.models import Case
from portal.imaging.models import Stack
from tests.factories import reading as f
from tests.factories.imaging import import_files

Dress = Callable[[Dataset], None]


def heart(seed: int, *, n_slices: int = 5) -> CinePhantom:
    """Two phases, ED and ES, of a heart that depends on the seed; coarse, and quick to make."""
    kinds = list(PathologyClass)
    return simulate_cine(
        random_parameters(np.random.default_rng(seed), kinds[seed % len(kinds)]),
        n_slices=n_slices,
        n_phases=2,
        slice_spacing_mm=80 / n_slices,
        seed=seed,
        scene=Scene(seed=seed, matrix=(128, 128), spacing_mm=2.0, centre_mm=(132.0, 116.0)),
    )


def import_heart(world: f.World, phantom: CinePhantom, *, dress: Dress | None = None) -> Case:
    """``dress`` writes into each header what a scanner would."""
    contents = []
    for dataset in cine_datasets(phantom, patient_id=f"SECRET{phantom.seed}"):
        if dress is not None:
            dress(dataset)
        out = BytesIO()
        dataset.save_as(out, enforce_file_format=True)
        contents.append(out.getvalue())
    (study,) = import_files(world.project, world.coordinator, contents)
    assert study.case is not None
    return study.case


def lock_case(
    world: f.World,
    phantom: CinePhantom,
    *,
    dress: Dress | None = None,
    pins: dict[str, int] | None = None,
) -> Case:
    """Imported, read by two and signed, with the adjudicator's ``pins`` by name."""
    case = import_heart(world, phantom, dress=dress)
    settle(world, case, phantom, pins=pins)
    case.refresh_from_db()
    return case


def true_draft(case: Case, phantom: CinePhantom) -> list[Any]:
    """The true contours as a model's draft; the reads that it went to."""
    return store_draft(
        case=case,
        stack=Stack.objects.get(study__case=case),
        model_version=f.make_model(version=str(phantom.seed)),
        labels=phantom.labels,
        by_job="truth",
    )


def settle(
    world: f.World, case: Case, phantom: CinePhantom, *, pins: dict[str, int] | None = None
) -> f.Api:
    """Both readers accept the true contours and differ in the class; the adjudicator signs."""
    a, b = world.assign_both(case)
    assert set(true_draft(case, phantom)) == {a.pk, b.pk}
    f.read_through_drafted(world.reader_a, a)
    f.read_through_drafted(world.reader_b, b, class_="dilated")
    api = f.Api(world.adjudicator)
    row = Adjudication.objects.get(case=case)
    read_id = api.post(f"adjudications/{row.pk}/start/").json()["read_id"]
    api.post(
        f"adjudications/{row.pk}/decide/", {"op_id": "t", "source": "a", "reason": "papillary"}
    )
    operations = [
        {"op_id": f.op_id(), "kind": "pin", "name": name, "value": value, "base_version": 0}
        for name, value in (pins or {}).items()
    ]
    if operations:
        api.post(f"reads/{read_id}/operations/", {"operations": operations})
    freezes = f.freezes_of(api.get(f"reads/{read_id}/annotations/").json())
    body = {"op_id": "s", "password": f.PASSWORD, "meaning": "Settled", "freezes": freezes}
    answer = api.post(f"adjudications/{row.pk}/sign/", body)
    assert answer.status_code == 200, answer.content
    return api
