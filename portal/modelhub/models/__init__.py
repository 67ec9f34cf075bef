from portal.modelhub.models.champion import Champion, ChampionChange
from portal.modelhub.models.drift import (
    Correction,
    DriftAlarm,
    DriftReference,
    DriftSample,
    SampleKind,
)
from portal.modelhub.models.evaluation import Evaluation
from portal.modelhub.models.gate_plan import GatePlan
from portal.modelhub.models.model_version import ModelState, ModelVersion
from portal.modelhub.models.proposal import Proposal
from portal.modelhub.models.shadow import Shadow, ShadowDraft
from portal.modelhub.models.tracked_run import TrackedRun
from portal.modelhub.models.training_run import TrainingPoint, TrainingRun

__all__ = [
    "Champion",
    "ChampionChange",
    "Correction",
    "DriftAlarm",
    "DriftReference",
    "DriftSample",
    "Evaluation",
    "GatePlan",
    "ModelState",
    "ModelVersion",
    "Proposal",
    "SampleKind",
    "Shadow",
    "ShadowDraft",
    "TrackedRun",
    "TrainingPoint",
    "TrainingRun",
]
