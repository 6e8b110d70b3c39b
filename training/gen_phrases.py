"""Families of short texts from word lists: synonyms, word forms, subjects, who did what, and words nobody has seen."""
import common
import values

NOUN_FORMS = [
    ["where can i buy a {0}", "i want to purchase a {0}", "which shop sells a {0}", "i am looking for a {0} to buy"],
    ["i lost my {0}", "my {0} is gone", "i cannot find my {0}", "where is my {0}"],
    ["what is a {0}", "explain what a {0} is", "definition of {0}", "the meaning of the word {0}"],
    ["the {0} is broken", "something is wrong with the {0}", "the {0} does not work any more", "my {0} is damaged"],
    ["tell me about the {0}", "i would like to know more about the {0}", "information about the {0}", "what can you say about the {0}"],
    ["{0}", "a {0}", "the {0}", "{0}s"],
    ["how much does a {0} cost", "the price of a {0}", "what do i pay for a {0}", "is a {0} expensive"],
    ["i have a new {0}", "this {0} of mine is new", "i just got a {0}", "my new {0}"],
    ["how do i choose a {0}", "which {0} should i take", "help me pick a {0}", "the best {0} for me"],
    ["i do not like this {0}", "this {0} is bad", "i am not happy with the {0}", "what an awful {0}"],
    ["can i borrow your {0}", "please lend me your {0}", "may i use your {0} for a while"],
    ["a story about a {0}", "write about a {0}", "a tale with a {0} in it", "tell me a story with a {0}"]]
VERB_FORMS = [
    ["how do i {0} it", "what is the way to {0} it", "i need to {0} it", "steps to {0} it"],
    ["i want to {0}", "i would like to {0}", "let me {0}", "i wish to {0}"],
    ["can you {0} this", "please {0} this", "would you {0} this for me"],
    ["they {0} every day", "each day they {0}", "they {0} daily"],
    ["do not {0}", "you must not {0}", "never {0}", "it is forbidden to {0}"],
    ["{0}", "to {0}", "we {0}"]]
FORM_FORMS = ["{0}", "{0}", "about {0}", "it says {0}", "the word {0}", "{0} and {1}", "{0} the {1}", "the {1}: {0}"]
ADJECTIVE_FORMS = [
    ["the {1} is {0}", "a {0} {1}", "what a {0} {1}", "this {1} seems {0}"],
    ["why is the {1} so {0}", "how come the {1} is this {0}", "the {1} is too {0}, why"],
    ["{0}", "very {0}", "really {0}", "so {0}"],
    ["i want a {0} {1}", "give me a {1} that is {0}", "i need a {1}, it should be {0}"]]
ROLES = [
    ["{0} is taller than {1}", "{1} is shorter than {0}", "{0} has more height than {1}"],
    ["{0} is older than {1}", "{1} is younger than {0}", "{1} was born after {0}"],
    ["{0} bought a {2} from {1}", "{1} sold a {2} to {0}", "the {2} went from {1} to {0} for money"],
    ["{0} gave {1} a {2}", "{1} got a {2} from {0}", "{1} received a {2} as a present from {0}"],
    ["{0} teaches {1}", "{1} is taught by {0}", "{1} learns from {0}", "{0} is the teacher of {1}"],
    ["{0} called {1}", "{1} was called by {0}", "{1} got a call from {0}"],
    ["{0} is the father of {1}", "{1}'s father is {0}", "{1} has {0} as a dad"],
    ["{0} helped {1} with the {2}", "{1} got help from {0} with the {2}", "{1} was supported by {0} with the {2}"],
    ["{0} likes {1}", "{1} is liked by {0}", "{0} is fond of {1}"],
    ["{0} beat {1} at {2}", "{1} lost to {0} at {2}", "{0} won against {1} at {2}"],
    ["{0} wrote a book about the {2}", "a book about the {2} was written by {0}", "{0} is the author of a book on the {2}"],
    ["{0} works for {1}", "{1} is the boss of {0}", "{1} employs {0}"],
    ["the train from {3} to {4}", "a train that leaves {3} and goes to {4}", "to {4} from {3} by rail"],
    ["how far is it from {3} to {4}", "distance between {3} and {4}", "how many kilometers from {3} to {4}"],
    ["{0} lives in {3}", "{3} is where {0} lives", "the home of {0} is in {3}", "{0} is at home in {3}"],
    ["{0} was born in {3}", "the birthplace of {0} is {3}", "{0} came into the world in {3}"],
    ["{0} moved from {3} to {4}", "{0} left {3} and now lives in {4}", "{0} used to live in {3} and is now in {4}"],
    ["{0} met {1} in {3}", "in {3} {0} and {1} saw each other", "{1} was met by {0} in {3}"],
    ["the {2} of {0}", "{0}'s {2}", "a {2} that belongs to {0}"],
    ["{0} is afraid of the {2}", "the {2} frightens {0}", "{0} is scared by the {2}"]]


