"""Byte-level BPE: the pre-tokenizer, the trainer, the encoder and the `tokenizer.json` writer.

The split rule is Qwen2's regular expression. Python's `re` has no `\\p{L}`, so the letter and
number classes are built once from `unicodedata`, which keeps the split identical to the one the
runtime performs when it reads `tokenizer.json`.
"""
import collections
import json
import re
import sys
import unicodedata

SPLIT_PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
                 r"|\s*[\r\n]+|\s+(?!\S)|\s+")
END_OF_TEXT, IM_START, IM_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL_TOKENS = [END_OF_TEXT, IM_START, IM_END]
MARKER_TOKENS = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
ADDED_TOKENS = SPECIAL_TOKENS + MARKER_TOKENS
WHITE_SPACE = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def _unicode_class(major):
    """The inside of a regex class that matches every code point of one major category."""
    ranges, start = [], None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code))[0] == major
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            ranges.append(f"{re.escape(chr(start))}-{re.escape(chr(code - 1))}")
            start = None
    return "".join(ranges)


def _compile_split():
    letters, numbers = _unicode_class("L"), _unicode_class("N")
    pattern = SPLIT_PATTERN.replace(r"[^\r\n\p{L}\p{N}]", f"[^\r\n{letters}{numbers}]")
    pattern = pattern.replace(r"[^\s\p{L}\p{N}]", f"[^{WHITE_SPACE}{letters}{numbers}]")
    pattern = pattern.replace(r"\p{L}", f"[{letters}]").replace(r"\p{N}", f"[{numbers}]")
    pattern = pattern.replace(r"\s", f"[{WHITE_SPACE}]").replace(r"\S", f"[^{WHITE_SPACE}]")
    return re.compile(pattern)


def _byte_alphabet():
    """GPT-2's printable stand-in for each of the 256 bytes."""
    kept = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    alphabet, extra = {}, 0
    for byte in range(256):
        if byte in kept:
            alphabet[byte] = chr(byte)
        else:
            alphabet[byte] = chr(256 + extra)
            extra += 1
    return alphabet


SPLIT = _compile_split()
BYTE_TO_CHAR = _byte_alphabet()
CHAR_TO_BYTE = {char: byte for byte, char in BYTE_TO_CHAR.items()}
SPACE = BYTE_TO_CHAR[ord(" ")]
ADDED_SPLIT = re.compile("(" + "|".join(map(re.escape, ADDED_TOKENS)) + ")")


def pieces_of(text):
    """Pre-tokens of `text` (which holds no added token), in the byte alphabet."""
    return ["".join(BYTE_TO_CHAR[byte] for byte in piece.encode("utf-8")) for piece in SPLIT.findall(text)]


def train_merges(texts, merge_count, joined_words, copied_words):
    """Learns `merge_count` merges; ties are broken by the pair itself, so the result is reproducible.

    A word keeps the same tokens wherever it stands: what is before its first letter (mostly the
    space) is not merged into it. So " Paris" in a question and "Paris" in a JSON string are the same
    tokens, and copying is one rule instead of one per word. Only the `joined_words` most common
    words, none of which is among `copied_words`, get their space joined to them, to save tokens.
    """
    counts, spaced = collections.Counter(), collections.Counter()
    for text in texts:
        for part in ADDED_SPLIT.split(text):
            if part and part not in ADDED_TOKENS:
                for piece in pieces_of(part):
                    if joined_words is not None and len(piece) > 1 and not _is_letter(piece[0]) and _is_letter(piece[1]):
                        counts[piece[1:]] += 1
                        spaced[piece[1:]] += piece[0] == SPACE
                    else:
                        counts[piece] += 1
    if joined_words is None:
        return _learn(counts, merge_count)
    merges = _learn(counts, merge_count - joined_words)
    whole = {left + right for left, right in merges} | set(BYTE_TO_CHAR.values())
    candidates = [word for word in spaced if word in whole and word not in copied_words]
    candidates.sort(key=lambda word: (-spaced[word], word))
    return merges + [(SPACE, word) for word in candidates[:joined_words]]


