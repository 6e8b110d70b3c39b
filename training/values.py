"""Random things to copy: words, names, places, numbers, dates, phrases.

Copying is the hardest thing for a tiny model, and it learns it only when what is to be copied
cannot be guessed; so most values here come from large products of word lists or from syllables.
"""
import common

WORDS = " ".join(common.lines_of("words.txt")).split()
VERBS = " ".join(common.lines_of("verbs.txt")).split()
FIRST_NAMES = " ".join(common.lines_of("firstnames.txt")).split()
LAST_NAMES = " ".join(common.lines_of("lastnames.txt")).split()
CAPITALS = [tuple(line.split("|")) for line in common.lines_of("capitals.txt")]
CITIES = common.lines_of("cities.txt") + [capital for _, capital in CAPITALS]
COUNTRIES = [country for country, _ in CAPITALS]
LANGUAGES = ["French", "German", "Spanish", "Italian", "Portuguese", "Dutch", "Swedish", "Polish", "Japanese", "Chinese",
             "Korean", "Turkish", "Greek", "Russian", "Arabic", "Hindi", "Finnish", "Danish", "Norwegian", "Czech"]
CURRENCIES = ["EUR", "USD", "GBP", "JPY", "CHF", "SEK", "NOK", "PLN", "CAD", "AUD", "INR", "CNY", "BRL", "MXN"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December"]
SYLLABLES = ("ba be bi bo bu ca co da de di do fa fi fo ga go ha he hi ka ke ki ko la le li lo lu ma me mi mo mu na ne "
             "ni no nu pa pe pi po ra re ri ro ru sa se si so ta te ti to tu va ve vi vo wa za ze zo bran dor fel gar "
             "hal kin lor mer nar per quin ral sten tor var wen zan shi cha tha").split()


ONSETS = ("b bl br c ch cl cr d dr f fl fr g gl gr h j k kn l m n p ph pl pr qu r s sc sh sk sl sm sn sp st str sw t th tr tw v w wh y z "
          "thr").split() + [""]
NUCLEI = "a e i o u a e i o u ai au ay ea ee ei eu ie oa oi oo ou ow y".split()
CODAS = ("b ck ct d ft g k l ld lk ll lm lt m mp n nd ng nk nt p pt r rd rk rm rn rt s sh sk ss st t th x z").split() + [""] * 20
TAILS = "er ing ed ion ment ness age ish able ous et ette le ly al ism ist ity ic a o us um on in y ine ard wood ton field".split() + [""] * 20


def copied_words():
    """Every word of the lists that values are drawn from, but for the small words inside of names."""
    lists = [WORDS, VERBS, FIRST_NAMES, LAST_NAMES, CITIES, COUNTRIES, LANGUAGES, DAYS, MONTHS]
    parts = {part for entries in lists for entry in entries for part in entry.split()}
    return parts - {"the", "of", "and", "la", "de"}


def made_up(rng):
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice([2, 2, 3, 3, 4])))


def coined(rng):
    """Something that looks like an English word, so that any piece of one comes to be copied."""
    syllables = [rng.choice(ONSETS) + rng.choice(NUCLEI) + rng.choice(CODAS) for _ in range(rng.choice([1, 1, 2, 2, 2, 3]))]
    return "".join(syllables) + rng.choice(TAILS)


def unseen(rng):
    return coined(rng) if rng.random() < 0.7 else made_up(rng)


def word(rng):
    return rng.choice(WORDS) if rng.random() < 0.65 else unseen(rng)


def first_name(rng):
    return rng.choice(FIRST_NAMES) if rng.random() < 0.65 else unseen(rng).capitalize()


def full_name(rng):
    return f"{first_name(rng)} {rng.choice(LAST_NAMES) if rng.random() < 0.7 else unseen(rng).capitalize()}"


def city(rng):
    return rng.choice(CITIES) if rng.random() < 0.65 else unseen(rng).capitalize()


def country(rng):
    return rng.choice(COUNTRIES)


def language(rng):
    return rng.choice(LANGUAGES)


def currency(rng):
    return rng.choice(CURRENCIES)


def integer(rng):
    return rng.choice([rng.randint(1, 9), rng.randint(10, 99), rng.randint(10, 99), rng.randint(100, 999),
                       rng.randint(1000, 9999)])


def small_integer(rng):
    return rng.randint(1, 60)


def decimal(rng):
    return rng.choice([integer(rng), round(rng.uniform(0.1, 200), 1), round(rng.uniform(0.01, 99), 2)])


def phrase(rng):
    """Two to five words that nobody would guess."""
    starts = ["", "", "", "the ", "my ", "a ", "our "]
    forms = [lambda: f"{word(rng)} {word(rng)}", lambda: f"{word(rng)} {word(rng)} {word(rng)}",
             lambda: f"{rng.choice(VERBS)} the {word(rng)}", lambda: f"{rng.choice(VERBS)} the {word(rng)} {word(rng)}",
             lambda: f"{word(rng)} and {word(rng)}", lambda: f"{word(rng)} for {first_name(rng)}",
             lambda: f"{word(rng)} in {city(rng)}"]
    return rng.choice(starts) + rng.choice(forms)()


def message(rng):
    forms = [lambda: f"I will be {integer(rng)} minutes late", lambda: f"see you in {city(rng)}",
             lambda: f"the {word(rng)} is {word(rng)}", lambda: f"please {rng.choice(VERBS)} the {word(rng)}",
             lambda: f"happy birthday {first_name(rng)}", lambda: f"meet me at the {word(rng)} at {time(rng)}",
             lambda: f"I love the {word(rng)} {word(rng)}", lambda: f"dinner is at {time(rng)}", lambda: phrase(rng)]
    return rng.choice(forms)()


def time(rng):
    return rng.choice([f"{rng.randint(0, 23)}:{rng.choice(['00', '15', '30', '45'])}", f"{rng.randint(1, 12)} pm",
                       f"{rng.randint(1, 12)} am", f"{rng.randint(7, 23):02d}:{rng.randint(0, 59):02d}"])


def date(rng):
    return rng.choice([f"{rng.choice(MONTHS)} {rng.randint(1, 28)}", f"{rng.randint(1, 28)} {rng.choice(MONTHS)}",
                       rng.choice(DAYS), "tomorrow", "tonight", "next " + rng.choice(DAYS),
                       f"20{rng.randint(20, 39)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"])


def symbol(rng):
    return "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(rng.randint(3, 4)))


def email(rng):
    return f"{first_name(rng).lower()}@{word(rng)}.{rng.choice(['com', 'org', 'net', 'de'])}"


def room(rng):
    return rng.choice(["kitchen", "bedroom", "living room", "bathroom", "hallway", "garage", "office", "attic",
                       "garden", "cellar", "dining room", "nursery", "library"])


def artist(rng):
    return rng.choice([full_name(rng), f"The {word(rng).capitalize()}s", f"{word(rng)} {word(rng)}".title()])


def expression(rng):
    operators = [" + ", " - ", " * ", " / "]
    text = f"{integer(rng)}{rng.choice(operators)}{integer(rng)}"
    return text + f"{rng.choice(operators)}{integer(rng)}" if rng.random() < 0.2 else text
