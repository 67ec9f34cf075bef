"""Undo on the server: taking one's own accepting or editing back, and what follows a conflict."""

from typing import Any

import pytest

from portal.annotations.models import Annotation, Revision
from portal.annotations.services.drafts import store_draft
from portal.annotations.verify import verify_revisions
from portal.reads.models import Read
from tests.factories import reading as f

pytestmark = pytest.mark.django_db
OTHER = [f.circle(40, 32, 5.0)]


@pytest.fixture
def read(world: f.World) -> Read:
    """With a draft of every structure, untouched."""
    read = world.assign(f.make_case(world.project, "C-1"), world.reader_a)[0]
    model = f.make_model()
    store_draft(
        case=read.case, stack=read.stack, model_version=model, labels=f.labels(), by_job="1"
    )
    return read


@pytest.fixture
def api(world: f.World) -> f.Api:
    return f.Api(world.reader_a)


@pytest.fixture
def drafted(read: Read) -> Annotation:
    return Annotation.objects.filter(read=read, structure="lv_endo").order_by("pk")[0]


def on(row: Annotation, base: int, **change: Any) -> dict[str, Any]:
    return {
        "op_id": f.op_id(),
        "structure": row.structure,
        "sop_instance_uid": f.names_of(row.read).uid(row.sop_instance_uid),
        "frame_number": row.frame_number,
        "base_version": base,
        **change,
    }


def accepting(row: Annotation, base: int) -> dict[str, Any]:
    return on(row, base, kind="state", state="accepted")


def taking_back(row: Annotation, base: int) -> dict[str, Any]:
    return on(row, base, kind="state", state="auto")


def drawing(row: Annotation, base: int, parts: Any) -> dict[str, Any]:
    return on(row, base, kind="contour", parts=parts)


def save(api: f.Api, read: Read, *operations: dict[str, Any]) -> list[dict[str, Any]]:
    answer = api.post(f"reads/{read.pk}/operations/", {"operations": list(operations)})
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def said(row: Annotation) -> tuple[str, str, str]:
    row.refresh_from_db()
    return row.origin, row.state, row.model_label


@pytest.mark.parametrize("batches", [1, 2])
def test_accepting_is_taken_back(api: f.Api, read: Read, drafted: Annotation, batches: int) -> None:
    before = said(drafted)
    both = [accepting(drafted, 1), taking_back(drafted, 2)]
    for batch in [both] if batches == 1 else [[both[0]], [both[1]]]:
        assert {row["outcome"] for row in save(api, read, *batch)} == {"applied"}
    assert said(drafted) == before
    states = Revision.objects.filter(annotation=drafted).order_by("version")
    assert [row.state for row in states] == ["auto", "accepted", "auto"]
    assert list(verify_revisions(Annotation.objects.filter(read=read))) == []


def test_editing_and_deleting_are_undone_to_the_untouched_draft(
    api: f.Api, read: Read, drafted: Annotation
) -> None:
    before, parts = said(drafted), drafted.parts
    save(api, read, drawing(drafted, 1, OTHER), drawing(drafted, 2, None))
    assert said(drafted)[1] == "edited"
    save(api, read, drawing(drafted, 3, parts), taking_back(drafted, 4))
    assert said(drafted) == before
    assert drafted.parts == parts
    assert list(verify_revisions(Annotation.objects.filter(read=read))) == []


def test_what_a_reader_drew_never_counts_as_unconfirmed(
    api: f.Api, read: Read, drafted: Annotation
) -> None:
    result = save(api, read, drawing(drafted, 1, OTHER), taking_back(drafted, 2))[1]
    assert (result["outcome"], result["code"]) == ("conflict", "not_unconfirmed")
    assert said(drafted)[1] == "edited"


def test_what_is_unconfirmed_already_stays_as_it_is(
    api: f.Api, read: Read, drafted: Annotation
) -> None:
    result = save(api, read, taking_back(drafted, 1))[0]
    assert (result["outcome"], result["version"]) == ("applied", 1)


def test_nobody_elses_accepting_is_taken_back(
    world: f.World, read: Read, api: f.Api, drafted: Annotation
) -> None:
    save(api, read, accepting(drafted, 1))
    body = {"operations": [taking_back(drafted, 2)]}
    answer = f.Api(world.reader_b).post(f"reads/{read.pk}/operations/", body)
    assert answer.status_code in (403, 404)
    assert said(drafted)[1] == "accepted"


def test_what_follows_a_conflict_is_a_conflict_even_where_its_number_fits(
    api: f.Api, read: Read, drafted: Annotation
) -> None:
    """Two strokes made offline on version 1; meanwhile version 2 was stored elsewhere. The second
    stroke says "based on 2", its own 2."""
    save(api, read, drawing(drafted, 1, OTHER))
    mine = [f.circle(40, 32, 8.0)]
    results = save(api, read, drawing(drafted, 1, mine), drawing(drafted, 2, mine))
    assert [row["outcome"] for row in results] == ["conflict", "conflict"]
    drafted.refresh_from_db()
    assert (drafted.version, drafted.parts) == (2, OTHER)
