"""``python -m bench.saving --seconds 60``: 200 readers who each save a contour every second.

Real HTTP with kept-alive connections, contours as a hand draws them; a reader draws the frames of
ED and ES in turn, then over and over, so that first and later versions are among them. At the end
the database is asked: every acknowledged save must be there once, its versions without a gap, and
each contour at the version that was answered last. With ``DATABASE_URL`` and ``REDIS_URL``: two
server processes that share the readers; else one on a fresh folder. All on this machine, the
readers too.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.agreement import ring
from bench.machine import machine
from bench.meeting import FIRST_PORT, served, stop

READERS, READS_PER_CASE, SLICES, PHASES = 200, 4, 10, 2
AIM_P95_MS = 200.0
CSRF = "c" * 32
Key = tuple[str, str]  # structure, SOP instance


@dataclass
class Desk:
    """One reader at their read."""

    read_id: str
    cookie: str
    port: int
    frames: list[tuple[int, int, str]]  # slice, phase, SOP instance
    ages_ms: list[float] = field(default_factory=list)
    versions: dict[Key, int] = field(default_factory=dict)
    acknowledged: list[tuple[str, Key, int]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def seeded(n_readers: int, ports: list[int], n_phases: int) -> list[Desk]:
    """A project with that many readers, each signed in and assigned one read of a cine."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from bench.agreement import stack_of
    from portal.imaging.aliases import Names
    from portal.projects.models import Membership
    from portal.protocols.models import ProtocolVersion
    from portal.reads.models import Read, Reader, ReaderKind
    from tests.factories import reading as f

    setup_test_environment()
    call_command("migrate", verbosity=0)
    world = f.make_world(slug=f"bench-{int(time.time())}")
    version = ProtocolVersion.objects.get(protocol__project=world.project)
    desks, stack = [], None
    for number in range(n_readers):
        person = f.user(f"Reader {number}")
        Membership.objects.create(project=world.project, user=person, role="reader")
        reader = Reader.objects.create(
            kind=ReaderKind.PERSON, user=person, label=person.display_name
        )
        if stack is None or number % READS_PER_CASE == 0:
            case = f.make_case(world.project, f"C-{number:03d}")
            stack = stack_of(case, (SLICES, n_phases))
        read = Read.objects.create(case=case, protocol_version=version, reader=reader, stack=stack)
        names = Names(read.pk)  # what this reader's browser calls the images
        uids = [[names.uid(address[1]) for address in row] for row in stack.addresses]
        frames = [(s, p, uids[s][p]) for p in range(n_phases) for s in range(SLICES)]
        cookie = f.Api(person).client.cookies["accord_session"].value
        desks.append(Desk(str(read.pk), cookie, ports[number % len(ports)], frames))
    return desks


def body_of(desk: Desk, number: int, r: np.random.Generator) -> tuple[str, Key, bytes]:
    """The reader's next stroke: (operation, what it draws, body)."""
    codes = ("lv_endo", "lv_epi", "rv_endo")
    place, code = divmod(number % (len(codes) * len(desk.frames)), len(codes))
    key = (codes[code], desk.frames[place][2])
    op_id = uuid.uuid4().hex
    operation = {
        "op_id": op_id,
        "kind": "contour",
        "structure": key[0],
        "sop_instance_uid": key[1],
        "frame_number": 1,
        "base_version": desk.versions.get(key, 0),
        "parts": [ring(r, 100, 96, 20 + 6 * code)],
    }
    return op_id, key, json.dumps({"operations": [operation], "measure": False}).encode()


