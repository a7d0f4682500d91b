"""Simple regret of Optuna's samplers after a number of evaluations, one JSON line a function and sampler.

optuna_regret.py [--seeds 20] [--evaluations 30] [--functions branin,hartmann6] [--samplers tpe,gp,cmaes]
"""

import argparse
import json
import math
import statistics
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")

HARTMANN_A = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
HARTMANN_P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
HARTMANN_WEIGHTS = [1.0, 1.2, 3.0, 3.2]


def branin(trial):
    x = trial.suggest_float("x", -5, 10)
    y = trial.suggest_float("y", 0, 15)
    curve = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    return -sum(
        weight * math.exp(-sum(a * (value - p) ** 2 for a, p, value in zip(row, places, x)))
        for weight, row, places in zip(HARTMANN_WEIGHTS, HARTMANN_A, HARTMANN_P)
    )


FUNCTIONS = {"branin": (branin, 0.39788735772973816), "hartmann6": (hartmann6, -3.32236801141551)}


def sampler(name, seed):
    if name == "tpe":
        return optuna.samplers.TPESampler(seed=seed)
    if name == "gp":
        return optuna.samplers.GPSampler(seed=seed, deterministic_objective=True)
    if name == "cmaes":
        return optuna.samplers.CmaEsSampler(seed=seed)
    raise SystemExit(f"there is no sampler '{name}' here; known are tpe, gp and cmaes")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--evaluations", type=int, default=30)
    parser.add_argument("--functions", default="branin,hartmann6")
    parser.add_argument("--samplers", default="tpe,gp,cmaes")
    options = parser.parse_args()
    for name in options.functions.split(","):
        function, optimum = FUNCTIONS[name]
        for method in options.samplers.split(","):
            regrets = []
            for seed in range(options.seeds):
                study = optuna.create_study(sampler=sampler(method, seed))
                study.optimize(function, n_trials=options.evaluations)
                regrets.append(study.best_value - optimum)
            line = {
                "measure": "bayesian.regret",
                "shape": name,
                "sampler": f"optuna {optuna.__version__} {method}",
                "size": options.evaluations,
                "seeds": options.seeds,
                "value": statistics.median(regrets),
                "mean": statistics.fmean(regrets),
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
