"""What every generator shares: reading the data files, and making a question look typed by a person."""
import os
import re

from loosening import loosened

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
OPENERS = ["please tell me, ", "tell me: ", "hey, ", "hi, ", "hello, ", "i have a question: ", "question: ", "quick question: ",
           "so, ", "ok, ", "i wonder, ", "just curious, ", "one more question: ", "can you help me? ", "well, ", "and ",
           "sorry, ", "i'd like to know: ", "do you know this: ", "i was wondering, ", "ok so ", "um, "]
CLOSERS = [", please", " please", ", can you tell me", ", do you know", " thanks", ", by the way", ", any idea", " then"]


def lines_of(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]


def sections(name):
    """{section: lines} of a data file whose sections start with a line `@name`."""
    found = {}
    for line in lines_of(name):
        if line.startswith("@"):
            lines = found[line[1:]] = []
        else:
            lines.append(line)
    return found


def wordings():
    """More wordings of the blocks of the other files, by the block's first question."""
    found = {}
    for first, *others in (line.split(" | ") for line in lines_of("wordings.txt")):
        found.setdefault(first, []).extend(others)
    return found


def question_blocks(name):
    """[(questions, answers)] of a data file: `?` starts a question, `=` an answer, a blank line ends a block."""
    more = wordings()
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        blocks = file.read().strip().split("\n\n")
    parsed = []
    for block in blocks:
        lines = [line for line in block.split("\n") if not line.startswith("#")]
        questions = [line[2:].strip() for line in lines if line.startswith("? ")]
        answers = [line[2:].strip() for line in lines if line.startswith("= ")]
        if not questions or not answers:
            raise ValueError(f"{name}: a block without question or answer: {block!r}")
        parsed.append((questions + more.get(questions[0], []), answers))
    return parsed


