"""A residual 2D U-Net with instance normalisation and deep supervision.

Small on purpose: two CPU cores must segment 13 slices x 20 phases in seconds. The first layer folds
each 2x2 block of pixels into channels and the last unfolds it again, so that no convolution runs at
full resolution; the decoder adds the encoder's features instead of stacking them.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

N_CLASSES = 4  # background, RV cavity, myocardium, LV cavity
NAME = "residual-unet-2d"


@dataclass(frozen=True)
class Architecture:
    """What is needed to build the network again."""

    widths: tuple[int, ...] = (32, 64, 128, 256)
    n_classes: int = N_CLASSES

    @property
    def multiple(self) -> int:
        """Rows and columns of the input must be a multiple of this."""
        return int(2 ** len(self.widths))

    def to_json(self) -> dict[str, Any]:
        return {"name": NAME, "widths": list(self.widths), "n_classes": self.n_classes}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Architecture":
        if data["name"] != NAME:
            raise ValueError(f"Unknown network {data['name']!r}; this worker builds {NAME!r}.")
        return cls(widths=tuple(int(w) for w in data["widths"]), n_classes=int(data["n_classes"]))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, n_in: int, n_out: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False)
        self.first_norm = nn.InstanceNorm2d(n_out, affine=True)
        self.second = nn.Conv2d(n_out, n_out, 3, 1, 1, bias=False)
        self.second_norm = nn.InstanceNorm2d(n_out, affine=True)
        self.act = nn.ReLU(inplace=True)
        self.pool: nn.Module = nn.AvgPool2d(2) if stride == 2 else nn.Identity()
        self.shortcut: nn.Module = (
            nn.Identity() if n_in == n_out else nn.Conv2d(n_in, n_out, 1, bias=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.act(self.first_norm(self.first(x)))
        y = self.second_norm(self.second(y))
        out: Tensor = self.act(y + self.shortcut(self.pool(x)))
        return out


class UNet(nn.Module):
    """Input (batch, 1, rows, columns); output class scores (batch, classes, rows, columns) and, in
    training, those at a quarter of the resolution too."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        w, n = architecture.widths, architecture.n_classes
        self.down = nn.ModuleList(
            [ResidualBlock(4, w[0])] + [ResidualBlock(a, b, 2) for a, b in pairwise(w)]
        )
        pairs = list(zip(w[:0:-1], w[-2::-1], strict=True))
        self.up = nn.ModuleList([nn.Conv2d(a, b, 1, bias=False) for a, b in pairs])
        self.merge = nn.ModuleList([ResidualBlock(b, b) for _, b in pairs])
        self.head = nn.Conv2d(w[0], 4 * n, 1)
        self.coarse_head = nn.Conv2d(w[1], n, 1)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = F.pixel_unshuffle(x, 2)
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
        skips.pop()
        outputs = []
        for up, merge in zip(self.up, self.merge, strict=True):
            x = merge(F.interpolate(up(x), scale_factor=2, mode="nearest") + skips.pop())
            if len(skips) == 1 and self.training:
                outputs.append(self.coarse_head(x))
        return [F.pixel_shuffle(self.head(x), 2), *outputs]
