"""``python -m bench.meeting --seconds 600``: one meeting with 25 people.

One presents 20 times a second, five point 10 times a second each, and the chair records a
decision every few seconds. Measured at every browser: how old the presenter's view is when it
comes, and whether each decision came. Embedded: one server on a fresh folder. With
``DATABASE_URL`` and ``REDIS_URL``: two servers that share the people. ``--restart``: in the middle
one server (the second of two) is ended and started again; its people come back by themselves and
ask for what they missed. Everything is on this machine, the browsers too.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.machine import machine

PEOPLE, POINTING = 25, 5
VIEWS_PER_S, POINTS_PER_S, DECISION_EVERY_S = 20.0, 10.0, 5.0
FIRST_PORT = 8585
AIM_MS = 100.0
AGAIN_S, PATIENCE_S = 0.5, 10.0
ENDING = ("--timeout-graceful-shutdown", "5")  # as scripts/start.sh
Restart = Callable[[], None]


@dataclass
class Seat:
    """One browser in the meeting."""

    cookie: str
    port: int
    ages_ms: list[float] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)
    wire: Any = None
    away_s: list[float] = field(default_factory=list)


def seeded() -> tuple[str, list[str], str]:
    """A running meeting with a case on its table: its id, a session cookie per person (the chair's
    first), the chair's CSRF token."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from portal.meetings.models import Participant
    from portal.projects.models import Membership
    from tests.factories import reading as f
    from tests.factories.meeting import convene, read_case

    setup_test_environment()
    call_command("migrate", verbosity=0)
    world = f.make_world(slug=f"bench-{int(time.time())}")
    room = convene(world, read_case(world, "C-1"))
    people = [world.adjudicator, world.other_adjudicator, world.reader_a, world.reader_b]
    for number in range(PEOPLE - len(people)):
        person = f.user(f"Guest {number}")
        Membership.objects.create(project=world.project, user=person, role="reader")
        Participant.objects.create(meeting_id=room.meeting_id, user=person)
        people.append(person)
    room.begin()
    cookies = [room.api(person).client.cookies["accord_session"].value for person in people]
    return room.meeting_id, cookies, "b" * 32


def served(ports: list[int]) -> list[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "uvicorn", "api.asgi:application", "--host", "127.0.0.1"]
    started = [
        subprocess.Popen([*command, "--port", str(port), "--log-level", "warning", *ENDING])
        for port in ports
    ]
    for port in ports:
        _wait(port)
    return started


def stop(servers: list[subprocess.Popen[bytes]]) -> None:
    """As a supervisor does: asked first, killed when it doesn't end."""
    for server in servers:
        server.terminate()
    for server in servers:
        try:
            server.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("a server doesn't answer")


async def meet(
    meeting_id: str, seats: list[Seat], csrf: str, seconds: float, restart: Restart | None
) -> list[str]:
    """The meeting; answers the decisions that the server acknowledged."""
    listening = [asyncio.create_task(_sit(meeting_id, seat)) for seat in seats]
    while not all(seat.sequences for seat in seats):
        await asyncio.sleep(0.2)
    await asyncio.sleep(3.0)  # all are in
    for seat in seats:
        seat.ages_ms.clear()
    end = time.monotonic() + seconds
    sending = [_send(seats[0], "view", VIEWS_PER_S, end)]
    sending += [_send(seat, "pointer", POINTS_PER_S, end) for seat in seats[1 : 1 + POINTING]]
    if restart is not None:
        sending.append(_restarted(restart, seconds / 2))
    decided, *_ = await asyncio.gather(_decide(meeting_id, seats[0], csrf, end), *sending)
    await asyncio.sleep(3.0)
    for task in listening:
        task.cancel()
    return decided


async def _restarted(restart: Restart, after_s: float) -> None:
    await asyncio.sleep(after_s)
    await asyncio.to_thread(restart)


