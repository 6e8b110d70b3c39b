"""Trains ingot-tiny-embed from scratch: `python3 training/train_embed.py --minutes 20 --out <folder>`.

Two texts of one meaning are pulled together, all other texts of the batch pushed away (InfoNCE); the pairs
come from `gen_pairs.py`. The learning rate follows the clock, as for the chat model.
"""
import argparse
import collections
import math
import os
import random
import time

import torch
from torch.nn import functional as F

import export_embed
import gen_pairs
import parallel
import wordpiece
from embed_model import Config, Encoder
from evaluate_embed import scores_of
from muon import make_optimizers
from train import learning_rate_factor

SHORT = 64


def new_tokenizer(size, seed):
    """A vocabulary of the data's words; rare ones count for more than their share, as nobody writes our mix."""
    mix, counts, written = gen_pairs.Mix(seed), collections.Counter(), collections.Counter()
    for text in gen_pairs.vocabulary_texts():
        counts.update(wordpiece.words_of(text))
    for text in [text for _ in range(4000) for pair in mix.family() for text in (pair.first, pair.second)]:
        written.update(wordpiece.words_of(text))
    # What is invented or mistyped hardly ever comes twice, and gets no token of its own.
    counts.update({word: count for word, count in written.items() if word in counts or count > 7})
    tokens = wordpiece.train({word: math.sqrt(count) for word, count in counts.items()}, size)
    return wordpiece.Tokenizer(tokens + [f"[unused{index}]" for index in range(size - len(tokens))])


def loss_of(first, second, meanings, temperature):
    """Each text must find its partner among all texts of the batch; texts of the same meaning do not count."""
    numbers = {}
    same = torch.tensor([numbers.setdefault(meaning, len(numbers)) for meaning in meanings])
    same = same[:, None] == same[None, :]
    others = same & ~torch.eye(len(meanings), dtype=torch.bool)
    target = torch.arange(len(meanings))
    across, within_first, within_second = first @ second.t(), first @ first.t(), second @ second.t()
    across, within_first, within_second = (matrix.masked_fill(mask, -9.0) / temperature for matrix, mask in
                                           ((across, others), (within_first, same), (within_second, same)))
    return (F.cross_entropy(torch.cat([across, within_first], 1), target)
            + F.cross_entropy(torch.cat([across.t(), within_second], 1), target)) / 2


class Batches:
    """Batches of token ids. Now and then a word is cut into smaller pieces than needed, so pieces mean something too."""

    def __init__(self, mix, tokenizer, pairs, longest):
        self.mix, self.tokenizer, self.pairs, self.longest = mix, tokenizer, pairs, longest
        self.rng = random.Random(mix.rng.random())

    def next(self):
        pairs = self.mix.batch(self.pairs)
        rows = [self.tokenizer.encode(text, self.longest, self._cut)
                for text in [pair.first for pair in pairs] + [pair.second for pair in pairs]]
        return rows, [pair.meaning for pair in pairs]

    def _cut(self, word):
        return self.rng.randint(2, len(word) - 1) if len(word) > 3 and self.rng.random() < 0.06 else wordpiece.LONGEST_WORD


def train(rank, team, model, tokenizer, arguments, start):
    """One worker: its own pairs, the common weights. The first one reports and saves."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    owned = team.owned(model, rank)
    optimizers = make_optimizers(model, owned)
    base_rates = [optimizer.param_groups[0]["lr"] for optimizer in optimizers]
    mix = gen_pairs.Mix(arguments.seed * 1000 + rank, arguments.leave_out)
    batches = Batches(mix, tokenizer, arguments.pairs, arguments.longest)
    step, reported, recent = 0, start, collections.deque(maxlen=100)
    while not team.finished:
        progress = min(1.0, (time.time() - start) / (arguments.minutes * 60))
        for optimizer, rate in zip(optimizers, base_rates):
            optimizer.param_groups[0]["lr"] = rate * arguments.rate * learning_rate_factor(progress)
        rows, meanings = batches.next()
        model.zero_grad()
        vectors = model.embed(rows)
        loss = loss_of(*vectors.split(len(meanings)), meanings, arguments.temperature)
        short = F.normalize(vectors[:, :SHORT], dim=-1)
        (loss + arguments.short_weight * loss_of(*short.split(len(meanings)), meanings, arguments.temperature)).backward()
        team.losses[rank] = loss.item()
        team.tokens[rank] += sum(map(len, rows))
        team.share_gradients(model, rank, owned)
        for optimizer in optimizers:
            optimizer.step()
        if rank == 0 and progress >= 1.0:
            team.finished.fill_(1.0)
        team.meet()
        step += 1
        recent.append(float(team.losses.mean()))
        if rank == 0 and (time.time() - reported > 20 or team.finished):
            reported = time.time()
            print(f"{(reported - start) / 60:5.1f} min  step {step}  {step * arguments.pairs * team.workers / 1000:.0f} K pairs  "
                  f"{float(team.tokens.sum()) / 1e6:.2f} M tokens  loss {sum(recent) / len(recent):.4f}{on_left_out(model, tokenizer, mix)}", flush=True)
    if rank == 0:
        export_embed.save_folder(arguments.out, model, tokenizer)


@torch.no_grad()
def on_left_out(model, tokenizer, mix):
    if not mix.left_out:
        return ""
    vectors = model.embed([tokenizer.encode(text, 64) for questions in mix.left_out for text in questions[:2]])
    figures = scores_of(vectors[::2], vectors[1::2])
    return f"  left out: beats {figures['beats'].mean():.4f}, first {figures['first'].mean():.4f}"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, help="the Hugging Face folder to write")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes, each on a core of its own")
    parser.add_argument("--pairs", type=int, default=192, help="pairs in the batch of one worker")
    parser.add_argument("--longest", type=int, default=128, help="tokens of a text that training sees")
    parser.add_argument("--rate", type=float, default=1.0, help="scales the learning rates")
    parser.add_argument("--temperature", type=float, default=0.06)
    parser.add_argument("--short-weight", type=float, default=0.3, help=f"weight of the same loss on the first {SHORT} numbers")
    parser.add_argument("--leave-out", type=int, default=0, help="leave every n-th block out and measure on it instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vocab", type=int, default=Config.vocab_size)
    parser.add_argument("--layers", type=int, default=Config.num_hidden_layers)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    tokenizer = new_tokenizer(arguments.vocab, arguments.seed)
    model = Encoder(Config(vocab_size=len(tokenizer.tokens), num_hidden_layers=arguments.layers))
    print(f"{sum(parameter.numel() for parameter in model.parameters())} parameters", flush=True)
    team = parallel.Team(model, arguments.workers)
    parallel.run(train, team, model, tokenizer, arguments, time.time())


if __name__ == "__main__":
    main()
