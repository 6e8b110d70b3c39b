"""Conversations with declared tools: the right call, a plain answer, or a sentence from a tool's result."""
import json

import common
import values
from common import assistant, user
from tool_catalogue import KNOWN


def pick(rng, options):
    return rng.choice(options) if isinstance(options, list) else options


def schema(rng, name, description, parameters):
    """An OpenAI tool; parameters are (name, type, description, enum or None, required)."""
    properties = {}
    for parameter, kind, text, allowed, _ in parameters:
        properties[parameter] = {"type": kind}
        if text and rng.random() < 0.45:
            properties[parameter]["description"] = text
        if allowed:
            properties[parameter]["enum"] = allowed
    function = {"name": name}
    if description and rng.random() < 0.9:
        function["description"] = description
    function["parameters"] = {"type": "object", "properties": properties}
    if rng.random() < 0.85:
        function["parameters"]["required"] = [parameter for parameter, *_, required in parameters if required]
    if rng.random() < 0.1:
        function["parameters"]["additionalProperties"] = False
    return {"type": "function", "function": function}


def spelled(rng, name):
    """snake_case mostly; sometimes camelCase or kebab-case, as other people's tools have it."""
    style = rng.random()
    if style < 0.8:
        return name
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail) if style < 0.93 else name.replace("_", "-")


def known_tool(rng, spec=None):
    """(tool, question, arguments) of one tool from the catalogue, with its names varied."""
    spec = spec or rng.choice(KNOWN)
    parameters, made = [], []
    for names, kind, make, text in spec["parameters"]:
        parameters.append((spelled(rng, pick(rng, names)), kind, text, None, True))
        made.append(make(rng))
    tool = schema(rng, spelled(rng, pick(rng, spec["names"])), pick(rng, spec["descriptions"]), parameters)
    question = rng.choice(spec["questions"]).format(*made)
    return tool, question, {parameter[0]: value for parameter, value in zip(parameters, made)}


VALUE_KINDS = [("string", values.word), ("string", values.word), ("string", values.phrase), ("string", values.city),
               ("string", values.full_name), ("integer", values.integer), ("integer", values.small_integer),
               ("number", values.decimal), ("string", values.date), ("string", values.made_up), ("string", values.first_name)]
PARAMETER_NAMES = ("color size count amount level target name place title mode label weight speed owner code day topic "
                   "height length width price number kind style material pattern team room city user path group tag "
                   "source destination quantity temperature duration reason priority").split()


def parameter_names(rng, count):
    """Different names; most of them any word at all, so that they can only be had from the schema."""
    names = {}
    while len(names) < count:
        kind = rng.random()
        if kind < 0.4:
            names[rng.choice(PARAMETER_NAMES)] = True
        else:
            names[values.word(rng) + (rng.choice(["s", "_id", "_name", "_count"]) if kind > 0.9 else "")] = True
    return list(names)


def invented_tool(rng):
    """A tool nobody has seen, so that the schema must be read."""
    verb, noun = rng.choice(values.VERBS) if rng.random() < 0.8 else values.word(rng), values.word(rng)
    chosen = parameter_names(rng, rng.choice([1, 1, 2, 2, 2, 3]))
    parameters, arguments, words = [], {}, []
    for parameter in chosen:
        kind, make = rng.choice(VALUE_KINDS)
        value = make(rng)
        allowed = None
        if kind == "string" and rng.random() < 0.12:
            allowed = [values.word(rng) for _ in range(rng.randint(1, 3))]
            value = rng.choice(allowed)
        parameters.append((parameter, kind, f"The {parameter} of the {noun}", allowed, True))
        arguments[parameter] = value
        words.append(rng.choice([f"{parameter} {value}", f"{parameter} {value}", f"the {parameter} {value}",
                                 f"{value} as the {parameter}", f"{value} as {parameter}", f"{parameter}: {value}",
                                 f"{parameter} = {value}"]))
    rng.shuffle(words)
    listed = words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
    start = rng.choice([f"{verb} the {noun}", f"{verb} a {noun}", f"please {verb} the {noun}", f"{verb} my {noun}",
                        f"i want to {verb} the {noun}", f"can you {verb} the {noun}", f"{verb} {noun}"])
    question = start + rng.choice([" with ", " with ", " using ", ", ", ": "]) + listed
    tool = schema(rng, spelled(rng, f"{verb}_{noun}"), rng.choice([f"{verb.capitalize()} a {noun}",
                  f"{verb.capitalize()} the {noun}.", f"Use this to {verb} a {noun}", None]), parameters)
    return tool, question, arguments


