"""Answers questions about a company's handbook: finds the passages that matter, and asks a model to answer from them.

    OPENAI_BASE_URL=http://127.0.0.1:8080/v1 python3 handbook.py "How many days of leave do I get?"
"""

import collections
import json
import math
import os
import re
import sys
import urllib.request

import optrace

HANDBOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "handbook.txt")
INSTRUCTION = optrace.parameter("instruction", "Use the passages to help the employee.")
PASSAGES = optrace.parameter("passages", 2, range=(1, 6))
LENGTH_WEIGHT = optrace.parameter("length_weight", 0.75, range=(0, 1))
WORD = re.compile(r"[a-z0-9]+")


def words(text):
    return WORD.findall(text.lower())


def passages():
    """The handbook's paragraphs, each with the title it stands under."""
    found, title = [], ""
    with open(HANDBOOK, encoding="utf-8") as file:
        for block in file.read().split("\n\n"):
            block = " ".join(block.split())
            if block.startswith("# "):
                title = block[2:]
            elif block:
                found.append({"title": title, "text": block})
    return found


class Index:
    """Ranks passages by BM25."""

    def __init__(self, documents):
        self.documents = documents
        self.counts = [collections.Counter(words(d["title"] + " " + d["text"])) for d in documents]
        self.lengths = [sum(counts.values()) for counts in self.counts]
        self.average = sum(self.lengths) / len(self.lengths)
        self.holders = collections.Counter(word for counts in self.counts for word in counts)

    def weight(self, word):
        holders = self.holders[word]
        return math.log(1 + (len(self.documents) - holders + 0.5) / (holders + 0.5))

    def score(self, place, query, length_weight):
        counts = self.counts[place]
        norm = 1 - length_weight + length_weight * self.lengths[place] / self.average
        return sum(self.weight(w) * counts[w] * 2.2 / (counts[w] + 1.2 * norm) for w in query if w in counts)

    def best(self, question, count, length_weight):
        query = words(question)
        scores = [(self.score(place, query, length_weight), -place) for place in range(len(self.documents))]
        ranked = sorted(scores, reverse=True)[:count]
        return [self.documents[-place] for score, place in ranked if score > 0]


INDEX = Index(passages())


@optrace.traced
def retrieve(question, count, length_weight):
    """Finds the passages of the handbook that share the most telling words with the question."""
    return INDEX.best(question, count, length_weight)


def prompt(question, found):
    context = "\n".join("- %s: %s" % (passage["title"], passage["text"]) for passage in found)
    return f"{INSTRUCTION}\n\nPassages:\n{context}\n\nQuestion: {question}\nAnswer:"


def complete(text):
    """Asks the model."""
    if optrace.is_active():
        return optrace.ask(text, temperature=0, max_tokens=32)
    base = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1")
    body = {
        "model": os.environ.get("OPENAI_MODEL", "gpt-4o-mini"), "temperature": 0, "max_tokens": 32,
        "messages": [{"role": "user", "content": text}],
    }
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ.get("OPENAI_API_KEY", "")}
    request = urllib.request.Request(base + "/chat/completions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)["choices"][0]["message"]["content"]


@optrace.traced
def tidy(reply):
    """Takes the answer out of what the model said."""
    return reply.strip().split("\n")[0]


def answer(question: str) -> str:
    found = retrieve(question, PASSAGES, LENGTH_WEIGHT)
    return tidy(complete(prompt(question, found)))


if __name__ == "__main__":
    optrace.serve(answer)
    print(answer(" ".join(sys.argv[1:])))
