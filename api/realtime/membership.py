"""Staying in a socket group. Whoever doesn't renew leaves it (``SOCKET_GROUP_EXPIRY_S``): a server
that died can't say good-bye, and what is sent to its sockets would only pile up. Renewing also
brings sockets back into groups that were lost with a restarted Redis."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

logger = logging.getLogger(__name__)
RENEW_S = 30.0  # a quarter of the expiry: three may fail, and clocks may differ by a minute


@contextlib.asynccontextmanager
async def member_of(layer: Any, group: str, channel: str) -> AsyncIterator[None]:
    """In the group as long as the block runs, and renewed."""
    await layer.group_add(group, channel)
    renewing = asyncio.create_task(_renew(layer, group, channel))
    try:
        yield
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing
        await layer.group_discard(group, channel)


async def _renew(layer: Any, group: str, channel: str) -> None:
    while True:
        await asyncio.sleep(RENEW_S)
        try:
            await layer.group_add(group, channel)
        except Exception as error:  # noqa: BLE001 - whatever the layer raises, the next may succeed
            logger.warning("a socket group was not renewed: %s", type(error).__name__)
