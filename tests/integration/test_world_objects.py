"""What the reading room saves beside contours drawn by hand: landmarks and measurements, base and
apex, contours that were carried over."""

from typing import Any

import pytest

from portal.annotations.models import EntryRevision
from portal.reads.models import Read
from tests.factories import reading as f
from tests.integration.test_operations import api, one_contour, read, save

__all__ = ["api", "read"]  # fixtures
pytestmark = pytest.mark.django_db


def an_object(read: Read, **changes: Any) -> dict[str, Any]:
    value = {
        "type": "length",
        "code": "",
        "label": "septum",
        "points_lps_mm": [[1.0, -2.5, 30.0], [4.0, 1.5, 30.0]],
        "frame_of_reference_uid": f.names_of(read).uid("1.2.3"),
        "stack_id": f.stack_id(read),
        "sop_instance_uid": f.frame_uid(read, 1, 0),
        "frame_number": 1,
    }
    return value | changes


def put(object_id: str, value: dict[str, Any] | None, base: int = 0) -> dict[str, Any]:
    return {
        "op_id": f.op_id(),
        "kind": "object",
        "object_id": object_id,
        "base_version": base,
        "object": value,
    }


ONE = "6a1e6c1e-90b5-4a5e-8c55-0a64d1f0a001"


def test_an_object_is_kept_changed_and_deleted(api: f.Api, read: Read) -> None:
    value = an_object(read)
    assert save(api, read, put(ONE, value))[0]["version"] == 1
    moved = an_object(read, points_lps_mm=[[1.0, -2.5, 30.0], [5.0, 1.5, 30.0]])
    assert save(api, read, put(ONE, moved, 1))[0]["version"] == 2
    held = api.get(f"reads/{read.pk}/annotations/").json()["objects"]
    assert held == [{"object_id": ONE, "version": 2, "object": moved}]
    stale = save(api, read, put(ONE, value, 1))[0]
    assert (stale["outcome"], stale["current"]["object"]) == ("conflict", moved)
    assert save(api, read, put(ONE, None, 2))[0]["version"] == 3
    held = api.get(f"reads/{read.pk}/annotations/").json()["objects"]
    assert held == [{"object_id": ONE, "version": 3, "object": None}]
    # under their own names in the database
    own = {
        "frame_of_reference_uid": "1.2.3",
        "stack_id": str(read.stack_id),
        "sop_instance_uid": read.stack.addresses[1][0][1],
    }
    values = EntryRevision.objects.filter(entry__name=ONE).order_by("version")
    kept = list(values.values_list("value", flat=True))
    assert kept == [value | own, moved | own, None]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "circle"}, "unknown_object"),
        ({"type": "landmark"}, "unknown_landmark"),
        ({"code": "apex"}, "unknown_landmark"),
        ({"label": "x" * 81}, "label_too_long"),
        ({"points_lps_mm": [[1.0, 2.0, 3.0]]}, "points_not_in_body"),
        ({"points_lps_mm": [[1.0, 2.0, 3.0], [1.0, 2.0, 6000.0]]}, "points_not_in_body"),
        ({"points_lps_mm": [[1.0, 2.0], [1.0, 2.0]]}, "points_not_in_body"),
        ({"sop_instance_uid": "1.2.3.4"}, "unknown_frame"),
        ({"stack_id": "6a1e6c1e-90b5-4a5e-8c55-0a64d1f0a0ff"}, "unknown_frame"),
        ({"stack_id": "nonsense"}, "unknown_frame"),
        ({"frame_number": 0}, "unknown_frame"),
        ({"more": 1}, "unknown_object"),
    ],
)
def test_an_object_that_is_none_is_refused(
    api: f.Api, read: Read, changes: dict[str, Any], code: str
) -> None:
    found = save(api, read, put(ONE, an_object(read, **changes)))[0]
    assert (found["outcome"], found["code"]) == ("conflict", code)
    assert found["message"]
    assert api.get(f"reads/{read.pk}/annotations/").json()["objects"] == []


def test_an_object_of_another_case_is_refused(world: f.World, api: f.Api, read: Read) -> None:
    other = world.assign(f.make_case(world.project, "C-2"), world.reader_b)[0]
    found = save(api, read, put(ONE, an_object(other)))[0]
    assert found["code"] == "unknown_frame"


def test_what_is_carried_over_waits_for_a_look(api: f.Api, read: Read) -> None:
    carried = one_contour(read) | {"origin": "propagated"}
    assert save(api, read, carried)[0]["outcome"] == "applied"
    row = api.get(f"reads/{read.pk}/annotations/").json()["annotations"][0]
    assert (row["origin"], row["state"]) == ("propagated", "auto")
    again = one_contour(read, 1, 8.0) | {"origin": "propagated"}
    assert save(api, read, again)[0]["version"] == 2
    assert save(api, read, one_contour(read, 2, 7.0))[0]["version"] == 3
    refused = save(api, read, one_contour(read, 3) | {"origin": "propagated"})[0]
    assert (refused["outcome"], refused["code"]) == ("conflict", "already_settled")
    row = api.get(f"reads/{read.pk}/annotations/").json()["annotations"][0]
    assert (row["origin"], row["state"], row["version"]) == ("propagated", "edited", 3)
    unknown = one_contour(read, 3) | {"origin": "ai"}
    answer = api.post(f"reads/{read.pk}/operations/", {"operations": [unknown]})
    assert answer.status_code == 422


def pinned(name: str, value: Any) -> dict[str, Any]:
    return {"op_id": f.op_id(), "kind": "pin", "name": name, "base_version": 0, "value": value}


def test_slices_beyond_base_and_apex_do_not_count(api: f.Api, read: Read) -> None:
    api.post(f"reads/{read.pk}/operations/", {"operations": f.contour_ops(read)})
    whole = api.get(f"reads/{read.pk}/measurements/").json()
    pins = [pinned("basal_slice", 1), pinned("apical_slice", 2)]
    numbers = api.post(f"reads/{read.pk}/operations/", {"operations": pins}).json()["measurements"]
    assert numbers["edv_ml"] == pytest.approx(whole["edv_ml"] * 2 / 3)
    assert any("beyond the chosen base" in note for note in numbers["notes"])
    refused = save(api, read, pinned("basal_slice", 99) | {"base_version": 1})[0]
    assert refused["code"] == "unknown_phase"


def test_a_reader_sees_the_stacks_of_the_case(api: f.Api, read: Read) -> None:
    (stack,) = api.get(f"reads/{read.pk}/").json()["stacks"]
    assert (stack["id"], stack["is_read"]) == (f.stack_id(read), True)
    assert set(stack) >= {"sequence_kind", "view", "n_slices", "n_phases", "thumbnail_url"}
    assert "found" not in stack
