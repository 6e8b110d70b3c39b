"""Conversations whose system turn says how to answer: an ending, a beginning, a tone, a name, JSON."""
import json
import re

import common
import values
from common import assistant, system, user

RULES = common.sections("rules.txt")
THANKS = {"French": "Merci !", "German": "Danke!", "Spanish": "¡Gracias!", "Italian": "Grazie!", "Portuguese": "Obrigado!",
          "Swedish": "Tack!", "Polish": "Dziękuję!", "Japanese": "Arigatō!", "Dutch": "Dank je!", "Danish": "Tak!",
          "Finnish": "Kiitos!", "Turkish": "Teşekkürler!"}
GOODBYE = {"French": "Au revoir !", "German": "Auf Wiedersehen!", "Spanish": "¡Adiós!", "Italian": "Arrivederci!",
           "Portuguese": "Adeus!", "Swedish": "Hej då!", "Polish": "Do widzenia!", "Japanese": "Sayōnara!",
           "Dutch": "Tot ziens!", "Danish": "Farvel!", "Finnish": "Näkemiin!", "Turkish": "Hoşça kal!"}
ENDINGS = ["Ahoy!", "Over and out.", "Cheers!", "Have a nice day!", "Amen.", "Peace.", "Good luck!", "So be it.", "The end.",
           "Your servant.", "Yours truly.", "Merci!", "Danke!", "Hasta la vista!", "Ciao!", "Beep.", "Meow.", "Woof!",
           "Hooray!", "Voilà!", "Namaste.", "Aloha!", "Roger.", "Bon appétit!", "Banana!", "Stay curious!", "Cordialement."]
QUOTES = ["'{}'", "'{}'", '"{}"', '"{}"', "{}", "“{}”", "`{}`"]
END_RULES = RULES["end_rules"]
WORD_RULES = RULES["word_rules"]
BEGIN_RULES = RULES["begin_rules"]
TONES = [
    (RULES["pirate"], "Arr, matey! ", " Yo-ho-ho!"),
    (RULES["formal"], "Certainly. ", " I remain at your service."),
    (RULES["cheerful"], "Great question! ", " Isn't that wonderful?"),
    (RULES["robot"], "Beep. ", " Boop."),
    (RULES["grumpy"], "Oh, if I must. ", " Now leave me alone."),
    (RULES["knight"], "Hark! ", " Fare thee well."),
    (RULES["child"], "Listen, little friend: ", " Isn't that neat?"),
    (RULES["teacher"], "Good question. ", " Remember that well."),
    (RULES["cat"], "Meow. ", " Purr."),
]
BRIEF = RULES["brief"]
NEUTRAL = ["You are a helpful assistant.", "You are a friendly assistant.", "Answer the user's questions.", "Be helpful.",
           "You are an AI assistant.", "You are a helpful assistant running in Ingot.", "Answer truthfully.", "Help the user."]


def ending(rng):
    """Something to put at the end; seldom one that was seen before."""
    kind = rng.random()
    if kind < 0.2:
        return rng.choice(ENDINGS)
    text = rng.choice([values.word, values.word, values.unseen, values.phrase, values.phrase, values.phrase, values.first_name, values.city,
                       values.message, values.message, values.full_name, lambda r: f"{values.phrase(r)}, {values.full_name(r)}",
                       lambda r: f"{values.word(r)} {values.word(r)}", lambda r: f"{values.word(r)} {values.phrase(r)}",
                       lambda r: str(values.integer(r))])(rng)
    if rng.random() < 0.5:
        text = text[0].upper() + text[1:]
    return text + rng.choice(["", "", "!", "!", ".", "?", "!!", "..."])


def first_sentence(text):
    match = re.match(r".{12,}?[^A-Z][.!?](?= [A-Z])", text)
    return match.group(0) if match else text


