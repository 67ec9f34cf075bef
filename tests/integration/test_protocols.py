"""Protocols of a project: made, imported, amended with a mapping, put into use."""

from copy import deepcopy
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.audit.models import AuditEvent
from portal.protocols.models import Protocol, ProtocolVersion
from portal.protocols.ready import SUMMARIES, ready_document
from portal.protocols.selectors import current_version, pooled_versions, rules_of
from portal.protocols.services.protocols import amend_protocol, create_protocol, freeze
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(world: f.World) -> f.Api:
    return f.Api(world.owner)


@pytest.fixture
def base(world: f.World) -> str:
    return f"projects/{world.slug}/protocols/"


def first(owner: f.Api, base: str) -> dict[str, Any]:
    found: dict[str, Any] = owner.get(base).json()[0]
    return found


def actions() -> list[str]:
    rows = AuditEvent.objects.filter(target_type="protocol").order_by("pk")
    return list(rows.values_list("action", flat=True))


# ---- several protocols, one of them in use


@pytest.mark.parametrize("key", SUMMARIES)
def test_a_ready_protocol_is_taken_and_comes_out_identical(
    owner: f.Api, base: str, key: str
) -> None:
    made = owner.post(base, ready_document(key))
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["version"], body["in_use"], body["frozen"]) == (1, False, False)
    exported = owner.get(f"{base}{body['id']}/versions/1/file/").json()
    assert exported == ready_document(key)
    # what was exported can be taken again, under another name
    again = owner.post(base, exported | {"name": "Once more"})
    assert again.status_code == 201
    file = owner.get(f"{base}{again.json()['id']}/versions/1/file/").json()
    assert file == exported | {"name": "Once more"}
    assert again.json()["digest"] != body["digest"]


def test_new_reads_follow_the_one_in_use(world: f.World, owner: f.Api, base: str) -> None:
    begun = f.make_case(world.project, "C-1")
    (old,) = world.assign(begun, world.reader_a)
    untrained = ready_document("lv-function-trial") | {"training": {"required": False}}
    made = owner.post(base, untrained).json()
    assert f.Api(world.coordinator).post(f"{base}{made['id']}/use/").status_code == 403
    used = owner.post(f"{base}{made['id']}/use/")
    assert (used.status_code, used.json()["in_use"]) == (200, True)
    assert [row["in_use"] for row in owner.get(base).json()] == [True, False]
    assert owner.get(base).json()[0]["id"] == made["id"]
    assert str(current_version(world.project.pk).protocol_id) == made["id"]
    (new,) = world.assign(f.make_case(world.project, "C-2"), world.reader_a)
    assert str(new.protocol_version.protocol_id) == made["id"]
    # a case that was begun is read to its end under its own protocol
    (second,) = world.assign(begun, world.reader_b)
    assert second.protocol_version_id == old.protocol_version_id
    assert actions() == ["protocol.created", "protocol.created", "protocol.used"]
    owner.post(f"{base}{made['id']}/use/")  # again changes nothing
    assert actions()[-1:] == ["protocol.used"]
    assert len(actions()) == 3


def test_the_database_keeps_one_in_use(world: f.World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Protocol.objects.create(project=world.project, name="Another", in_use=True)


@pytest.mark.parametrize("reads", [0, 9])
def test_the_database_keeps_reads_per_case(world: f.World, reads: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProtocolVersion.objects.update(reads_per_case=reads)


def test_a_project_starts_with_a_ready_protocol() -> None:
    admin = f.Api(f.user("Ada Admin", admin=True))
    body = {"name": "Trial", "slug": "scar", "protocol": "infarct-scar"}
    assert admin.post("projects/", body).status_code == 201
    (row,) = Protocol.objects.filter(project__slug="scar")
    assert (row.name, row.in_use, row.versions.get().ai_visible) == ("Infarct scar", True, False)
    wrong = admin.post("projects/", body | {"slug": "other", "protocol": "made-up"})
    assert wrong.status_code == 422
    assert not Protocol.objects.filter(project__slug="other").exists()


# ---- what can't be imported is said by path


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "something"}, "format"),
        ({"schema": 3}, "schema"),
        ({"name": ""}, "name"),
        ({"reads_per_case": 9}, "reads_per_case"),
        ({"reads_per_case": 2.5}, "reads_per_case"),
        ({"colour": "blue"}, "colour"),
        ({"bands": None}, "bands"),
        ({"ai": "sometimes"}, "ai"),
        ({"washout_days": -3}, "washout_days"),
    ],
)
def test_a_wrong_file_is_refused(
    owner: f.Api, base: str, change: dict[str, Any], path: str
) -> None:
    answer = owner.post(base, ready_document("infarct-scar") | change)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["details"]) == [path]
    assert Protocol.objects.count() == 1


