"""Handles readings of `ingest`: `python worker.py NAME`. Start as many as there are places; each may die at any time."""

import asyncio
import sys
import time

import ramframe
from reading_pb2 import Reading


async def handle(reading: Reading) -> None:
    """What a real worker does: waits for a database, or asks another service."""
    await asyncio.sleep(0.001)


async def main(name: str) -> None:
    async with await ramframe.Worker.open_async(name) as worker:
        async for job in worker:
            reading = Reading.FromString(job.payload)
            await handle(reading)
            print(reading.number, job.attempts, time.monotonic(), flush=True)
            # A job counts as handled when the next one is asked for: if this process dies before that, another worker gets it.


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
