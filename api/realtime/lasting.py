"""Work beside a socket that goes on until it is cancelled, whatever fails on the way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

logger = logging.getLogger(__name__)
REST_S = 1.0  # after a failure: a database or Redis that is away isn't asked all the time


async def again_and_again(turn: Callable[[], Awaitable[None]], what: str) -> None:
    """Turn after turn. One that fails is noted by the type of its error, and the next one comes."""
    while True:
        try:
            await turn()
        except Exception as error:  # noqa: BLE001 - whatever it was, the next may succeed
            logger.warning("%s failed: %s", what, type(error).__name__)
            await asyncio.sleep(REST_S)


async def ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel them and wait for their end; how they ended is nobody's business any more."""
    waited_for = list(tasks)
    for task in waited_for:
        task.cancel()
    await asyncio.gather(*waited_for, return_exceptions=True)
