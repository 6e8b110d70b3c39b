"""Mixes the generators into a reproducible list of conversations.

`python3 training/generate.py 20` prints a few of them.
"""
import json
import os
import random
import sys

import chat
import common
import gen_arithmetic
import gen_copy
import gen_facts
import gen_json
import gen_style
import gen_tools
import values
from common import assistant, user

HELDOUT_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "heldout.jsonl")


def heldout_questions():
    """The normalised last user text of each held-out case, which training must never show."""
    if not os.path.exists(HELDOUT_PATH):
        return set()
    with open(HELDOUT_PATH, encoding="utf-8") as file:
        cases = [json.loads(line) for line in file if line.strip()]
    asked = [[message["content"] for message in case["messages"] if message["role"] == "user"] for case in cases]
    return {common.normalised(texts[-1]) for texts in asked}


def chatting(rng):
    """A few unrelated turns, as in a real chat."""
    messages = []
    for _ in range(rng.choice([1, 1, 2, 3, 4, 5])):
        question, answer = gen_facts.any_turn(rng)
        messages += [user(question), assistant(answer)]
    return {"messages": messages}


MIX = [(0.33, chatting), (0.19, lambda rng: gen_style.styled(rng, gen_facts.any_turn)),
       (0.02, lambda rng: gen_style.neutral(rng, gen_facts.any_turn)), (0.04, lambda rng: gen_style.remembered(rng, gen_facts.any_fact)),
       (0.12, lambda rng: gen_json.conversation(rng, gen_facts.any_fact)), (0.24, lambda rng: gen_tools.conversation(rng, gen_facts.turn_for_no_tool)),
       (0.05, gen_copy.conversation), (0.02, gen_arithmetic.drill)]


def conversations(count, seed, exclude=None):
    """`count` conversations, none of which asks a held-out question (or one of `exclude`, if given)."""
    rng, made = random.Random(seed), []
    forbidden = heldout_questions() if exclude is None else exclude
    weights, makers = zip(*MIX)
    while len(made) < count:
        conversation = rng.choices(makers, weights)[0](rng)
        asked = [message["content"] for message in conversation["messages"] if message["role"] == "user"]
        if not any(common.normalised(text) in forbidden for text in asked):
            made.append(conversation)
    return made


def vocabulary_texts():
    """Names and words once more, so that the tokenizer gives them whole tokens or sensible parts."""
    lists = [values.CITIES, values.FIRST_NAMES, values.LAST_NAMES, values.WORDS, values.COUNTRIES]
    return [" " + " ".join(items) for items in lists]


if __name__ == "__main__":
    for example in conversations(int(sys.argv[1]), seed=random.randrange(10 ** 9)):
        print(chat.render(example) + "-" * 40)
