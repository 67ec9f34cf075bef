from portal.jobs.models.artifact import JobArtifact
from portal.jobs.models.job import Job, JobState

__all__ = ["Job", "JobArtifact", "JobState"]
