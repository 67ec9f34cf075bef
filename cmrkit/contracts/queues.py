"""Which workers a job is for, and which job goes first. The one list of these words."""

from enum import IntEnum, StrEnum

from cmrkit.contracts.envelope import JobKind


class JobQueue(StrEnum):
    """A worker says which of these it serves; alone in an installation it serves them all."""

    CPU = "cpu"  # computing that no GPU would hasten
    GPU = "gpu"  # networks: on a GPU where one serves, on the CPU where none does
    IO = "io"  # reading and writing files: exports, pulls from archives


class Priority(IntEnum):
    """The larger goes first; among equals, whoever asked first."""

    BATCH = 0  # a thousand cases, a training: nobody sits and waits
    NORMAL = 10
    PERSON = 20  # somebody looks at the screen until it is done


QUEUE_OF: dict[JobKind, JobQueue] = {
    JobKind.SEGMENT: JobQueue.GPU,
    JobKind.TRAIN: JobQueue.GPU,
    JobKind.EVALUATE: JobQueue.GPU,
    JobKind.EXPORT: JobQueue.IO,
    JobKind.PULL: JobQueue.IO,
    JobKind.CHECK_KIND: JobQueue.CPU,
    JobKind.PLAN: JobQueue.IO,
}
