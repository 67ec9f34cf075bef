"""Dataset versions: the manifest and its hash, splits that don't leak, what is held out."""

import hashlib
import json
from collections import Counter
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from django.test import Client
from pydicom.dataset import Dataset

from cmrkit.contracts import Split
from portal.accounts.services.tokens import make_token
from portal.cases.models import Case
from portal.datasets.manifest import Division, manifest_bytes
from portal.datasets.models import DatasetItem, DatasetVersion, PixelHashes, TestSet, TestSetItem
from portal.datasets.services.freezing import rebuild
from portal.datasets.services.hashing import hash_some
from portal.datasets.splitting import split_patients
from portal.imaging.models import Stack
from portal.modelhub.models import TrainingRun
from portal.modelhub.selectors import champion_of
from portal.projects.models import Site
from tests.factories import reading as f
from tests.factories.locking import heart, lock_case

pytestmark = pytest.mark.django_db


def freeze(world: f.World, status: int = 201, **body: Any) -> Any:
    answer = f.Api(world.scientist).post(
        f"projects/{world.slug}/datasets/", {"name": "cine", **body}
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def twin(dataset: Dataset) -> None:
    """Somebody else's name and identifiers on the same pixels."""
    dataset.PatientID = "OTHER"
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, keyword, f"{getattr(dataset, keyword)}.9")
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID


def described(dataset: Dataset) -> None:
    dataset.Manufacturer, dataset.MagneticFieldStrength = "SIEMENS", "15000"
    dataset.PatientSex, dataset.PatientAge = "F", "044Y"


def test_the_hash_is_that_of_the_manifest_and_it_can_be_built_anew(world: f.World) -> None:
    for seed in (41, 42):
        lock_case(world, heart(seed, n_slices=3), dress=described)
    made = freeze(world, licence="CC-BY-4.0", consent="Broad consent, 2020")
    api = f.Api(world.scientist)
    data = api.get(f"datasets/{made['id']}/manifest/").content
    assert hashlib.sha256(data).hexdigest() == made["content_hash"]
    manifest = json.loads(data)
    assert (manifest["licence"], manifest["consent"]) == ("CC-BY-4.0", "Broad consent, 2020")
    assert [len(item["reference"]) for item in manifest["items"]] == [64, 64]
    assert b"SECRET" not in data
    row = DatasetVersion.objects.get()
    assert rebuild(row) == data == manifest_bytes(row.manifest)
    again = freeze(world, licence="CC-BY-4.0", consent="Broad consent, 2020")
    assert (again["version"], again["content_hash"]) == (2, made["content_hash"])
    # a record that was changed behind the portal's back shows
    Site.objects.filter(project=world.project).update(name="Elsewhere")
    assert rebuild(row) != data

    sheet = made["datasheet"]
    tables = sheet["composition"]["tables"]
    assert [r["value"] for r in tables["vendor"]] == ["Siemens"]
    assert [r["value"] for r in tables["field"]] == ["1.5 T"]
    assert [r["value"] for r in tables["sex"]] == ["female"]
    assert [r["value"] for r in tables["age"]] == ["40 to 59"]
    assert [r["value"] for r in tables["ethnicity"]] == ["not recorded"]
    assert {r["all"] for rows in tables.values() for r in rows} == {"suppressed"}
    assert sheet["ethics_approval"] == "not recorded"


def test_versions_are_compared(world: f.World) -> None:
    first = lock_case(world, heart(41, n_slices=3))
    old = freeze(world)
    second = lock_case(world, heart(42, n_slices=3))
    new = freeze(world, licence="CC0-1.0", seed=3)
    found = f.Api(world.scientist).get(f"datasets/{new['id']}/since/{old['id']}/").json()
    assert (found["added"], found["removed"]) == ([second.label], [])
    assert {row["name"] for row in found["rules"]} == {"licence", "splits"}
    only = freeze(world, case_ids=[str(first.pk)])
    assert [item["label"] for item in only["items"]] == [first.label]
    none = freeze(world, 409, classes=["no such class"])
    assert none["error"]["code"] == "nothing_locked"


