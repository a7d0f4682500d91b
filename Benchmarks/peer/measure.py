"""Measures Trace: one JSON line a measure, in the form of `make bench`.

Every measure runs in a process of its own and is given up after the cap, with a value of null.
"""

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time

MEASURES = {
    "record.operation": [1_000, 10_000, 100_000],
    "record.memory": [100_000],
    "subgraph": [1_000, 10_000, 100_000],
    "render": [100, 1_000, 10_000],
}


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def fresh():
    """Trace keeps every node in a global graph; a fair run starts with an empty one."""
    from opto.trace.nodes import GRAPH

    GRAPH.clear()
    gc.collect()


def record_operation(run, start, size):
    fresh()
    begin = time.process_time()
    run(size, *start())
    return (time.process_time() - begin) / size * 1e9, "ns"


def record_memory(run, start, size):
    fresh()
    begin = resident()
    last = run(size, *start())
    bytes_used = resident() - begin
    del last
    return bytes_used / size, "B"


def subgraph(run, start, size):
    """The backward pass, which is how Trace finds the subgraph, a node and an edge."""
    fresh()
    last = run(size, *start())
    begin = time.process_time()
    last.backward("Expected a larger sum.")
    return (time.process_time() - begin) / (3 * size) * 1e9, "ns"


def render(run, start, size):
    from opto.optimizers import OptoPrime

    fresh()
    first, second = start()
    last = run(size, first, second)
    optimizer = OptoPrime([first], llm=lambda *a, **k: None)
    begin = time.process_time()
    optimizer.zero_feedback()
    optimizer.backward(last, "Expected a larger sum.")
    optimizer.construct_prompt(optimizer.summarize())
    return (time.process_time() - begin) * 1e3, "ms"


def one(name, shape, size, cap):
    from shapes import SHAPES, start

    sys.setrecursionlimit(1_000_000)
    body = globals()[name.replace(".", "_")]
    runs, begin = [], time.monotonic()
    # Five runs, fewer where five would not end within the cap.
    while len(runs) < 5 and (not runs or (time.monotonic() - begin) * (1 + 1 / len(runs)) < cap):
        value, unit = body(SHAPES[shape], start, size)
        runs.append(value)
    print(
        json.dumps(
            {
                "measure": name, "shape": shape, "size": size, "value": statistics.median(runs), "unit": unit,
                "runs": len(runs),
            }
        )
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cap", type=float, default=60)
    parser.add_argument("--one", nargs=3)
    arguments = parser.parse_args()
    if arguments.one:
        name, shape, size = arguments.one
        return one(name, shape, int(size), arguments.cap)
    for name, sizes in MEASURES.items():
        for shape in ("chain", "wide", "grid"):
            for size in sizes:
                words = [sys.executable, __file__, "--cap", str(arguments.cap), "--one", name, shape, str(size)]
                try:
                    # Importing Trace takes seconds and is not measured.
                    child = subprocess.run(words, timeout=arguments.cap + 20, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                except subprocess.TimeoutExpired:
                    print(json.dumps({"measure": name, "shape": shape, "size": size, "value": None, "unit": "capped"}), flush=True)
                    break
                if child.returncode != 0:
                    reason = child.stderr.decode(errors="replace").strip().splitlines()[-1:]
                    print(f"{name} {shape} {size}: {''.join(reason)}", file=sys.stderr)
                    print(json.dumps({"measure": name, "shape": shape, "size": size, "value": None, "unit": "failed"}), flush=True)
                    break
                print(child.stdout.decode(), end="", flush=True)


if __name__ == "__main__":
    main()