async def _sit(meeting_id: str, seat: Seat) -> None:
    """As a browser does: connect, say what is known, listen; connect again when it is cut off."""
    import websockets

    address = f"ws://127.0.0.1:{seat.port}/ws/meetings/{meeting_id}/"
    headers = {"Cookie": f"accord_session={seat.cookie}"}
    origin = websockets.Origin(f"http://127.0.0.1:{seat.port}")
    left: float | None = None
    while True:
        try:
            async with websockets.connect(
                address, additional_headers=headers, origin=origin
            ) as wire:
                since = seat.sequences[-1] if seat.sequences else 0
                await wire.send(json.dumps({"type": "hello", "since": since}))
                if left is not None:
                    seat.away_s.append(time.monotonic() - left)
                seat.wire = wire
                await _listen(wire, seat)
        except (OSError, websockets.WebSocketException):
            pass
        seat.wire, left = None, left if seat.wire is None and left else time.monotonic()
        await asyncio.sleep(AGAIN_S)


async def _send(seat: Seat, kind: str, per_second: float, end: float) -> None:
    import websockets

    number, due = 0, time.monotonic()
    while due < end:
        place = {"slice": number % 3, "phase": number % 4, "column": 1.0, "row": 2.0}
        try:
            if seat.wire is not None:
                await seat.wire.send(
                    json.dumps({"type": kind, "at": place | {"stamp": time.time()}})
                )
        except websockets.WebSocketException:  # cut off: what is live is not sent later
            pass
        number, due = number + 1, due + 1 / per_second
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _listen(wire: Any, seat: Seat) -> None:
    async for text in wire:
        message = json.loads(text)
        if message["type"] == "live":
            await wire.send(json.dumps({"type": "ack", "n": message["n"]}))
            if "view" in message:
                seat.ages_ms.append(1000 * (time.time() - message["view"]["stamp"]))
        elif message["type"] == "event":
            seat.sequences.append(message["event"]["sequence"])
            if message["event"]["kind"] == "decide":
                seat.decisions.append(message["event"]["details"]["text"])


async def _decide(meeting_id: str, chair: Seat, csrf: str, end: float) -> list[str]:
    done: list[str] = []
    while time.monotonic() < end:
        text = f"decision {len(done)}"
        await asyncio.to_thread(_post, meeting_id, chair, csrf, text)
        done.append(text)
        await asyncio.sleep(DECISION_EVERY_S)
    return done


def _post(meeting_id: str, chair: Seat, csrf: str, text: str) -> None:
    body = {"op_id": f"{text} {time.time()}"[:64], "kind": "decide", "details": {"text": text}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{chair.port}/api/v1/meetings/{meeting_id}/act/",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Cookie": f"accord_session={chair.cookie}; csrftoken={csrf}",
            "X-CSRFToken": csrf,
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200


def report(seats: list[Seat], decided: list[str], seconds: float, servers: int) -> dict[str, Any]:
    ages = sorted(age for seat in seats for age in seat.ages_ms)

    def at(share: float) -> float:
        return round(ages[min(len(ages) - 1, int(share * len(ages)))], 1)

    return {
        "people": len(seats),
        "servers": servers,
        "seconds": seconds,
        "views_received": len(ages),
        "views_per_browser_and_s": round(len(ages) / len(seats) / seconds, 1),
        "age_ms": {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "worst": at(1.0)},
        "aim_p95_ms": AIM_MS,
        "cut_off_and_back": sum(len(seat.away_s) for seat in seats),
        "longest_away_s": round(max((s for seat in seats for s in seat.away_s), default=0.0), 1),
        "decisions": len(decided),
        "decisions_lost": sum(len(set(decided) - set(seat.decisions)) for seat in seats),
        "gaps_or_repeats": sum(
            seat.sequences != list(range(1, len(seat.sequences) + 1)) for seat in seats
        ),
        "load_of_machine": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--restart", action="store_true", help="a server, in the middle")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    team = bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    ports = [FIRST_PORT, FIRST_PORT + 1] if team else [FIRST_PORT]
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        os.environ["ACCORD_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        meeting_id, cookies, csrf = seeded()
        seats = [Seat(cookie, ports[n % len(ports)]) for n, cookie in enumerate(cookies)]
        servers = served(ports)

        def restart() -> None:
            stop(servers[-1:])
            servers[-1:] = served(ports[-1:])

        try:
            again = restart if asked.restart else None
            decided = asyncio.run(meet(meeting_id, seats, csrf, asked.seconds, again))
        finally:
            stop(servers)
    found = json.dumps(
        {"machine": machine(), "meeting": report(seats, decided, asked.seconds, len(ports))},
        indent=1,
    )
    print(found)
    if asked.out:
        asked.out.write_text(found + "\n")


if __name__ == "__main__":
    main()
