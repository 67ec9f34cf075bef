"""The reporting patients: opened once, when every round of every arm is done."""

import logging
from datetime import UTC, datetime
from typing import Any

from ml_workers.errors import BadInput
from ml_workers.learning.loop import OPENED, Loop, Round
from ml_workers.learning.measured import summary

log = logging.getLogger(__name__)


def report_on(loop: Loop, rounds: list[Round], damaged: list[Round]) -> dict[str, Any]:
    """Every champion there was and every damaged challenger on the reporting patients, by hash.

    Which models are measured is written down before the patients are opened. A run that was killed
    may go on with those same models; with any other it raises BadInput, as it does while rounds are
    missing.
    """
    wanted = loop.setup.rounds * len(loop.setup.arms)
    if len(rounds) != wanted or len(damaged) != len(loop.setup.damaged_rounds):
        raise BadInput("The reporting patients stay closed until every round is done.")
    champions = {loop.start, *(found["champion"] for found in rounds)}
    models = sorted(champions | {found["challenger"] for found in damaged})
    opened = loop.store.get(OPENED)
    if opened is None:
        opened = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "models": models}
        loop.store.put(OPENED, opened)
    if opened["models"] != models:
        raise BadInput("The reporting patients have been opened for other models.")
    loop.patients.open_reporting()
    found = {}
    for number, sha256 in enumerate(models, 1):
        found[sha256] = summary(loop.cases(sha256, "reporting", loop.patients.reporting))
        log.info("reporting, model %d of %d: Dice %.3f", number, len(models), found[sha256]["dice"])
    return {"opened_at": opened["at"], "models": found}
