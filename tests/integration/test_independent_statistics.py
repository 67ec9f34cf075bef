"""Statistics equal those of an independent script on the exported raw reads; and the script sees a
single changed contour, answer or distance."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from portal.annotations.services.drafts import store_draft
from portal.imaging.models import Stack
from tests.factories import reading as f
from tests.factories.settling import settle
from tests.independent.compare import COMPARISONS, rows_of, wrong_pairs, wrong_statistics
from tests.independent.geometry import apart, area_px, mask_of

pytestmark = pytest.mark.django_db
HANDS = [(1.0, 1.05), (0.9, 1.0), (1.1, 1.08), (0.95, 1.1)]
CLASSES = [
    ("normal", "normal"),
    ("dilated", "normal"),
    ("infarct", "infarct"),
    ("normal", "dilated"),
]


@pytest.fixture
def exported(world: f.World) -> tuple[bytes, list[dict[str, str]], dict[str, Any]]:
    """Raw reads, pairs and statistics of four cases with drafts, one of them locked."""
    boss = f.Api(world.coordinator)
    model = f.make_model()
    for n, (hands, classes) in enumerate(zip(HANDS, CLASSES, strict=True)):
        case = f.make_case(world.project, f"C-{n}")
        stack = Stack.objects.get(study__case=case)
        store_draft(
            case=case, stack=stack, model_version=model, labels=f.labels(0.85 + n / 100), by_job="j"
        )
        reads = world.assign_both(case)
        people = (world.reader_a, world.reader_b)
        for person, read, scale, class_ in zip(people, reads, hands, classes, strict=True):
            _draw_over(person, read, scale, class_)
    settle(world, case)
    base = f"projects/{world.slug}/agreement"
    answer = boss.get(f"{base}/raw-reads/")
    raw = b"".join(answer.streaming_content)
    rows, statistics = [], {}
    for comparison in COMPARISONS:
        statistics[comparison] = boss.get(f"{base}/statistics/?comparison={comparison}").json()
        file = boss.get(f"{base}/export/?comparison={comparison}&as=csv")
        rows += rows_of(file.content.decode())
    return raw, rows, statistics


def _draw_over(person: Any, read: Any, scale: float, class_: str) -> None:
    """A read that may have begun with the draft: ED and ES are drawn anew, the rest stays."""
    api = f.Api(person)
    held = api.get(f"reads/{read.pk}/annotations/").json()["annotations"]
    versions = {(r["structure"], r["sop_instance_uid"]): r["version"] for r in held}
    operations = f.contour_ops(read, scale=scale)
    for row in operations:
        row["base_version"] = versions.get((row["structure"], row["sop_instance_uid"]), 0)
    operations += [f.answer_op("assessable", "yes"), f.answer_op("class", class_)]
    saved = api.post(f"reads/{read.pk}/operations/", {"operations": operations}).json()
    assert {row["outcome"] for row in saved["results"]} == {"applied"}
    answer = f.submit(api, read.pk)
    assert answer.status_code == 200, answer.content


def changed(raw: bytes, change: Callable[[dict[str, Any]], None]) -> io.BytesIO:
    """The raw reads with the first case changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        lines = [json.loads(line) for line in old.read("cases.jsonl").decode().splitlines()]
        change(lines[0])
        new.writestr("cases.jsonl", "\n".join(map(json.dumps, lines)))
        new.writestr("protocol.json", old.read("protocol.json"))
    out.seek(0)
    return out


def test_the_portal_says_what_the_raw_reads_give(exported: Any) -> None:
    raw, rows, statistics = exported
    counts = {name: answer["n_pairs"] for name, answer in statistics.items()}
    assert counts == {"inter": 4, "intra": 0, "ai": 8, "reference": 2, "ai_reference": 1}
    assert wrong_pairs(io.BytesIO(raw), rows) == []
    assert wrong_statistics(io.BytesIO(raw), statistics) == []


def first_contour(case: dict[str, Any], structure: str, phase: int) -> dict[str, Any]:
    read = next(r for r in case["reads"] if r["kind"] == "reading")
    found: dict[str, Any] = next(
        c for c in read["contours"] if (c["structure"], c["phase"]) == (structure, phase)
    )
    return found


def move(case: dict[str, Any]) -> None:
    """One point, by a hundredth of a pixel."""
    first_contour(case, "lv_endo", 0)["parts"][0][0][0] += 0.01


def grow(case: dict[str, Any]) -> None:
    contour = first_contour(case, "lv_epi", 2)
    points = np.array(contour["parts"][0])
    contour["parts"] = [(points.mean(0) + 1.3 * (points - points.mean(0))).tolist()]


def answer(case: dict[str, Any]) -> None:
    next(r for r in case["reads"] if r["kind"] == "reading")["answers"]["class"] = "infarct"


def lose(case: dict[str, Any]) -> None:
    case["reads"] = case["reads"][:-1]


def test_the_smallest_change_is_seen(exported: Any) -> None:
    raw, rows, statistics = exported

    def pairs(change: Callable[[dict[str, Any]], None]) -> list[str]:
        return wrong_pairs(changed(raw, change), rows)

    def figures(change: Callable[[dict[str, Any]], None]) -> list[str]:
        return wrong_statistics(changed(raw, change), statistics)

    moved = pairs(move)
    assert any("C-0" in line and "edv_ml" in line for line in moved)
    assert not any("C-1" in line for line in moved)
    assert any(line.startswith("inter: edv_ml.bias ") for line in figures(move))
    grown = pairs(grow)
    for measure in ("dice", "jaccard", "hd_mm", "hd95_mm", "mean_mm"):
        assert any(f"{measure} lv_epi" in line for line in grown), measure
    assert any("answer.class" in line for line in figures(answer))
    assert any("shouldn't be there" in line for line in pairs(lose))
    assert any("is missing" in line for line in wrong_pairs(io.BytesIO(raw), rows[1:]))


def test_the_second_implementation_itself_in_closed_form() -> None:
    square = [[1.0, 1.0], [5.0, 1.0], [5.0, 5.0], [1.0, 5.0]]
    hole = [[2.0, 2.0], [4.0, 2.0], [4.0, 4.0], [2.0, 4.0]]
    bow_tie = [[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0]]
    assert area_px([square]) == pytest.approx(16)
    assert area_px([square, hole]) == pytest.approx(12)
    assert area_px([square, square]) == pytest.approx(0)
    assert area_px([bow_tie]) == pytest.approx(8)
    assert mask_of([square], 8, 8).sum() == 16  # left and upper borders are inside
    assert mask_of([square, hole], 8, 8).sum() == 12
    a, b = (mask_of([[[x, 1.0], [x + 3, 1.0], [x + 3, 4.0], [x, 4.0]]], 9, 9) for x in (1.0, 3.0))
    found = apart(a, b, (1.0, 2.0))
    assert found is not None
    assert found.mm.max() == pytest.approx(4)  # two columns of 2 mm
    assert apart(a, np.zeros_like(a), (1.0, 2.0)) is None
