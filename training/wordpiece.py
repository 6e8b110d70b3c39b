"""WordPiece: BERT's normaliser and pre-tokenizer, the trainer, the encoder and the `tokenizer.json` writer."""
import collections
import json
import unicodedata

PAD, UNKNOWN, START, END, MASK = SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PREFIX = "##"
LONGEST_WORD = 100
ALPHABET = ("abcdefghijklmnopqrstuvwxyz0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
            "ßæøœłđðþıʻ°²³€£¥©®™§µ–—‘’“”„…«»¿¡·•×÷±→←≤≥≠∞√"
            "αβγδεζηθικλμνξοπρςστυφχψω" "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ")
IDEOGRAPHS = [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
              (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)]


def _is_ideograph(char):
    return any(first <= ord(char) <= last for first, last in IDEOGRAPHS)


def _is_punctuation(char):
    return unicodedata.category(char)[0] == "P" or (ord(char) < 128 and char.isprintable() and not char.isalnum() and char != " ")


def words_of(text):
    """Lower-case words and punctuation marks, as `BertNormalizer` and `BertPreTokenizer` make them."""
    spaced = []
    for char in text:
        if char in "\t\n\r" or unicodedata.category(char) == "Zs":
            spaced.append(" ")
        elif ord(char) in (0, 0xFFFD) or unicodedata.category(char)[0] == "C":
            continue
        else:
            spaced.append(f" {char} " if _is_ideograph(char) else char)
    plain = "".join(char for char in unicodedata.normalize("NFD", "".join(spaced)) if unicodedata.category(char) != "Mn")
    marked = "".join(f" {char} " if _is_punctuation(char) else char for char in plain.lower())
    return marked.split()


def train(counts, size):
    """The tokens of a vocabulary of at most `size`: special tokens, characters, then the most frequent joins.

    `counts` maps a word to its weight. Ties are broken by the pair itself, so the result is reproducible.
    """
    tokens = dict.fromkeys(SPECIAL_TOKENS + list(ALPHABET) + [PREFIX + char for char in ALPHABET if char.isalnum()])
    tokens = dict.fromkeys(token for token in tokens if token in SPECIAL_TOKENS or words_of(token.removeprefix(PREFIX)) == [token.removeprefix(PREFIX)])
    known = {token.removeprefix(PREFIX) for token in tokens}
    words = [[char if index == 0 else PREFIX + char for index, char in enumerate(word)]
             for word in counts if set(word) <= known]
    weights = [weight for word, weight in counts.items() if set(word) <= known]
    pair_weight, pair_words = collections.Counter(), collections.defaultdict(set)
    for index, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pair_weight[pair] += weights[index]
            pair_words[pair].add(index)
    while len(tokens) < size and pair_weight:
        best = max(pair_weight, key=lambda pair: (pair_weight[pair], pair))
        if pair_weight[best] <= 0:
            break
        tokens[best[0] + best[1].removeprefix(PREFIX)] = None
        for index in pair_words.pop(best):
            for pair in zip(words[index], words[index][1:]):
                pair_weight[pair] -= weights[index]
                pair_words[pair].discard(index)
            words[index] = _join(words[index], best)
            for pair in zip(words[index], words[index][1:]):
                pair_weight[pair] += weights[index]
                pair_words[pair].add(index)
        del pair_weight[best]
    return list(tokens)


def _join(word, pair):
    joined = []
    for part in word:
        if joined and (joined[-1], part) == pair:
            joined[-1] += part.removeprefix(PREFIX)
        else:
            joined.append(part)
    return joined


class Tokenizer:
    """Encodes by the longest known piece first, as BERT does."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.vocab = {token: index for index, token in enumerate(tokens)}
        self._cache = {}

    def encode(self, text, longest, split=None):
        """Ids with [CLS] and [SEP], cut to `longest` in all. `split(word)` may limit the length of a word's pieces."""
        ids = [self.vocab[START]]
        for word in words_of(text):
            ids.extend(self._pieces(word, split(word) if split else LONGEST_WORD))
        return ids[:longest - 1] + [self.vocab[END]]

    def _pieces(self, word, longest_piece):
        key = (word, longest_piece)
        if key not in self._cache:
            self._cache[key] = self._cut(word, longest_piece)
        return self._cache[key]

    def _cut(self, word, longest_piece):
        pieces, start = [], 0
        if len(word) > LONGEST_WORD:
            return [self.vocab[UNKNOWN]]
        while start < len(word):
            end = min(len(word), start + longest_piece)
            while end > start and (PREFIX if start else "") + word[start:end] not in self.vocab:
                end -= 1
            if end == start:
                return [self.vocab[UNKNOWN]]
            pieces.append(self.vocab[(PREFIX if start else "") + word[start:end]])
            start = end
        return pieces

    def to_json(self):
        """The content of a Hugging Face `tokenizer.json`."""
        added = [{"id": self.vocab[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False,
                  "normalized": False, "special": True} for token in SPECIAL_TOKENS]
        first, last = ({"SpecialToken": {"id": token, "type_id": 0}} for token in (START, END))
        sequence = {"Sequence": {"id": "A", "type_id": 0}}
        second = [{"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": END, "type_id": 1}}]
        special = {token: {"id": token, "ids": [self.vocab[token]], "tokens": [token]} for token in (START, END)}
        return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
                "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                               "strip_accents": None, "lowercase": True},
                "pre_tokenizer": {"type": "BertPreTokenizer"},
                "post_processor": {"type": "TemplateProcessing", "single": [first, sequence, last],
                                   "pair": [first, sequence, last, *second], "special_tokens": special},
                "decoder": {"type": "WordPiece", "prefix": PREFIX, "cleanup": True},
                "model": {"type": "WordPiece", "unk_token": UNKNOWN, "continuing_subword_prefix": PREFIX,
                          "max_input_chars_per_word": LONGEST_WORD, "vocab": self.vocab}}

    @staticmethod
    def load(path):
        with open(path, encoding="utf-8") as file:
            vocab = json.load(file)["model"]["vocab"]
        return Tokenizer(sorted(vocab, key=vocab.get))