def _synonyms():
    groups, kind = {}, None
    for line in common.lines_of("synonyms.txt"):
        if line.startswith("@"):
            kind = line[1:]
        else:
            groups.setdefault(kind, []).append(line.split())
    return groups


SYNONYMS = _synonyms()
WORD_FAMILIES = [line.split() for line in common.lines_of("forms.txt")]
FORMS = {"noun": NOUN_FORMS, "verb": VERB_FORMS, "adjective": ADJECTIVE_FORMS}
TOPICS = [line.split(": ") for line in common.lines_of("topics.txt")]
TOPICS = [(name, words.split()) for name, words in TOPICS]
TOPIC_WORDS = sorted({word for _, words in TOPICS for word in words})
# Opposites stand in the same sentences and mean different things.
OPPOSITES = [tuple(line.split("|")) for line in common.lines_of("table_opposites.txt")]


def filled(forms, *parts):
    return [form.format(*parts) for form in forms]


def synonyms(rng):
    """Different words in one sentence; the meaning is the group of synonyms and the sentence."""
    kind = rng.choice(["noun", "verb", "adjective"])
    index = rng.randrange(len(FORMS[kind]))
    noun = thing(rng)
    for group in rng.sample(SYNONYMS[kind], 4):
        words = rng.sample(group, min(2, len(group)))
        wordings = [rng.choice(FORMS[kind][index]).format(word, noun) for word in words]
        yield wordings, (kind, index, group[0], noun if kind == "adjective" else "")


def word_forms(rng):
    """Forms of one word stand near each other."""
    form, noun = rng.choice(FORM_FORMS), thing(rng)
    for words in rng.sample(WORD_FAMILIES, 5):
        yield [form.format(word, noun) for word in rng.sample(words, 2)], ("forms", words[0])


def thing(rng):
    """A noun: mostly one of the lists, now and then one that nobody has seen."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(TOPIC_WORDS)
    return rng.choice(values.WORDS) if kind < 0.75 else values.made_up(rng)


def things(rng):
    """One sentence about different things, in different wordings."""
    index = rng.randrange(len(NOUN_FORMS))
    for _ in range(4):
        word = thing(rng)
        yield filled(NOUN_FORMS[index], word), ("thing", index, word)


def sentences(rng):
    """Different sentences about one thing."""
    word = thing(rng)
    for index in rng.sample(range(len(NOUN_FORMS)), 4):
        yield filled(NOUN_FORMS[index], word), ("thing", index, word)


def opposites(rng):
    for pair in rng.sample(OPPOSITES, 2):
        for word in pair:
            yield filled([f"it is {word}", f"that is really {word}", f"{word}", f"this one is very {word}"], word), ("opposite", word)


def subjects(rng):
    """Words of one subject stand near each other."""
    for name, words in rng.sample(TOPICS, 4):
        chosen = rng.sample(words, min(len(words), 6))
        yield [" ".join(chosen[:3]), " ".join(chosen[3:])] if rng.random() < 0.6 else [f"{chosen[0]} and {chosen[1]}", name], ("subject", name)


def roles(rng):
    """Who did what to whom; with the two exchanged it is another fact."""
    forms = rng.choice(ROLES)
    who, whom = values.first_name(rng), values.first_name(rng)
    start, goal = values.city(rng), values.city(rng)
    what, other = thing(rng), thing(rng)
    parts = [(who, whom, what, start, goal), (whom, who, what, goal, start), (who, whom, other, start, values.city(rng))]
    symmetric = forms[0].startswith(("how far",))
    for part in parts[:1] + parts[2:] if symmetric else parts:
        wordings = filled(forms, *part)
        yield wordings, ("role", wordings[0])


def copies(rng):
    """Phrases that nobody would guess, with small changes around them."""
    for _ in range(3):
        text = values.message(rng) if rng.random() < 0.5 else values.phrase(rng)
        yield filled(["{0}", "{0}", "it says {0}", "the text is {0}", "note: {0}", "{0}, that is all", "about {0}"], text), ("copy", text)


def family(rng):
    makers = [synonyms] * 6 + [things] * 3 + [sentences] * 2 + [word_forms] * 3 + [opposites] + [subjects] * 2 + [roles] * 3 + [copies] * 2
    return rng.choice(makers)(rng)
