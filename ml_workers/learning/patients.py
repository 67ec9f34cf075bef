"""The patients of the loop by what they are for. The reporting ones stay closed until the end."""

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_workers.errors import BadInput
from ml_workers.evaluation.acdc import PHASES
from ml_workers.learning.setup import GATE_PATIENTS, REPORTING_PATIENTS
from ml_workers.training.acdc import AcdcVolume, acdc_index, acdc_volume, slices_of
from ml_workers.training.slices import LabelledSlice

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patient:
    """ED and ES of one patient."""

    name: str
    group: str
    volumes: tuple[AcdcVolume, ...]

    @property
    def pixels(self) -> NDArray[np.generic]:
        """(slice, phase, row, column)"""
        return np.stack([volume.image for volume in self.volumes], axis=1)

    @property
    def labels(self) -> NDArray[np.uint8]:
        """(slice, phase, row, column)"""
        return np.stack([volume.label for volume in self.volumes], axis=1)

    def slices(self) -> list[LabelledSlice]:
        return [found for volume in self.volumes for found in slices_of(volume)]


class Patients:
    """The ACDC copy in ``folder``, read when asked for. Patients of the fixed lists that the copy
    lacks are left out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        for row in acdc_index(folder):
            self._rows[row["patient"]][row["phase"]] = row
        names = sorted(name for name, rows in self._rows.items() if set(rows) >= set(PHASES))
        self.gate = [name for name in names if name in GATE_PATIENTS]
        self.reporting = [name for name in names if name in REPORTING_PATIENTS]
        self.pool = [name for name in names if name not in (*self.gate, *self.reporting)]
        self._open = False
        self._held: dict[str, Patient] = {}

    def open_reporting(self) -> None:
        log.info("The %d reporting patients are opened.", len(self.reporting))
        self._open = True

    def group(self, name: str) -> str:
        return next(iter(self._rows[name].values()))["group"]

    def named(self, name: str) -> Patient:
        """Raises BadInput for a reporting patient before these are opened."""
        if name in self.reporting and not self._open:
            raise BadInput(f"{name} is a reporting patient: closed until every round is done.")
        if name not in self._held:
            rows = self._rows[name]
            volumes = tuple(acdc_volume(self._folder, rows[phase]) for phase in PHASES)
            self._held[name] = Patient(name, self.group(name), volumes)
        return self._held[name]


def shifted(patient: Patient, rows: int) -> Patient:
    """The same images with labels that lie ``rows`` pixels too far down."""
    return replace(patient, volumes=tuple(_shifted(v, rows) for v in patient.volumes))


def _shifted(volume: AcdcVolume, rows: int) -> AcdcVolume:
    moved = np.zeros_like(volume.label)
    moved[:, rows:] = volume.label[:, : volume.label.shape[1] - rows]
    return replace(volume, label=moved)
