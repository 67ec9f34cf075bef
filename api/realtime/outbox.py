"""What waits to be sent to one browser: events in order, and the newest of everything else.

It can't grow: events beyond a number aren't taken (they are fetched from the database when there is
room), and what is live (views, pointers) is kept once per kind. The browser acknowledges what is
live; one that is slow to do so gets fewer, newer messages.
"""

import asyncio
from typing import Any

MAX_EVENTS = 200  # waiting; as many are fetched at once
WINDOW = 3  # live messages on their way


class Outbox:
    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._live: dict[str, Any] = {}
        self._sent = 0
        self._acknowledged = 0
        self._wake = asyncio.Event()

    @property
    def full(self) -> bool:
        return len(self.events) >= MAX_EVENTS

    def put_event(self, message: dict[str, Any]) -> None:
        self.events.append(message)
        self.wake()

    def put_live(self, batch: dict[str, Any]) -> None:
        for name, value in batch.items():
            if name == "pointers":
                self._live.setdefault(name, {}).update(value)
            else:
                self._live[name] = value
        self.wake()

    def acknowledge(self, number: Any) -> None:
        if isinstance(number, int) and self._acknowledged < number <= self._sent:
            self._acknowledged = number
            self.wake()

    def next_live(self) -> dict[str, Any] | None:
        """The newest of everything, unless the browser is still busy with what came before."""
        if not self._live or self._sent - self._acknowledged >= WINDOW:
            return None
        self._sent += 1
        message, self._live = {"type": "live", "n": self._sent, **self._live}, {}
        return message

    def next_events(self) -> list[dict[str, Any]]:
        events, self.events = self.events, []
        return events

    def wake(self) -> None:
        self._wake.set()

    async def wait(self) -> None:
        await self._wake.wait()
        self._wake.clear()
