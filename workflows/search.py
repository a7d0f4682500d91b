"""BM25 search over a small help centre, in two functions used as code steps: `index` and `rank`.

The tokenizer is a trainable parameter and has to cut documents and queries alike. The query goes through it in a step of
its own; `index` receives the tokenizer's source as text and applies it to every document.
"""
import functools
import math
from collections import Counter

STOPWORDS = frozenset(
    "a about after all am an and any are aren't as at be been before but by can can't cannot could did do does doesn't don't "
    "for from get had has have how i i'm if in into is isn't it it's its may me my no not of off on or our out shall should "
    "so some such than that the their them then there they this to too up was we were what what's when where which while who "
    "whom whose why will with won't would you your".split()
)


def index(corpus: list, tokenizer: str) -> list:
    """Every document as {"id", "title", "text"}, the latter two cut by the `tokenize` that the source `tokenizer` defines."""
    scope = {"__name__": "tokenizer"}
    exec(compile(tokenizer, "tokenizer.py", "exec"), scope)
    tokenize = scope["tokenize"]
    pages = []
    for document in corpus:
        title, text = ([str(term) for term in tokenize(document[part])] for part in ("title", "text"))
        pages.append({"id": document["id"], "title": title, "text": text})
    return pages


def rank(terms: list, pages: list, k1: float, b: float, title_weight: int, stemming: str, drop_stopwords: bool) -> dict:
    """The ten best documents for the query's terms and the terms that occur in no document.

    Score: sum over the query's terms of idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)) with
    idf = ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson and Zaragoza 2009). A word of a document's title counts
    `title_weight` times; 0 leaves titles out. Ties go to the smaller id.
    """
    def normal(words):
        kept = (word for word in words if not (drop_stopwords and word in STOPWORDS))
        return [STEMMERS[stemming](word) for word in kept]

    bags = [Counter(normal(page["title"]) * title_weight + normal(page["text"])) for page in pages]
    lengths = [sum(bag.values()) for bag in bags]
    mean = sum(lengths) / max(len(lengths), 1) or 1.0
    spread = Counter(term for bag in bags for term in bag)
    query = Counter(normal(str(term) for term in terms))

    scored = []
    for page, bag, length in zip(pages, bags, lengths):
        score = 0.0
        for term, times in query.items():
            count = bag[term]
            if count:
                rarity = math.log(1 + (len(pages) - spread[term] + 0.5) / (spread[term] + 0.5))
                score += times * rarity * count * (k1 + 1) / (count + k1 * (1 - b + b * length / mean))
        if score > 0:
            scored.append((-round(score, 9), page["id"]))
    scored.sort()
    return {"documents": [name for _, name in scored[:10]], "unmatched": [term for term in query if term not in spread]}


# Stemming

def same(word: str) -> str:
    return word


def plural_s(word: str) -> str:
    """Harman's S stemmer: English plurals only."""
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and len(word) > 3:
        return word[:-1]
    return word


ENDINGS = (
    ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("ation", "ate"),
    ("ments", ""), ("ment", ""), ("ness", ""), ("able", ""), ("ible", ""), ("ance", ""), ("ence", ""),
    ("ful", ""), ("ly", ""), ("ion", ""), ("ize", ""), ("ise", ""), ("ive", ""), ("ate", ""), ("er", ""),
)


@functools.lru_cache(maxsize=20000)
def porter(word: str) -> str:
    """A short stemmer in the manner of Porter (1980): plurals, -ed and -ing, then one suffix, then a final e or y."""
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word[:-len(ending)]
        if word.endswith(ending) and not word.endswith("eed") and vowel_groups(root):
            if root[-2:-1] == root[-1:] and root[-1:] not in "lsz":
                root = root[:-1]
            word = root
            break
    for ending, instead in ENDINGS:
        root = word[:-len(ending)]
        if word.endswith(ending) and vowel_groups(root) >= (1 if len(root) > 3 else 2):
            word = root + instead
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    if word.endswith("y") and len(word) > 2 and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return word


def vowel_groups(text: str) -> int:
    """How many runs of vowels the text holds; y counts as one after a consonant."""
    groups, inside = 0, False
    for place, letter in enumerate(text):
        vowel = letter in "aeiou" or (letter == "y" and place > 0)
        groups += vowel and not inside
        inside = vowel
    return groups


STEMMERS = {"none": same, "s": plural_s, "porter": porter}
