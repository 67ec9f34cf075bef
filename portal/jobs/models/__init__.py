from portal.jobs.models.artifact import JobArtifact
from portal.jobs.models.chore import ChoreTurn
from portal.jobs.models.job import ACTIVE_STATES, HELD_STATES, Job, JobState
from portal.jobs.models.worker import Worker

__all__ = ["ACTIVE_STATES", "HELD_STATES", "ChoreTurn", "Job", "JobArtifact", "JobState", "Worker"]