def normalised(text):
    """A text without case and punctuation: two questions are the same one if these agree."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def typo(rng, text):
    """One slip of the finger inside a longer word: a swapped, doubled or missing letter."""
    places = [match.start() for match in re.finditer(r"[a-z](?=[a-z]{3})", text)]
    if not places:
        return text
    at = rng.choice(places) + 1
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]
    return text[:at] + text[at] + text[at:] if kind == 1 else text[:at] + text[at + 1:]


REPHRASINGS = [
    (r"^what is (.+)$", ["what's {0}", "whats {0}", "tell me what {0} is", "do you know what {0} is",
                         "can you tell me what {0} is", "explain what {0} is", "i want to know what {0} is",
                         "could you tell me what {0} is", "what exactly is {0}", "what is {0} exactly",
                         "{0} is what", "{0}: what is that", "would you tell me what {0} is", "what would {0} be", "explain {0}"]),
    (r"^what are (.+)$", ["tell me what {0} are", "do you know what {0} are", "can you explain what {0} are",
                          "what exactly are {0}"]),
    (r"^who (was|is) (.+)$", ["tell me who {1} {0}", "do you know who {1} {0}", "can you tell me who {1} {0}"]),
    (r"^who (\w+ed|wrote|built|made|discovered|was the first) (.+)$",
     ["tell me who {0} {1}", "do you know who {0} {1}", "can you tell me who {0} {1}", "which person {0} {1}"]),
    (r"^when (was|is) (.+)$", ["do you know when {1} {0}", "in which year {0} {1}", "when exactly {0} {1}"]),
    (r"^when did (.+)$", ["in which year did {0}", "in what year did {0}", "when exactly did {0}"]),
    (r"^how many (.+)$", ["do you know how many {0}", "tell me how many {0}", "what number of {0}", "what is the number of {0}"]),
    (r"^how do i (.+)$", ["how can i {0}", "how do you {0}", "how to {0}", "how would i {0}", "how could i {0}",
                          "how does one {0}", "i want to {0}", "i need to {0}", "what do i do to {0}",
                          "what's the way to {0}", "show me how to {0}", "tell me how to {0}", "explain how to {0}",
                          "can you tell me how to {0}", "is there a way to {0}", "how should i {0}", "can i {0}",
                          "what is the best way to {0}", "i would like to {0}", "help me {0}", "i'm trying to {0}"]),
    (r"^why (do|does|is|are) (.+)$", ["why {0} {1}", "do you know why {0} {1}", "how come {0} {1}",
                                      "what is the reason: why {0} {1}", "explain why {0} {1}",
                                      "can you explain why {0} {1}", "for what reason {0} {1}"]),
    (r"^(which|what) command (.+)$", ["what command {1}", "which foundry command {1}", "name the command that {1}"]),
]


def rephrase(rng, question):
    """A different common wording of the same question, where one of the patterns fits."""
    for pattern, forms in REPHRASINGS:
        match = re.match(pattern, question)
        if match:
            return rng.choice(forms).format(*match.groups())
    return question


def as_typed(rng, question, rephrasing=0.45, opener=0.18, loosening=0.4):
    """`question` (lower case, no final mark) as somebody might type it."""
    text = rephrase(rng, question) if rng.random() < rephrasing else question
    if rng.random() < opener:
        text = rng.choice(OPENERS) + text
    if rng.random() < 0.08:
        text += rng.choice(CLOSERS)
    if rng.random() < loosening:
        text = loosened(rng, text)
    if rng.random() < 0.06:
        text = typo(rng, text)
    return finish(rng, text)


NAMES = """Ingot Foundry OpenAI Ollama Microsoft Google Amazon Intel AMD NVIDIA Linux macOS Mac Ubuntu Debian Docker GitHub NuGet Azure
JSON HTTP HTTPS HTML CSS SQL URL API SDK CPU GPU NPU RAM ROM SSD USB PDF LLM AI DNA RNA ONNX .NET C# C++ Java JavaScript Python Rust Llama Qwen2 Qwen
Marie Curie Alan Turing Isaac Newton Albert Einstein Leonardo Galileo Charles Ada Martin Nelson Mahatma Napoleon Julius Neil Yuri Mona Lisa
Mozart Bach Amadeus Gogh Picasso Shakespeare Romeo Juliet Plato Socrates Aristotle Pythagoras Archimedes Kepler Copernicus
Mars English German French Spanish Italian Dutch Europe European Germany France Spain Italy England Britain Japan China Russia Rome Roman Berlin Paris London
NASA UN EU USA UK UV Wi-Fi Bluetooth Christmas Easter Halloween Monday Tuesday Wednesday Thursday Friday Saturday Sunday""".split()


def proper_names():
    """Words that are written with a capital: those above, and what the answers write so within sentences, by their small form."""
    texts = " ".join(answer for name in ("facts", "ingot", "smalltalk", "unknown") for _, answers in question_blocks(name + ".txt")
                     for answer in answers)
    capital = set(re.findall(r"(?<=[a-z,;:] )[A-Z][\w#+-]*", texts))
    small = set(re.findall(r"\b[a-z][\w#+-]*", texts))
    found = {word.lower(): word for word in capital if word.lower() not in small}
    return found | {word.lower(): word for word in NAMES}


PROPER_NAMES = proper_names()


def finish(rng, text, mark="?"):
    """Capital letters and final mark, each of which a hurried user leaves out."""
    style = rng.random()
    if style < 0.62:
        text = re.sub(r"\bi\b", "I", text)
        text = re.sub(r"[a-z][\w#+-]*", lambda word: PROPER_NAMES.get(word.group(), word.group()), text)
        return text[0].upper() + text[1:] + mark
    if style < 0.74:
        return text + mark
    if style < 0.78:
        return text[0].upper() + text[1:] + rng.choice([" " + mark, mark * 2, "."])
    if style < 0.80:
        return text.upper() + mark
    return text


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


def system(text):
    return {"role": "system", "content": text}
