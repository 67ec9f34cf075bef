from portal.modelhub.models.champion import Champion
from portal.modelhub.models.evaluation import Evaluation
from portal.modelhub.models.model_version import ModelState, ModelVersion
from portal.modelhub.models.proposal import Proposal
from portal.modelhub.models.training_run import TrainingPoint, TrainingRun

__all__ = [
    "Champion",
    "Evaluation",
    "ModelState",
    "ModelVersion",
    "Proposal",
    "TrainingPoint",
    "TrainingRun",
]
