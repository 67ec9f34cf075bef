"""Finding landmarks: a reading's marks against the reference's, by landmark. No database.

A reading is one image of the FROC. Readers give no confidence, so all marks of a reading weigh the
same and each reader is one point of the plane. The reference is the adjudicator's signed read.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement import Froc, Mark, bootstrap, froc, match_points
from portal.agreement.cohort.pairing import Kind
from portal.agreement.cohort.rows import Cohort, PairRow

AGAINST_REFERENCE = (Kind.REFERENCE, Kind.AI_REFERENCE)
WITHIN_MM = 10.0  # where the protocol's question states no distance
DISTANCES_MM = (2.5, 5.0, 10.0, 15.0, 20.0)
SCORE = 1.0
HIT, MISSED, FALSE, NONE = "hit", "missed", "false", "none"


@dataclass(frozen=True)
class Asked:
    """A landmark that the protocol's questions ask for, and how near counts as found."""

    code: str
    title: str
    within_mm: float
    stated: bool


@dataclass(frozen=True)
class Image:
    """One reading of one case: its marks, how many findings the reference has, and how far each
    hit lies from its finding."""

    marks: tuple[Mark, ...]
    n_findings: int
    apart_mm: tuple[float, ...]

    @property
    def hits(self) -> int:
        return len(self.apart_mm)

    @property
    def false(self) -> int:
        return len(self.marks) - self.hits


def landmark_tables(built: Cohort) -> list[dict[str, Any]]:
    """A table for each landmark asked for; none where the comparison has no reference."""
    if built.rules is None or built.query.comparison not in AGAINST_REFERENCE:
        return []
    return [_table(built, asked) for asked in asked_landmarks(built)]


def asked_landmarks(built: Cohort) -> list[Asked]:
    """By the protocol's questions; several that ask for one landmark are one, the widest distance
    counts."""
    found: dict[str, list[dict[str, Any]]] = {}
    for question in built.rules.questions if built.rules else []:
        if question["kind"] == "landmark":
            found.setdefault(question["landmark"], []).append(question)
    return [_asked(code, questions) for code, questions in found.items()]


def _asked(code: str, questions: Sequence[dict[str, Any]]) -> Asked:
    stated = [float(q["tolerance"]) for q in questions if q.get("tolerance")]
    title = ", ".join(str(q["title"]) for q in questions)
    return Asked(code, title, max(stated, default=WITHIN_MM), bool(stated))


def image_of(row: PairRow, code: str, within_mm: float) -> Image:
    """``a`` is the reference. The mark that lies nearest to a finding chooses first. Points of
    another frame of reference lie nowhere near."""
    findings, marks = (_by_frame(side.get(code, [])) for side in (row.landmarks_a, row.landmarks_b))
    found: list[Mark] = []
    apart: list[float] = []
    for frame, drawn in marks.items():
        there = findings.get(frame, [])
        points = sorted(drawn, key=lambda point: (_nearest(point, there), point))
        matched = match_points(points, [SCORE] * len(points), there, within_mm=within_mm)
        found += matched
        apart += [
            math.dist(point, there[mark.hit])
            for point, mark in zip(points, matched, strict=True)
            if mark.hit is not None
        ]
    return Image(tuple(found), sum(map(len, findings.values())), tuple(apart))


def _nearest(point: Sequence[float], findings: Sequence[Sequence[float]]) -> float:
    return min((math.dist(point, finding) for finding in findings), default=math.inf)


def exported(row: PairRow, asked: Asked) -> list[tuple[str, float | None]]:
    """One line for each finding and false mark: what became of it, and how far off a hit was. A
    reading without either has a line too, as it is one of the images."""
    image = image_of(row, asked.code, asked.within_mm)
    lines: list[tuple[str, float | None]] = [(HIT, mm) for mm in image.apart_mm]
    lines += [(MISSED, None)] * (image.n_findings - image.hits)
    lines += [(FALSE, None)] * image.false
    return lines or [(NONE, None)]


def _by_frame(rows: Sequence[dict[str, Any]]) -> dict[str, list[list[float]]]:
    found: dict[str, list[list[float]]] = {}
    for row in rows:
        found.setdefault(row["frame"], []).append(row["point_mm"])
    return found


def _table(built: Cohort, asked: Asked) -> dict[str, Any]:
    rows = [row for row in built.rows if asked.code in row.landmarks_asked]
    by_reader: dict[str, list[PairRow]] = {}
    for row in rows:
        by_reader.setdefault(row.reader_b, []).append(row)
    labels = built.names.labels
    return {
        "code": asked.code,
        "title": asked.title,
        "within_mm": asked.within_mm,
        "within_stated": asked.stated,
        "all": _found(rows, asked.code, asked.within_mm),
        "readers": [
            {
                "reader": key,
                "label": labels[key],
                **_found(own, asked.code, asked.within_mm),
            }
            for key, own in sorted(by_reader.items(), key=lambda pair: labels[pair[0]])
        ],
        "by_distance": [_at_distance(rows, asked.code, mm) for mm in DISTANCES_MM],
    }


def _found(rows: Sequence[PairRow], code: str, within_mm: float) -> dict[str, Any]:
    images = [image_of(row, code, within_mm) for row in rows]
    cases = [row.case for row in rows]
    apart = [mm for image in images for mm in image.apart_mm]
    curve = _froc(images)
    return {
        "n_cases": len(set(cases)),
        "n_images": len(images),
        "n_findings": sum(image.n_findings for image in images),
        "hits": sum(image.hits for image in images),
        "false_marks": sum(image.false for image in images),
        "sensitivity": _sensitivity(images, cases),
        "false_per_image": sum(i.false for i in images) / len(images) if images else None,
        "froc": None if curve is None or curve.score is None else asdict(curve),
        "mean_apart_mm": float(np.mean(apart)) if apart else None,
        "median_apart_mm": float(np.median(apart)) if apart else None,
    }


def _froc(images: Sequence[Image]) -> Froc | None:
    n_findings = sum(image.n_findings for image in images)
    return froc([image.marks for image in images], n_findings) if images else None


def _sensitivity(images: Sequence[Image], cases: Sequence[str]) -> dict[str, Any]:
    """Findings hit / findings, with a percentile interval over resampled cases."""
    order = sorted(set(cases))
    place = {case: n for n, case in enumerate(order)}
    hits, findings = np.zeros(len(order)), np.zeros(len(order))
    for case, image in zip(cases, images, strict=True):
        hits[place[case]] += image.hits
        findings[place[case]] += image.n_findings

    def of(counts: NDArray[np.int64]) -> float | None:
        there = float(counts @ findings)
        return float(counts @ hits) / there if there else None

    value = of(np.ones(len(order), dtype=np.int64)) if order else None
    low, high = (None, None) if value is None else bootstrap(of, len(order))
    why = "The reference has none of it." if value is None else ""
    return {
        "value": value,
        "low": low,
        "high": high,
        "n": len(order),
        "level": 0.95,
        "method": "" if low is None else "bootstrap over cases",
        "why": why,
    }


def _at_distance(rows: Sequence[PairRow], code: str, mm: float) -> dict[str, Any]:
    images = [image_of(row, code, mm) for row in rows]
    n_findings, hits = sum(i.n_findings for i in images), sum(i.hits for i in images)
    return {
        "within_mm": mm,
        "sensitivity": hits / n_findings if n_findings else None,
        "false_per_image": sum(i.false for i in images) / len(images) if images else None,
    }
