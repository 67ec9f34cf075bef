"""Small phantom studies as DICOM, imported through the product's own services."""

from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from cmrkit.phantom import CinePhantom, HeartParameters, simulate_cine, write_cine_dicom
from cmrkit.phantom.picture import Scene
from portal.accounts.models import User
from portal.imaging.models import Study
from portal.intake.services.batches import finish_import, start_import
from portal.intake.services.receiving import receive_file
from portal.projects.models import Project


@lru_cache
def small_phantom(seed: int = 1, n_slices: int = 5, n_phases: int = 8) -> CinePhantom:
    scene = Scene(seed=seed, matrix=(64, 64), spacing_mm=4.0, centre_mm=(128.0, 118.0))
    return simulate_cine(
        HeartParameters(),
        n_slices=n_slices,
        n_phases=n_phases,
        slice_spacing_mm=18,
        seed=seed,
        scene=scene,
    )


@lru_cache
def phantom_files(seed: int = 1) -> tuple[Path, ...]:
    folder = Path(mkdtemp(prefix="accord-phantom-"))
    return tuple(write_cine_dicom(small_phantom(seed), folder, patient_id=f"SECRET{seed}"))


def import_files(project: Project, by: User, contents: list[bytes]) -> list[Study]:
    batch = start_import(by=by, project=project, label="test")
    for sequence, data in enumerate(contents):
        receive_file(batch=batch, sequence=sequence, chunks=[data])
    finish_import(by=by, batch=batch)
    return list(Study.objects.filter(series__instances__import_items__batch=batch).distinct())


def import_phantom(project: Project, by: User, seed: int = 1) -> Study:
    (study,) = import_files(project, by, [p.read_bytes() for p in phantom_files(seed)])
    return study
