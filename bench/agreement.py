"""``python -m bench.agreement``: statistics over 100 cases × 4 reads × 20 phases, and one changed
contour. Embedded, in a throw-away folder. Dice and HD95 of one pair beside SimpleITK on the same
masks. JSON under ``bench/results/local/``, or where ``--out`` says."""

import argparse
import json
import os
import resource
import tempfile
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.agreement_peer import Shapes, beside_a_peer

PHASES, SLICES, SIZE, POINTS = 20, 10, 192, 64
AIMS_S = {"all": 60.0, "one": 1.0}
RESULTS = Path(__file__).parent / "results" / "local"
CLASSES = ("normal", "dilated", "hypertrophic", "infarct", "abnormal_rv")


def ring(r: np.random.Generator, x: float, y: float, radius: float) -> list[list[float]]:
    """A contour as a hand draws it: a circle that wanders."""
    angle = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)
    wander = sum(r.normal(0, 0.25) * np.cos(k * angle + r.uniform(0, 6)) for k in (2, 3, 4))
    return (
        np.stack(
            [x + (radius + wander) * np.cos(angle), y + (radius + wander) * np.sin(angle)], axis=1
        )
        .round(2)
        .tolist()
    )


def crescent(
    r: np.random.Generator, x: float, y: float, radius: float, septum: tuple[float, float]
) -> list[list[float]]:
    """The right ventricle: an outer wall, and back along the septum, a circle of that centre and
    radius in x. No point within sees all of it."""
    half = POINTS // 2
    outer = np.linspace(0.5 * np.pi, 1.5 * np.pi, half, endpoint=False)
    middle, inner = septum
    height = np.linspace(-0.95, 0.95, POINTS - half) * radius
    along = middle - np.sqrt(np.maximum(inner**2 - height**2, 0.0))
    wander = sum(r.normal(0, 0.25) * np.cos(k * outer + r.uniform(0, 6)) for k in (2, 3))
    points = np.concatenate(
        [
            np.stack([x + 1.3 * (radius + wander) * np.cos(outer), y + radius * np.sin(outer)], 1),
            np.stack([along - 2, y + height + r.normal(0, 0.1, len(height))], 1),
        ]
    )
    return points.round(2).tolist()


def frame(
    r: np.random.Generator, s: int, p: int, hand: float, n: tuple[int, int]
) -> dict[str, Any]:
    """The three structures on slice ``s`` at phase ``p``, nothing at the ends of the heart."""
    n_slices, n_phases = n
    if s in (0, n_slices - 1) and r.random() < 0.5:
        return {}
    beat = 1 - 0.35 * np.sin(np.pi * p / n_phases)
    level = 0.55 + 0.45 * np.sin(np.pi * (1 - 0.75 * s / n_slices) * 0.7)
    radius = 19 * beat * level * hand
    x, y = 100 + r.normal(0, 0.4), 96 + r.normal(0, 0.4)
    return {
        "lv_endo": ring(r, x, y, radius),
        "lv_epi": ring(r, x, y, radius + 7),
        "rv_endo": crescent(r, x - radius - 4, y, radius * 1.2, (x, radius * 1.2 + 7)),
    }


def fill(world: Any, n_cases: int, n_reads: int, n: tuple[int, int] = (SLICES, PHASES)) -> None:
    """Submitted reads as rows, by readers with a habit each."""
    from portal.cases.models import Case, CaseState
    from portal.protocols.models import ProtocolVersion
    from portal.reads.models import Reader, ReaderKind
    from tests.factories import reading as f

    r = np.random.default_rng(6)
    names = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gil", "Hal")[:n_reads]
    people = [
        Reader.objects.create(
            kind=ReaderKind.PERSON, user=(user := f.user(f"{name} Reader")), label=user.display_name
        )
        for name in names
    ]
    habits = r.normal(1, 0.02, n_reads)
    version = ProtocolVersion.objects.get(protocol__project=world.project)
    for i in range(n_cases):
        case = f.make_case(world.project, f"C-{i + 1:03d}")
        stack = stack_of(case, n)
        heart, truth = r.uniform(0.85, 1.2), str(r.choice(CLASSES))
        for person, habit in zip(people, habits, strict=True):
            hand = heart * habit * r.normal(1, 0.015)
            said = truth if r.random() < 0.8 else str(r.choice(CLASSES))
            _read(r, case, stack, version, person, (hand, said), n)
        Case.objects.filter(pk=case.pk).update(state=CaseState.AGREED)


def stack_of(case: Any, n: tuple[int, int]) -> Any:
    from cmrkit.contracts import FrameRef, StackMeta
    from portal.imaging.models import Stack

    n_slices, n_phases = n
    stack = Stack.objects.get(study__case=case)
    uids = [
        [f"{stack.content_hash[:20]}.{s}.{p}" for p in range(n_phases)] for s in range(n_slices)
    ]
    stack.meta = replace(
        StackMeta.from_json(stack.meta),
        n_slices=n_slices,
        n_phases=n_phases,
        rows=SIZE,
        columns=SIZE,
        slice_positions_mm=tuple((0.0, 0.0, 10.0 * s) for s in range(n_slices)),
        trigger_times_ms=tuple(tuple(40.0 * p for p in range(n_phases)) for _ in range(n_slices)),
        frames=tuple(tuple(FrameRef(uid, 1) for uid in row) for row in uids),
    ).to_json()
    stack.addresses = [[["1.2", uid, 1] for uid in row] for row in uids]
    stack.n_slices, stack.n_phases = n
    stack.save()
    return stack