def _is_letter(char):
    """Whether a stand-in character is an ASCII letter or a byte of a longer character."""
    byte = CHAR_TO_BYTE[char]
    return byte >= 128 or chr(byte).isalpha()


def _learn(counts, merge_count):
    """The usual byte pair loop over counted words."""
    words = [list(piece) for piece in counts]
    weights = list(counts.values())
    pair_weight = collections.Counter()
    pair_words = collections.defaultdict(set)
    for index, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pair_weight[pair] += weights[index]
            pair_words[pair].add(index)
    merges = []
    while len(merges) < merge_count and pair_weight:
        best = max(pair_weight, key=lambda pair: (pair_weight[pair], pair))
        if pair_weight[best] < 2:
            break
        merges.append(best)
        for index in pair_words.pop(best):
            word, weight = words[index], weights[index]
            for pair in zip(word, word[1:]):
                pair_weight[pair] -= weight
                pair_words[pair].discard(index)
            words[index] = _merge(word, best)
            for pair in zip(words[index], words[index][1:]):
                pair_weight[pair] += weight
                pair_words[pair].add(index)
        del pair_weight[best]
    return merges


def _merge(word, pair):
    merged, position = [], 0
    while position < len(word):
        if position + 1 < len(word) and (word[position], word[position + 1]) == pair:
            merged.append(word[position] + word[position + 1])
            position += 2
        else:
            merged.append(word[position])
            position += 1
    return merged


class Tokenizer:
    """Encodes and decodes with a list of merges; the ids are bytes, merges, then the added tokens."""

    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        self.ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        tokens = [BYTE_TO_CHAR[byte] for byte in range(256)] + [left + right for left, right in self.merges]
        self.vocab = {}
        for token in tokens + ADDED_TOKENS:
            self.vocab.setdefault(token, len(self.vocab))
        self.tokens = list(self.vocab)
        self._cache = {}

    def encode(self, text):
        ids = []
        for part in ADDED_SPLIT.split(text):
            if part in ADDED_TOKENS:
                ids.append(self.vocab[part])
            elif part:
                for piece in pieces_of(part):
                    ids.extend(self._encode_piece(piece))
        return ids

    def _encode_piece(self, piece):
        ids = self._cache.get(piece)
        if ids is None:
            word = list(piece)
            while len(word) > 1:
                pair = min(zip(word, word[1:]), key=lambda item: self.ranks.get(item, len(self.ranks)))
                if pair not in self.ranks:
                    break
                word = _merge(word, pair)
            ids = self._cache[piece] = [self.vocab[token] for token in word]
        return ids

    def decode(self, ids):
        data = bytearray()
        for token in (self.tokens[index] for index in ids):
            data += token.encode("utf-8") if token in ADDED_TOKENS else bytes(CHAR_TO_BYTE[c] for c in token)
        return data.decode("utf-8", errors="replace")

    def to_json(self):
        """The content of a Hugging Face `tokenizer.json`."""
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
        added = [{"id": self.vocab[token], "content": token, "single_word": False, "lstrip": False,
                  "rstrip": False, "normalized": False, "special": token in SPECIAL_TOKENS}
                 for token in ADDED_TOKENS]
        split = {"type": "Split", "pattern": {"Regex": SPLIT_PATTERN}, "behavior": "Isolated", "invert": False}
        model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
                 "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                 "vocab": {token: index for token, index in self.vocab.items() if token not in ADDED_TOKENS},
                 "merges": [f"{left} {right}" for left, right in self.merges]}
        return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
                "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, byte_level]},
                "post_processor": byte_level, "decoder": byte_level, "model": model}

    @staticmethod
    def load(path):
        with open(path, encoding="utf-8") as file:
            merges = json.load(file)["model"]["merges"]
        return Tokenizer([tuple(pair.split(" ")) for pair in merges])
