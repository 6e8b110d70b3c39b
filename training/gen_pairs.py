"""Writes pairs of texts that mean the same, for the embedding model.

A draw is a small family: pairs that look alike (same table, same wording, one value changed) and mean different
things, because in training each pair of a batch is a negative for all others. `python3 training/gen_pairs.py 30`
prints a few families.
"""
import collections
import dataclasses
import json
import math
import os
import random
import re
import sys

import common
import gen_facts
import gen_phrases
import values
from tool_catalogue import KNOWN

HELDOUT_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "heldout_pairs.jsonl")
QUESTION = re.compile(r"(who|whose|what|what's|where|how|why|are|do|does|can|could|will|would|when|is|which|shall|may|did|has|have)\b")
EVERYDAY = [line.split(" | ") for line in common.lines_of("paraphrases.txt")]
STOP_WORDS = set("a an the is are was do does did i you my me of to in on for it its please can could would what how that this tell".split())


@dataclasses.dataclass
class Pair:
    """Two texts of one meaning; pairs with the same `meaning` are no negatives of each other."""
    first: str
    second: str
    meaning: object


def heldout_cases():
    with open(HELDOUT_PATH, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def heldout_texts():
    """The normalised texts of the held-out pairs, which training must never show."""
    if not os.path.exists(HELDOUT_PATH):
        return set()
    return {common.normalised(case[side]) for case in heldout_cases() for side in ("a", "b", "near") if side in case}


def written(rng, text):
    """`text` (lower case, no final mark) as somebody might write it: in full, in keywords, or with a slip."""
    style, words = rng.random(), text.split()
    if style < 0.05:
        kept = [word for word in words if word not in STOP_WORDS]
        return " ".join(kept) if len(kept) > 1 else text
    if style < 0.08 and len(words) > 5:
        del words[rng.randrange(len(words))]
        text = " ".join(words)
    elif style < 0.4:
        text = common.rephrase(rng, text)
    if rng.random() < 0.08:
        text = rng.choice(common.OPENERS) + text
    if rng.random() < 0.05:
        text = common.typo(rng, text)
    return common.finish(rng, text, "?" if QUESTION.match(text) else ".")


def two_of(rng, wordings, values=()):
    """Two of the wordings, filled; different ones where there are two."""
    first, second = rng.sample(wordings, 2) if len(wordings) > 1 else wordings * 2
    if values:
        first, second = first.format(*values), second.format(*values)
    return written(rng, first), written(rng, second)


class Blocks:
    """Blocks of wordings; a draw takes one block and some of those that share the most words with it."""

    def __init__(self, name, blocks, neighbours=10):
        self.name, self.blocks = name, blocks
        words = [set(" ".join(questions).split()) for questions, _ in blocks]
        spread = collections.Counter(word for each in words for word in each)
        rarity = {word: math.log(len(blocks) / count) for word, count in spread.items()}
        self.near = []
        for index, mine in enumerate(words):
            shared = [(-sum(rarity[word] for word in mine & other) / math.sqrt(len(other)), place)
                      for place, other in enumerate(words) if place != index]
            self.near.append([place for _, place in sorted(shared)[:neighbours]])

    def draw(self, rng):
        start = rng.randrange(len(self.blocks))
        for index in [start, *rng.sample(self.near[start], min(3, len(self.near[start])))]:
            questions, answers = self.blocks[index]
            first, second = two_of(rng, questions)
            if answers and rng.random() < 0.2:
                second = rng.choice(answers)
            yield Pair(first, second, (self.name, index))


def tables(rng):
    """Several rows of one table."""
    index = rng.choices(range(len(gen_facts.TABLES)), gen_facts.TABLE_SIZES)[0]
    questions, answers = gen_facts.TABLES[index]
    for row in rng.sample(gen_facts.ROWS[questions[0]], 5):
        first, second = two_of(rng, questions[1:], row)
        yield Pair(first, answers[0].format(*row) if rng.random() < 0.15 else second, (index, row))


def capitals(rng):
    for country, city in rng.sample(values.CAPITALS, 5):
        first, second = two_of(rng, gen_facts.CAPITAL_WORDINGS, (country, city))
        yield Pair(first, f"The capital of {country} is {city}." if rng.random() < 0.15 else second, ("capital", country))


COUNTRY_WORDINGS = {
    "capital": gen_facts.CAPITAL_WORDINGS, **{questions[0]: questions[1:] for questions, _ in gen_facts.TABLES if questions[0] in ("currencies", "languages")},
    "people": ["how many people live in {0}", "population of {0}", "what is the population of {0}", "number of inhabitants of {0}"],
    "weather": ["what is the weather in {0}", "how is the weather in {0}", "{0} weather", "is it warm in {0}"],
    "place": ["where is {0}", "on which continent is {0}", "where can i find {0} on the map", "location of {0}"],
    "travel": ["i want to travel to {0}", "a trip to {0}", "visiting {0}", "plan a journey to {0}", "my holiday in {0}"],
    "history": ["what is the history of {0}", "tell me about the past of {0}", "history of {0}", "what happened in {0} long ago"],
    "food": ["what do people eat in {0}", "typical food of {0}", "what dishes is {0} known for", "cuisine of {0}"]}


def countries(rng):
    """Different questions about one country, and the same question about another."""
    first, second = rng.sample(values.COUNTRIES, 2)
    kinds = rng.sample(list(COUNTRY_WORDINGS), 3)
    for country, kind in [(first, kinds[0]), (first, kinds[1]), (first, kinds[2]), (second, kinds[0])]:
        yield Pair(*two_of(rng, COUNTRY_WORDINGS[kind], (country,)), ("capital", country) if kind == "capital" else (kind, country))


def requests(rng):
    """One request with one value changed at a time."""
    spec = rng.choice(KNOWN)
    made = [make(rng) for _, _, make, _ in spec["parameters"]]
    for _ in range(4):
        yield Pair(*two_of(rng, spec["questions"], made), (spec["names"][0], *map(str, made)))
        place = rng.randrange(len(made))
        made = [spec["parameters"][place][2](rng) if index == place else value for index, value in enumerate(made)]


OPERATIONS = [["{0} + {1}", "{0} plus {1}", "{0} added to {1}", "the sum of {0} and {1}"],
              ["{0} - {1}", "{0} minus {1}", "{1} taken from {0}", "the difference of {0} and {1}"],
              ["{0} * {1}", "{0} times {1}", "{0} multiplied by {1}", "the product of {0} and {1}"],
              ["{0} / {1}", "{0} divided by {1}", "the quotient of {0} and {1}", "{0} over {1}"]]
ASKED = ["what is {0}", "how much is {0}", "calculate {0}", "{0}", "what does {0} make", "the result of {0}", "compute {0}", "work out {0}"]


def arithmetic(rng):
    first, second, other = rng.sample(range(1, 100), 3)
    kind, another = rng.sample(range(4), 2)
    for operation, numbers in [(kind, (first, second)), (another, (first, second)), (kind, (first, other))]:
        forms = [asked.format(form.format(*numbers)) for form in OPERATIONS[operation] for asked in rng.sample(ASKED, 2)]
        yield Pair(*two_of(rng, forms), (operation, numbers))


def documents(rng):
    """A question and a longer text that answers it, or the same statements in another order."""
    blocks = rng.sample(gen_facts.FACTS + gen_facts.INGOT, rng.randint(2, 7))
    texts = [rng.choice(answers) for _, answers in blocks]
    if rng.random() < 0.5:
        yield Pair(" ".join(texts), " ".join(rng.sample(texts, len(texts))), tuple(sorted(texts)))
    else:
        yield Pair(written(rng, rng.choice(blocks[0][0])), " ".join(rng.sample(texts, len(texts))), tuple(texts))


def phrases(rng):
    for wordings, meaning in gen_phrases.family(rng):
        yield Pair(*two_of(rng, wordings), meaning)


class Mix:
    """Endless families of pairs without held-out texts; the same for the same seed."""

    def __init__(self, seed, leave_out=0):
        self.rng, self.forbidden = random.Random(seed), heldout_texts()
        everyday = [(wordings, []) for wordings in EVERYDAY]
        known = {"facts": gen_facts.FACTS, "ingot": gen_facts.INGOT, "small talk": gen_facts.SMALL_TALK, "everyday": everyday}
        # Whole blocks can be left out, to compare settings on meanings that training never saw.
        self.left_out = [questions for blocks in known.values() for questions, _ in blocks[::leave_out] if len(questions) > 1] if leave_out else []
        kept = {name: [block for index, block in enumerate(blocks) if not leave_out or index % leave_out] for name, blocks in known.items()}
        sources = {name: Blocks(name, blocks) for name, blocks in kept.items()}
        self.makers = [(4, sources["facts"].draw), (2, sources["ingot"].draw), (1.5, sources["small talk"].draw), (5, sources["everyday"].draw),
                       (1.2, tables), (0.7, capitals), (0.8, countries), (1.5, requests), (0.5, arithmetic), (0.8, documents), (5, phrases)]

    def family(self):
        weights, makers = zip(*self.makers)
        family = self.rng.choices(makers, weights)[0](self.rng)
        return [pair for pair in family if self._allowed(pair.first) and self._allowed(pair.second)]

    def batch(self, size):
        pairs = []
        while len(pairs) < size:
            pairs.extend(self.family())
        return pairs[:size]

    def _allowed(self, text):
        return common.normalised(text) not in self.forbidden


def vocabulary_texts():
    """Every word that the data has, so that the vocabulary spells out no common one."""
    folder = common.DATA
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            yield file.read()
    yield " ".join(wording for spec in KNOWN for wording in spec["questions"])


if __name__ == "__main__":
    mix = Mix(random.randrange(10 ** 9))
    for _ in range(int(sys.argv[1])):
        for example in mix.family():
            print(f"{example.first}  |  {example.second}")
        print()
