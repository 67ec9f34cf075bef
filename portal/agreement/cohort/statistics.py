"""The answer to a question about a cohort, JSON-ready."""

from typing import Any

from cmrkit.agreement import STATISTICS_VERSION
from portal.agreement.cohort.landmarks import asked_landmarks, landmark_tables
from portal.agreement.cohort.pairing import TITLES, Kind
from portal.agreement.cohort.questions import question_tables
from portal.agreement.cohort.rows import Cohort
from portal.agreement.cohort.tables import contour_tables, group_tables, heat_map, number_tables


def statistics(built: Cohort) -> dict[str, Any]:
    return {
        "code_version": STATISTICS_VERSION,
        "comparison": str(built.query.comparison),
        "protocol": None if built.protocol is None else str(built.protocol.pk),
        "pending": built.pending,
        "n_cases": len({row.case_id for row in built.rows}),
        "n_pairs": len(built.rows),
        "spacing_assumed": any(row.spacing_assumed for row in built.rows),
        "choices": _choices(built),
        "numbers": number_tables(built),
        "contours": contour_tables(built),
        "questions": question_tables(built),
        "landmarks": landmark_tables(built),
        "asks_landmarks": bool(asked_landmarks(built)),
        "groups": group_tables(built),
        "heat_map": heat_map(built),
        "readers": [
            {"key": key, "label": label} for key, label in sorted(built.names.labels.items())
        ],
    }


def _choices(built: Cohort) -> dict[str, Any]:
    return {
        "comparisons": [
            {"value": str(kind), "title": TITLES[kind], "n_pairs": built.counts.get(kind, 0)}
            for kind in Kind
        ],
        "protocols": [{"value": str(p.pk), "title": p.name} for p in built.protocols],
        "readers": [{"value": key, "title": label} for key, label in built.names.people()],
        **{
            f"{by}s": [{"value": value, "title": value} for value in built.choices.get(by, [])]
            for by in ("site", "vendor", "disease")
        },
    }
