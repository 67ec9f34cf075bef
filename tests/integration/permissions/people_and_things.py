"""A project with one object of every kind in every stage, and one person per column."""

import hashlib
import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client

from cmrkit.contracts import JobKind
from portal.accounts.models import User
from portal.accounts.services.passwords import make_link
from portal.accounts.services.sessions import register_session
from portal.accounts.services.tokens import make_token
from portal.adjudication.models import Adjudication
from portal.cases.models import Case
from portal.datasets.models import DatasetExport, DatasetVersion, TestSet
from portal.datasets.services.freezing import freeze_dataset
from portal.imaging.aliases import Names
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
from portal.projects.models import Invitation, Membership, Site
from portal.projects.roles import Role
from portal.projects.services.invitations import invite
from portal.protocols.models import Protocol
from portal.reads.services.conflicts import declare_conflict
from portal.storage.services import put_bytes
from tests.factories import reading as f
from tests.factories.meeting import convene
from tests.factories.settling import settle
from tests.integration.permissions.rules import COLUMNS, EARLY, LOCKED, OPEN

PNG = b"\x89PNG\r\n\x1a\nnot really"
UNSIGNED, WORKER = "an", "wk"
# how large the second reader draws, by stage: their numbers are nobody else's
OTHER_HAND = {stage: 1.0731 + 0.0137 * i for i, stage in enumerate((EARLY, OPEN, LOCKED))}


@dataclass
class Things:
    """What addresses of one project name; ``of_case`` holds ids by stage."""

    world: f.World
    shared: dict[str, str]
    of_case: dict[str, dict[str, str]] = field(default_factory=dict)

    def ids(self, stage: str) -> dict[str, str]:
        return {**self.shared, **self.of_case[stage or LOCKED]}

    def ids_as_read(self, stage: str) -> dict[str, str]:
        """The same under the names of the read that stands in addresses, as its reader has them."""
        found = self.ids(stage)
        names = Names(uuid.UUID(found["read_id"]))
        uids = {name: names.uid(found[name]) for name in ("study", "series", "instance")}
        return {**found, **uids, "stack_id": str(names.row_id(found["stack_id"]))}


def make_things(slug: str, stages: tuple[str, ...], *, ai_visible: bool = True) -> Things:
    world = f.make_world(slug=slug, ai_visible=ai_visible)
    champion = make_champion(world)
    of_case = {stage: _case_ids(world, stage) for stage in stages}
    shared = _shared_ids(world, champion) | _meeting_ids(world, of_case[stages[-1]]["case_id"])
    return Things(world, shared, of_case)


def _meeting_ids(world: f.World, case_id: str) -> dict[str, str]:
    """A running meeting with the case on its table; one of its readers is there."""
    room = convene(world, Case.objects.get(pk=case_id), people=[world.reader_a])
    room.begin()
    return {"meeting_id": room.meeting_id, "item_id": room.item()}


def _case_ids(world: f.World, stage: str) -> dict[str, str]:
    case = f.make_case(world.project, f"Zq{stage}7")
    study = _with_pixels(case)
    (job,) = preannotate_cases(by=world.coordinator, cases=[case])
    a, b = world.assign_both(case)
    if stage == EARLY:
        for read, phases in ((a, (0,)), (b, (0, 2))):
            operations = f.contour_ops(
                read, phases=phases, scale=OTHER_HAND[stage] if read is b else 1.0
            )
            f.Api(read.reader.user).post(f"reads/{read.pk}/operations/", {"operations": operations})
    else:
        f.read_through(world.reader_a, a, scale=1.0)
        f.read_through(world.reader_b, b, scale=OTHER_HAND[stage], class_="dilated")
    if stage == LOCKED:
        settle(world, case)
    adjudication = Adjudication.objects.filter(case=case).first()
    thread = f.Api(world.reader_a).post(
        f"reads/{a.pk}/threads/", {"op_id": str(a.pk), "text": "Is this the base?"}
    )
    instance = Instance.objects.get(series__study=study)
    stack = Stack.objects.get(study=study)
    return {
        "case_id": str(case.pk),
        "read_id": str(a.pk),
        "other_read_id": str(b.pk),
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
        "thread_id": thread.json()["id"],
        "comment_id": thread.json()["comments"][0]["id"],
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


def _shared_ids(world: f.World, champion: ModelVersion) -> dict[str, str]:
    project = world.project
    dataset = freeze_dataset(by=world.scientist, project=project, name="locked")
    challenger = _model(world, "challenger")
    url, _ = invite(by=world.owner, project=project, roles=[Role.OBSERVER])
    batch = start_import(by=world.coordinator, project=project)
    refused = receive_file(batch=batch, sequence=0, chunks=[b"no DICOM"])
    conflict = declare_conflict(
        by=world.coordinator,
        project=project,
        user_id=world.reader_b.pk,
        site_id=Site.objects.get(project=project).pk,
        reason="kin",
    )
    return {
        "slug": project.slug,
        "conflict_id": str(conflict.pk),
        "invitation_id": str(Invitation.objects.get(project=project).pk),
        "user_id": str(world.reader_b.pk),
        "protocol_id": str(Protocol.objects.get(project=project).pk),
        "version": "1",
        "batch_id": str(batch.pk),
        "file_id": str(refused.kept.pk),
        "archive_id": str(_archive(world).pk),
        "dataset_id": str(dataset.pk),
        "old_id": str(dataset.pk),
        "export_id": str(_export(world, dataset).pk),
        "run_id": str(_run(world, dataset, champion).pk),
        "test_set_id": str(_test_set(world).pk),
        "base_model_id": str(champion.pk),
        "model_id": str(challenger.pk),
        "checklist": "claim-2024",
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
