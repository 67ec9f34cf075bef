"""Statistics of a cohort: who sees them, what is in them, that they are kept and kept current."""

import csv
import io
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pingouin
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from sklearn.metrics import cohen_kappa_score

from portal.adjudication.models import Adjudication
from portal.agreement.cohort import keeping
from portal.agreement.models import PairResult, ReadFacts
from portal.annotations.models import Annotation
from portal.annotations.services.drafts import store_draft
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.imaging.models import Instance, Series, Stack, Study
from portal.projects.models import Membership, Site
from portal.projects.roles import Role
from portal.protocols.models import Protocol, ProtocolVersion
from portal.reads.models import Read
from portal.storage.services import put_bytes
from tests.factories import reading as f

pytestmark = pytest.mark.django_db
# scales of two hands on five cases
HANDS = [(1.0, 1.05), (0.9, 1.0), (1.1, 1.08), (0.95, 1.2), (1.2, 1.15)]
CLASSES = [
    ("normal", "normal"),
    ("dilated", "normal"),
    ("infarct", "infarct"),
    ("normal", "dilated"),
    ("dilated", "dilated"),
]


def url(world: f.World, what: str, **filters: Any) -> str:
    asked = "&".join(f"{key}={value}" for key, value in filters.items())
    return f"projects/{world.slug}/agreement/{what}/?{asked}"


def read_case(
    world: f.World, label: str, hands: tuple[float, float], classes: tuple[str, str]
) -> Case:
    case = f.make_case(world.project, label)
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a, scale=hands[0], class_=classes[0])
    f.read_through(world.reader_b, b, scale=hands[1], class_=classes[1])
    return case


def settle(world: f.World, case: Case, person: Any = None) -> None:
    api = f.Api(person or world.adjudicator)
    row = Adjudication.objects.get(case=case)
    read_id = api.post(f"adjudications/{row.pk}/start/").json()["read_id"]
    taken = api.post(
        f"adjudications/{row.pk}/decide/",
        {"op_id": f.op_id(), "source": "a", "reason": "contour_offset"},
    )
    assert taken.status_code == 200, taken.content
    freezes = f.freezes_of(api.get(f"reads/{read_id}/annotations/").json())
    body = {"op_id": f.op_id(), "password": f.PASSWORD, "meaning": "Settled", "freezes": freezes}
    answer = api.post(f"adjudications/{row.pk}/sign/", body)
    assert answer.status_code == 200, answer.content


def read_cases(world: f.World, count: int) -> list[Case]:
    return [read_case(world, f"C-{i}", HANDS[i], CLASSES[i]) for i in range(count)]


@pytest.fixture
def cases(world: f.World) -> list[Case]:
    return read_cases(world, 3)


@pytest.fixture
def boss(world: f.World) -> f.Api:
    return f.Api(world.coordinator)


def asked(api: f.Api, address: str) -> Any:
    answer = api.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def number(found: Any, name: str) -> Any:
    return next(row for row in found["numbers"] if row["name"] == name)


def exported(api: f.Api, world: f.World, **filters: Any) -> list[dict[str, str]]:
    answer = api.get(url(world, "export", **{"as": "csv", **filters}))
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_equals_an_independent_script_on_the_exported_rows(world: f.World, boss: f.Api) -> None:
    read_cases(world, 5)
    found = asked(boss, url(world, "statistics"))
    assert (found["n_cases"], found["n_pairs"], found["pending"]) == (5, 5, 0)
    rows = exported(boss, world)
    for name in ("edv_ml", "ef_percent", "mass_g"):
        pairs = np.array([(float(r["a"]), float(r["b"])) for r in rows if r["measure"] == name])
        ours, d = number(found, name), pairs[:, 1] - pairs[:, 0]
        assert ours["bias"]["value"] == pytest.approx(d.mean())
        assert ours["upper"]["value"] == pytest.approx(d.mean() + 1.959964 * d.std(ddof=1))
        long = [(i, j, v) for i, pair in enumerate(pairs) for j, v in enumerate(pair)]
        theirs = pingouin.intraclass_corr(
            pd.DataFrame(long, columns=["case", "reader", "v"]), "case", "reader", "v"
        )
        for form, value in zip(("icc1", "icc2", "icc3"), theirs["ICC"], strict=False):
            assert ours["icc"][form]["value"] == pytest.approx(value, abs=1e-6)
    (question,) = [row for row in found["questions"] if row["code"] == "class"]
    answers = [(r["answer_a"], r["answer_b"]) for r in rows if r["measure"] == "answer.class"]
    first, second = zip(*answers, strict=True)
    assert question["estimates"]["cohen_nominal"]["value"] == pytest.approx(
        cohen_kappa_score(first, second)
    )
    assert sum(map(sum, question["confusion"])) == 5
    dice = [
        float(r["value"])
        for r in rows
        if (r["measure"], r["structure"], r["level"], r["phase"])
        == ("dice", "lv_endo", "all", "all")
    ]
    (ours,) = [
        r
        for r in found["contours"]
        if (r["structure"], r["level"], r["phase"]) == ("lv_endo", "all", "all")
    ]
    assert ours["dice"]["mean"]["value"] == pytest.approx(np.mean(dice))


