"""The model of long-axis cine, from drawings alone."""

from functools import partial
from pathlib import Path

from ml_workers.networks.unet import Architecture
from ml_workers.task import CINE_LAX
from ml_workers.training.beginning import from_cine
from ml_workers.training.long_axis import PIXEL_MM, drawn_slices
from ml_workers.training.loop import Recipe
from ml_workers.training.package import About
from ml_workers.training.shipped import COMMAND, Shipped
from ml_workers.training.slices import LabelledSlice

SIX = Architecture(n_classes=6)
DRAWN, PHANTOMS, SEED, MINUTES = 700, 250, 21, 20
FROM_CINE = (0, 1, 2, 3, 3, 1)  # the atria begin as the ventricles they belong to


def _drawn(data: Path) -> list[LabelledSlice]:
    return drawn_slices(DRAWN, PHANTOMS, SEED)


FREE_LAX = Shipped(
    folder="lax-free",
    about=About(
        name="lax-free",
        version="1.0.0",
        title="Long-axis cine, from drawings alone",
        summary="LV cavity, myocardium, RV and both atria on two- and four-chamber cine. Drawings "
        "only; no real long-axis labels existed, and no real long-axis image was ever shown to it.",
        licence="Apache-2.0",
        training_data=[
            {
                "name": f"{DRAWN} drawn and {PHANTOMS} phantom slices "
                f"(ml_workers.training.long_axis, seed {SEED})",
                "licence": "made by this code",
                "use": "all labels",
            },
            {
                "name": "what cine-sax-free learnt, two Sunnybrook patients among it",
                "licence": "Apache-2.0, CC0",
                "use": "weights to begin with",
            },
        ],
        training_command=COMMAND.format(name="lax-free", out="models/lax-free", minutes=MINUTES),
        limits=[
            "Drawings only: how it does on a person was never measured. Expect it to be wrong "
            "there, and look at every contour.",
            "Two- and four-chamber views only; one frame at a time. A three-chamber view is drawn "
            "as if it were one of them.",
            "Pulmonary veins and the atrial appendage were never labelled; where an atrium ends "
            "beside them is a guess.",
            "Not a medical device: a person decides on every contour.",
        ],
        task=CINE_LAX,
    ),
    recipe=Recipe(steps=100_000, ema=0.995, max_minutes=MINUTES),
    load=_drawn,
    architecture=SIX,
    start=partial(from_cine, SIX, FROM_CINE),
    pixel_mm=PIXEL_MM,
)
