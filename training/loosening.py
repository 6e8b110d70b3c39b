"""Makes questions looser, as people ask them: words left out, words put in, one word for another.

A model this small sees too few sentences to learn by itself which words of a question matter.
"""
import re

# Words that mean about the same where questions are asked; a group is for one sense only.
THESAURUS = [group.split("/") for group in """
big/large/huge|biggest/largest|small/little/tiny|smallest/tiniest|fast/quick|fastest/quickest/swiftest|tall/high|tallest/highest
begin/start|starts/begins|launch/start/fire up|stop/end/halt|show/list/display|make/create/produce|made/created/built|use/work with
change/alter/modify|find/look up|see/view/look at|which/what|why/how come/for what reason|called/named|mean/stand for|means/stands for
program/application/software|computer/machine/pc|happen/occur/take place|happens/occurs|need/require|free/gratis|say/tell|say/utter
explain/describe|difference/distinction|people/persons/humans|country/nation|city/town|send/transmit/pass|run/execute|install/set up
allowed/permitted|folder/directory|question/query|answer/reply/response|happy/glad|sea/ocean|kind/sort/type|person/human|far/distant
hot/warm|famous/well known|talk/speak/chat|nice/pleasant/lovely|great/wonderful/excellent|awesome/amazing|help/assist|like/enjoy
trust/believe/rely on|wrong/incorrect/mistaken|correct/right/accurate|smart/clever/intelligent|dumb/stupid|boring/dull|funny/amusing
joke/gag|feelings/emotions|tired/sleepy|sleep/rest|old/aged|know/recall|learn/study|learned/picked up|teach/instruct|written/programmed/coded
wrote/penned|invented/devised/came up with|discovered/found|painted/drew|works/functions|work/function|causes/brings about|cause/bring about
contain/hold|contains/holds|important/significant|main/chief|currency/money|language/tongue|symbol/sign|opposite/reverse|plural/plural form
animal/creature|baby/young|planet/world|star/sun|distance/way|close/near|next to/beside|under/below|over/above|listen/listen in|port/port number
address/url|default/standard|options/settings|setting/option|command/instruction|terminal/shell/console|save/keep|remove/delete|fetch/download/get
local/on my machine|offline/without internet|privacy/data protection|data/information|price/cost|pay/spend|license/licence|quick/rapid
""".replace("\n", "|").strip("|").split("|")]
MEANINGS = {}
for _group in THESAURUS:
    for _word in _group:
        MEANINGS.setdefault(_word, set()).update(other for other in _group if other != _word)
MEANINGS = {word: sorted(others) for word, others in MEANINGS.items()}

LEFT_OUT = set("the a an is are was were do does did of to it in that can could please exactly there for on at be would will have has".split())
PUT_IN = ["really", "actually", "exactly", "just", "please", "again", "then", "even", "now", "anyway", "in fact", "usually", "the", "very",
          "kindly", "basically", "maybe", "today", "at all", "you think", "in general", "right"]


def loosened(rng, text):
    """The text with a few of its words changed; commands, numbers and what stands in quotes stay."""
    if re.search(r"[`'\"“/]|--", text):
        return text
    words = text.split()
    style = rng.random()
    if style < 0.5:
        words = [_meant(rng, word) for word in words]
    if 0.35 < style < 0.8 and len(words) > 3:
        kept = [word for word in words if word not in LEFT_OUT or rng.random() < 0.6]
        words = kept if len(kept) > 1 else words
    if style > 0.7 and len(words) > 1:
        words.insert(rng.randrange(1, len(words) + 1), rng.choice(PUT_IN))
    return " ".join(words)


def _meant(rng, word):
    return rng.choice(MEANINGS[word]) if word in MEANINGS and rng.random() < 0.5 else word
