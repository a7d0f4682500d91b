"""Prints two files of measures side by side, with the ratio."""

import json
import sys


def read(path):
    with open(path) as file:
        measures = [json.loads(line) for line in file if line.startswith("{")]
    return {(m["measure"], m["shape"], m["size"]): m for m in measures}


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def shown(measure):
    if measure is None:
        return "–"
    value, unit = measure["value"], measure["unit"]
    if value == 0:
        return "below its clock"
    if value is not None:
        return f"{number(value)} {unit}"
    if "over" not in measure:
        return unit
    cap = f"over {measure['cap_s']:g} s"
    return f"> {number(measure['over'])} {unit} ({cap})" if measure["over"] else cap


def ours_for(key, ours):
    """Ours at the same size; of memory, which is measured at one size only, the one there is."""
    name, shape, _ = key
    return ours.get(key) or next((m for k, m in ours.items() if k[:2] == (name, shape) and name == "record.memory"), None)


def ratio(peer, own):
    """How many times more the peer needs; a lower bound where it was given up."""
    if not own or not own["value"] or peer["value"] == 0:
        return "–"
    if peer["value"] is not None:
        return f"{peer['value'] / own['value']:,.0f}×"
    return f"> {peer['over'] / own['value']:,.0f}×" if peer.get("over") else "–"


def main():
    ours, theirs = read(sys.argv[1]), read(sys.argv[2])
    print("| measure | shape | size | Trace | Optrace | ratio |")
    print("|---|---|---|---|---|---|")
    for key, peer in theirs.items():
        own = ours_for(key, ours)
        if own and "with_values" in own:
            # Trace's nodes are weighed with their values.
            own = own | {"value": own["with_values"]}
        print(f"| {key[0]} | {key[1]} | {key[2]:,} | {shown(peer)} | {shown(own)} | {ratio(peer, own)} |")


if __name__ == "__main__":
    main()
