"""The scripted judge of the held-out cases.

A rule may hold: `all` / `any` / `not` (substrings, case ignored), `starts` and `ends` (exact),
`longest` (characters), `json` (the parsed answer equals it), `json_keys` (an object with just these
keys), `tool` (exactly one call, of this name, with arguments equal to these).
"""
import json
import re

TOOL_CALL = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)


def calls_in(text):
    """Tool calls written as text, as (name, arguments); a broken one counts as no call."""
    calls = []
    for found in TOOL_CALL.findall(text):
        try:
            call = json.loads(found)
            calls.append((call["name"], call["arguments"]))
        except (ValueError, KeyError, TypeError):
            pass
    return calls


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def is_right(rule, text, calls):
    """Whether the answer `text` with its tool `calls` obeys every part of the rule."""
    lowered = text.lower()
    if any(part.lower() not in lowered for part in rule.get("all", [])):
        return False
    if "any" in rule and not any(part.lower() in lowered for part in rule["any"]):
        return False
    if any(part.lower() in lowered for part in rule.get("not", [])) or ("not" in rule and calls):
        return False
    if "starts" in rule and not text.startswith(rule["starts"]):
        return False
    if "ends" in rule and not text.rstrip().endswith(rule["ends"]):
        return False
    if "longest" in rule and len(text) > rule["longest"]:
        return False
    if "json" in rule and _parsed(text) != rule["json"]:
        return False
    if "json_keys" in rule:
        value = _parsed(text)
        if not isinstance(value, dict) or list(value) != rule["json_keys"]:
            return False
    if "tool" in rule:
        return calls == [(rule["tool"]["name"], rule["tool"]["arguments"])]
    return True