def test_volume_parts_add_up_to_the_bias(world: f.World, boss: f.Api, cases: list[Case]) -> None:
    edv = number(asked(boss, url(world, "statistics")), "edv_ml")
    parts = [p["mean"] * p["n"] for p in edv["attribution"]["parts"].values() if p["n"]]
    assert sum(parts) / edv["attribution"]["n"] == pytest.approx(edv["bias"]["value"])


def test_points_lead_to_their_cases(world: f.World, boss: f.Api, cases: list[Case]) -> None:
    found = asked(boss, url(world, "points", measure="edv_ml"))
    assert {row["case_id"] for row in found["points"]} == {str(case.pk) for case in cases}
    assert all(row["value"] == pytest.approx(row["b"] - row["a"]) for row in found["points"])
    dice = asked(boss, url(world, "points", measure="dice:lv_endo:all:ED"))
    assert all(0 < row["value"] <= 1 for row in dice["points"])
    assert len(asked(boss, url(world, "points", measure="answer:class"))["points"]) == 3
    assert boss.get(url(world, "points", measure="odd")).status_code == 422
    assert asked(boss, url(world, "points", measure="dice:lv_endo:all:other"))["points"] == []


def test_nothing_before_all_reads_are_in(world: f.World, boss: f.Api) -> None:
    empty = asked(boss, url(world, "statistics"))
    assert (empty["n_cases"], empty["numbers"], empty["contours"]) == (0, [], [])
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    assert asked(boss, url(world, "statistics"))["n_cases"] == 0
    assert not ReadFacts.objects.exists()
    f.read_through(world.reader_b, b)
    assert asked(boss, url(world, "statistics"))["n_cases"] == 1


@pytest.mark.parametrize("who", ["reader_a", "owner", "quality", "scientist"])
def test_readers_and_others_get_nothing(world: f.World, cases: list[Case], who: str) -> None:
    for what in ("statistics", "points", "export"):
        assert f.Api(getattr(world, who)).get(url(world, what)).status_code == 403


def test_a_coordinator_who_reads_sees_no_open_case_of_theirs(
    world: f.World, cases: list[Case]
) -> None:
    Membership.objects.create(project=world.project, user=world.reader_a, role=Role.COORDINATOR)
    api = f.Api(world.reader_a)
    assert asked(api, url(world, "statistics"))["n_cases"] == 0
    settle(world, cases[0])
    assert asked(api, url(world, "statistics"))["n_cases"] == 1


def test_an_adjudicator_learns_no_reader(world: f.World, cases: list[Case]) -> None:
    api = f.Api(world.adjudicator)
    assert asked(api, url(world, "statistics"))["n_cases"] == 0  # all are open
    settle(world, cases[0])
    answers = [
        api.get(url(world, what, **more))
        for what, more in (
            ("statistics", {}),
            ("points", {"measure": "edv_ml"}),
            ("export", {}),
        )
    ]
    body = answers[0].json()
    assert (body["n_cases"], body["n_pairs"]) == (1, 1)
    assert {row["title"] for row in body["choices"]["readers"]} == {"Reader 1", "Reader 2"}
    for answer in answers:
        for person in (world.reader_a, world.reader_b):
            for secret in (
                person.display_name,
                str(person.pk),
                person.email,
                str(person.reader.pk),
            ):
                assert secret.encode() not in answer.content
    # also as coordinator at once: the strictest role counts
    Membership.objects.create(project=world.project, user=world.adjudicator, role=Role.COORDINATOR)
    assert asked(api, url(world, "statistics"))["n_cases"] == 1


