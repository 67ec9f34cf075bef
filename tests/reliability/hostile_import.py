"""Imports files one by one into an installation of its own and measures each; run inside it, as
``python -m``. Prints one line of JSON per file.

Every file goes through the door that uploads use, into a project of its own, and is then asked for
as a browser would: study list, metadata, a frame, the thumbnail.
"""

import json
import logging
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

HEADROOM = 2 << 30  # bytes beyond the start: the machine is spared when a file asks for more


def files(arguments: list[str]) -> Iterator[tuple[str, bytes]]:
    """``corpus FOLDER``, ``bombs``, or ``mutated FOLDER FIRST LAST``."""
    kind = arguments[0]
    if kind == "bombs":
        from tests.factories.bombs import bombs

        yield from bombs().items()
        return
    folder = Path(arguments[1])
    if kind == "corpus":
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            yield str(path.relative_to(folder)), path.read_bytes()
        return
    from tests.factories.mutations import mutated

    sources = _sources(folder)
    for number in range(int(arguments[2]), int(arguments[3])):
        name, data = mutated(sources, number)
        yield f"{number} {name}", data


def _sources(folder: Path) -> list[bytes]:
    """The files under the folder; those that Accord reads weigh more."""
    from cmrkit.dicomio import read_header
    from cmrkit.errors import CmrkitError

    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        try:
            read_header(data)
        except CmrkitError:
            found.append(data)
        else:
            found += [data] * 6
    return found


def peak_mb() -> float:
    """Most memory since the last call, in MiB."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in x)
    Path("/proc/self/clear_refs").write_text("5")
    return int(line.split()[1]) / 1024


class Importer:
    """One coordinator; a project per file."""

    def __init__(self) -> None:
        from django.test import Client

        from portal.accounts.models import User
        from tests.factories.people import PASSWORD

        self.user = User(email="coordinator@example.org", display_name="Coordinator")
        self.user.set_password(PASSWORD)
        self.user.save()
        self.client = Client(raise_request_exception=False)
        self.client.force_login(self.user)

    def take(self, number: int, data: bytes) -> dict[str, Any]:
        """Import one file as an upload; what became of it and every status of the answers."""
        from portal.projects.models import Membership, Project, Site
        from portal.projects.roles import Role

        slug = f"p{number}"
        project = Project.objects.create(slug=slug, name=slug)
        Site.objects.create(project=project, name="Main")
        Membership.objects.create(project=project, user=self.user, role=Role.COORDINATOR)
        root = f"/api/v1/projects/{slug}/imports/"
        begun = self.client.post(root, data={}, content_type="application/json")
        root += begun.json()["id"]
        sent = self.client.post(
            f"{root}/files/?sequence=0", data=data, content_type="application/octet-stream"
        )
        finished = self.client.post(f"{root}/finish/")
        statuses = [sent.status_code, finished.status_code]
        item = sent.json() if sent.status_code == 200 else {}
        if item.get("outcome") == "stored":
            statuses += self._look_at(slug)
        return {"item": item, "statuses": statuses}

    def _look_at(self, slug: str) -> list[int]:
        from portal.imaging.models import Instance

        instance = Instance.objects.select_related("series__study").get(
            series__study__project__slug=slug
        )
        study = f"/dicomweb/{slug}/studies/{instance.series.study.study_uid}"
        one = f"{study}/series/{instance.series.series_uid}/instances/{instance.sop_instance_uid}"
        paths = [
            f"/api/v1/projects/{slug}/studies/",
            f"/api/v1/projects/{slug}/studies/{instance.series.study_id}/",
            f"/dicomweb/{slug}/instances",
            f"{study}/metadata",
            f"{study}/thumbnail",
            *(
                [f"{one}/frames/1", f"{one}/frames/{instance.n_frames}"]
                if instance.n_frames
                else []
            ),
        ]
        return [self.client.get(path).status_code for path in paths]


def main() -> None:
    django.setup()
    logging.disable(logging.CRITICAL)
    importer = Importer()
    work = files(sys.argv[1:])
    first = next(work)
    importer.take(999_999, first[1])  # what is loaded once is not the first file's
    start = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (start + HEADROOM, start + HEADROOM))
    number, entry = 0, first
    while entry is not None:
        name, data = entry
        before = peak_mb()
        before = peak_mb()
        began = time.monotonic()
        found = importer.take(number, data)
        seconds = time.monotonic() - began
        row = {"name": name, "bytes": len(data), **found, "seconds": round(seconds, 3)}
        sys.stdout.write(json.dumps({**row, "mb": round(peak_mb() - before, 1)}) + "\n")
        sys.stdout.flush()
        number, entry = number + 1, next(work, None)


if __name__ == "__main__":
    main()
