"""A project with one object of every kind in every stage, and one person per column."""

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client

from cmrkit.contracts import JobKind
from portal.accounts.models import User
from portal.accounts.services.passwords import make_link
from portal.accounts.services.sessions import register_session
from portal.accounts.services.users import make_token
from portal.adjudication.models import Adjudication
from portal.cases.models import Case
from portal.datasets.models import DatasetExport, DatasetVersion, TestSet
from portal.datasets.services.freezing import freeze_dataset
from portal.imaging.models import Instance, Series, Stack, Study
from portal.inference.services.preannotation import preannotate_cases
from portal.intake.models import RemoteArchive
from portal.intake.services.archives import ArchiveSettings, add_archive
from portal.intake.services.batches import start_import
from portal.intake.services.receiving import receive_file
from portal.jobs.models import Job
from portal.jobs.services.queue import enqueue
from portal.modelhub.models import Champion, ModelState, ModelVersion, TrainingRun
from portal.modelhub.services.registering import register_model
from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.projects.services.invitations import invite
from portal.protocols.models import Protocol
from portal.storage.services import put_bytes
from tests.factories import reading as f
from tests.integration.permissions.rules import COLUMNS, EARLY, LOCKED

PNG = b"\x89PNG\r\n\x1a\nnot really"
UNSIGNED, WORKER = "an", "wk"


@dataclass
class Things:
    """What addresses of one project name; ``of_case`` holds ids by stage."""

    world: f.World
    shared: dict[str, str]
    of_case: dict[str, dict[str, str]] = field(default_factory=dict)

    def ids(self, stage: str) -> dict[str, str]:
        return {**self.shared, **self.of_case[stage or LOCKED]}


def make_things(slug: str, stages: tuple[str, ...]) -> Things:
    world = f.make_world(slug=slug)
    champion = make_champion(world)
    of_case = {stage: _case_ids(world, stage) for stage in stages}
    return Things(world, _shared_ids(world, champion), of_case)


def _case_ids(world: f.World, stage: str) -> dict[str, str]:
    case = f.make_case(world.project, stage)
    study = _with_pixels(case)
    (job,) = preannotate_cases(by=world.coordinator, cases=[case])
    a, b = world.assign_both(case)
    if stage == EARLY:
        f.Api(world.reader_a).post(
            f"reads/{a.pk}/operations/", {"operations": f.contour_ops(a, phases=(0,))}
        )
    else:
        f.read_through(world.reader_a, a)
        f.read_through(world.reader_b, b, class_="dilated")
    if stage == LOCKED:
        _settle(world, case)
    adjudication = Adjudication.objects.filter(case=case).first()
    instance = Instance.objects.get(series__study=study)
    stack = Stack.objects.get(study=study)
    return {
        "case_id": str(case.pk),
        "read_id": str(a.pk),
        "subject_id": str(case.visit.subject_id),
        "study_id": str(study.pk),
        "stack_id": str(stack.pk),
        "study": study.study_uid,
        "series": instance.series.series_uid,
        "instance": instance.sop_instance_uid,
        "numbers": "1",
        "number": "1",
        "path": "7FE00010",
        "job_id": str(job.pk),
        "adjudication_id": str(adjudication.pk if adjudication else uuid.uuid4()),
    }


def _with_pixels(case: Case) -> Study:
    """One instance with one frame, and thumbnails."""
    study = Study.objects.get(case=case)
    series = Series.objects.get(study=study)
    stack = Stack.objects.get(study=study)
    data = bytes(range(256)) * 32
    Instance.objects.create(
        series=series,
        sop_instance_uid=stack.addresses[0][0][1],
        sop_class_uid="1.2.840.10008.5.1.4.1.1.4",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        rows=f.SIZE,
        columns=f.SIZE,
        n_frames=1,
        frame_ranges=[[0, f.SIZE * f.SIZE * 2]],
        metadata={"00100020": {"vr": "LO", "Value": ["SECRET"]}},
        blob=put_bytes(data + case.label.encode()),
    )
    Study.objects.filter(pk=study.pk).update(thumbnail=PNG)
    Stack.objects.filter(pk=stack.pk).update(thumbnail=PNG)
    return study


def _settle(world: f.World, case: Case) -> None:
    api = f.Api(world.adjudicator)
    row = Adjudication.objects.get(case=case)
    read_id = api.post(f"adjudications/{row.pk}/start/").json()["read_id"]
    api.post(f"adjudications/{row.pk}/take/", {"op_id": "t", "source": "a"})
    freezes = f.freezes_of(api.get(f"reads/{read_id}/annotations/").json())
    body = {"op_id": "s", "password": f.PASSWORD, "meaning": "Settled", "freezes": freezes}
    answer = api.post(f"adjudications/{row.pk}/sign/", body)
    assert answer.status_code == 200, answer.content


