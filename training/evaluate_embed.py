"""Measures an embedding model on the held-out pairs of `heldout_pairs.jsonl`, as a folder or over HTTP.

Of each pair both texts are asked in turn. *Beats unrelated*: the share of the texts of all other pairs that are less
similar to the asked text than its partner is. *First*: the partner is the most similar of all partners. *Near*: a text
that looks alike and means something else is less similar than the partner.
"""
import argparse
import json
import urllib.request

import numpy

import common
import gen_pairs


def scores_of(first, second):
    """`beats` and `first` of each pair of unit vectors, each the mean over both directions."""
    first, second = numpy.asarray(first, dtype=numpy.float64), numpy.asarray(second, dtype=numpy.float64)
    count = len(first)
    beats, found = numpy.zeros(count), numpy.zeros(count)
    for asked, partner in ((first, second), (second, first)):
        partners, siblings = asked @ partner.T, asked @ asked.T
        right = numpy.diag(partners)[:, None]
        beats += ((partners < right).sum(1) + (siblings < right).sum(1) - (numpy.diag(siblings) < right[:, 0])) / (2 * count - 2) / 2
        found += (partners.argmax(1) == numpy.arange(count)) / 2
    return {"beats": beats, "first": found}


def embed_with_folder(folder, texts, rounded):
    import torch

    import export_embed
    model, tokenizer = export_embed.load_folder(folder)
    if rounded:
        for name, parameter in model.named_parameters():
            if parameter.dim() == 2 and "position" not in name and "type" not in name:
                blocks = parameter.data.view(parameter.shape[0], -1, 32)
                scale = blocks.abs().amax(-1, keepdim=True).clamp_min(1e-12) / 127
                parameter.data = ((blocks / scale).round() * scale).view(parameter.shape)
    with torch.no_grad():
        return model.embed([tokenizer.encode(text, model.config.max_position_embeddings) for text in texts]).numpy()


def embed_over_http(url, model, texts, batch=32):
    vectors = []
    for start in range(0, len(texts), batch):
        body = json.dumps({"model": model, "input": texts[start:start + batch]}).encode("utf-8")
        request = urllib.request.Request(url.rstrip("/") + "/embeddings", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            data = json.load(response)["data"]
        vectors.extend(entry["embedding"] for entry in sorted(data, key=lambda entry: entry["index"]))
    return numpy.array(vectors)


def embed_by_words(texts):
    """What is to be beaten: shared words, the rarer the heavier."""
    words = [common.normalised(text).split() for text in texts]
    places = {word: place for place, word in enumerate(sorted({word for each in words for word in each}))}
    vectors = numpy.zeros((len(texts), len(places)))
    for row, each in enumerate(words):
        for word in each:
            vectors[row, places[word]] = 1
    vectors *= numpy.log(len(texts) / vectors.sum(0))
    return vectors


def report(cases, embed, dimensions):
    near = [case for case in cases if "near" in case]
    vectors = embed([case["a"] for case in cases] + [case["b"] for case in cases] + [case["near"] for case in near])
    vectors = vectors[:, :dimensions] if dimensions else vectors
    vectors = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    first, second, other = vectors[:len(cases)], vectors[len(cases):2 * len(cases)], vectors[2 * len(cases):]
    figures = scores_of(first, second)
    print("| topic | pairs | beats unrelated | first |\n| --- | ---: | ---: | ---: |")
    for topic in dict.fromkeys(case["topic"] for case in cases):
        chosen = numpy.array([case["topic"] == topic for case in cases])
        print(f"| {topic} | {chosen.sum()} | {figures['beats'][chosen].mean():.2%} | {figures['first'][chosen].mean():.1%} |")
    print(f"| **all** | {len(cases)} | {figures['beats'].mean():.2%} | {figures['first'].mean():.1%} |")
    rows = [row for row, case in enumerate(cases) if "near" in case]
    right = [(first[row] @ second[row] > first[row] @ text) for row, text in zip(rows, other)]
    print(f"near: {numpy.mean(right):.1%} of {len(rows)}")
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", help="a folder that train_embed.py wrote")
    parser.add_argument("--int8", action="store_true", help="round the checkpoint's weights to int8 in blocks of 32 first")
    parser.add_argument("--url", help="a service, such as http://127.0.0.1:5272/v1")
    parser.add_argument("--model", default="ingot-tiny-embed")
    parser.add_argument("--words", action="store_true", help="measure plain word overlap instead")
    parser.add_argument("--dimensions", type=int, help="use only so many numbers of each vector")
    parser.add_argument("--verbose", action="store_true", help="print the pairs that do not come first")
    parser.add_argument("--record", metavar="FILE", help="write a few texts and their vectors instead")
    parser.add_argument("--check-leaks", type=int, metavar="FAMILIES", help="count held-out texts among so many families before they are left out")
    arguments = parser.parse_args()
    if arguments.check_leaks:
        return check_leaks(arguments.check_leaks)
    if arguments.words:
        embed = embed_by_words
    elif arguments.url:
        embed = lambda texts: embed_over_http(arguments.url, arguments.model, texts)
    else:
        embed = lambda texts: embed_with_folder(arguments.checkpoint, texts, arguments.int8)
    if arguments.record:
        return record(arguments.record, embed)
    cases = gen_pairs.heldout_cases()
    figures = report(cases, embed, arguments.dimensions)
    if arguments.verbose:
        for case, beats, found in sorted(zip(cases, *figures.values()), key=lambda row: row[1]):
            if found < 1:
                print(f"{beats:.3f} {found}  {case['a']}  |  {case['b']}")


RECORDED = ["What is the capital of France?", "how do i start the service", "A dog is running on the beach.", "zorbulator",
            "Héllo, naïve Wörld: café!", "C# & C++ (50 % off) - e-mail bob@example.org", "ß æ ø Привет αβγ 汉字 🙂", "x",
            "Ingot is an open, cross-platform local AI runner. " * 12]


def record(path, embed):
    """Writes a few texts with their vectors, for the test that compares the runtime with this code."""
    with open(path, "w", encoding="utf-8") as file:
        rows = [json.dumps({"text": text, "vector": [round(float(number), 5) for number in vector]}, ensure_ascii=False)
                for text, vector in zip(RECORDED, embed(RECORDED))]
        file.write("[\n" + ",\n".join(rows) + "\n]\n")


def check_leaks(families):
    forbidden, mix = gen_pairs.heldout_texts(), gen_pairs.Mix(seed=999)
    mix.forbidden = set()
    texts = {common.normalised(text) for _ in range(families) for pair in mix.family() for text in (pair.first, pair.second)}
    print(f"{len(texts)} texts, held-out ones among them: {sorted(texts & forbidden) or 'none'}")


if __name__ == "__main__":
    main()
