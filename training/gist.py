"""The words that carry a question, without its sentence: what an answer depends on, whatever the wording.

A small model learns whole sentences by heart rather than which of their words matter; keywords in any
order, with others of the same meaning beside them, leave it nothing else to go by.
"""
import collections
import re

# In so many blocks a word says nothing about any of them; and the chance to be kept of a word in at most so many.
COMMON_FROM = 40
CHANCES = [(10, 0.93), (30, 0.8)]


class Gist:
    """Keeps the rare words of questions. `blocks` are all [(questions, answers)] there are."""

    def __init__(self, blocks):
        self.counts = collections.Counter(word for questions, _ in blocks for word in set(" ".join(questions).split()))
        self.common = sorted(word for word, count in self.counts.items() if count >= COMMON_FROM and word.isalpha())

    def of(self, rng, questions):
        """Keywords of one or two of the questions, mostly out of order, sometimes with words that say nothing."""
        words = rng.choice(questions).split()
        if rng.random() < 0.4:
            other = [word for word in rng.choice(questions).split() if word not in words]
            words = words + rng.sample(other, len(other) // 2)
        kept = [word for word in words if rng.random() < self._chance(word)]
        if len(kept) < 2:
            rarest = sorted(words, key=lambda word: self.counts[word])[:3]
            kept = [word for word in words if word in rarest]
        if rng.random() < 0.55:
            rng.shuffle(kept)
        for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
            kept.insert(rng.randrange(len(kept) + 1), rng.choice(self.common))
        return re.sub(r"[,:;](?= |$)", "", " ".join(kept))

    def _chance(self, word):
        return next((chance for most, chance in CHANCES if self.counts[word] <= most), 0.3)