def _shared_ids(world: f.World, champion: ModelVersion) -> dict[str, str]:
    project = world.project
    dataset = freeze_dataset(by=world.scientist, project=project, name="locked")
    challenger = _model(world, "challenger")
    url, _ = invite(by=world.owner, project=project, roles=[Role.OBSERVER])
    batch = start_import(by=world.coordinator, project=project)
    refused = receive_file(batch=batch, sequence=0, chunks=[b"no DICOM"])
    return {
        "slug": project.slug,
        "user_id": str(world.reader_b.pk),
        "protocol_id": str(Protocol.objects.get(project=project).pk),
        "batch_id": str(batch.pk),
        "file_id": str(refused.kept.pk),
        "archive_id": str(_archive(world).pk),
        "dataset_id": str(dataset.pk),
        "export_id": str(_export(world, dataset).pk),
        "run_id": str(_run(world, dataset, champion).pk),
        "test_set_id": str(_test_set(world).pk),
        "base_model_id": str(champion.pk),
        "model_id": str(challenger.pk),
        "token": url.rsplit("/", 1)[1],
        "name": "labels",
        "signed": "made-up",
    }


def _archive(world: f.World) -> RemoteArchive:
    """Nobody answers at its address."""
    wanted = ArchiveSettings(name="PACS", base_url="http://127.0.0.1:9/dicom-web")
    return add_archive(by=world.owner, project=world.project, wanted=wanted)


def make_champion(world: f.World) -> ModelVersion:
    """A model whose drafts the project gets; its weights don't exist."""
    model = _model(world, "champion")
    Champion.objects.update_or_create(project=world.project, defaults={"model": model})
    return model


def _model(world: f.World, name: str) -> ModelVersion:
    card = {
        "name": f"{name}-{world.slug}",
        "version": "1",
        "title": name,
        "noncommercial": False,
        "demonstration": False,
        "weights_sha256": hashlib.sha256(f"{name}{world.slug}".encode()).hexdigest(),
    }
    return register_model(project=world.project, card=card, state=ModelState.CHALLENGER)


def _job(world: f.World, kind: JobKind) -> Job:
    return enqueue(
        by=world.scientist,
        project=world.project,
        kind=kind,
        title=str(kind),
        payload={},
        active_key=f"{kind}:{world.slug}",
    )


def _export(world: f.World, dataset: DatasetVersion) -> DatasetExport:
    return DatasetExport.objects.create(
        dataset=dataset,
        formats=["nifti"],
        job=_job(world, JobKind.EXPORT),
        blob=put_bytes(b"a zip"),
    )


def _run(world: f.World, dataset: DatasetVersion, base: ModelVersion) -> TrainingRun:
    return TrainingRun.objects.create(
        dataset=dataset, base_model=base, job=_job(world, JobKind.TRAIN)
    )


def _test_set(world: f.World) -> TestSet:
    return TestSet.objects.create(
        project=world.project,
        name="frozen",
        is_phantom=True,
        content_hash="0" * 64,
        frozen_by=world.quality,
    )


def make_people(own: f.World, elsewhere: f.World) -> dict[str, User]:
    """One person per column; the outsider holds every role in the other project."""

    def member(name: str, role: Role) -> User:
        person = f.user(name)
        Membership.objects.create(project=own.project, user=person, role=role)
        return person

    outsider = f.user("Otto Outsider")
    for role in Role:
        Membership.objects.create(project=elsewhere.project, user=outsider, role=role)
    people = {
        "ad": own.admin,
        "ou": outsider,
        "ow": own.owner,
        "co": own.coordinator,
        "up": member("Una Uploader", Role.UPLOADER),
        "re": own.reader_a,
        "rx": member("Xaver Reader", Role.READER),
        "tr": member("Tilda Trainee", Role.TRAINEE),
        "aj": own.adjudicator,
        "ds": own.scientist,
        "st": member("Stig Steward", Role.DATA_STEWARD),
        "qu": own.quality,
        "ob": member("Ole Observer", Role.OBSERVER),
    }
    assert [UNSIGNED, *people, WORKER] == COLUMNS
    return people


def client_of(person: User | None, *, worker: bool = False) -> Client:
    headers = {"Authorization": f"Bearer {settings.ACCORD_WORKER_TOKEN}"} if worker else None
    client = Client(raise_request_exception=False, headers=headers)
    if person is not None:
        client.force_login(person)
    return client