def test_reference_and_ai(world: f.World, boss: f.Api, cases: list[Case]) -> None:
    stack = Stack.objects.get(study__case=cases[0])
    store_draft(
        case=cases[0], stack=stack, model_version=f.make_model(), labels=f.labels(1.3), by_job="j"
    )
    settle(world, cases[0])
    counts = {
        row["value"]: row["n_pairs"]
        for row in asked(boss, url(world, "statistics"))["choices"]["comparisons"]
    }
    assert counts == {"inter": 3, "intra": 0, "ai": 2, "reference": 2, "ai_reference": 1}
    reference = asked(boss, url(world, "points", comparison="reference", measure="edv_ml"))
    values = sorted(abs(row["value"]) for row in reference["points"])
    assert values[0] == pytest.approx(0)  # one of the two was taken
    assert values[1] > 0
    ai = asked(boss, url(world, "points", comparison="ai", measure="edv_ml"))
    assert all(row["value"] < 0 for row in ai["points"])  # the draft was drawn larger
    labels = {row["label"] for row in asked(boss, url(world, "statistics"))["readers"]}
    assert "Reference" in labels
    assert "AI cine-sax-test 1.0" in labels


def test_a_hidden_duplicate_is_a_pair_of_one_reader(world: f.World, boss: f.Api) -> None:
    case = read_case(world, "C-1", (1.0, 1.1), ("normal", "normal"))
    first = Read.objects.get(case=case, reader__user=world.reader_a)
    again = Read.objects.create(
        case=case,
        protocol_version=first.protocol_version,
        reader=first.reader,
        repeat=1,
        duplicate=True,
        put_away=True,
        stack=first.stack,
    )
    names = f.names_of(first)  # the operations are those of its reader
    rows = Annotation.objects.filter(read=first)
    larger = {(row.structure, names.uid(row.sop_instance_uid)): row for row in rows}
    for phase in (0, 2):
        for row in f.contour_ops(first, scale=1.02, phases=(phase,)):
            copied = larger[row["structure"], row["sop_instance_uid"]]
            copied.pk, copied.read, copied.parts = uuid.uuid4(), again, row["parts"]
            copied.save(force_insert=True)
    assert asked(boss, url(world, "statistics", comparison="intra"))["n_pairs"] == 0
    Read.objects.filter(pk=again.pk).update(
        state="submitted", submitted_at=first.submitted_at, submitted_digest="2" * 64
    )
    found = asked(boss, url(world, "statistics", comparison="intra"))
    assert found["n_pairs"] == 1
    assert found["heat_map"][0]["reader_a"] == found["heat_map"][0]["reader_b"]
    assert number(found, "edv_ml")["bias"]["value"] > 0
    assert asked(boss, url(world, "statistics"))["n_pairs"] == 1  # duplicates are left out


def test_filters_and_groups(world: f.World, boss: f.Api, cases: list[Case]) -> None:
    other = Site.objects.create(project=world.project, name="Second site")
    subject = cases[0].visit.subject
    type(subject).objects.filter(pk=subject.pk).update(site=other)
    stack = Stack.objects.get(study__case=cases[1])
    Instance.objects.create(
        series=Series.objects.get(study__stacks=stack),
        sop_instance_uid=stack.addresses[0][0][1],
        sop_class_uid="1.2.840.10008.5.1.4.1.1.4",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        metadata={"00080070": {"vr": "LO", "Value": ["SIEMENS "]}},
        blob=put_bytes(b"x"),
    )
    found = asked(boss, url(world, "statistics"))
    assert [row["value"] for row in found["choices"]["vendors"]] == ["Not said", "Siemens"]
    assert {row["value"] for row in found["choices"]["diseases"]} == {
        "Normal",
        "Infarct",
        "Not settled",
    }
    assert {g["group"]: g["n_pairs"] for g in found["groups"]["site"]}["Second site"] == 1
    assert asked(boss, url(world, "statistics", site="Second site"))["n_pairs"] == 1
    assert asked(boss, url(world, "statistics", vendor="Siemens"))["n_pairs"] == 1
    assert asked(boss, url(world, "statistics", disease="Infarct"))["n_pairs"] == 1
    assert asked(boss, url(world, "statistics", site="Nowhere"))["n_pairs"] == 0
    key = found["choices"]["readers"][0]["value"]
    assert asked(boss, url(world, "statistics", reader=key))["n_pairs"] == 3
    for wrong in ({"reader": "nobody"}, {"protocol": "x"}, {"comparison": "odd"}):
        assert boss.get(url(world, "statistics", **wrong)).status_code == 422


