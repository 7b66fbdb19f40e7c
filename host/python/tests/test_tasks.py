"""Ends in tasks of asyncio."""

import asyncio
import threading
from asyncio import TaskGroup

import pytest
from conftest import LONG

import ramframe


async def test_a_task_waits_while_others_run(name: str) -> None:
    async with ramframe.Sender(name, "backpressure", slots=4) as sender:
        async with await ramframe.Receiver.open_async(name) as receiver:
            received: list[int] = []

            async def receive() -> None:
                async for message in receiver:
                    received.append(int(message.payload))
                    if len(received) == 200:
                        break

            async with TaskGroup() as tasks:
                tasks.create_task(receive())
                for number in range(200):
                    await sender.send_async(str(number).encode(), LONG)
            assert received == list(range(200))


async def test_a_message_of_another_thread_wakes_a_task(name: str) -> None:
    with ramframe.Sender(name, "backpressure") as sender, ramframe.Receiver(name) as receiver:
        for _ in range(20):
            later = threading.Timer(0.01, sender.send, [b"CIEPLO"])
            later.start()
            found = await receiver.recv_async(LONG)
            assert isinstance(found, ramframe.Message)
            later.join()
        assert await receiver.recv_async(0.05) is None
        assert await receiver.recv_async(0) is None
        sender.send(b"ZIMNO")
        assert isinstance(await receiver.recv_async(0), ramframe.Message)


async def test_iterating_ends_with_the_sender_and_when_the_end_is_closed(name: str) -> None:
    receiver = None
    async with ramframe.Sender(name, "backpressure") as sender:
        receiver = ramframe.Receiver(name)
        sender.send(b"CIEPLO")
        ended = asyncio.create_task(collect(receiver))
        await asyncio.sleep(0.05)
    assert await asyncio.wait_for(ended, LONG) == [b"CIEPLO"]
    assert await receiver.recv_async(LONG) == ramframe.Gone()
    receiver.close()
    with ramframe.Sender(name, "backpressure"):
        receiver = ramframe.Receiver(name)
        ended = asyncio.create_task(collect(receiver))
        await asyncio.sleep(0.05)
        receiver.close()
        assert await asyncio.wait_for(ended, LONG) == []


async def collect(receiver: ramframe.Receiver) -> list[bytes]:
    return [message.payload async for message in receiver]


async def test_a_task_that_is_cancelled_has_taken_nothing(name: str) -> None:
    with ramframe.Sender(name, "backpressure", slots=4096) as sender, ramframe.Receiver(name) as receiver:
        received: list[int] = []
        sent = 0

        def found(event: ramframe.Event | None) -> None:
            if isinstance(event, ramframe.Message):
                received.append(int(event.payload))

        for round in range(200):
            task = asyncio.create_task(receiver.recv_async())
            task.add_done_callback(lambda task: found(None if task.cancelled() else task.result()))
            for _ in range(round % 3):
                await asyncio.sleep(0)
            if round % 2:
                sender.send(str(sent).encode())
                sent += 1
                await asyncio.sleep(0.0005 * (round % 5))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        while (event := receiver.recv(0)) is not None:
            found(event)
        assert received == list(range(sent))


async def test_a_task_that_waits_to_send_is_cancelled_and_sends_nothing(name: str) -> None:
    sender = ramframe.Sender(name, "backpressure", slots=2)
    await sender.send_async(b"1")
    await sender.send_async(b"2")
    with pytest.raises(ramframe.TimedOut):
        await sender.send_async(b"3", 0.05)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(sender.send_async(b"3"), 0.05)
    closing = asyncio.create_task(sender.close_async(LONG))
    with ramframe.Receiver(name) as receiver:
        assert await collect(receiver) == [b"1", b"2"]
    await asyncio.wait_for(closing, LONG)


async def test_tasks_take_turns_at_one_receiver(name: str) -> None:
    async with ramframe.Sender(name, "backpressure", slots=4) as sender:
        with ramframe.Receiver(name) as receiver:
            tasks = [asyncio.create_task(receiver.recv_async(LONG)) for _ in range(10)]
            for number in range(10):
                await sender.send_async(bytes([number]))
            found = await asyncio.gather(*tasks)
            assert sorted(one.payload for one in found if isinstance(one, ramframe.Message)) == [
                bytes([number]) for number in range(10)
            ]


async def test_a_busy_receiver_lets_others_run(name: str) -> None:
    with ramframe.Sender(name, "backpressure", slots=1024) as sender, ramframe.Receiver(name) as receiver:
        for number in range(1000):
            sender.send(b"")
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(other())
        for _ in range(1000):
            assert await receiver.recv_async(LONG) is not None
        task.cancel()
        assert turns >= 20


async def test_workers_in_tasks(name: str) -> None:
    done: list[int] = []

    async def work() -> None:
        async with await ramframe.Worker.open_async(name, timeout=LONG) as worker:
            async for job in worker:
                await asyncio.sleep(0.001)
                done.append(int(job.payload))

    async with TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(work())
        async with ramframe.Share(name, 3, slots=4) as share:
            for number in range(60):
                await share.send_async(str(number).encode(), LONG)
    assert sorted(done) == list(range(60))


async def test_there_is_nothing_to_open(name: str) -> None:
    with pytest.raises(ramframe.NotThere):
        await ramframe.Receiver.open_async(name, timeout=0.05)
    with pytest.raises(ramframe.NotThere):
        await ramframe.Worker.open_async(name, timeout=0.05)


def test_one_receiver_in_two_loops(name: str) -> None:
    with ramframe.Sender(name, "backpressure") as sender, ramframe.Receiver(name) as receiver:
        for _ in range(2):
            sender.send(b"CIEPLO")
            assert asyncio.run(receiver.recv_async(LONG)) is not None
            assert asyncio.run(receiver.recv_async(0.01)) is None
