"""Prints two files of regrets side by side, with the ratio of each of Optuna's medians to ours."""

import json
import sys


def read(path):
    with open(path) as file:
        return [json.loads(line) for line in file if line.startswith("{")]


def main():
    ours = {m["shape"]: m for m in read(sys.argv[1]) if m["measure"] == "bayesian.regret"}
    print("| function | sampler | median regret | mean regret | median / ours |")
    print("|---|---|---|---|---|")
    theirs = read(sys.argv[2])
    for shape, own in ours.items():
        for line in [own] + [m for m in theirs if m["shape"] == shape]:
            ratio = line["value"] / own["value"]
            print(f"| {shape} | {line['sampler']} | {line['value']:.4g} | {line['mean']:.4g} | {ratio:.3g} |")
    beaten = [
        shape
        for shape, own in ours.items()
        if any(m["shape"] == shape and m["value"] < own["value"] for m in theirs)
    ]
    if beaten:
        sys.exit("a sampler of Optuna has a lower median on " + ", ".join(beaten))


if __name__ == "__main__":
    main()
