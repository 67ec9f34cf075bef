"""Every figure is measured three times, the servers in turn, so that what drifts hits them alike;
the median counts."""

import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench import load
from bench.servers import PEER, TEAM, Server, seconds_of, seconds_of_postgres

ROUNDS = 3
Make = Callable[[Server, int], load.Load]


def compare(servers: list[Server], make: Make, *, warm: bool = True) -> dict[str, Any]:
    """The load that ``make`` gives for (server, round), on every server. ``warm``: each answer was
    given once before anything counts."""
    runs: dict[str, list[dict[str, Any]]] = {server.name: [] for server in servers}
    if warm:
        for server in servers:
            first = make(server, 0)
            load.run(load.Load(first.host, first.port, first.requests, min(first.connections, 4)))
    for number in range(ROUNDS):
        for server in servers:
            runs[server.name].append(_watched(server, make(server, number)))
    found: dict[str, Any] = {name: _middle(rows) for name, rows in runs.items()}
    return found | ratios(found)


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """Of ours to the peer's; more is better for us."""
    if PEER not in found:
        return {}
    base = found[PEER]["per_s"]
    return {
        f"{name}_to_{PEER}": round(row["per_s"] / base, 2)
        for name, row in found.items()
        if name != PEER
    }


def _watched(server: Server, wanted: load.Load) -> dict[str, Any]:
    before, base = seconds_of(server), seconds_of_postgres()
    began = time.perf_counter()
    row = load.run(wanted)
    wall = time.perf_counter() - began
    row["server_cores"] = round((seconds_of(server) - before) / wall, 2)
    if server.name == TEAM:
        row["postgres_cores"] = round((seconds_of_postgres() - base) / wall, 2)
    row["generator_share"] = round(row["generator_cores"] / (os.cpu_count() or 1), 2)
    return row


def _middle(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The run whose rate is the median, and all rates."""
    rates = [row["per_s"] for row in rows]
    chosen = min(rows, key=lambda row: abs(row["per_s"] - median(rates)))
    return {**chosen, "per_s_of_each_round": rates}
