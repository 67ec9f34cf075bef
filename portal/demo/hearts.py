"""The demo's cases: phantoms, each with a place in the loop where it waits for somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO

import numpy as np

from cmrkit.phantom import CinePhantom, PathologyClass, random_parameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets, study_uid_of


class Stop(IntEnum):
    """How far a case has come when the demo opens."""

    READY = 0  # the coordinator assigns it
    ASSIGNED = 1  # both readers have it
    HALF_READ = 2  # one of them has submitted
    DISAGREEING = 3  # both have; the adjudicator settles it
    LOCKED = 4  # signed: material for a dataset


@dataclass(frozen=True)
class DemoHeart:
    """``seed`` makes the heart; no test set and no training set draws on the same seeds."""

    seed: int
    pathology: PathologyClass
    stop: Stop

    @property
    def study_uid(self) -> str:
        return study_uid_of(self.seed)

    def simulate(self) -> CinePhantom:
        rng = np.random.default_rng(self.seed)
        parameters = random_parameters(rng, self.pathology)
        # nobody plays the cine of a locked case in the demo: half the phases, half the wait
        n_phases = 10 if self.stop == Stop.LOCKED else 20
        return simulate_cine(parameters, n_slices=10, n_phases=n_phases, seed=self.seed)


_P = PathologyClass
HEARTS = (
    DemoHeart(4101, _P.NORMAL, Stop.LOCKED),
    DemoHeart(4102, _P.DILATED, Stop.LOCKED),
    DemoHeart(4103, _P.HYPERTROPHIC, Stop.LOCKED),
    DemoHeart(4104, _P.INFARCT, Stop.LOCKED),
    DemoHeart(4105, _P.ABNORMAL_RV, Stop.LOCKED),
    DemoHeart(4106, _P.DILATED, Stop.DISAGREEING),
    DemoHeart(4107, _P.INFARCT, Stop.HALF_READ),
    DemoHeart(4108, _P.NORMAL, Stop.ASSIGNED),
    DemoHeart(4109, _P.HYPERTROPHIC, Stop.READY),
    DemoHeart(4110, _P.ABNORMAL_RV, Stop.READY),
)


def dicom_files(phantom: CinePhantom) -> Iterator[bytes]:
    """What a scanner would send."""
    for dataset in cine_datasets(phantom, patient_id=f"PHANTOM-{phantom.seed}"):
        out = BytesIO()
        dataset.save_as(out, enforce_file_format=True)
        yield out.getvalue()
