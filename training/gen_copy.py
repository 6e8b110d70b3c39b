"""Saying again what was just said: the shortest way to learn copying, which JSON and tool calls live on."""
import values
from common import assistant, user

ASKS = ["repeat: {}", "repeat after me: {}", "say: {}", "say {}", "write: {}", "write {}", "echo {}", "repeat {}", "copy this: {}",
        "please say {}", "please repeat {}", "now say {}", "say again: {}", "just say {}", "type {}", "reply with {}",
        "answer with {}", "only say {}", "respond with {}", "say the words {}", "say exactly: {}", "repeat exactly: {}"]
QUOTES = ["{}", "{}", "{}", "'{}'", '"{}"', "“{}”", "`{}`"]
PIECES = [values.word, values.word, values.made_up, values.made_up, values.first_name, values.full_name, values.city, values.phrase,
          values.message, values.email, values.date, values.time, lambda rng: str(values.integer(rng)),
          lambda rng: str(values.decimal(rng)), values.expression, values.symbol]


def piece(rng):
    text = rng.choice(PIECES)(rng)
    return text[0].upper() + text[1:] if rng.random() < 0.2 else text


def several(rng):
    pieces = [piece(rng) for _ in range(rng.choice([1, 1, 2, 3, 4, 6, 8]))]
    return rng.choice([" ", ", ", ", ", "; "]).join(pieces)


def turn(rng):
    """A question and its answer: the text itself, or the one item of a list that is asked for."""
    if rng.random() < 0.75:
        text = several(rng)
        asked = rng.choice(ASKS).format(rng.choice(QUOTES).format(text))
        return (asked[0].upper() + asked[1:] if rng.random() < 0.6 else asked), text
    items = {}
    while len(items) < rng.choice([2, 3, 4]):
        items.setdefault(values.word(rng), piece(rng))
    wanted = rng.choice(list(items))
    listed = ", ".join(rng.choice(["{} is {}", "{}: {}", "{} = {}"]).format(*item) for item in items.items())
    asked = rng.choice(["{0}. what is {1}", "{0}. tell me {1}", "given {0}, what is {1}", "{0}; {1}"]).format(listed, wanted)
    return asked + rng.choice(["?", "?", ""]), items[wanted]


def conversation(rng):
    messages = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        question, answer = turn(rng)
        messages += [user(question), assistant(answer)]
    return {"messages": messages}
