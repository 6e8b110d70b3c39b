"""Conversations as text: a Python renderer that gives exactly what `chat_template.jinja` gives.

A conversation is `{"messages": [...], "tools": [...]}` in the shape of an OpenAI request; the
arguments of an assistant's tool call are an object.
"""
import json
import os

TEMPLATE_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chat_template.jinja")


def template_text():
    with open(TEMPLATE_PATH, encoding="utf-8") as file:
        return file.read()


def to_json(value):
    """What `tojson` gives inside a Hugging Face chat template."""
    return json.dumps(value, ensure_ascii=False)


def _system_text(messages, tools):
    text = messages[0]["content"] if messages and messages[0]["role"] == "system" else ""
    if tools:
        lines = "\n".join(to_json(tool["function"]) for tool in tools)
        text = (text + "\n\n" if text else "") + f"# Tools\n<tools>\n{lines}\n</tools>"
    return text


def segments_of(conversation):
    """The rendered conversation as (text, is_answer) pairs; answers include their end token."""
    messages, tools = conversation["messages"], conversation.get("tools")
    segments = []
    system = _system_text(messages, tools)
    if system or (messages and messages[0]["role"] == "system"):
        segments.append((f"<|im_start|>system\n{system}<|im_end|>\n", False))
    for index, message in enumerate(messages):
        role = message["role"]
        if role == "user":
            segments.append((f"<|im_start|>user\n{message['content']}<|im_end|>\n", False))
        elif role == "tool":
            opens = index == 0 or messages[index - 1]["role"] != "tool"
            closes = index + 1 == len(messages) or messages[index + 1]["role"] != "tool"
            text = "<|im_start|>user" if opens else ""
            text += f"\n<tool_response>\n{message['content']}\n</tool_response>"
            segments.append((text + ("<|im_end|>\n" if closes else ""), False))
        elif role == "assistant":
            text = message.get("content") or ""
            for call in message.get("tool_calls") or []:
                function = call["function"]
                text += "\n" if text else ""
                text += (f'<tool_call>\n{{"name": "{function["name"]}", '
                         f'"arguments": {to_json(function["arguments"])}}}\n</tool_call>')
            segments.append(("<|im_start|>assistant\n", False))
            segments.append((text + "<|im_end|>", True))
            segments.append(("\n", False))
    return segments


def render(conversation, add_generation_prompt=False):
    text = "".join(part for part, _ in segments_of(conversation))
    return text + ("<|im_start|>assistant\n" if add_generation_prompt else "")
