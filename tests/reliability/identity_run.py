"""Everything that people do with a project, on files full of identity; run inside an installation
of its own, as ``python -m``. What anybody is answered lands in the folder that is named."""

import json
import logging
import os
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import django

PLACES = ("QUILLFEATHER ZEBEDEE", "Ravensworth Infirmary", "MRN7733911 20190317")


def main() -> None:
    out, procedure = Path(sys.argv[1]), sys.argv[2]
    django.setup()
    _keep_logs(out / "debug.log")
    from portal.projects.models import Project
    from tests.factories import reading as f
    from tests.reliability import identity_ways as ways

    world = f.make_world()
    Project.objects.filter(pk=world.project.pk).update(deid_procedure=procedure)
    api = f.Api(world.coordinator)
    api.client.raise_request_exception = False
    answers = _upload(api, world.slug)
    # the sender is told of its own objects by their own UIDs (PS3.18 10.5.3)
    (out / "stored.bin").write_bytes(b"\n".join(_store(api, world.slug)))
    _commands(out, world.slug)
    pushed = _push(world)
    pulled = ways.pull(world, contents()[1:18], out.parent / "outside")
    (out / "export.bin").write_bytes(ways.export(world))
    _work(api, world)
    answers += _everything(api)
    (out / "answers.bin").write_bytes(b"\n".join(answers))
    from django.core.management import call_command

    call_command("backup", str(out / "backup"))
    from portal.imaging.models import Instance
    from portal.intake.models import ImportItem

    json.dump(
        {
            "stored": Instance.objects.count(),
            "quarantined": ImportItem.objects.filter(outcome="quarantined").count(),
            "answers": len(answers),
            "pushed": pushed,
            "pulled": pulled,
        },
        sys.stdout,
    )


def _keep_logs(path: Path) -> None:
    """All that is said on standard error, at the finest level, by the installation's own set-up."""
    sys.stderr = path.open("w", buffering=1)
    root = logging.getLogger()
    root.setLevel(logging.DEBUG)
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(sys.stderr)


def contents() -> list[bytes]:
    """Good files in every syntax, a report, and files that end in quarantine."""
    from tests.factories.identity import as_bytes, with_identity
    from tests.factories.imaging import phantom_files
    from tests.factories.planted import NAME, PLANTED, SYNTAXES, everywhere, report

    files = [everywhere(seed, syntax) for seed, syntax in enumerate(SYNTAXES)]
    for path in phantom_files(3)[:16]:  # makes a stack, so a case, thumbnails and a job
        dataset = with_identity(path.read_bytes())
        dataset.PatientName, dataset.PatientID = NAME, "MRN7733911"
        dataset.PatientBirthDate, dataset.InstitutionName = "19481102", "Ravensworth Infirmary"
        files.append(as_bytes(dataset))
    files.append(report())
    cut = everywhere(7, SYNTAXES[0])
    ct = with_identity(phantom_files(3)[1].read_bytes())
    ct.Modality, ct.PatientName = "CT", NAME
    return [*files, cut[: len(cut) // 2], as_bytes(ct), " ".join(PLANTED).encode()]


def _upload(api: Any, slug: str) -> list[bytes]:
    root = f"/api/v1/projects/{slug}/imports/"
    begun = api.client.post(root, data={"name": PLACES[0]}, content_type="application/json")
    batch = begun.json()["id"]
    answers = [begun.content]
    for sequence, data in enumerate(contents()):
        path = f"{root}{batch}/files/?sequence={sequence}"
        sent = api.client.post(path, data=data, content_type="application/octet-stream")
        answers.append(sent.content)
    return [*answers, api.client.post(f"{root}{batch}/finish/").content]


def _store(api: Any, slug: str) -> list[bytes]:
    from tests.integration.permissions.people_and_things import stowed

    answers = []
    for data in contents():
        body, content_type = stowed(data)
        answer = api.client.post(f"/dicomweb/{slug}/studies", data=body, content_type=content_type)
        answers.append(answer.content)
    return answers


def _commands(out: Path, slug: str) -> None:
    """A folder and an archive, named after the patient; both lie where nobody scans."""
    from django.core.management import call_command

    outside = out.parent / "outside" / PLACES[0] / PLACES[1]
    outside.mkdir(parents=True)
    archive = outside.parent / f"{PLACES[2]}.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for number, data in enumerate(contents()):
            (outside / f"{PLACES[2]} {number}.dcm").write_bytes(data)
            made.writestr(f"{PLACES[0]}/{PLACES[1]}/{number}.dcm", data)
    for path in (outside, archive):
        with (out / f"command-{path.is_dir()}.txt").open("w") as told:
            call_command("import_dicom", str(path), project=slug, stdout=told, stderr=told)


def _push(world: Any) -> int:
    """The same by DIMSE, from a scanner that the project knows; answers how many were stored."""
    from io import BytesIO

    from pydicom import dcmread
    from pynetdicom import AE

    from portal.intake.dimse.server import Receiver
    from portal.intake.models import AllowedSender, ReceivingAE

    project = ReceivingAE.objects.create(project=world.project, ae_title="TRIAL", enabled=True)
    AllowedSender.objects.create(receiver=project, ae_title="SCANNER", active=True)
    receiver = Receiver("127.0.0.1", 0)
    thread = threading.Thread(target=receiver.serve, daemon=True)
    thread.start()
    stored = 0
    for data in contents()[1:18]:
        dataset = dcmread(BytesIO(data))
        scanner = AE(ae_title="SCANNER")
        scanner.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
        association = scanner.associate("127.0.0.1", receiver.port, ae_title="TRIAL")
        if association.is_established and association.accepted_contexts:
            stored += association.send_c_store(dataset).get("Status") == 0
            association.release()
    receiver.stop()
    thread.join(timeout=10)
    return stored


def _work(api: Any, world: Any) -> None:
    """A job with its row and its message to the broker, and an assignment."""
    from portal.cases.models import Case

    ids = [str(pk) for pk in Case.objects.values_list("pk", flat=True)]
    api.post(f"projects/{world.slug}/preannotate/", {"case_ids": ids})


def _everything(api: Any) -> list[bytes]:
    """Every address that the coordinator can open, with its headers."""
    from tests.factories.crawl import crawl

    found = [a.encode() + b" " + content for a, (_, content) in crawl(api).items()]
    for path in ("/metrics", "/healthz", "/api/v1/schema/", "/"):
        found.append(api.client.get(path).content)
    return found


if __name__ == "__main__":
    os.umask(0o077)
    main()