def tool_set(rng, count):
    """`count` tools whose names differ; the first is the one that is asked for."""
    made, names = [], set()
    while len(made) < count:
        entry = invented_tool(rng) if rng.random() < 0.5 else known_tool(rng)
        key = entry[0]["function"].get("description") or entry[0]["function"]["name"]
        if key not in names:
            names.add(key)
            made.append(entry)
    return made


def as_asked(rng, question):
    text = question
    if rng.random() < 0.25:
        text = rng.choice(["please ", "can you ", "could you please ", "hey, ", "hi, ", "i need you to ", "now ",
                           "ok, ", "quick: ", "would you "]) + text
    if rng.random() < 0.1:
        text += rng.choice([" please", ", please", ", thanks", " for me", " now"])
    style = rng.random()
    if style < 0.7:
        text = text[0].upper() + text[1:]
    asks = question.startswith(("what", "how", "can ", "which", "is ", "when", "who", "where", "will", "could", "do ", "does ", "should ", "any ", "would ", "may "))
    return text + (("?" if asks else rng.choice([".", "", ""])) if rng.random() < 0.75 else "")


def call_message(tool, arguments):
    return {"role": "assistant", "content": "",
            "tool_calls": [{"type": "function", "function": {"name": tool["function"]["name"], "arguments": arguments}}]}


def result_and_sentence(rng):
    """A tool's result and the sentence a person would like to read instead of it."""
    kind = rng.random()
    if kind < 0.14:
        value = rng.choice(["ok", "done", '{"status": "ok"}', '{"success": true}', '{"ok": true}', "success",
                            '{"result": "ok"}', '{"sent": true}', "true"])
        return value, "Done."
    if kind < 0.22:
        text = rng.choice([values.word(rng) + " not found", "service unavailable", "invalid " + values.word(rng), "timeout"])
        return json.dumps({"error": text}), f"That did not work: {text}."
    if kind < 0.40:
        text = rng.choice([lambda: f"{values.integer(rng)} {values.word(rng)}s", lambda: values.phrase(rng),
                           lambda: str(values.decimal(rng)), lambda: f"{values.integer(rng)} degrees and {values.word(rng)}",
                           lambda: values.time(rng), lambda: values.message(rng)])()
        return text, f"The result is: {text}."
    names = rng.sample(RESULT_NAMES, rng.choice([1, 1, 2, 2, 3]))
    result = {name: rng.choice([values.integer, values.decimal, values.word, values.city, values.full_name, values.time,
                                values.small_integer, values.word, values.phrase])(rng) for name in names}
    if rng.random() < 0.35:
        result = {"temperature": rng.randint(-15, 40), "condition": rng.choice(CONDITIONS), **dict(list(result.items())[:1])}
        result = dict(list(result.items())[:rng.choice([2, 2, 3])])
    facts = [f"the {name.replace('_', ' ')} is {value}" for name, value in result.items()]
    text = facts[0] if len(facts) == 1 else ", ".join(facts[:-1]) + " and " + facts[-1]
    return json.dumps(result, ensure_ascii=False), text[0].upper() + text[1:] + "."


RESULT_NAMES = ["result", "answer", "temperature", "condition", "price", "time", "amount", "total", "translation", "date", "title",
                "name", "status", "code", "humidity", "wind_speed", "distance", "balance", "rate", "city", "owner",
                "room", "count", "value", "text", "currency", "order_number", "arrival_time"]
CONDITIONS = ["sunny", "rainy", "cloudy", "snowing", "windy", "foggy", "clear", "light rain", "stormy"]


def conversation(rng, plain_turn):
    """`plain_turn` makes a (question, answer) pair that no declared tool is for."""
    kind = rng.random()
    entries = tool_set(rng, rng.choice([1, 1, 1, 2, 2, 3]))
    tool, question, arguments = entries[0]
    tools = [entry[0] for entry in entries]
    rng.shuffle(tools)
    messages = []
    if rng.random() < 0.12:
        messages.append(common.system(rng.choice(["You are a helpful assistant.", "Use the tools when they fit.",
                                                  "You can call tools.", "Be helpful."])))
    if kind < 0.17:
        asked, answer = plain_turn(rng)
        return {"messages": messages + [user(asked), assistant(answer)], "tools": tools}
    messages += [user(as_asked(rng, question)), call_message(tool, arguments)]
    if kind > 0.62:
        result, sentence = result_and_sentence(rng)
        messages += [{"role": "tool", "content": result}, assistant(sentence)]
        if rng.random() < 0.2:
            other, question, arguments = entries[-1] if len(entries) > 1 else (tool, question, arguments)
            if other is not tool:
                messages += [user(as_asked(rng, question)), call_message(other, arguments)]
    return {"messages": messages, "tools": tools}
