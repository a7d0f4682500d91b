"""Prints two files of measures side by side, with the ratio."""

import json
import sys


def read(path):
    with open(path) as file:
        measures = [json.loads(line) for line in file if line.startswith("{")]
    return {(m["measure"], m["shape"], m["size"]): m for m in measures}


def shown(measure):
    if measure is None:
        return "–"
    value = measure["value"]
    if value is None:
        return measure["unit"]
    return f"{value:,.0f} {measure['unit']}" if abs(value) >= 1000 else f"{value:.4g} {measure['unit']}"


def ours_for(key, ours):
    """Ours at the same size; of memory, which is measured at one size only, the one there is."""
    name, shape, _ = key
    return ours.get(key) or next((m for k, m in ours.items() if k[:2] == (name, shape) and name == "record.memory"), None)


def main():
    ours, theirs = read(sys.argv[1]), read(sys.argv[2])
    print("| measure | shape | size | Trace | Optrace | ratio |")
    print("|---|---|---|---|---|---|")
    for key, peer in theirs.items():
        own = ours_for(key, ours)
        if own and "with_values" in own:
            # Trace's nodes are weighed with their values.
            own = own | {"value": own["with_values"]}
        comparable = own and peer["value"] is not None and own["value"]
        ratio = f"{peer['value'] / own['value']:,.0f}×" if comparable else "–"
        print(f"| {key[0]} | {key[1]} | {key[2]:,} | {shown(peer)} | {shown(own)} | {ratio} |")


if __name__ == "__main__":
    main()
