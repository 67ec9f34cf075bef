"""Several processes that train one network: started by ``torchrun``, one per device.

However many there are, they do what one process would do with the same recipe: the batch of a step
is shared out, the sums behind the loss are taken over all of it, and gradients are averaged. Only
the order in which numbers are added differs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from ml_workers.device import best_device
from ml_workers.errors import BadInput


@dataclass(frozen=True)
class Team:
    """This process's place among ``size``. The one with rank 0 leads: it alone reads and writes
    files, validates and reports."""

    device: torch.device
    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def share(self, batch: int) -> range:
        """Which places of a batch are this process's. Raises BadInput for a batch that leaves one
        without work."""
        if batch < self.size:
            raise BadInput(
                f"A batch of {batch} can't be shared by {self.size} processes. Take fewer, or a "
                "larger batch."
            )
        return range(self.rank, batch, self.size)

    def wrap(self, model: nn.Module) -> nn.Module:
        """The model as it is called in training: its gradients become the mean over processes."""
        if self.size == 1:
            return model
        places = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(model, device_ids=places)

    def total(self, values: Tensor) -> Tensor:
        """The sum over processes, through which gradients flow to each of them."""
        if self.size == 1:
            return values
        found: Tensor = _Total.apply(values)  # type: ignore[no-untyped-call]
        return found

    def from_leader(self, value: Any) -> Any:
        """What the leader has; what the others give doesn't count."""
        if self.size == 1:
            return value
        box = [value if self.leads else None]
        dist.broadcast_object_list(box, src=0, device=self.device)
        return box[0]


class _Total(torch.autograd.Function):
    """All processes take the same loss of the sum, and each wraps it: the gradients of all add up
    here, and their mean over processes is then that of one process with the whole batch."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        summed = values.detach().clone()
        dist.all_reduce(summed)
        return summed

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        summed = gradients[0].clone()
        dist.all_reduce(summed)
        return summed


@contextmanager
def joined() -> Iterator[Team]:
    """The team that ``torchrun`` started this process in, NCCL on GPUs and Gloo on CPUs; else this
    process alone."""
    if not dist.is_torchelastic_launched():
        yield Team(best_device())
        return
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", dist.get_node_local_rank())
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Team(device, dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