def test_the_same_pixels_under_another_name_stay_on_one_side(world: f.World) -> None:
    phantom = heart(43, n_slices=3)
    cases = [lock_case(world, phantom).label]
    cases.append(lock_case(world, phantom, dress=twin).label)
    others = [lock_case(world, heart(seed, n_slices=3)).label for seed in (44, 45)]
    fractions = {"train": 0.5, "validation": 0.5, "test": 0.0}
    apart = 0
    for seed in range(1, 7):
        made = freeze(world, fractions=fractions, seed=seed)
        splits = {item["label"]: item["split"] for item in made["items"]}
        assert splits[cases[0]] == splits[cases[1]]
        assert set(splits) == {*cases, *others}
        patients = {
            i.reference.case.label: i.reference.case.visit.subject.patient_hash
            for i in DatasetItem.objects.filter(dataset=made["id"])
        }
        assert patients[cases[0]] != patients[cases[1]]
        by_header = split_patients(patients.values(), fractions, seed)
        apart += by_header[patients[cases[0]]] != by_header[patients[cases[1]]]
        leakage = made["datasheet"]["leakage"]
        assert leakage["joined_by_pixels"] == 2
        assert leakage["joined_by_uid"] == 0
        assert leakage["across_splits_by_pixels"] == leakage["across_splits_by_uid"] == 0
        assert leakage["pixels_unchecked"] == []
    assert apart  # by their headers alone, some seed would have torn them apart


def test_a_site_is_held_out(world: f.World) -> None:
    cases = [lock_case(world, heart(seed, n_slices=3)) for seed in (46, 47, 48)]
    away = Site.objects.create(project=world.project, name="Away")
    subject = cases[0].visit.subject
    subject.site = away
    subject.save()
    made = freeze(world, holdout_sites=["Away"])
    assert [i["label"] for i in made["items"] if i["split"] == "test"] == [cases[0].label]
    assert made["datasheet"]["splits"]["holdout_sites"] == ["Away"]
    refused = freeze(world, 422, holdout_sites=["Nowhere"])
    assert "Nowhere" in str(refused["error"]["details"])
    page = f.Api(world.scientist).get(f"projects/{world.slug}/datasets/").json()
    assert "Away" in page["sites"]


def test_a_test_set_is_held_out_by_patient_and_by_pixels(world: f.World) -> None:
    phantom = heart(49, n_slices=3)
    held = lock_case(world, phantom)
    hold_out(world)
    copy = lock_case(world, phantom, dress=twin)
    free = lock_case(world, heart(50, n_slices=3))
    made = freeze(world)
    assert [item["label"] for item in made["items"]] == [free.label]
    assert made["datasheet"]["leakage"]["left_out_for_test_sets"] == 1
    assert {held.label, copy.label}.isdisjoint(json.dumps(made))


