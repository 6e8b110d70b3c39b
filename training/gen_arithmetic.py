"""Sums of small whole numbers: single questions, and rows of them, since each sum has to be met many times."""
import common
from common import assistant, user

# How the two numbers and the operation are said; {0} and {1} are the numbers in the order of the result's line.
SUMS = {
    "+": ["{0} + {1}", "{0}+{1}", "{0} plus {1}", "{0} and {1}", "{0} added to {1}", "the sum of {0} and {1}", "{0} increased by {1}",
          "{0} and {1} together", "{0} and {1} more"],
    "-": ["{0} - {1}", "{0}-{1}", "{0} minus {1}", "{0} less {1}", "the difference between {0} and {1}", "{0} reduced by {1}", "{1} less than {0}",
          "{0} without {1}"],
    "*": ["{0} * {1}", "{0}*{1}", "{0} x {1}", "{0} times {1}", "{0} multiplied by {1}", "the product of {0} and {1}", "{0} by {1}"],
    "/": ["{0} / {1}", "{0}/{1}", "{0} divided by {1}", "{0} over {1}", "{0} split into {1} parts"],
}
COMMANDS = {
    "+": ["add {0} and {1}", "add {1} to {0}", "sum up {0} and {1}", "put {0} and {1} together"],
    "-": ["subtract {1} from {0}", "take {1} away from {0}", "take {1} from {0}", "deduct {1} from {0}"],
    "*": ["multiply {0} by {1}", "multiply {0} and {1}", "take {0} times {1}"],
    "/": ["divide {0} by {1}", "split {0} by {1}", "share {0} among {1}"],
}
ASKS = ["what is {}", "what is {}", "what's {}", "how much is {}", "{}", "{} =", "{} is", "{} is what", "{} makes", "what does {} make", "what do you get from {}",
        "how much does {} come to", "calculate {}", "compute {}", "solve {}", "evaluate {}", "tell me what {} is", "tell me {}", "do you know {}",
        "i need {}", "what is the result of {}", "give me the result of {}", "result of {}", "what would {} be", "what number is {}", "can you compute {}",
        "can you do {}", "{}: how much is that", "let me know {}", "find {}", "what comes out of {}", "and {}", "quick: {}", "the answer to {}"]
ORDERS = ["{}", "{}", "please {}", "can you {}", "could you {}", "i want you to {}", "{}, what do you get", "what do i get if i {}", "what happens when you {}", "now {}"]


def problem(rng):
    """(operation, first, second, result)."""
    operation = rng.choice("+++--**/")
    if operation in "+-":
        most = rng.choice([9, 20, 20, 50])
        first, second = rng.randint(0, most), rng.randint(0, most)
        return ("+", first, second, first + second) if operation == "+" else ("-", first + second, first, second)
    first, second = rng.randint(0, 12), rng.randint(1, 12)
    return ("*", first, second, first * second) if operation == "*" else ("/", first * second, second, first)


def turn(rng):
    """A question and its answer, not yet as typed."""
    operation, first, second, result = problem(rng)
    if rng.random() < 0.75:
        asked = rng.choice(ASKS).format(rng.choice(SUMS[operation]).format(first, second))
    else:
        asked = rng.choice(ORDERS).format(rng.choice(COMMANDS[operation]).format(first, second))
    return asked, f"{first} {operation} {second} = {result}."


def arithmetic(rng):
    asked, answer = turn(rng)
    return common.as_typed(rng, asked, rephrasing=0, loosening=0), answer


def drill(rng):
    """Many sums in one conversation: little to read for each of them."""
    messages = []
    for _ in range(rng.randint(4, 10)):
        question, answer = arithmetic(rng)
        messages += [user(question), assistant(answer)]
    return {"messages": messages}
