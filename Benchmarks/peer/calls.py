"""Calls the loopback server of `make bench` through aiohttp: `calls.py PORT IN_FLIGHT CALLS`.

Prints the CPU time a call and the calls a second, each the median of five runs, as one JSON line; exits with 3 where
aiohttp is not installed.
"""

import asyncio
import json
import statistics
import sys
import time

try:
    import aiohttp
except ImportError:
    sys.exit(3)

REQUEST = {
    "model": "loopback",
    "messages": [
        {"role": "system", "content": "Route the customer's message to the right queue."},
        {"role": "user", "content": "The package never arrived, and nobody answers. " * 40},
    ],
    "temperature": 0,
    "max_tokens": 16,
}


async def call(session, url, times):
    for _ in range(times):
        async with session.post(url, json=REQUEST, headers={"Authorization": "Bearer benchmark"}) as response:
            reply = await response.json()
            assert reply["choices"][0]["message"]["content"].startswith("The queue is delivery.")


async def run(session, url, in_flight, calls):
    shares = [calls // in_flight + (caller < calls % in_flight) for caller in range(in_flight)]
    await asyncio.gather(*(call(session, url, share) for share in shares))


async def main():
    port, in_flight, calls = map(int, sys.argv[1:])
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as session:
        await run(session, url, in_flight, calls)
        costs, rates = [], []
        for _ in range(5):
            cpu, wall = time.process_time(), time.monotonic()
            await run(session, url, in_flight, calls)
            costs.append((time.process_time() - cpu) / calls * 1e6)
            rates.append(calls / (time.monotonic() - wall))
    print(json.dumps({"microseconds": statistics.median(costs), "calls_a_second": statistics.median(rates)}))


asyncio.run(main())
