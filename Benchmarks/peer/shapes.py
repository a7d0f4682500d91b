"""The shapes of the benchmarks as a user of Trace writes them."""

from opto.trace import bundle, node


@bundle()
def add(a, b):
    """Adds two numbers."""
    return a + b


def chain(count, first, second):
    total = first
    for _ in range(count):
        total = add(total, second)
    return total


def wide(count, first, second):
    row = [add(first, second) for _ in range(max(1, count // 2))]
    while len(row) > 1:
        pairs = [add(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = pairs + row[len(pairs) * 2 :]
    return row[0]


def grid(count, first, second):
    side = max(1, int(count**0.5))
    row = [first] * side
    for _ in range(side):
        left = second
        for place in range(side):
            left = add(row[place], left)
            row[place] = left
    return row[side - 1]


SHAPES = {"chain": chain, "wide": wide, "grid": grid}


def start():
    """The parameter and the other root."""
    return node(1, name="start", trainable=True), node(1, name="other")
