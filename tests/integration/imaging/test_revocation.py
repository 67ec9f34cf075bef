"""Tokens and revocations on DICOMweb: whatever is taken away holds on the next request."""

import base64
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import ApiToken
from portal.accounts.services.users import update_user
from portal.imaging.aliases import OWN, Names
from portal.imaging.models import Instance, Study
from tests.factories import reading as f
from tests.factories.imaging import import_files, phantom_files
from tests.factories.tokens import token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(world: f.World) -> Study:
    contents = [p.read_bytes() for p in phantom_files()[:8]]
    (study,) = import_files(world.project, world.coordinator, contents)
    return study


def paths(world: f.World, study: Study, names: Names = OWN) -> dict[str, str]:
    root = f"/dicomweb/{world.slug}"
    row = Instance.objects.filter(series__study=study).select_related("series").first()
    assert row is not None
    one = f"{root}/studies/{names.uid(study.study_uid)}"
    series, uid = names.uid(row.series.series_uid), names.uid(row.sop_instance_uid)
    instance = f"{one}/series/{series}/instances/{uid}"
    return {
        "search": f"{root}/studies",
        "metadata": f"{one}/metadata",
        "thumbnail": f"{one}/thumbnail",
        "frame": f"{instance}/frames/1",
        "file": instance,
    }


def statuses(client: Client, world: f.World, study: Study, names: Names = OWN) -> dict[str, int]:
    found = {}
    for name, path in paths(world, study, names).items():
        answer = client.get(path)
        b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[name] = answer.status_code
    return found


def bearer(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def basic(token: str) -> Client:
    text = base64.b64encode(f"whoever:{token}".encode()).decode()
    return Client(headers={"Authorization": f"Basic {text}"})


@pytest.mark.parametrize("how", [bearer, basic])
def test_a_token_opens_what_its_person_may_see_until_it_is_deleted(
    world: f.World, study: Study, how: Any
) -> None:
    client = how(token_for(world.coordinator))
    assert set(statuses(client, world, study).values()) == {200}
    ApiToken.objects.all().delete()
    assert set(statuses(client, world, study).values()) == {401}


@pytest.mark.parametrize("header", ["Bearer made-up", "Basic bWFkZTp1cA==", "Basic ÿ", "Basic %%"])
def test_a_wrong_token_opens_nothing(world: f.World, study: Study, header: str) -> None:
    client = Client(headers={"Authorization": header})
    assert set(statuses(client, world, study).values()) == {401}


def test_a_token_of_a_closed_account_opens_nothing(world: f.World, study: Study) -> None:
    client = bearer(token_for(world.coordinator))
    assert statuses(client, world, study)["frame"] == 200
    update_user(by=world.admin, user_id=world.coordinator.pk, is_active=False)
    assert set(statuses(client, world, study).values()) == {401}


def test_leaving_the_team_holds_on_the_next_request(world: f.World, study: Study) -> None:
    session, token = f.Api(world.coordinator).client, bearer(token_for(world.coordinator))
    assert set(statuses(session, world, study).values()) == {200}
    assert set(statuses(token, world, study).values()) == {200}
    path = f"/api/v1/projects/{world.slug}/members/{world.coordinator.pk}/"
    assert f.Api(world.owner).client.delete(path).status_code == 204
    assert set(statuses(session, world, study).values()) == {404}
    assert set(statuses(token, world, study).values()) == {404}


def test_another_role_holds_on_the_next_request(world: f.World, study: Study) -> None:
    client = f.Api(world.coordinator).client
    assert statuses(client, world, study)["file"] == 200
    path = f"/api/v1/projects/{world.slug}/members/{world.coordinator.pk}/"
    answer = f.Api(world.owner).client.patch(
        path, data={"roles": ["observer"]}, content_type="application/json"
    )
    assert answer.status_code == 200
    found = statuses(client, world, study)
    assert found.pop("search") == 204
    assert set(found.values()) == {404}


def test_a_withdrawn_read_closes_its_images_on_the_next_request(
    world: f.World, study: Study
) -> None:
    assert study.case is not None
    (read,) = world.assign(study.case, world.reader_a)
    client = f.Api(world.reader_a).client
    names = f.names_of(read)
    opened = statuses(client, world, study, names)
    assert opened.pop("file") == 403  # renditions only
    assert set(opened.values()) == {200}
    by_own_names = statuses(client, world, study)
    assert by_own_names.pop("search") == 200
    assert set(by_own_names.values()) == {404}
    f.Api(world.coordinator).post(f"reads/{read.pk}/withdraw/", {"reason": "swapped"})
    assert statuses(client, world, study, names)["frame"] == 404
