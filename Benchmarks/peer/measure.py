"""Measures Trace: one JSON line a measure, in the form of `make bench`.

Every measure runs in a process of its own. One that takes more CPU time than the cap has a value of null and in `over` what
it is more than: the cap shared out among its units. Larger sizes of it, which take longer still, are not run and said to
be over the cap, too.
"""

import argparse
import gc
import json
import os
import signal
import statistics
import subprocess
import sys
import time

# Trace's model client fetches a price list over the network when it is imported, unless told otherwise.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

SIZES = [1_000, 10_000, 100_000, 1_000_000]
MEASURES = {
    "record.operation": SIZES,
    "record.memory": [100_000],
    "subgraph": SIZES,
    "render": [100, 1_000, 10_000, 100_000],
}
# What one unit of a measure is, as so many of the given size: an operation has two edges beside its node.
UNITS = {"record.operation": ("ns", 1), "record.memory": ("B", 1), "subgraph": ("ns", 3), "render": ("ms", None)}


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def fresh():
    """Trace keeps every node in a global graph; a fair run starts with an empty one."""
    from opto.trace.nodes import GRAPH

    GRAPH.clear()
    gc.collect()


class Clock:
    """Times one piece of work and gives up, for the whole process, when that takes more CPU time than the cap."""

    def __init__(self, cap, give_up):
        self.cap = cap
        self.seconds = None
        signal.signal(signal.SIGPROF, lambda *_: give_up())

    def __enter__(self):
        signal.setitimer(signal.ITIMER_PROF, self.cap)
        self.begin = time.process_time()

    def __exit__(self, *_):
        self.seconds = time.process_time() - self.begin
        signal.setitimer(signal.ITIMER_PROF, 0)


def record_operation(run, start, size, clock):
    fresh()
    with clock:
        run(size, *start())
    return per_unit("record.operation", size, clock.seconds)


def record_memory(run, start, size, clock):
    fresh()
    begin = resident()
    with clock:
        last = run(size, *start())
    bytes_used = resident() - begin
    del last
    return bytes_used / size


def subgraph(run, start, size, clock):
    """The backward pass, which is how Trace finds the subgraph, a node and an edge."""
    fresh()
    last = run(size, *start())
    with clock:
        last.backward("Expected a larger sum.")
    return per_unit("subgraph", size, clock.seconds)


def render(run, start, size, clock):
    """From the feedback to the prompt. Trace has no budget: its prompt holds every node."""
    fresh()
    first, second = start()
    last = run(size, first, second)
    optimizer = OptoPrime([first], llm=lambda *a, **k: None)
    with clock:
        optimizer.zero_feedback()
        optimizer.backward(last, "Expected a larger sum.")
        optimizer.construct_prompt(optimizer.summarize())
    return per_unit("render", size, clock.seconds)


def per_unit(name, size, seconds):
    """`seconds` in the unit of the measure; nothing for memory, which is no matter of time."""
    unit, count = UNITS[name]
    scale = {"ns": 1e9, "ms": 1e3}.get(unit)
    return seconds * scale / (count * size if count else 1) if scale else None


def line(name, shape, size, runs):
    """The median of the runs, so that a process that is given up in its third run still tells of two."""
    return {
        "measure": name, "shape": shape, "size": size, "value": statistics.median(runs), "unit": UNITS[name][0],
        "runs": len(runs),
    }


def over(name, shape, size, cap):
    return {
        "measure": name, "shape": shape, "size": size, "value": None, "unit": UNITS[name][0], "cap_s": cap,
        "over": per_unit(name, size, cap),
    }


def say(fields):
    print(json.dumps(fields), flush=True)


def one(name, shape, size, cap):
    from shapes import SHAPES, start

    if name == "render":
        global OptoPrime
        from opto.optimizers import OptoPrime

    sys.setrecursionlimit(1_000_000)
    body = globals()[name.replace(".", "_")]
    runs = []

    def give_up():
        # Not by an exception: Trace catches those of the operations it runs.
        say(line(name, shape, size, runs) if runs else over(name, shape, size, cap))
        os._exit(0)

    clock = Clock(cap, give_up)
    begin = time.process_time()
    # Five runs, fewer where five would not end within the cap.
    while len(runs) < 5 and (not runs or (time.process_time() - begin) * (1 + 1 / len(runs)) < cap):
        runs.append(body(SHAPES[shape], start, size, clock))
    say(line(name, shape, size, runs))


def measure(name, shape, size, cap):
    """What a process of its own says."""
    words = [sys.executable, __file__, "--cap", str(cap), "--one", name, shape, str(size)]
    child = subprocess.run(words, capture_output=True)
    if child.returncode != 0:
        reason = child.stderr.decode(errors="replace").strip().splitlines()[-1:]
        print(f"{name} {shape} {size}: {''.join(reason)}", file=sys.stderr)
        return {"measure": name, "shape": shape, "size": size, "value": None, "unit": "failed"}
    return json.loads(child.stdout.decode().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cap", type=float, default=60)
    parser.add_argument("--only", default="")
    parser.add_argument("--one", nargs=3)
    arguments = parser.parse_args()
    cap = arguments.cap
    if arguments.one:
        name, shape, size = arguments.one
        return one(name, shape, int(size), cap)
    for name, sizes in MEASURES.items():
        if not name.startswith(arguments.only):
            continue
        for shape in ("chain", "wide", "grid"):
            is_over = False
            for size in sizes:
                fields = over(name, shape, size, cap) if is_over else measure(name, shape, size, cap)
                is_over = is_over or "over" in fields
                say(fields)


if __name__ == "__main__":
    main()
