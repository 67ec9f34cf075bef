"""What is asked for in an address is refused in words where it can't be looked for."""

import pytest

from api.requests import whole_number
from portal.accounts.models import User
from portal.intake.services.batches import start_import
from portal.intake.services.searching import _count
from tests.factories import reading as f
from tests.factories.meeting import convene, read_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("owner", "projects/?search="),
        ("admin", "users/?search="),
        ("coordinator", "projects/{slug}/cases/?search="),
        ("coordinator", "projects/{slug}/studies/?search="),
        ("coordinator", "projects/{slug}/studies/?kind="),
        ("coordinator", "projects/{slug}/strata/?search="),
        ("adjudicator", "projects/{slug}/adjudications/?search="),
        ("steward", "projects/{slug}/subjects/?search="),
        ("admin", "audit/?action="),
        ("admin", "jobs/?state="),
    ],
)
def test_a_zero_byte_is_refused(world: f.World, who: str, path: str) -> None:
    person: User = f.user("Stella Steward") if who == "steward" else getattr(world, who)
    if who == "steward":
        world.project.memberships.create(user=person, role="data_steward")
    answer = f.Api(person).get(path.format(slug=world.slug) + "a%00b")
    assert answer.status_code == 422, answer.content


def test_what_only_looks_like_a_number_is_refused(world: f.World) -> None:
    room = convene(world, read_case(world, "C-1"))
    batch = start_import(by=world.coordinator, project=world.project)
    for text in ("%C2%B2", "9" * 5000, "-1", "1.5", ""):
        for name in ("page", "page_size"):
            assert f.Api(world.owner).get(f"projects/?{name}={text}").status_code == 422
        since = f.Api(world.adjudicator).get(f"meetings/{room.meeting_id}/events/?since={text}")
        assert since.status_code == 422
        path = f"/api/v1/projects/{world.slug}/imports/{batch.pk}/files/?sequence={text}"
        sent = f.Api(world.coordinator).client.post(
            path, data=b"x", content_type="application/octet-stream"
        )
        assert sent.status_code == 422


def test_a_whole_number_is_of_plain_digits() -> None:
    assert [whole_number(text) for text in ("0", "17", "2147483647")] == [0, 17, 2**31 - 1]
    assert [whole_number(text) for text in ("²", "٣", "2147483648", "-1", "")] == [None] * 5
    assert [_count(text) for text in ("12", "²", "9" * 5000)] == [12, None, None]
