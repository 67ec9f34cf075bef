"""What a worker says of itself."""

from dataclasses import dataclass

from cmrkit.contracts import JobQueue

ALL_QUEUES = tuple(queue.value for queue in JobQueue)


@dataclass(frozen=True)
class WorkerCard:
    """``name`` is host:process; ``device`` is ``cpu`` or the GPU's name; unknown queues are
    dropped, and none at all means every queue."""

    name: str
    queues: tuple[str, ...] = ALL_QUEUES
    device: str = "cpu"
    has_gpu: bool = False
    version: str = ""

    @property
    def serves(self) -> list[str]:
        known = [queue for queue in self.queues if queue in ALL_QUEUES]
        return known or list(ALL_QUEUES)
