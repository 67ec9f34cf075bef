"""Running networks: an accelerator that is too small, and tiles for a network of one size."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from ml_workers.formats.tiles import Tiles
from ml_workers.inference.network import class_shares, likeliest, member_shares, passes
from ml_workers.weights import InputConvention, Model

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


def test_the_likeliest_class_is_that_of_argmax() -> None:
    shares = torch.softmax(torch.randn(3, 4, 9, 7), dim=1).numpy()
    shares[0, :, 0, 0] = 0.25
    assert (likeliest(shares) == shares.argmax(axis=1)).all()


def test_a_mirrored_view_comes_back_as_the_image_lies() -> None:
    """Of two members the second sees the mirrored image; where both give the image itself, so does
    their mean."""
    crops = torch.randn(3, 1, 8, 8)
    one = Model(Small(99), None, InputConvention(), "0" * 64)
    two = replace(one, others=(Small(99),))
    assert torch.allclose(class_shares(two, crops, CPU), class_shares(one, crops, CPU))
    opinions = passes(two, crops, CPU)
    assert opinions.shape[0] == 4
    for opinion in opinions:
        assert torch.allclose(opinion, opinions[0])