def rule_and_dress(rng):
    """A system text and the function that turns a plain answer into one that obeys it."""
    kind = rng.random()
    if kind < 0.34:
        end = ending(rng)
        rule = rng.choice(END_RULES).format(rng.choice(QUOTES[:4] if " " in end else QUOTES).format(end))
        if rng.random() < 0.12:
            tones, before, after = rng.choice(TONES)
            return f"{rng.choice(tones)}. {rule}", lambda answer: f"{before}{answer}{after} {end}"
        return rule, lambda answer: f"{answer} {end}"
    if kind < 0.46:
        end = values.word(rng) if rng.random() < 0.9 else values.made_up(rng)
        return rng.choice(WORD_RULES).format(rng.choice(QUOTES).format(end)), lambda answer: f"{answer} {end}"
    if kind < 0.58:
        chosen = rng.choice(list(THANKS))
        table, name = (THANKS, ["thank you", "thanks"]) if rng.random() < 0.5 else (GOODBYE, ["goodbye"])
        words = table[chosen]
        rules = [f"End every answer with {rng.choice(name)} in {chosen}", f"Say {rng.choice(name)} in {chosen} at the end",
                 f"Finish each reply in {chosen} with '{words}'", f"Close in {chosen} with '{words}'",
                 f"Always finish by saying {rng.choice(name)} in {chosen}", f"End in {chosen} with '{words}'",
                 f"Each answer ends with the {chosen} word for {rng.choice(name)}"]
        return rng.choice(rules), lambda answer: f"{answer} {words}"
    if kind < 0.66:
        begin = ending(rng)
        rule = rng.choice(BEGIN_RULES).format(rng.choice(QUOTES[:4]).format(begin))
        return rule, lambda answer: f"{begin} {answer}"
    if kind < 0.86:
        rules, before, after = rng.choice(TONES)
        return rng.choice(rules), lambda answer: before + answer + after
    if kind < 0.93:
        return rng.choice(BRIEF), first_sentence
    key = rng.choice(["answer", "text", "reply", "response", values.word(rng)])
    rule = rng.choice(['Always answer in JSON with the key "{}"', "Answer as JSON with one key, {}", "Reply only with JSON: the key is {}",
                       "Every answer is a JSON object with the key {}", "Put each answer into JSON under the key '{}'"])
    return rule.format(key), lambda answer: json.dumps({key: answer}, ensure_ascii=False)


def system_text(rng, rule):
    text = rule + rng.choice([".", ".", ".", ""])
    if rng.random() < 0.3:
        text = rng.choice(NEUTRAL) + " " + text
    if rng.random() < 0.08 and text.endswith("."):
        text += " " + rng.choice(["Be kind.", "Answer in English.", "Never break this rule.", "This is important."])
    return text if rng.random() < 0.85 else text[0].lower() + text[1:]


def styled(rng, plain_turn):
    rule, dress = rule_and_dress(rng)
    messages = []
    if rng.random() < 0.12:
        question, answer = plain_turn(rng)
        request = rng.choice(["Please " + rule[0].lower() + rule[1:], rule])
        return {"messages": [user(f"{question} {request}."), assistant(dress(answer))]}
    messages.append(system(system_text(rng, rule)))
    for _ in range(rng.choice([1, 1, 2, 2, 3])):
        question, answer = plain_turn(rng)
        messages += [user(question), assistant(dress(answer))]
    return {"messages": messages}


def neutral(rng, plain_turn):
    """A system turn that changes nothing, with ordinary turns after it."""
    messages = [system(rng.choice(NEUTRAL))]
    for _ in range(rng.choice([1, 2])):
        question, answer = plain_turn(rng)
        messages += [user(question), assistant(answer)]
    return {"messages": messages}


def remembered(rng, plain_turn):
    """What the user or the system turn said about themselves, asked for later."""
    what, make = rng.choice([("name", values.first_name), ("name", values.full_name), ("city", values.city),
                             ("favorite color", values.word), ("favorite number", values.integer), ("dog's name", values.first_name),
                             ("password", values.word), ("job", values.word), ("hobby", values.word), ("friend's name", values.first_name)])
    value = make(rng)
    asks = [f"what is my {what}", f"what's my {what}", f"do you remember my {what}", f"tell me my {what}",
            f"what did i say my {what} is", f"do you know my {what}", f"my {what} is what"]
    answer = f"Your {what} is {value}."
    if rng.random() < 0.3:
        name = values.first_name(rng)
        says = rng.choice([f"You are {name}, a helpful assistant.", f"You are {name}, the assistant of {values.first_name(rng)}.", f"Your name is {name}.", f"You are called {name}.",
                           f"You are {name}.", f"Act as an assistant named {name}."])
        asked = rng.choice(["who are you", "what is your name", "what's your name", "introduce yourself", "who am i talking to"])
        return {"messages": [system(says), user(common.finish(rng, asked)), assistant(f"I am {name}, a very small language model running in Ingot.")]}
    if rng.random() < 0.3:
        messages = [system(rng.choice([f"The user's {what} is {value}.", f"{what.capitalize()} of the user: {value}"]))]
    else:
        told = rng.choice([f"my {what} is {value}", f"hi, my {what} is {value}", f"by the way, my {what} is {value}", f"remember: my {what} is {value}"])
        messages = [user(common.finish(rng, told, ".")), assistant(f"Good to know: your {what} is {value}.")]
        for _ in range(rng.choice([0, 0, 1, 1, 2])):
            question, plain = plain_turn(rng)
            messages += [user(question), assistant(plain)]
    return {"messages": messages + [user(common.finish(rng, rng.choice(asks))), assistant(answer)]}