def test_paths_lead_into_questions(owner: f.Api, base: str) -> None:
    document = deepcopy(ready_document("infarct-scar"))
    document["questions"][2]["options"] = [{"value": "a b", "title": "A"}]
    document["questions"][4]["kind"] = "essay"
    details = owner.post(base, document).json()["error"]["details"]
    assert sorted(details) == ["questions.2.options.0.value", "questions.4.kind"]


@pytest.mark.parametrize("body", [[], [1], {}, {"name": "x"}])
def test_what_is_no_protocol_is_refused(owner: f.Api, base: str, body: Any) -> None:
    answer = owner.client.post(f"/api/v1/{base}", data=body, content_type="application/json")
    assert answer.status_code == 422


def test_a_name_is_taken_once(owner: f.Api, base: str) -> None:
    document = ready_document("infarct-scar") | {"name": first(owner, base)["name"]}
    assert owner.post(base, document).json()["error"]["code"] == "name_taken"


# ---- live checks


def test_a_draft_is_told_what_is_wrong_and_what_it_would_change(owner: f.Api, base: str) -> None:
    protocol = first(owner, base)
    file = owner.get(f"{base}{protocol['id']}/versions/1/file/").json()
    ask = {"protocol": protocol["id"], "document": file | {"washout_days": 7}}
    told = owner.post(f"{base}draft/", ask).json()
    assert (told["problems"], told["version"], told["mapping"]) == ({}, 1, None)
    assert told["changes"] == [{"path": "washout_days", "kind": "changed", "before": 0, "after": 7}]
    ask["document"]["duplicates_share"] = 2
    told = owner.post(f"{base}draft/", ask).json()
    assert list(told["problems"]) == ["duplicates_share"]
    freeze(ProtocolVersion.objects.get())
    ask["document"] = file | {"questions": file["questions"][:1]}
    told = owner.post(f"{base}draft/", ask).json()
    assert told["version"] == 2
    assert told["ask"] == {"structures": [], "questions": ["class", "reason"]}
    assert told["mapping"]["questions"] == {
        "assessable": {"as": "same", "to": ["assessable"]},
        "class": {"as": "dropped", "to": []},
        "reason": {"as": "dropped", "to": []},
    }
    assert ProtocolVersion.objects.count() == 1  # nothing was saved


# ---- amendments


def amended(owner: f.Api, base: str, **changes: Any) -> Any:
    protocol = first(owner, base)
    freeze(ProtocolVersion.objects.order_by("-number")[0])
    return owner.put(f"{base}{protocol['id']}/", protocol | changes)


def with_class(protocol: dict[str, Any], code: str) -> list[dict[str, Any]]:
    questions = deepcopy(protocol["questions"])
    questions[1]["code"] = code
    return questions


def test_an_amendment_says_what_became_of_each_question(owner: f.Api, base: str) -> None:
    questions = with_class(first(owner, base), "diagnosis")
    mapping = {"questions": {"class": {"as": "renamed", "to": ["diagnosis"]}}}
    saved = amended(owner, base, questions=questions, mapping=mapping)
    assert saved.status_code == 200, saved.content
    body = saved.json()
    assert body["version"] == 2
    assert body["mapping"]["questions"]["class"] == {"as": "renamed", "to": ["diagnosis"]}
    assert body["mapping"]["structures"]["lv_endo"] == {"as": "same", "to": ["lv_endo"]}
    assert [row["version"] for row in body["versions"]] == [2, 1]
    found = owner.get(f"{base}{body['id']}/versions/2/changes/").json()
    assert {(row["kind"], row["path"]) for row in found} == {
        ("added", "questions.diagnosis"),
        ("removed", "questions.class"),
    }
    assert owner.get(f"{base}{body['id']}/versions/1/").json()["questions"][1]["code"] == "class"
    assert owner.get(f"{base}{body['id']}/versions/1/changes/").json() == []
    for absent in (0, 3, 10**30):
        assert owner.get(f"{base}{body['id']}/versions/{absent}/").status_code == 404


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({"as": "same", "to": ["class"]}, "mapping.questions.class"),
        ({"as": "renamed", "to": ["class"]}, "mapping.questions.class"),
        ({"as": "renamed", "to": []}, "mapping.questions.class"),
        ({"as": "split", "to": ["diagnosis"]}, "mapping.questions.class"),
        ({"as": "dropped", "to": ["diagnosis"]}, "mapping.questions.class"),
        ({"as": "lost", "to": []}, "mapping.questions.class"),
        ("same", "mapping.questions.class"),
        ({"as": "renamed", "to": ["diagnosis", "diagnosis"]}, "mapping.questions.class"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(
    owner: f.Api, base: str, entry: Any, path: str
) -> None:
    questions = with_class(first(owner, base), "diagnosis")
    answer = amended(owner, base, questions=questions, mapping={"questions": {"class": entry}})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["details"]) == [path]
    assert ProtocolVersion.objects.count() == 1


