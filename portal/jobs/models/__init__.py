from portal.jobs.models.artifact import JobArtifact
from portal.jobs.models.chore import ChoreTurn
from portal.jobs.models.job import ACTIVE_STATES, Job, JobState

__all__ = ["ACTIVE_STATES", "ChoreTurn", "Job", "JobArtifact", "JobState"]