async def save_on(desk: Desk, start: float, end: float, every_s: float, seed: int) -> None:
    """One browser: a save is sent when the last one was answered, and a second after it began."""
    r = np.random.default_rng(seed)
    head = (
        f"POST /api/v1/reads/{desk.read_id}/operations/ HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n"
        f"Cookie: accord_session={desk.cookie}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\n"
        "Content-Type: application/json\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    number, due = 0, start
    while due < end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        op_id, key, body = body_of(desk, number, r)
        began = time.monotonic()
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        status, answer = await _answer(reader)
        desk.ages_ms.append(1000 * (time.monotonic() - began))
        row = answer["results"][0] if status == 200 else {"outcome": f"status {status}"}
        if row["outcome"] == "applied":
            version = int(row["version"])
            desk.versions[key] = version
            desk.acknowledged.append((op_id, key, version))
        else:
            desk.troubles.append(str(row["outcome"]))
        number += 1
        due = max(due + every_s, time.monotonic())
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length:")[1].split("\r\n")[0])
    return int(head.split(" ", 2)[1]), json.loads(await reader.readexactly(length))


async def save_all(desks: list[Desk], seconds: float, every_s: float) -> float:
    """All readers at once, spread over the second; answers how long it went on."""
    start = time.monotonic() + 1.0
    shifts = np.random.default_rng(1).uniform(0, every_s, len(desks))
    began = time.monotonic()
    await asyncio.gather(
        *(
            save_on(desk, start + shift, start + seconds, every_s, number)
            for number, (desk, shift) in enumerate(zip(desks, shifts, strict=True))
        )
    )
    return time.monotonic() - began - 1.0


def counted(desks: list[Desk]) -> dict[str, int]:
    """What the database has of what was acknowledged."""
    from portal.annotations.models import Annotation, Operation, Revision
    from portal.imaging.aliases import Names

    lost = doubled = gaps = wrong = 0
    for desk in desks:
        said = [op_id for op_id, _, _ in desk.acknowledged]
        revisions = list(
            Revision.objects.filter(annotation__read_id=desk.read_id).values_list(
                "annotation_id", "version", "op_id"
            )
        )
        held = [op_id for _, _, op_id in revisions]
        lost += len(set(said) - set(held))
        doubled += len(held) - len(set(held))
        versions: dict[Any, list[int]] = {}
        for annotation, version, _ in revisions:
            versions.setdefault(annotation, []).append(version)
        gaps += sum(sorted(v) != list(range(1, len(v) + 1)) for v in versions.values())
        names = Names(uuid.UUID(desk.read_id))
        now = {
            (row.structure, names.uid(row.sop_instance_uid)): row.version
            for row in Annotation.objects.filter(read_id=desk.read_id)
        }
        wrong += sum(now.get(key) != version for key, version in desk.versions.items())
        if Operation.objects.filter(read_id=desk.read_id).count() != len(held):
            doubled += 1
    return {"lost": lost, "doubled": doubled, "gaps": gaps, "not_the_newest": wrong}


def computed_s(pid: int) -> float:
    """What a process has computed so far."""
    text = Path(f"/proc/{pid}/stat").read_text()
    fields = text[text.rindex(")") + 2 :].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(
    desks: list[Desk], wall_s: float, server_s: float, servers: int, every_s: float
) -> dict[str, Any]:
    ages = sorted(age for desk in desks for age in desk.ages_ms)

    def at(share: float) -> float:
        return round(ages[min(len(ages) - 1, int(share * len(ages)))], 1)

    return {
        "readers": len(desks),
        "every_s": every_s,
        "servers": servers,
        "wall_s": round(wall_s, 1),
        "saves": len(ages),
        "saves_per_s": round(len(ages) / wall_s, 1),
        "wanted_per_s": round(len(desks) / every_s, 1),
        "contours_per_read": max(len(desk.versions) for desk in desks),
        "age_ms": {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "worst": at(1.0)},
        "aim_p95_ms": AIM_P95_MS,
        # of one core; what else runs on the machine doesn't count in it
        "server_ms_per_save": round(1000 * server_s / len(ages), 1),
        "refused": sum(len(desk.troubles) for desk in desks),
        "revisions": counted(desks),
        "load_after": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--phases", type=int, default=PHASES)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    team = bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    ports = [FIRST_PORT, FIRST_PORT + 1] if team else [FIRST_PORT]
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        os.environ["ACCORD_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        found: dict[str, Any] = {"machine": machine()}
        desks = seeded(asked.readers, ports, asked.phases)
        servers = served(ports)
        try:
            before = sum(computed_s(server.pid) for server in servers)
            wall_s = asyncio.run(save_all(desks, asked.seconds, asked.every))
            server_s = sum(computed_s(server.pid) for server in servers) - before
            found["saving"] = report(desks, wall_s, server_s, len(ports), asked.every)
        finally:
            stop(servers)
    text = json.dumps(found, indent=1)
    print(text)
    if asked.out:
        asked.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
