"""What is aimed at, beside what was measured."""

from typing import Any

from bench.servers import EMBEDDED, PEER, TEAM

# ratios of rates, ours to Orthanc's
AIMS = {
    "frames_16": 3.0,
    "metadata": 10.0,
    "qido_studies_16": 5.0,
    "qido_instances": 10.0,
    "stow": 1.0,
}
WHOLE_CINE = 4.0


def against(found: dict[str, Any]) -> dict[str, Any]:
    """For every aim: both modes' ratios, and whether team mode reached it."""
    rows = {name: _row(aim, found[name], "{}_to_") for name, aim in AIMS.items()}
    rows["whole_cine"] = _row(WHOLE_CINE, found["whole_cine"], "stack_{}_to_")
    return rows


def _row(aim: float, figures: dict[str, Any], name: str) -> dict[str, Any]:
    team, embedded = (figures.get(name.format(mode) + PEER) for mode in (TEAM, EMBEDDED))
    return {
        "aim": aim,
        TEAM: team,
        EMBEDDED: embedded,
        "reached": None if team is None else team >= aim,
    }
