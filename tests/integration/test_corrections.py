"""What readers made of a draft is measured from the revisions, and summed up for those who train."""

from typing import Any

import pytest

from portal.annotations.models import Annotation, State
from portal.annotations.services.drafts import store_draft
from portal.cases.models import Case, CaseState
from portal.imaging.models import Stack
from portal.modelhub.models import Correction, DriftSample, SampleKind
from portal.modelhub.services.correcting import correct
from portal.modelhub.services.sampling import take_samples
from portal.reads.models import Read
from tests.factories import reading as f
from tests.factories.locking import heart, import_heart
from tests.integration.test_checks import segmented

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> f.World:
    return f.make_world()


def drafted(world: f.World, seed: int = 3) -> tuple[Case, Read, Read]:
    phantom = heart(seed, n_slices=3)
    case = import_heart(world, phantom)
    a, b = world.assign_both(case)
    store_draft(
        case=case,
        stack=Stack.objects.get(study__case=case),
        model_version=f.make_model(version=str(seed)),
        labels=phantom.labels,
        by_job="truth",
    )
    a.refresh_from_db()
    b.refresh_from_db()
    return case, a, b


def shift_one(world: f.World, read: Read, pixels: float) -> Annotation:
    """Move one contour of the draft to the right, as an edit of the reader's."""
    row = Annotation.objects.filter(read=read, structure="lv_endo").exclude(parts=[]).first()
    assert row is not None
    api = f.Api(world.reader_a)
    contents = api.get(f"reads/{read.pk}/annotations/").json()["annotations"]
    uid = f.names_of(read).uid(row.sop_instance_uid)
    shown = next(
        c for c in contents if c["structure"] == "lv_endo" and c["sop_instance_uid"] == uid
    )
    operation: dict[str, Any] = {
        "op_id": f.op_id(),
        "kind": "contour",
        "structure": "lv_endo",
        "sop_instance_uid": uid,
        "frame_number": row.frame_number,
        "base_version": shown["version"],
        "parts": [[[x + pixels, y] for x, y in part] for part in shown["parts"]],
    }
    saved = api.post(f"reads/{read.pk}/operations/", {"operations": [operation]})
    assert saved.json()["results"][0]["outcome"] == "applied", saved.content
    row.refresh_from_db()
    return row


def test_accepted_draft_was_not_moved(world: f.World) -> None:
    _, a, _ = drafted(world)
    f.read_through_drafted(world.reader_a, a)
    a.refresh_from_db()

    values = correct(a).values

    frames = Annotation.objects.filter(read=a).exclude(state=State.AUTO).exclude(parts=[])
    assert sum(row["n_frames"] for row in values["rows"]) == frames.count() > 0
    assert {row["phase"] for row in values["rows"]} == {"ED", "ES"}
    for row in values["rows"]:
        assert row["counts"]["kept"] == row["n_frames"]
        assert (row["added_path_mm"], row["volume_ml"]) == (0, 0)
        assert row["dice"] == pytest.approx(1)


def test_one_moved_contour(world: f.World) -> None:
    _, a, _ = drafted(world)
    moved = shift_one(world, a, pixels=6.0)
    f.read_through_drafted(world.reader_a, a)
    a.refresh_from_db()

    row = correct(a)

    assert moved.state == State.EDITED
    touched = [r for r in row.values["rows"] if r["n_frames"] != r["counts"]["kept"]]
    assert [r["structure"] for r in touched] == ["lv_endo"]
    assert touched[0]["counts"]["edited"] + touched[0]["counts"]["redrawn"] == 1
    assert touched[0]["added_path_mm"] > 0
    assert touched[0]["dice"] < 1
    assert touched[0]["volume_ml"] == pytest.approx(0, abs=1e-6)  # it moved, and kept its size
    assert row.values["seconds"] > 0
    assert correct(a).pk == row.pk


