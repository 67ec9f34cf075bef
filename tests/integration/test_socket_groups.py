"""Socket groups lose those who don't renew, and nobody else."""

import asyncio
import os
import uuid
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer
from channels_redis.core import RedisChannelLayer
from django.conf import settings

from api.realtime import membership
from api.realtime.membership import RENEW_S, member_of
from tests.factories.required import absent

EXPIRY_S = 2
HELLO = {"type": "hello"}


def layer_of(kind: str) -> Any:
    if kind == "memory":
        return InMemoryChannelLayer(group_expiry=EXPIRY_S)
    url = os.environ.get("REDIS_URL")
    if not url:
        absent("REDIS_URL names no Redis")
    return RedisChannelLayer(
        hosts=[{"address": url, "socket_timeout": 30}],
        prefix=f"test-{uuid.uuid4().hex[:8]}",
        group_expiry=EXPIRY_S,
    )


async def members(layer: Any, group: str) -> set[str]:
    if isinstance(layer, InMemoryChannelLayer):
        return set(layer.groups.get(group, {}))
    connection = layer.connection(layer.consistent_hash(group))
    return {name.decode() for name in await connection.zrange(layer._group_key(group), 0, -1)}


async def closed(layer: Any) -> None:
    await layer.flush()
    if isinstance(layer, RedisChannelLayer):
        await layer.close_pools()


async def heard(layer: Any, channel: str) -> bool:
    try:
        found = await asyncio.wait_for(layer.receive(channel), 1.0)
    except TimeoutError:
        return False
    return bool(found == HELLO)


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_the_channel_of_a_server_that_died_leaves_and_the_living_stay(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "RENEW_S", EXPIRY_S / 4)

    async def story() -> None:
        layer = layer_of(kind)
        dead, living = await layer.new_channel(), await layer.new_channel()
        await layer.group_add("room", dead)  # and its server is killed: nothing is renewed
        async with member_of(layer, "room", living):
            await layer.group_send("room", HELLO)
            assert await heard(layer, living)
            assert await heard(layer, dead)
            await asyncio.sleep(EXPIRY_S + 2)
            await layer.group_send("room", HELLO)
            assert await heard(layer, living)
            assert not await heard(layer, dead)
            assert await members(layer, "room") == {living}
        assert await members(layer, "room") == set()  # who goes in order leaves at once
        await closed(layer)

    async_to_sync(story)()


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_a_group_that_was_lost_is_joined_again(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when Redis is restarted without its data. A failing renewal ends nothing."""
    monkeypatch.setattr(membership, "RENEW_S", 0.2)

    async def story() -> None:
        layer = layer_of(kind)
        channel = await layer.new_channel()
        add, failures = layer.group_add, iter([True])

        async def now_and_then(group: str, name: str) -> None:
            if next(failures, False):
                raise ConnectionError
            await add(group, name)

        async with member_of(layer, "room", channel):
            monkeypatch.setattr(layer, "group_add", now_and_then)
            await layer.group_discard("room", channel)
            assert await members(layer, "room") == set()
            for _ in range(100):
                if await members(layer, "room") == {channel}:
                    break
                await asyncio.sleep(0.1)
            assert await members(layer, "room") == {channel}
            await layer.group_send("room", HELLO)
            assert await heard(layer, channel)
        await closed(layer)

    async_to_sync(story)()


def test_several_renewals_may_fail() -> None:
    config = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    assert config["group_expiry"] >= 4 * RENEW_S
