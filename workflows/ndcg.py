import math


def ndcg(output: dict, expected: dict) -> dict:
    """nDCG at ten with gains 2^grade - 1, and what went wrong in words.

    `output` is {"documents": ids best first, "unmatched": query terms found nowhere}; `expected` maps ids to grades 1 to 3.
    """
    found = output["documents"][:10]
    gain = sum((2 ** expected.get(name, 0) - 1) / math.log2(place + 2) for place, name in enumerate(found))
    ideal = sum((2 ** grade - 1) / math.log2(place + 2)
                for place, grade in enumerate(sorted(expected.values(), reverse=True)[:10]))
    score = gain / ideal if ideal else 1.0

    remarks = []
    by_grade = sorted(expected.items(), key=lambda judged: (-judged[1], judged[0]))
    for best, (name, grade) in enumerate(by_grade, start=1):
        if name not in found:
            remarks.append(f"{name} (grade {grade} of 3) is missing from the ten best")
        elif found.index(name) + 1 > best:
            above = [other for other in found[:found.index(name)] if expected.get(other, 0) < grade]
            if above:
                remarks.append(f"{name} (grade {grade} of 3) stands at place {found.index(name) + 1}, below {', '.join(above)}")
    if output["unmatched"]:
        remarks.append("query terms found in no document: " + ", ".join(repr(term) for term in output["unmatched"]))
    return {"score": round(score, 6), "feedback": "; ".join(remarks) or "every relevant document stands at its place"}