def test_samples_wait_for_all_reads_and_are_taken_once(world: f.World) -> None:
    case, a, b = drafted(world)
    f.read_through_drafted(world.reader_a, a)
    take_samples()
    assert set(DriftSample.objects.values_list("kind", flat=True)) == {SampleKind.INPUT}
    assert Correction.objects.count() == 0

    f.read_through_drafted(world.reader_b, b)
    take_samples()
    take_samples()

    case.refresh_from_db()
    assert case.state in (CaseState.AGREED, CaseState.ADJUDICATING)
    kinds = sorted(DriftSample.objects.values_list("kind", flat=True))
    assert kinds == ["behaviour", "behaviour", "input", "output"]
    seen = DriftSample.objects.get(kind=SampleKind.OUTPUT).values
    assert 0 < seen["ef_percent"] < 100
    images = DriftSample.objects.get(kind=SampleKind.INPUT).values
    assert images["phase_ms"] > 10
    assert images["repetition_ms"] is None or images["repetition_ms"] > 0


def test_what_the_worker_said_of_a_draft_is_sampled_too(world: f.World) -> None:
    case, a, b = drafted(world)
    payload = {"stack": str(a.stack_id), "model_id": "m-1"}
    signals = {"entropy": 0.2, "contrast_to_noise": 9.0, "embedding": [1.0, 2.0]}
    output = {"predicted_dice": {"lv": {"ed": 0.9, "es": 0.7}}, "signals": signals}
    segmented(world, case, payload=payload, output=output)
    for person, read in ((world.reader_a, a), (world.reader_b, b)):
        f.read_through_drafted(person, read)
    take_samples()

    seen = DriftSample.objects.get(kind=SampleKind.OUTPUT).values

    assert seen["expected_dice"] == pytest.approx(0.8)
    assert (seen["entropy"], seen["contrast_to_noise"]) == (0.2, 9.0)
    assert seen["place"] == {"model": "m-1", "at": [1.0, 2.0]}


def test_few_cases_have_counts_alone(world: f.World) -> None:
    _, a, b = drafted(world)
    f.read_through_drafted(world.reader_a, a)
    path = f"projects/{world.slug}/corrections/"
    f.read_through_drafted(world.reader_b, b)
    take_samples()

    rows = f.Api(world.scientist).get(path).json()["rows"]

    assert {row["n_reads"] for row in rows} == {2}
    assert {row["n_cases"] for row in rows} == {1}
    assert {row["added_path_mm"] for row in rows} == {None}
    assert f.Api(world.reader_a).get(path).status_code == 403
    assert f.Api(world.coordinator).get(path).status_code == 403


def test_five_cases_are_summed_up(world: f.World) -> None:
    _, a, b = drafted(world)
    shift_one(world, a, pixels=6.0)
    for person, read in ((world.reader_a, a), (world.reader_b, b)):
        f.read_through_drafted(person, read)
    take_samples()
    kept = {row.read_id: row for row in Correction.objects.all()}
    for seed in range(4, 8):
        _, *reads = drafted(world, seed)
        for person, read in zip((world.reader_a, world.reader_b), reads, strict=True):
            f.read_through_drafted(person, read)
            read.refresh_from_db()
    Correction.objects.exclude(pk__in=[row.pk for row in kept.values()]).delete()
    Correction.objects.update(drafted_by=kept[a.pk].drafted_by)
    for read in Read.objects.filter(purpose="reading").exclude(pk__in=kept):
        found = correct(read)
        Correction.objects.filter(pk=found.pk).update(drafted_by=kept[a.pk].drafted_by)

    rows = f.Api(world.scientist).get(f"projects/{world.slug}/corrections/").json()["rows"]

    by_place = {(row["structure"], row["phase"]): row for row in rows}
    assert {row["n_cases"] for row in rows} == {5}
    moved = [key for key, row in by_place.items() if row["added_path_mm"]]
    assert len(moved) == 1
    row = by_place[moved[0]]
    assert row["edited_share"] + row["redrawn_share"] > 0
    wanted = next(r for r in kept[a.pk].values["rows"] if r["added_path_mm"])
    frames = sum(
        r["n_frames"]
        for found in Correction.objects.all()
        for r in found.values["rows"]
        if (r["structure"], r["phase"]) == moved[0]
    )
    assert row["added_path_mm"] == pytest.approx(wanted["added_path_mm"] / frames)
