"""Preferences are one person's, and small."""

import pytest

from tests.factories import reading as f

pytestmark = pytest.mark.django_db


def test_they_are_kept_for_one_person(world: f.World) -> None:
    api, other = f.Api(world.reader_a), f.Api(world.reader_b)
    assert api.get("me/preferences/").json() == {"viewer": {}}
    liked = {"layouts": {"cine/SAX": "mosaic"}, "keys": {"accept": "a"}}
    assert api.put("me/preferences/", {"viewer": liked}).json() == {"viewer": liked}
    assert api.put("me/preferences/", {"viewer": {"keys": {}}}).status_code == 200
    assert api.get("me/preferences/").json() == {"viewer": {"keys": {}}}
    assert other.get("me/preferences/").json() == {"viewer": {}}


@pytest.mark.parametrize("body", [{"viewer": []}, {}, [], {"viewer": {"a": "x" * 40_000}}])
def test_what_cannot_be_kept_is_refused(world: f.World, body: object) -> None:
    api = f.Api(world.reader_a)
    answer = api.put("me/preferences/", body)
    assert answer.status_code == 422, answer.content
    assert api.get("me/preferences/").json() == {"viewer": {}}