def test_only_what_changed_is_computed(
    world: f.World, boss: f.Api, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(boss, url(world, "statistics"))
    done: list[Any] = []
    real = keeping.compare_sides
    monkeypatch.setattr(keeping, "compare_sides", lambda a, b: done.append(1) or real(a, b))
    with CaptureQueriesContext(connection) as queries:
        asked(boss, url(world, "statistics"))
    assert done == []
    # nor is what lists every frame of each stack fetched
    assert not [q for q in queries if '"meta"' in q["sql"] or '"addresses"' in q["sql"]]
    read = Read.objects.filter(case=cases[2]).first()
    assert read is not None
    Read.objects.filter(pk=read.pk).update(submitted_digest="0" * 64)
    before = dict(PairResult.objects.values_list("pk", "inputs_hash"))
    asked(boss, url(world, "statistics"))
    assert len(done) == 1
    after = dict(PairResult.objects.values_list("pk", "inputs_hash"))
    assert sum(before[pk] != after[pk] for pk in before) == 1


def test_computing_ahead(world: f.World, boss: f.Api, cases: list[Case]) -> None:
    said = io.StringIO()
    call_command("recompute_agreement", world.slug, stdout=said)
    assert said.getvalue().endswith("3 cases computed.\n")
    assert PairResult.objects.count() == 3
    call_command("recompute_agreement", world.slug, stdout=said)
    assert said.getvalue().endswith("Nothing was due.\n")
    with pytest.raises(CommandError):
        call_command("recompute_agreement", "nowhere")


def test_what_is_left_is_said_and_a_part_is_no_file(
    world: f.World, boss: f.Api, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = keeping.keep
    monkeypatch.setattr(
        "portal.agreement.cohort.rows.keep", lambda rows, seconds=None: real(rows, seconds=0)
    )
    assert asked(boss, url(world, "statistics"))["pending"] == 4
    answer = boss.get(url(world, "export"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "statistics_pending")
    left = [asked(boss, url(world, "statistics"))["pending"] for _ in range(4)]
    assert left[-1] == 0


def test_parquet_has_the_same_rows_and_the_audit_knows(
    world: f.World, boss: f.Api, cases: list[Case]
) -> None:
    answer = boss.get(url(world, "export", **{"as": "parquet"}))
    table = pq.read_table(io.BytesIO(answer.content)).to_pylist()
    rows = exported(boss, world)
    assert len(table) == len(rows)
    for got, text in zip(table, rows, strict=True):
        assert {k: "" if v is None else str(v) for k, v in got.items()} == text
    assert boss.get(url(world, "export", **{"as": "xls"})).status_code == 422
    assert AuditEvent.objects.filter(action="statistics.exported").count() == 2


def test_versions_pool_only_what_stayed_the_same(
    world: f.World, boss: f.Api, cases: list[Case]
) -> None:
    protocol = Protocol.objects.get(project=world.project)
    old = ProtocolVersion.objects.get(protocol=protocol)
    same = {"as": "same", "to": []}
    ProtocolVersion.objects.create(
        protocol=protocol,
        number=old.number + 1,
        rules=old.rules,
        mapping={
            "structures": {
                "lv_endo": same,
                "lv_epi": {"as": "renamed", "to": ["lv_epi2"]},
                "rv_endo": same,
            },
            "questions": {"assessable": same, "class": {"as": "dropped", "to": []}, "reason": same},
        },
    )
    found = asked(boss, url(world, "statistics"))
    assert {row["structure"] for row in found["contours"]} == {"lv_endo", "rv_endo"}
    assert "mass_g" not in {row["name"] for row in found["numbers"]}
    assert number(found, "edv_ml")["n_pairs"] == 3
    assert {row["code"] for row in found["questions"]} == {"assessable"}
    # another convention: contours still pool, numbers don't
    newest = ProtocolVersion.objects.get(protocol=protocol, number=old.number + 1)
    newest.rules = {**old.rules, "convention": {"papillary": "mass"}}
    newest.save()
    found = asked(boss, url(world, "statistics"))
    assert found["numbers"] == []
    assert found["contours"] != []


def test_a_withdrawn_subject_leaves_nothing(world: f.World, boss: f.Api, cases: list[Case]) -> None:
    from portal.agreement.services.forgetting import forget
    from portal.cases.withdrawing import Leaving

    asked(boss, url(world, "statistics"))
    assert PairResult.objects.filter(read_a__case=cases[0]).exists()
    subject = cases[0].visit.subject
    forget(Leaving(subject=subject, at=cases[0].created_at, case_ids=[cases[0].pk]))
    assert not PairResult.objects.filter(read_a__case=cases[0]).exists()
    assert not ReadFacts.objects.filter(read__case=cases[0]).exists()
    assert Study.objects.exists()
