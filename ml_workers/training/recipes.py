"""Every model that ``python -m ml_workers train`` can make."""

from ml_workers.training.late_enhancement import EMIDEC, FREE_LGE
from ml_workers.training.long_axis_shipped import FREE_LAX
from ml_workers.training.shipped import ACDC, FREE, UNDERTRAINED

RECIPES = {s.about.name: s for s in (FREE, ACDC, UNDERTRAINED, FREE_LGE, EMIDEC, FREE_LAX)}
