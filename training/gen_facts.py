"""Single questions with their answers: facts, tables, arithmetic, Ingot, small talk, and what is too hard."""
import re

import common
import values
from gen_arithmetic import arithmetic
from gist import Gist
from loosening import loosened

FACTS = common.question_blocks("facts.txt")
INGOT = common.question_blocks("ingot.txt")
SMALL_TALK = common.question_blocks("smalltalk.txt")
UNKNOWN = common.question_blocks("unknown.txt")
TABLES = common.question_blocks("tables.txt")
ROWS = {name: [tuple(line.split("|")) for line in common.lines_of(f"table_{name}.txt")]
        for name in ("opposites", "elements", "works", "currencies", "languages", "inventions", "animals", "words", "places")}
TABLE_SIZES = [len(ROWS[questions[0]]) for questions, _ in TABLES]


GIST = Gist(FACTS + INGOT + SMALL_TALK + UNKNOWN)
GIST_SHARE = 0.35


def from_block(rng, blocks):
    """A question in fresh wording and one of the answers of a random block."""
    questions, answers = rng.choice(blocks)
    if rng.random() < GIST_SHARE:
        return common.as_typed(rng, GIST.of(rng, questions), rephrasing=0, loosening=0), rng.choice(answers)
    return common.as_typed(rng, rng.choice(questions)), rng.choice(answers)


def small_talk(rng):
    questions, answers = rng.choice(SMALL_TALK)
    if rng.random() < GIST_SHARE:
        return common.finish(rng, GIST.of(rng, questions), rng.choice("?.!")), rng.choice(answers)
    question = rng.choice(questions)
    mark = "?" if re.match(r"(who|what|where|how|why|are|do|can|will|when|is|which|really)\b", question) else rng.choice("!.")
    if rng.random() < 0.12:
        question = rng.choice(["hey, ", "ok, ", "so, ", "well, ", "please ", "hi, ", "oh, ", "and "]) + question
    if rng.random() < 0.08:
        question += rng.choice([" please", " today", " my friend", " then", " buddy", " ingot", " now"])
    if rng.random() < 0.4:
        question = loosened(rng, question)
    if rng.random() < 0.05:
        question = common.typo(rng, question)
    return common.finish(rng, question, mark), rng.choice(answers)


def table_row(rng):
    """A question about one row of a table; `tables.txt` has the wordings, `@name` its first line."""
    questions, answers = rng.choices(TABLES, TABLE_SIZES)[0]
    name, *wordings = questions
    row = rng.choice(ROWS[name])
    return filled(rng, wordings, answers[0], row)


def filled(rng, wordings, answer, row):
    """Question and answer about one row; names in it keep their capitals unless the user is lazy."""
    question = common.as_typed(rng, rng.choice(wordings).format(*row), rephrasing=0.35, loosening=0.2)
    text = answer.format(*row)
    return question, text[0].upper() + text[1:]


CAPITAL_WORDINGS = [
    "what is the capital of {0}", "what is the capital of {0}", "capital of {0}",
    "what is the capital city of {0}", "which city is the capital of {0}", "name the capital of {0}",
    "what's {0}'s capital", "{0} capital", "which is the capital of {0}", "the capital of {0} is",
    "what city is the capital of {0}", "i need the capital of {0}", "give me the capital of {0}",
    "what do they call the capital of {0}", "{0}: what is its capital", "do you know the capital of {0}",
    "what is {0}'s capital city"]


def capital(rng):
    country, city = rng.choice(values.CAPITALS)
    return filled(rng, CAPITAL_WORDINGS, "The capital of {0} is {1}.", (country, city))


def unknown(rng):
    """Something beyond this model; the answer says so."""
    questions, answers = rng.choice(UNKNOWN)
    question = GIST.of(rng, questions) if rng.random() < GIST_SHARE / 2 else rng.choice(questions)
    question = question.replace("{word}", values.word(rng)).replace("{words}", values.phrase(rng))
    question = question.replace("{name}", values.full_name(rng)).replace("{city}", values.city(rng))
    question = question.replace("{made_up}", values.made_up(rng)).replace("{number}", str(values.integer(rng)))
    return common.as_typed(rng, question), rng.choice(answers)


def fact(rng):
    return from_block(rng, FACTS)


def ingot(rng):
    return from_block(rng, INGOT)


def any_fact(rng):
    """Something with a plain factual answer, for the generators that dress an answer up."""
    return rng.choice([fact, fact, fact, ingot, capital, capital, table_row, arithmetic])(rng)


def turn_for_no_tool(rng):
    """A question that a declared tool must not be called for."""
    return rng.choice([fact, fact, ingot, capital, small_talk])(rng)


def any_turn(rng):
    """One turn of a plain conversation."""
    makers = ([fact] * 15 + [ingot] * 10 + [capital] * 4 + [table_row] * 7 + [small_talk] * 10 + [arithmetic] * 4 + [unknown] * 4)
    return rng.choice(makers)(rng)
