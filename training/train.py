"""Trains ingot-tiny-chat from scratch: `python3 training/train.py --minutes 60 --out <folder>`.

The learning rate follows the clock, not a step count: whatever the machine manages in `--minutes`,
the last third of it is spent going down to zero.
"""
import argparse
import os
import random
import time

import numpy
import torch
from torch.nn import functional as F

import bpe
import chat
import export
import generate
import parallel
import values
from model import Config, Decoder
from muon import make_optimizers

IGNORED = -100


def tokenise(conversations, tokenizer, longest):
    """(ids, targets) pairs; only the assistant's words and its end token are targets."""
    rows = []
    for conversation in conversations:
        ids, targets = [], []
        for text, is_answer in chat.segments_of(conversation):
            part = tokenizer.encode(text)
            ids.extend(part)
            targets.extend(part if is_answer else [IGNORED] * len(part))
        if len(ids) <= longest:
            rows.append((numpy.array(ids[:-1], dtype=numpy.int64), numpy.array(targets[1:], dtype=numpy.int64)))
    return rows


def batches_of(rows, tokens_per_batch, rng):
    """Rows of similar length together, so that little is padded; the batches themselves are shuffled.

    Rows are sorted only inside a window of the stream, so every batch sees new conversations.
    """
    window = 4096
    for start in range(0, len(rows), window):
        chunk = sorted(rows[start:start + window], key=lambda row: len(row[0]))
        batches, batch = [], []
        for row in chunk:
            if batch and (len(batch) + 1) * len(row[0]) > tokens_per_batch:
                batches.append(batch)
                batch = []
            batch.append(row)
        batches.append(batch)
        rng.shuffle(batches)
        yield from batches


def tensors_of(batch):
    length = max(len(ids) for ids, _ in batch)
    ids = numpy.zeros((len(batch), length), dtype=numpy.int64)
    targets = numpy.full((len(batch), length), IGNORED, dtype=numpy.int64)
    for index, (row_ids, row_targets) in enumerate(batch):
        ids[index, :len(row_ids)] = row_ids
        targets[index, :len(row_targets)] = row_targets
    return torch.from_numpy(ids), torch.from_numpy(targets)


def loss_of(model, ids, targets):
    """Cross entropy over the target tokens; logits are computed for those alone."""
    wanted = targets != IGNORED
    return F.cross_entropy(model.logits(model(ids)[wanted]), targets[wanted])


def learning_rate_factor(progress):
    warm_up, decay_from = 0.02, 0.45
    if progress < warm_up:
        return (progress + 0.001) / warm_up
    return 1.0 if progress < decay_from else max(0.0, (1.0 - progress) / (1.0 - decay_from))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, help="the Hugging Face folder to write")
    parser.add_argument("--start", help="a folder to continue from, with another --seed and a lower --rate")
    parser.add_argument("--rate", type=float, default=1.0, help="scales the learning rates")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--conversations", type=int, default=60000)
    parser.add_argument("--batch-tokens", type=int, default=3072)
    parser.add_argument("--longest", type=int, default=640, help="longer conversations are left out")
    parser.add_argument("--save-every", type=float, default=0, help="also write the folder every so many minutes")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes, each on a core of its own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vocab", type=int, default=Config.vocab_size)
    parser.add_argument("--joined-words", type=int, default=300, help="common words with their space as one token")
    parser.add_argument("--plain-bpe", action="store_true", help="merge spaces into any word, as plain BPE does")
    parser.add_argument("--layers", type=int, default=Config.num_hidden_layers)
    parser.add_argument("--intermediate", type=int, default=Config.intermediate_size)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    start = time.time()
    conversations = generate.conversations(arguments.conversations, arguments.seed)
    model, tokenizer = export.load_folder(arguments.start) if arguments.start else new_model(conversations, arguments)
    rows = tokenise(conversations, tokenizer, arguments.longest)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(tokenizer.vocab)} tokens in the vocabulary, "
          f"{len(rows)} conversations of {sum(len(ids) for ids, _ in rows) / len(rows):.0f} tokens on average, "
          f"prepared in {time.time() - start:.0f} s", flush=True)
    team = parallel.Team(model, arguments.workers)
    parallel.run(train, team, model, tokenizer, rows, arguments, time.time())


