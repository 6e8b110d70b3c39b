"""Measures a checkpoint, or a running service, on the held-out cases.

    python3 training/evaluate.py --checkpoint <folder> [--int8]
    python3 training/evaluate.py --url http://127.0.0.1:5272/v1 --model ingot-tiny-chat
    python3 training/evaluate.py --check-leaks
"""
import argparse
import collections
import json
import os
import urllib.request

import judge

HELDOUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "heldout.jsonl")


def load_cases():
    with open(HELDOUT, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def quantise_weights(model, block=32):
    """Rounds every weight matrix to symmetric int8 in blocks along its input, as the compiler does."""
    import torch
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                blocks = parameter.view(parameter.shape[0], -1, block)
                scale = blocks.abs().amax(dim=2, keepdim=True).clamp(min=1e-12) / 127
                parameter.copy_(((blocks / scale).round().clamp(-127, 127) * scale).view_as(parameter))


def checkpoint_answerer(folder, int8):
    """A function from a case to (text, calls), greedy, from a checkpoint folder."""
    import torch
    import bpe
    import chat
    import export
    from model import answer_ids
    torch.set_num_threads(1)
    model, tokenizer = export.load_folder(folder)
    if int8:
        quantise_weights(model)
    stops = {tokenizer.vocab[bpe.IM_END], tokenizer.vocab[bpe.END_OF_TEXT]}

    def answer(case):
        prompt = tokenizer.encode(chat.render(case, add_generation_prompt=True))
        text = tokenizer.decode(answer_ids(model, prompt, stops))
        return text, judge.calls_in(text)
    return answer


def wire_messages(messages):
    """OpenAI wants the arguments of a past tool call as text."""
    for message in messages:
        calls = [{**call, "function": {**call["function"], "arguments": json.dumps(call["function"]["arguments"])}}
                 for call in message.get("tool_calls", [])]
        yield {**message, "tool_calls": calls} if calls else message


def service_answerer(url, name):
    """A function from a case to (text, calls), over HTTP at temperature 0."""
    def answer(case):
        body = {"model": name, "messages": list(wire_messages(case["messages"])), "temperature": 0, "max_tokens": 160}
        if "tools" in case:
            body["tools"] = case["tools"]
        request = urllib.request.Request(url.rstrip("/") + "/chat/completions", json.dumps(body).encode("utf-8"),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as response:
            message = json.load(response)["choices"][0]["message"]
        text = message.get("content") or ""
        calls = [(call["function"]["name"], json.loads(call["function"]["arguments"]))
                 for call in message.get("tool_calls") or []]
        return text, calls or judge.calls_in(text)
    return answer


def check_leaks(conversation_count, seed):
    """Fails if a held-out question, case and punctuation aside, is among the training questions."""
    import common
    import generate
    forbidden = generate.heldout_questions()
    leaked = set()
    for conversation in generate.conversations(conversation_count, seed, exclude=set()):
        asked = {common.normalised(m["content"]) for m in conversation["messages"] if m["role"] == "user"}
        leaked |= asked & forbidden
    print(f"{len(forbidden)} held-out questions, {len(leaked)} of them made by the generators before exclusion")
    kept = {common.normalised(m["content"]) for conversation in generate.conversations(conversation_count, seed)
            for m in conversation["messages"] if m["role"] == "user"}
    if kept & forbidden:
        raise SystemExit(f"in the training data: {sorted(kept & forbidden)}")
    print("none of them is in the training data")


def print_table(results):
    print(f"{'category':<14}{'right':>6}{'cases':>7}{'share':>8}")
    totals = [0, 0]
    for category, outcomes in results.items():
        print(f"{category:<14}{sum(outcomes):>6}{len(outcomes):>7}{sum(outcomes) / len(outcomes):>8.1%}")
        totals = [totals[0] + sum(outcomes), totals[1] + len(outcomes)]
    print(f"{'total':<14}{totals[0]:>6}{totals[1]:>7}{totals[0] / totals[1]:>8.1%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", help="a folder that train.py wrote")
    parser.add_argument("--int8", action="store_true", help="round the checkpoint's weights to int8 first")
    parser.add_argument("--url", help="the /v1 address of a running service")
    parser.add_argument("--model", default="ingot-tiny-chat")
    parser.add_argument("--check-leaks", action="store_true", help="compare the held-out cases with the training data")
    parser.add_argument("--conversations", type=int, default=60000, help="how many to check for leaks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="show the wrong answers")
    arguments = parser.parse_args()
    if arguments.check_leaks:
        check_leaks(arguments.conversations, arguments.seed)
        return
    if bool(arguments.url) == bool(arguments.checkpoint):
        parser.error("give either --checkpoint or --url")
    answer = (service_answerer(arguments.url, arguments.model) if arguments.url
              else checkpoint_answerer(arguments.checkpoint, arguments.int8))
    results = collections.defaultdict(list)
    for case in load_cases():
        text, calls = answer(case)
        right = judge.is_right(case["judge"], text, calls)
        results[case["category"]].append(right)
        if arguments.verbose and not right:
            print(f"[{case['category']}] {case['messages'][-1]['content']}\n    got  {text or calls}\n    rule {case['judge']}")
    print_table(results)


if __name__ == "__main__":
    main()
