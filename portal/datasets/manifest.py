"""The manifest of a dataset version: what is in it and by which rules, and nothing of when or by
whom. Built anew from the same references it is the same, byte for byte."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cmrkit.contracts import Split
from portal.core.hashing import canonical_json, digest
from portal.datasets.describing import Candidate
from portal.datasets.leakage import joined
from portal.datasets.splitting import split_patients
from portal.projects.models import Project
from portal.reads.blinding import reads_for_datasets
from portal.reads.models import Read

SCHEMA = 1
DEFAULT_FRACTIONS = {"train": 0.8, "validation": 0.2, "test": 0.0}
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Query:
    """Which locked cases are wanted. ``cases`` are labels; None, and empty lists, mean all."""

    cases: tuple[str, ...] | None = None
    sites: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    phantoms: bool = True
    raw_reads: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "cases": None if self.cases is None else sorted(self.cases),
            "sites": sorted(self.sites),
            "classes": sorted(self.classes),
            "phantoms": self.phantoms,
            "raw_reads": self.raw_reads,
        }


@dataclass(frozen=True)
class Division:
    """How patients are divided. Those of ``holdout_sites`` are the test set, or part of it; the
    others are cut at ``fractions``."""

    fractions: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_FRACTIONS))
    seed: int = 1
    holdout_sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """Under what the data may be used, as a person says it."""

    licence: str = ""
    consent: str = ""


@dataclass(frozen=True)
class Built:
    """A manifest, and the split of each case."""

    manifest: dict[str, Any]
    splits: dict[str, Split]

    @property
    def content_hash(self) -> str:
        return digest(self.manifest)


def manifest_bytes(manifest: dict[str, Any]) -> bytes:
    """Canonical JSON: what ``content_hash`` is the SHA-256 of."""
    return canonical_json(manifest)


def build(
    project: Project,
    candidates: Sequence[Candidate],
    query: Query,
    division: Division,
    terms: Terms,
) -> Built:
    groups = patient_groups(candidates)
    splits = _splits(candidates, groups, division)
    reads = _raw_reads(candidates) if query.raw_reads else {}
    items = [_item(c, splits[c.case], reads.get(c.case)) for c in candidates]
    manifest = {
        "schema": SCHEMA,
        "project": project.slug,
        "query": query.to_json(),
        "structures": ["lv_endo", "lv_epi", "rv_endo"],
        "protocols": _distinct(c.reference.content["protocol"] for c in candidates),
        "conventions": _distinct(
            (c.reference.content["measurements"] or {}).get("convention") for c in candidates
        ),
        "splits": {
            "unit": "patient",
            "fractions": {
                side.value: float(division.fractions.get(side.value, 0.0)) for side in Split
            },
            "seed": division.seed,
            "holdout_sites": sorted(division.holdout_sites),
        },
        "leakage": _leakage(candidates, splits),
        "licence": terms.licence.strip() or NOT_RECORDED,
        "consent": terms.consent.strip() or NOT_RECORDED,
        "items": sorted(items, key=lambda item: item["case"]),
    }
    return Built(manifest, splits)


def patient_groups(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Case -> a name for all who are one patient: by patient, by instance UID, by pixels."""
    marks = {c.case: [("patient", c.patient), *_uid_marks(c), *_pixel_marks(c)] for c in candidates}
    patient_of = {c.case: c.patient for c in candidates}
    # named by the smallest patient hash, so that a split doesn't hang on labels
    smallest: dict[str, str] = {}
    leaders = joined(marks)
    for case, leader in leaders.items():
        smallest[leader] = min(smallest.get(leader, patient_of[case]), patient_of[case])
    return {case: smallest[leader] for case, leader in leaders.items()}


def _uid_marks(candidate: Candidate) -> list[tuple[str, str]]:
    return [("uid", uid) for uid in candidate.uids]


def _pixel_marks(candidate: Candidate) -> list[tuple[str, str]]:
    return [("pixels", text) for text in candidate.pixels or ()]


def _splits(
    candidates: Sequence[Candidate], groups: dict[str, str], division: Division
) -> dict[str, Split]:
    held = {groups[c.case] for c in candidates if c.site in division.holdout_sites}
    others = set(groups.values()) - held
    found = split_patients(others, division.fractions, division.seed)
    found |= dict.fromkeys(held, Split.TEST)
    return {case: found[group] for case, group in groups.items()}


def _leakage(candidates: Sequence[Candidate], splits: dict[str, Split]) -> dict[str, Any]:
    """What the division was checked for. Joined cases are counted, images on two sides of a split
    would be too; ``pixels_unchecked`` names cases whose images couldn't be read."""
    kinds = {
        "uid": {c.case: _uid_marks(c) for c in candidates},
        "pixels": {c.case: _pixel_marks(c) for c in candidates},
    }
    found: dict[str, Any] = {}
    for kind, marks in kinds.items():
        sizes = Counter(joined(marks).values())
        found[f"joined_by_{kind}"] = sum(n for n in sizes.values() if n > 1)
        sides: dict[tuple[str, str], set[Split]] = {}
        for case, own in marks.items():
            for mark in own:
                sides.setdefault(mark, set()).add(splits[case])
        found[f"across_splits_by_{kind}"] = sum(len(at) > 1 for at in sides.values())
    found["pixels_unchecked"] = sorted(c.case for c in candidates if c.pixels is None)
    return found


def _item(candidate: Candidate, split: Split, reads: list[dict[str, Any]] | None) -> dict[str, Any]:
    reference = candidate.reference
    found = {
        "case": candidate.case,
        "subject": reference.case.visit.subject.label,
        "site": candidate.site,
        "is_phantom": reference.case.is_phantom,
        "split": split.value,
        "reference": reference.digest,
        "reference_version": reference.version,
        "stack": reference.content["stack"]["content_hash"],
        "ed_phase": reference.content["ed_phase"],
        "es_phase": reference.content["es_phase"],
        "instances": digest(candidate.uids),
        "pixels": None if candidate.pixels is None else digest(candidate.pixels),
    }
    return found if reads is None else {**found, "reads": reads}


def reader_pseudonym(read: Read) -> str:
    """The same for all reads of one reader; nobody learns from it who that is."""
    return f"R-{digest(['reader', str(read.reader_id)])[:8]}"


def raw_reads(candidates: Iterable[Candidate]) -> dict[str, list[Read]]:
    """Case -> its readers' raw reads, in the order of the manifest."""
    cases = [c.reference.case_id for c in candidates]
    rows = (
        reads_for_datasets()
        .filter(case__in=cases)
        .select_related("case", "stack", "protocol_version__protocol")
    )
    found: dict[str, list[Read]] = {}
    for read in rows:
        found.setdefault(read.case.label, []).append(read)
    return {
        case: sorted(reads, key=lambda r: (reader_pseudonym(r), r.submitted_digest))
        for case, reads in found.items()
    }


def _raw_reads(candidates: Iterable[Candidate]) -> dict[str, list[dict[str, Any]]]:
    return {
        case: [{"reader": reader_pseudonym(r), "digest": r.submitted_digest} for r in reads]
        for case, reads in raw_reads(candidates).items()
    }


def _distinct(values: Iterable[Any]) -> list[Any]:
    by_text = {canonical_json(value): value for value in values if value is not None}
    return [by_text[text] for text in sorted(by_text)]