def of_another_person(person: User) -> dict[str, str]:
    """A session, a token and a reset link of somebody who is in no column."""
    row = register_session(user=person, session_key=uuid.uuid4().hex, user_agent="")
    token, _ = make_token(by=person, name="theirs")
    url, _ = make_link(user=person)
    return {
        "session_id": str(row.pk),
        "token_id": str(token.pk),
        "reset_token": url.rsplit("/", 1)[1],
    }


def stowed(part: bytes = b"no DICOM") -> tuple[bytes, str]:
    """A STOW body of one part, and its content type."""
    head = b"--x\r\nContent-Type: application/dicom\r\n\r\n"
    return head + part + b"\r\n--x--\r\n", 'multipart/related; type="application/dicom"; boundary=x'


def bodies(things: dict[str, str], email: str, protocol: dict[str, Any]) -> dict[str, Any]:
    """A body that passes the checks which come before the decision, by method and address."""
    case, user = things.get("case_id"), things["user_id"]
    roles = {"roles": ["observer"]}
    operation = {"op_id": "z", "freezes": {}}
    return {
        "POST session/": {"email": email, "password": f.PASSWORD},
        "POST password/change/": {
            "current_password": f.PASSWORD,
            "new_password": "a longer word 9",
        },
        "POST password/reset/": {"email": email},
        "POST password/reset/confirm/": {
            "token": things.get("reset_token"),
            "new_password": "a longer word 9",
        },
        "POST tokens/": {"name": "mine"},
        "POST notifications/read/": {"ids": []},
        "PUT me/preferences/": {"viewer": {}},
        "POST users/": {"email": "new@example.org", "display_name": "New"},
        "PATCH users/<user_id>/": {"display_name": "Renamed"},
        "POST projects/": {"name": "Another", "slug": "another"},
        "PATCH projects/<slug>/": {"name": "Renamed"},
        "PATCH projects/<slug>/stacks/<stack_id>/kind/": {"view": "4CH"},
        "POST projects/<slug>/members/": {"email": email, **roles},
        "PATCH projects/<slug>/members/<user_id>/": roles,
        "POST projects/<slug>/invitations/": roles,
        "POST invitations/<token>/accept/": {
            "display_name": "New",
            "email": "newer@example.org",
            "password": "a longer word 9",
        },
        "POST projects/<slug>/imports/<batch_id>/known/": {"files": []},
        "PUT projects/<slug>/protocols/<protocol_id>/": protocol,
        "PUT projects/<slug>/receiving/": {"ae_title": "HERE", "senders": []},
        "POST projects/<slug>/remote-archives/": {
            "name": "Another",
            "base_url": "https://pacs.example.org/dicom-web",
        },
        "POST projects/<slug>/remote-archives/<archive_id>/pull/": {"study_uids": ["1.2.3"]},
        "POST projects/<slug>/assignments/": {"case_ids": [case], "user_ids": [user]},
        "POST projects/<slug>/preannotate/": {"case_ids": [case]},
        "POST projects/<slug>/reidentification/open/": {"password": f.PASSWORD},
        "POST reads/<read_id>/withdraw/": {"reason": "wrong case"},
        "POST reads/<read_id>/operations/": {"operations": []},
        "POST reads/<read_id>/segment-frame/": {"slice": 99, "phase": 0},
        "POST reads/<read_id>/submit/": operation,
        "POST adjudications/<adjudication_id>/take/": {"op_id": "z", "source": "a"},
        "POST adjudications/<adjudication_id>/sign/": {
            **operation,
            "password": f.PASSWORD,
            "meaning": "Settled",
        },
        "POST worker/jobs/<job_id>/lease/": {"worker": "w"},
        "POST worker/next/": {"worker": "w"},
        "POST worker/bye/": {"worker": "w"},
        "POST worker/jobs/<job_id>/result/": {"status": "failed"},
        "POST projects/<slug>/subjects/<subject_id>/withdrawal/": {
            "reason": "consent",
            "password": f.PASSWORD,
        },
        "POST projects/<slug>/datasets/": {"name": "another"},
        "POST datasets/<dataset_id>/exports/": {"formats": ["nifti"]},
        "POST projects/<slug>/test-sets/": {"name": "another", "kind": "cases"},
        "POST models/<model_id>/evaluate/": {"test_set_id": things["test_set_id"]},
        "POST models/<model_id>/propose/": {"reason": "better"},
        "POST models/<model_id>/approve/": {"password": f.PASSWORD, "meaning": "Approved"},
        "POST models/<model_id>/refuse/": {"reason": "worse"},
        "POST projects/<slug>/training-runs/": {
            "dataset_id": things["dataset_id"],
            "base_model_id": things["base_model_id"],
        },
    }
