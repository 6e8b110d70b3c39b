"""Renders jobs (JSON on standard input) with jinja2 as Hugging Face's apply_chat_template sets it up.

Two things more, which some published templates need: lists may be changed (append, pop), and there is from_json.
"""
import datetime
import functools
import json
import sys

import jinja2
from jinja2.ext import Extension
from jinja2.sandbox import SandboxedEnvironment

NOW = datetime.datetime(2026, 1, 5, 9, 7, 3)


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        lineno = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(lineno)

    def _render(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    result = SandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    result.filters["tojson"] = tojson
    result.filters["from_json"] = json.loads
    result.globals["raise_exception"] = raise_exception
    result.globals["strftime_now"] = lambda form: NOW.strftime(form)
    return result


@functools.cache
def template(source):
    return environment().from_string(source)


def render(job):
    try:
        return {"output": template(job["source"]).render(**job["context"])}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:200]}


json.dump([render(job) for job in json.load(sys.stdin)], sys.stdout)
