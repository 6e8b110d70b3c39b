"""JSON on request: copying what the user said into the keys the user wants."""
import json

import common
import values
from common import assistant, user

WORDINGS = common.sections("json_wordings.txt")
FIELDS = [("name", values.first_name, "name"), ("name", values.full_name, "name"), ("age", values.small_integer, "number"),
          ("city", values.city, "name"), ("country", values.country, "name"), ("color", values.word, "word"),
          ("price", values.decimal, "number"), ("quantity", values.small_integer, "number"), ("title", values.phrase, "word"),
          ("date", values.date, "word"), ("time", values.time, "word"), ("email", values.email, "word"),
          ("product", values.word, "word"), ("weight", values.decimal, "number"), ("language", values.language, "name"),
          ("animal", values.word, "word"), ("score", values.integer, "number"), ("year", values.integer, "number"),
          ("job", values.word, "word"), ("hobby", values.word, "word"), ("id", values.integer, "number"), ("day", values.date, "word"),
          ("food", values.word, "word"), ("room", values.room, "word"), ("size", values.integer, "number"),
          ("width", values.integer, "number"), ("height", values.integer, "number"), ("author", values.full_name, "name"),
          ("team", values.word, "word"), ("owner", values.first_name, "name"), ("status", values.word, "word"), ("type", values.word, "word")]


def fields(rng, count):
    """Fields with different keys; now and then a key that is only a random word."""
    chosen = {}
    while len(chosen) < count:
        key, make, _ = rng.choice(FIELDS)
        if rng.random() < 0.18:
            key, make = values.word(rng), rng.choice([values.word, values.integer, values.made_up, values.phrase, values.city])
        chosen.setdefault(key, make(rng))
    return chosen


def joined(parts, last=" and "):
    parts = [str(part) for part in parts]
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + last + parts[-1]


def dumped(value):
    return json.dumps(value, ensure_ascii=False)


def listed(rng):
    """Values and keys side by side."""
    data = fields(rng, rng.choice([1, 2, 2, 2, 3, 3, 4]))
    pairs = rng.choice([joined(f"{key} {value}" for key, value in data.items()), joined(f"{key}: {value}" for key, value in data.items()),
                        joined(f"{key} = {value}" for key, value in data.items()), joined((f"{key} {value}" for key, value in data.items()), ", "),
                        joined(f"the {key} is {value}" for key, value in data.items())])
    question = rng.choice(WORDINGS["listed"]).format(pairs=pairs)
    return question, dumped(data)


def keyed(rng):
    """The keys apart from the values, in the same order."""
    data = fields(rng, rng.choice([1, 2, 2, 2, 3, 3]))
    keys = rng.choice([joined(data), joined((f'"{key}"' for key in data)), joined(data, ", ")])
    given = joined(data.values(), rng.choice([" and ", ", ", ", "]))
    noun = "key" if len(data) == 1 else "keys"
    question = rng.choice(WORDINGS["keyed"]).format(given=given, noun=noun, keys=keys)
    return question, dumped(data)


def sentence(rng):
    """A sentence to read the values from."""
    name, place, age, job = values.first_name(rng), values.city(rng), values.small_integer(rng), values.word(rng)
    thing, price, count, day = values.word(rng), values.decimal(rng), values.small_integer(rng), values.date(rng)
    text, known = rng.choice([
        (f"{name} is {age} years old and lives in {place}", {"name": name, "age": age, "city": place}),
        (f"{name} lives in {place} and is {age}", {"name": name, "age": age, "city": place}),
        (f"{name} from {place} is {age} years old", {"name": name, "city": place, "age": age}),
        (f"{name} is {age} years old", {"name": name, "age": age}), (f"{name} is a {job} from {place}", {"name": name, "job": job, "city": place}),
        (f"{name} bought {count} {thing}s for {price} euros", {"name": name, "quantity": count, "product": thing, "price": price}),
        (f"the {thing} costs {price} dollars", {"product": thing, "price": price}), (f"a {thing} costs {price} euros in {place}", {"product": thing, "price": price, "city": place}),
        (f"{name} travels to {place} on {day}", {"name": name, "city": place, "date": day}), (f"meet {name} in {place} on {day}", {"name": name, "city": place, "date": day}),
        (f"it is {count} degrees in {place}", {"city": place, "temperature": count}), (f"{name} works as a {job} in {place}", {"name": name, "job": job, "city": place}),
        (f"{name} ordered {count} {thing}s", {"name": name, "quantity": count, "product": thing})])
    keys = rng.sample(list(known), rng.randint(1 if len(known) == 2 else 2, len(known)))
    data = {key: known[key] for key in keys}
    wanted, text = rng.choice([joined(keys), joined(keys, ", ")]), text[0].upper() + text[1:]
    question = rng.choice(WORDINGS["sentence"]).format(wanted=wanted, text=text)
    return question, dumped(data)


def array(rng):
    make = rng.choice([values.word, values.city, values.first_name, values.integer, values.made_up])
    items = [make(rng) for _ in range(rng.randint(2, 5))]
    given = joined(items, rng.choice([" and ", ", "]))
    question = rng.choice(WORDINGS["array"]).format(given=given)
    return question, dumped(items)


def of_fact(rng, plain_turn):
    """A fact, its answer wrapped in JSON."""
    if rng.random() < 0.5:
        country, capital = rng.choice(values.CAPITALS)
        plain = country[4:] if country.startswith("the ") else country
        first, second = rng.choice([("country", "capital"), ("country", "capital"), ("country", "city"), ("land", "capital")])
        question = rng.choice([f"what is the capital of {country}? answer in json with keys {first} and {second}", f"give me the capital of {country} as json with keys {first} and {second}",
                               f"capital of {country} as json with {first} and {second}", f"json with {first} and {second} for {country}",
                               f"return the capital of {country} in json with keys {first} and {second}", f"{country}: {first} and {second} as json"])
        return question, dumped({first: plain, second: capital})
    question, answer = plain_turn(rng)
    key = rng.choice(["answer", "answer", "answer", "text", "reply", values.word(rng)])
    ask = rng.choice(["answer in json with the key {}", "answer as json with key {}", "reply in json, key {}", "give the answer as json with the key {}", "json with key {} please"])
    if rng.random() < 0.4:
        key, ask = "answer", rng.choice(["answer in json", "answer as json", "in json please", "reply as json", "give me json"])
    return f"{question} {ask.format(key).capitalize()}", dumped({key: answer})


def conversation(rng, plain_turn):
    messages = []
    if rng.random() < 0.12:
        messages.append(common.system(rng.choice(["You are a helpful assistant.", "You answer in JSON.", "Answer only with JSON."])))
    if rng.random() < 0.15:
        question, answer = plain_turn(rng)
        if not messages or "JSON" not in messages[0]["content"]:
            messages += [user(question), assistant(answer)]
    for _ in range(rng.choice([1, 1, 2])):
        make = rng.choice([listed, listed, keyed, keyed, sentence, sentence, array])
        question, answer = make(rng) if rng.random() < 0.85 else of_fact(rng, plain_turn)
        messages += [user(asked(rng, question)), assistant(answer)]
    return {"messages": messages}


def asked(rng, question):
    text = question if rng.random() < 0.3 else question.replace("json", "JSON")
    if rng.random() < 0.15:
        text = rng.choice(["please ", "can you ", "hi, ", "now "]) + text
    return (text[0].upper() + text[1:] if rng.random() < 0.75 else text) + rng.choice([".", "", "", ""])