def hold_out(world: f.World, status: int = 201, **body: Any) -> Any:
    answer = f.Api(world.quality).post(
        f"projects/{world.slug}/test-sets/", {"name": "held", "kind": "cases", **body}
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_test_set_takes_no_image_that_a_dataset_has_under_another_name(world: f.World) -> None:
    phantom = heart(49, n_slices=3)
    lock_case(world, phantom)
    freeze(world)
    copy = lock_case(world, phantom, dress=twin)
    assert hold_out(world, 409)["error"]["code"] == "nothing_locked"
    free = lock_case(world, heart(50, n_slices=3))
    hold_out(world)
    assert [item.label for item in TestSetItem.objects.all()] == [free.label] != [copy.label]


def test_an_image_of_a_test_set_is_trained_on_by_nobody(world: f.World) -> None:
    """Not even under another name, in a dataset that was frozen before anybody looked for that."""
    phantom = heart(49, n_slices=3)
    lock_case(world, phantom)
    made = freeze(world)
    copy = lock_case(world, phantom, dress=twin)
    hold_by_hand(world, copy)
    assert train(world, made, 409)["error"]["code"] == "held_out"


def test_a_patient_of_a_test_set_is_trained_on_by_nobody(world: f.World) -> None:
    """Not even by a dataset that has the patient, however both came to that."""
    case = lock_case(world, heart(51, n_slices=3))
    made = freeze(world)
    hold_by_hand(world, case)
    assert train(world, made, 409)["error"]["code"] == "held_out"


def hold_by_hand(world: f.World, case: Case) -> None:
    """A test set that no service would freeze."""
    test_set = TestSet.objects.create(
        project=world.project,
        name="held",
        is_phantom=False,
        content_hash="0" * 64,
        frozen_by=world.quality,
    )
    TestSetItem.objects.create(
        test_set=test_set,
        stack=Stack.objects.get(study__case=case),
        label=case.label,
        labels={"frames": []},
        ed_phase=0,
        es_phase=1,
    )


def test_a_training_asked_for_twice_is_one_run(world: f.World) -> None:
    """While it is under way; another recipe on the same dataset is another run."""
    lock_case(world, heart(51, n_slices=3))
    made = freeze(world)
    first, again = train(world, made, 201), train(world, made, 201)
    other = train(world, made, 201, steps=301)
    assert again["id"] == first["id"] != other["id"]
    assert sorted(run.params["version"] for run in TrainingRun.objects.all()) == ["1", "2"]


def train(world: f.World, dataset: Any, status: int, **params: Any) -> Any:
    base = str(champion_of(world.project).pk)
    body = {"dataset_id": dataset["id"], "base_model_id": base, **params}
    answer = f.Api(world.scientist).post(f"projects/{world.slug}/training-runs/", body)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_raw_reads_go_in_under_pseudonyms(world: f.World) -> None:
    lock_case(world, heart(52, n_slices=3))
    without = freeze(world)
    made = freeze(world, raw_reads=True)
    assert made["content_hash"] != without["content_hash"]
    data = f.Api(world.scientist).get(f"datasets/{made['id']}/manifest/").content
    (item,) = json.loads(data)["items"]
    readers = {read["reader"] for read in item["reads"]}
    assert len(readers) == 2
    for person in (world.reader_a, world.reader_b):
        assert person.display_name.encode() not in data
        assert str(person.pk).encode() not in data
    assert rebuild(DatasetVersion.objects.get(pk=made["id"])) == data


def test_a_notebook_reads_numbers_and_answers(world: f.World) -> None:
    case = lock_case(world, heart(53, n_slices=3))
    made = freeze(world, raw_reads=True)
    _, token = make_token(by=world.scientist, name="notebook")
    headers = {"Authorization": f"Bearer {token}"}
    url = f"/api/v1/datasets/{made['id']}/measurements/"
    answer = Client().get(url, headers=headers)
    assert answer.status_code == 200
    table = pd.read_parquet(BytesIO(b"".join(answer.streaming_content)))
    numbers = table[table.role == "reference"].set_index("name")["value"]
    content = case.references.get().content["measurements"]
    assert numbers["edv_ml"] == content["edv_ml"]
    assert numbers["ef_percent"] == content["ef_percent"]
    assert table.author.nunique() == 3
    assert set(table[table["name"] == "class"].text) >= {"dilated"}
    text = Client().get(f"{url}?as=csv", headers=headers)
    assert pd.read_csv(BytesIO(b"".join(text.streaming_content))).shape == table.shape
    assert Client().get(f"{url}?as=xls", headers=headers).status_code == 422
    assert f.Api(world.quality).get(f"datasets/{made['id']}/measurements/").status_code == 403
    assert f.Api(world.reader_a).get(f"datasets/{made['id']}/measurements/").status_code == 404


def test_images_are_hashed_ahead(world: f.World) -> None:
    lock_case(world, heart(54, n_slices=3))
    assert hash_some() == 1
    assert hash_some() == 0
    assert len(PixelHashes.objects.get().frames) == 6


@pytest.mark.parametrize(
    "shares", [(0.0, 0.5, 0.5), (0.0, 0.3, 0.7), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.5, 0.0)]
)
def test_a_share_of_nothing_gets_nobody(shares: tuple[float, float, float]) -> None:
    fractions = dict(zip(("train", "validation", "test"), shares, strict=True))
    for n in range(1, 21):
        found = Counter(split_patients([f"p{i}" for i in range(n)], fractions, 1).values())
        assert found.total() == n
        for side, share in fractions.items():
            assert found[Split(side)] <= (n if share else 0)
            assert abs(found[Split(side)] - share * n) <= 1


def test_the_division_has_defaults() -> None:
    assert Division().fractions == {"train": 0.8, "validation": 0.2, "test": 0.0}
