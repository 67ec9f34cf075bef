"""Cases with long axes and late enhancement beside their short axis, and protocols that ask for them."""

import uuid
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydicom.dataset import Dataset

from cmrkit.phantom import (
    EnhancementPhantom,
    HeartParameters,
    Infarct,
    LongAxisCine,
    LongAxisView,
    simulate_enhancement,
    simulate_long_axis,
    write_enhancement_dicom,
)
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.phantom.picture import Scene
from portal.cases.models import Case
from portal.imaging.models import Stack
from portal.protocols.models import ProtocolVersion
from tests.factories import reading as f
from tests.factories.imaging import import_files, small_phantom

SEED = 4711
LONG_AXES = [{"kind": "cine", "view": "2CH"}, {"kind": "cine", "view": "4CH"}]
ENHANCEMENT = [{"kind": "lge", "view": "SAX"}]
SCAR = [
    {"code": "scar", "title": "Scar", "color": "#ff9d5c"},
    {"code": "no_reflow", "title": "No-reflow", "color": "#8ee39b"},
]
ATRIA = [
    {"code": "la", "title": "Left atrium", "color": "#57c7ff"},
    {"code": "ra", "title": "Right atrium", "color": "#c79bff"},
]


@lru_cache
def long_axis(view: LongAxisView, n_phases: int = 4) -> LongAxisCine:
    return simulate_long_axis(HeartParameters(), view, n_phases=n_phases, seed=SEED)


@lru_cache
def enhancement() -> EnhancementPhantom:
    scene = Scene(seed=8, matrix=(128, 128), spacing_mm=1.6, centre_mm=(104.0, 98.0))
    infarct = Infarct(half_rad=0.9, transmurality=0.8)
    heart = HeartParameters(wall_mm=11.0)
    return simulate_enhancement(heart, infarct, n_slices=7, slice_spacing_mm=10, scene=scene)


def files_of(datasets: list[Dataset]) -> list[bytes]:
    contents = []
    for dataset in datasets:
        out = BytesIO()
        dataset.save_as(out, enforce_file_format=True)
        contents.append(out.getvalue())
    return contents


def import_with_long_axes(world: f.World) -> Case:
    """One study: short axis, two- and four-chamber cine of a phantom."""
    datasets = list(cine_datasets(small_phantom(SEED, 4, 4), patient_id="SECRET"))
    for view in LongAxisView:
        datasets += cine_datasets(long_axis(view), patient_id="SECRET")
    (study,) = import_files(world.project, world.coordinator, files_of(datasets))
    assert study.case is not None
    return study.case


def stack_of(case: Case, view: str, kind: str = "cine") -> Stack:
    return Stack.objects.get(study__case=case, view=view, sequence_kind=kind, is_latest=True)


def ask_for(world: f.World, *, series: list[Any], structures: list[Any], **rules: Any) -> None:
    """The project's protocol reads these series too, and draws these structures on them."""
    version = ProtocolVersion.objects.get(protocol__project=world.project)
    known = version.rules
    version.rules = {
        **known,
        "series": [{"kind": "cine", "view": "SAX"}, *series],
        "structures": [*known["structures"], *structures],
        **rules,
    }
    version.save(update_fields=["rules"])


def import_with_enhancement(world: f.World) -> Case:
    """One study: short-axis cine and late enhancement of a phantom with an infarct."""
    phantom = enhancement()
    files = files_of(list(cine_datasets(small_phantom(phantom.seed, 4, 4), patient_id="SECRET")))
    with TemporaryDirectory() as folder:
        paths = write_enhancement_dicom(phantom, Path(folder), patient_id="SECRET")
        files += [path.read_bytes() for path in paths]
    (study,) = import_files(world.project, world.coordinator, files)
    assert study.case is not None
    return study.case


def add_stack(case: Case, view: str, kind: str = "cine") -> Stack:
    """Another stack of a case that was made as rows, as large as its short axis."""
    study = case.studies.get()
    series = study.series.create(series_uid=f"{study.study_uid}.{kind}.{view}", modality="MR")
    root = f"1.4.{uuid.uuid4().int}"[:50]
    uids = [[f"{root}.{s}.{p}" for p in range(f.PHASES)] for s in range(f.SLICES)]
    return Stack.objects.create(
        study=study,
        key=f"{kind}-{view}",
        version=1,
        sequence_kind=kind,
        view=view,
        n_slices=f.SLICES,
        n_phases=f.PHASES,
        meta=f.stack_meta(uids).to_json(),
        addresses=[[[series.series_uid, uid, 1] for uid in row] for row in uids],
        content_hash=uuid.uuid4().hex,
    )