def new_model(conversations, arguments):
    """Random weights, and the vocabulary the conversations ask for."""
    texts = [chat.render(conversation) for conversation in conversations[:20000]] + generate.vocabulary_texts()
    joined_words = None if arguments.plain_bpe else arguments.joined_words
    merges = bpe.train_merges(texts, arguments.vocab - 256 - len(bpe.ADDED_TOKENS), joined_words, values.copied_words())
    tokenizer = bpe.Tokenizer(merges)
    vocab_size = -(-len(tokenizer.vocab) // 32) * 32
    return Decoder(Config(vocab_size=vocab_size, num_hidden_layers=arguments.layers,
                          intermediate_size=arguments.intermediate)), tokenizer


def train(rank, team, model, tokenizer, rows, arguments, start):
    """One worker: its own share of the conversations, the common weights. The first one reports and saves."""
    torch.set_num_threads(1)
    # The averages of rarely seen tokens' gradients fade to denormal numbers, which this kind of processor
    # computes with many times slower.
    torch.set_flush_denormal(True)
    owned = team.owned(model, rank)
    optimizers = make_optimizers(model, owned)
    base_rates = [optimizer.param_groups[0]["lr"] for optimizer in optimizers]
    rng = random.Random(arguments.seed * 1000 + rank)
    mine = rows[rank::team.workers]
    reporter = Reporter(team, model, tokenizer, arguments, start) if rank == 0 else None
    seconds = arguments.minutes * 60
    while not team.finished:
        for batch in batches_of(mine, arguments.batch_tokens // team.workers, rng):
            progress = min(1.0, (time.time() - start) / seconds)
            for optimizer, rate in zip(optimizers, base_rates):
                optimizer.param_groups[0]["lr"] = rate * arguments.rate * learning_rate_factor(progress)
            model.zero_grad()
            loss = loss_of(model, *tensors_of(batch))
            loss.backward()
            team.losses[rank] = loss.item()
            team.tokens[rank] += sum(len(ids) for ids, _ in batch)
            team.share_gradients(model, rank, owned)
            for optimizer in optimizers:
                optimizer.step()
            if rank == 0 and progress >= 1.0:
                team.finished.fill_(1.0)
            team.meet()
            if team.finished:
                break
            if reporter is not None:
                reporter.after_step()
    if reporter is not None:
        reporter.finish()


class Reporter:
    """Prints how training goes and writes the folder now and then."""

    def __init__(self, team, model, tokenizer, arguments, start):
        self.team, self.model, self.tokenizer, self.arguments = team, model, tokenizer, arguments
        self.start = self.saved = self.reported = start
        self.step, self.recent = 0, []

    def after_step(self):
        self.step += 1
        self.recent = self.recent[-99:] + [float(self.team.losses.mean())]
        now = time.time()
        if now - self.reported > 20:
            self.reported = now
            print(f"{(now - self.start) / 60:5.1f} min  {self.state(now)}", flush=True)
        if self.arguments.save_every and now - self.saved > self.arguments.save_every * 60:
            self.saved = now
            export.save_folder(self.arguments.out, self.model, self.tokenizer)

    def finish(self):
        export.save_folder(self.arguments.out, self.model, self.tokenizer)
        print(f"done: {self.state(time.time())}", flush=True)

    def state(self, now):
        tokens = float(self.team.tokens.sum())
        return (f"step {self.step}  {tokens / 1e6:.2f} M tokens  {tokens / (now - self.start):.0f} tokens/s  "
                f"loss {sum(self.recent) / len(self.recent):.4f}")


if __name__ == "__main__":
    main()
