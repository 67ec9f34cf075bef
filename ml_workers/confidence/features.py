"""What the networks' disagreement looks like, in a few numbers per structure of one phase."""

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float32]
STRUCTURES = {"rv": 1, "myocardium": 2, "lv": 3}
NAMES = ("agreement", "soft_overlap", "entropy", "missing_slices")


def entropy_of(shares: Shares) -> NDArray[np.float32]:
    """Shannon entropy over the classes (second axis), between 0 and 1.

    ``shares`` is (n, classes, rows, columns); 1 means that every class is as likely.
    """
    safe = np.clip(shares, 1e-6, 1.0)
    found = -(safe * np.log(safe)).sum(axis=1) / np.log(shares.shape[1])
    return np.asarray(found, dtype=np.float32)


def features_of(opinions: Shares, labels: NDArray[np.uint8], structure: str) -> NDArray[np.float64]:
    """In the order of ``NAMES``. ``opinions`` (passes, slice, classes, rows, columns) are class
    probabilities, ``labels`` (slice, row, column) the cleaned draft on the same window.

    agreement: mean Dice between the draft and what each pass would have drawn. soft_overlap: Dice
    between the draft and the mean probability. entropy: summed over the window, per pixel of the
    heart. missing_slices: share of the heart's slices without the structure.
    """
    code = STRUCTURES[structure]
    drawn = labels == code
    mean = opinions.mean(axis=0)
    share = mean[:, code]
    agreement = [_dice(opinion.argmax(axis=1) == code, drawn) for opinion in opinions]
    soft = 2 * share[drawn].sum() / max(1e-6, share.sum() + drawn.sum())
    heart = labels > 0
    shown: NDArray[np.bool_] = np.asarray(heart.any(axis=(1, 2)))
    missing = (~drawn[shown].any(axis=(1, 2))).mean() if shown.any() else 1.0
    return np.array(
        [
            np.mean(agreement),
            soft,
            entropy_of(mean).sum() / max(1, int(heart.sum())),
            missing,
        ]
    )


def _dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    total = int(a.sum()) + int(b.sum())
    return 2 * int((a & b).sum()) / total if total else 1.0
