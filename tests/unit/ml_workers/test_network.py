"""Running networks: an accelerator that is too small, and tiles for a network of one size."""

import pytest
import torch
from torch import Tensor, nn

from ml_workers.formats.tiles import Tiles
from ml_workers.inference.network import member_shares

CPU = torch.device("cpu")


class Small(nn.Module):
    """Has memory for a few frames only; its scores are the image itself."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.sizes = most, list[int]()

    def forward(self, x: Tensor) -> list[Tensor]:
        if len(x) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.sizes.append(len(x))
        return [torch.cat([x, -x], dim=1)]


def test_a_batch_that_does_not_fit_is_split_and_goes_on() -> None:
    crops = torch.randn(21, 1, 8, 8)
    small, large = Small(3), Small(99)
    found = member_shares(small, crops, CPU)
    assert max(small.sizes) <= 3
    assert sum(small.sizes) == 21
    assert torch.equal(found, member_shares(large, crops, CPU))


def test_one_frame_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(torch.OutOfMemoryError):
        member_shares(Small(0), torch.randn(2, 1, 8, 8), CPU)


@pytest.mark.parametrize("shape", [(16, 16), (40, 23), (9, 30)])
def test_tiles_cover_images_of_any_size(shape: tuple[int, int]) -> None:
    class Fixed(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            assert x.shape[2:] == (16, 16)
            return torch.cat([x, 2 * x, 3 * x], dim=1)

    x = torch.randn(2, 1, *shape)
    (scores,) = Tiles(Fixed(), 16, (2, 0))(x)
    assert torch.allclose(scores, torch.cat([3 * x, x], dim=1), atol=1e-5)