def _read(
    r: np.random.Generator, case: Any, stack: Any, version: Any, person: Any,
    said: tuple[float, str], n: tuple[int, int],
) -> None:  # fmt: skip
    from django.utils import timezone

    from portal.annotations.models import Annotation, Entry, EntryKind, Origin, State
    from portal.reads.models import Read, ReadState

    read = Read.objects.create(
        case=case,
        protocol_version=version,
        reader=person,
        stack=stack,
        state=ReadState.SUBMITTED,
        submitted_at=timezone.now(),
        submitted_digest=uuid.uuid4().hex * 2,
    )
    Annotation.objects.bulk_create(
        Annotation(
            read=read,
            structure=code,
            sop_instance_uid=stack.addresses[s][p][1],
            frame_number=1,
            version=1,
            parts=[part],
            origin=Origin.MANUAL,
            state=State.EDITED,
            revision_hash="0" * 64,
        )
        for s in range(n[0])
        for p in range(n[1])
        for code, part in frame(r, s, p, said[0], n).items()
    )
    Entry.objects.bulk_create(
        Entry(read=read, kind=EntryKind.ANSWER, name=name, value=value, version=1)
        for name, value in (("assessable", "yes"), ("class", said[1]))
    )


def measure(n_cases: int, n_reads: int, processes: int) -> dict[str, Any]:
    from portal.agreement.cohort.recomputing import recompute
    from portal.agreement.cohort.rows import Query, cohort
    from portal.agreement.cohort.statistics import statistics
    from portal.agreement.models import PairResult, ReadFacts
    from portal.measurements.models import Measurement
    from portal.reads.models import Read
    from tests.factories import reading as f

    world = f.make_world()
    fill(world, n_cases, n_reads)
    found: dict[str, Any] = {"cases": n_cases, "reads": n_reads, "phases": PHASES, "slices": SLICES}
    start, computed = time.perf_counter(), _computed_s()
    recompute(world.project, processes=processes)
    found["all_s"] = round(time.perf_counter() - start, 2)
    # of one core, all processes together: what else runs on the machine doesn't count in it
    found["all_computed_s"] = round(_computed_s() - computed, 2)
    found |= {"pairs": PairResult.objects.count(), "measured": Measurement.objects.count()}
    start = time.perf_counter()
    built = cohort(world.coordinator, world.project, Query())
    tables = statistics(built)
    found["tables_s"] = round(time.perf_counter() - start, 2)
    assert (tables["pending"], tables["n_cases"]) == (0, n_cases)
    changed = Read.objects.filter(case__label="C-001").first()
    assert changed is not None
    annotation = changed.annotations.filter(structure="lv_endo")[0]
    annotation.parts = [[[x + 1, y] for x, y in annotation.parts[0]]]
    annotation.save()
    Read.objects.filter(pk=changed.pk).update(submitted_digest="1" * 64)
    kept = dict(PairResult.objects.values_list("pk", "inputs_hash"))
    start = time.perf_counter()
    recompute(world.project)
    found["one_changed_contour_s"] = round(time.perf_counter() - start, 3)
    after = dict(PairResult.objects.values_list("pk", "inputs_hash"))
    found["pairs_recomputed"] = sum(kept[pk] != after[pk] for pk in kept)
    found["beside"] = beside_a_peer(*two_readings(), (SIZE, SIZE))
    found["reached"] = {
        "all": found["all_s"] <= AIMS_S["all"],
        "one": found["one_changed_contour_s"] <= AIMS_S["one"],
    }
    assert ReadFacts.objects.count() == n_cases * n_reads
    return found


def _computed_s() -> float:
    """Of this process and those that it has ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(row.ru_utime + row.ru_stime for row in spent)


def two_readings() -> tuple[Shapes, Shapes]:
    """The contours of two readers of one cine."""
    r = np.random.default_rng(7)
    one, two = (
        {
            (code, s, p): [part]
            for s in range(SLICES)
            for p in range(PHASES)
            for code, part in frame(r, s, p, 1.0, (SLICES, PHASES)).items()
        }
        for _ in range(2)
    )
    return one, two


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--reads", type=int, default=4)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        os.environ["ACCORD_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from bench.machine import machine

        call_command("migrate", verbosity=0)
        found = {
            "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
            "machine": machine(),
            "load": os.getloadavg()[0],
            "aims_s": AIMS_S,
            "agreement": measure(asked.cases, asked.reads, asked.processes),
        }
    path = asked.out or RESULTS / f"{found['at'][:10]}-{os.cpu_count()}-cores-agreement.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n")
    print(f"[bench] agreement\n{json.dumps(found, indent=1)}")


if __name__ == "__main__":
    main()
