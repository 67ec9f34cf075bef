"""The models of late enhancement: one from drawings alone, and one from EMIDEC that stays out."""

from functools import partial
from pathlib import Path

from ml_workers.networks.unet import Architecture
from ml_workers.task import LGE_SAX
from ml_workers.training import emidec
from ml_workers.training.beginning import from_cine
from ml_workers.training.enhancement import HEART_PX, drawn_slices
from ml_workers.training.loop import Recipe
from ml_workers.training.package import About
from ml_workers.training.shipped import COMMAND, Shipped
from ml_workers.training.slices import LabelledSlice

FIVE = Architecture(n_classes=5)
DRAWN, PHANTOMS = 1000, 300
# what each class of late enhancement begins as: nothing, LV cavity and thrice muscle of the cine
FROM_CINE = (0, 3, 2, 2, 2)
LIMITS = [
    "Looked for around the middle of the image: a heart near its edge is missed. The real cases it "
    "was measured on are centred on the heart.",
    "Short-axis late enhancement only, magnitude or phase-sensitive; one slice at a time.",
    "Small and faint scars are missed, and what blood leaves at the endocardium may be drawn as "
    "scar.",
    "Not a medical device: a person decides on every contour.",
]


def _drawn(data: Path) -> list[LabelledSlice]:
    return drawn_slices(DRAWN, PHANTOMS, 11)


def _emidec(data: Path) -> list[LabelledSlice]:
    return emidec.labelled_slices(emidec.lge_cases(data / "lge_png"))


FREE_LGE = Shipped(
    folder="lge-sax-free",
    about=About(
        name="lge-sax-free",
        version="1.0.0",
        title="Short-axis late enhancement, from drawings alone",
        summary="LV cavity, myocardium, scar and no-reflow on short-axis late enhancement. Learnt "
        "from drawings alone, after beginning as cine-sax-free: no late enhancement of a person "
        "was ever shown to it.",
        licence="Apache-2.0",
        training_data=[
            {
                "name": f"{DRAWN} drawn and {PHANTOMS} phantom slices "
                "(ml_workers.training.enhancement, seed 11)",
                "licence": "made by this code",
                "use": "all labels",
            },
            {
                "name": "what cine-sax-free learnt, two Sunnybrook patients among it",
                "licence": "Apache-2.0, CC0",
                "use": "weights to begin with",
            },
        ],
        training_command=COMMAND.format(name="lge-sax-free", out="models/lge-sax-free", minutes=15),
        limits=[
            "Real scars were never shown to it: it draws about half as much as an expert does.",
            *LIMITS,
        ],
        task=LGE_SAX,
    ),
    recipe=Recipe(steps=100_000, ema=0.995, max_minutes=15),
    load=_drawn,
    architecture=FIVE,
    heart_px=HEART_PX,
    start=partial(from_cine, FIVE, FROM_CINE),
)
EMIDEC = Shipped(
    folder="lge-sax-emidec",
    about=About(
        name="lge-sax-emidec",
        version="1.0.0",
        title="Short-axis late enhancement, EMIDEC (not to be handed on)",
        summary="LV cavity, myocardium, scar and no-reflow on short-axis late enhancement, learnt "
        "from 54 cases of the EMIDEC challenge.",
        licence="not to be handed on: the licence of the data isn't verified",
        training_data=[
            {
                "name": "EMIDEC, 54 of the 75 cases at hand",
                "licence": "CC BY-NC-SA 4.0 by memory, not verified",
                "use": "all labels; 15 cases kept out, 6 to make choices on",
            }
        ],
        training_command=COMMAND.format(name="lge-sax-emidec", out="../lge-sax-emidec", minutes=34),
        noncommercial=True,
        limits=[
            "Learnt from images whose pixel size and aspect were lost: what it makes of "
            "millimetres was never measured.",
            *LIMITS,
        ],
        task=LGE_SAX,
    ),
    recipe=Recipe(steps=100_000, ema=0.995, seed=2, max_minutes=34),
    load=_emidec,
    architecture=FIVE,
    heart_px=HEART_PX,
    start=partial(from_cine, FIVE, FROM_CINE),
)