def test_only_what_stayed_the_same_is_pooled(world: f.World, owner: f.Api, base: str) -> None:
    """Versions 1 to 4: class is the same in 1 and 2, split in 3, back under its code in 4."""
    amended(owner, base, washout_days=7)
    split = {"questions": {"class": {"as": "split", "to": ["assessable", "reason"]}}}
    amended(owner, base, mapping=split, washout_days=8)
    amended(owner, base, washout_days=9)
    chain = list(ProtocolVersion.objects.order_by("number"))
    assert [row.number for row in chain] == [1, 2, 3, 4]

    def pooled(version: int, **what: str) -> list[int]:
        return [row.number for row in pooled_versions(chain[version - 1], **what)]

    assert pooled(1, question="class") == pooled(2, question="class") == [1, 2]
    assert pooled(3, question="class") == pooled(4, question="class") == [3, 4]
    assert pooled(4, question="assessable") == [1, 2, 3, 4]
    assert pooled(2, structure="lv_endo") == [1, 2, 3, 4]
    assert pooled(2, structure="la_endo") == []
    with pytest.raises(ValueError, match="name"):
        pooled(2)
    # amendments from before there were mappings go by their codes
    ProtocolVersion.objects.update(mapping={})
    chain = list(ProtocolVersion.objects.order_by("number"))
    assert pooled(1, question="class") == [1, 2, 3, 4]


def test_a_question_of_another_kind_is_not_the_same(owner: f.Api, base: str) -> None:
    questions = deepcopy(first(owner, base)["questions"])
    questions[1] |= {"kind": "multiple"}
    saved = amended(owner, base, questions=questions).json()
    assert saved["mapping"]["questions"]["class"]["as"] == "dropped"
    same = {"questions": {"class": {"as": "same", "to": ["class"]}}}
    answer = owner.put(f"{base}{saved['id']}/", saved | {"mapping": same})
    assert answer.status_code == 422


def test_a_version_not_yet_used_is_changed_in_place_and_mapped_anew(
    owner: f.Api, base: str
) -> None:
    saved = amended(owner, base, washout_days=7).json()
    questions = with_class(saved, "diagnosis")
    body = {k: v for k, v in saved.items() if k != "mapping"} | {"questions": questions}
    again = owner.put(f"{base}{saved['id']}/", body).json()
    assert again["version"] == 2
    assert again["mapping"]["questions"]["class"]["as"] == "dropped"


def test_who_comes_second_is_told(owner: f.Api, base: str) -> None:
    protocol = first(owner, base)
    url = f"{base}{protocol['id']}/"
    seen = owner.get(url).json()["digest"]
    assert owner.put(url, protocol | {"washout_days": 3, "base": seen}).status_code == 200
    late = owner.put(url, protocol | {"washout_days": 9, "base": seen})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "protocol_changed")
    assert rules_of(ProtocolVersion.objects.get()).washout_days == 3


def test_nothing_changes_without_its_audit_row(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("portal.protocols.services.protocols.record_in_project", broken)
    protocol = Protocol.objects.get()
    with pytest.raises(RuntimeError), transaction.atomic():
        create_protocol(
            by=world.owner, project=world.project, wanted=ready_document("infarct-scar")
        )
    with pytest.raises(RuntimeError), transaction.atomic():
        amend_protocol(by=world.owner, protocol=protocol, name="N", reads_per_case=3, rules={})
    assert Protocol.objects.get().name == protocol.name
    assert ProtocolVersion.objects.get().reads_per_case == 2
