"""Reads templates, one JSON string a line, and says of each what Jinja makes of it: whether it is one, and its tokens.

Nothing is rendered or compiled."""
import json
import sys

import jinja2
from jinja2.ext import Extension


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.Scope(body).set_lineno(line)


environment = jinja2.Environment(
    extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do", "jinja2.ext.i18n", "jinja2.ext.debug", Generation]
)
names = {"data", "block_begin", "block_end", "variable_begin", "variable_end", "name", "string", "integer", "float"}

for line in sys.stdin:
    source = json.loads(line)
    answer = {"ok": True, "tokens": []}
    try:
        for token in environment.lexer.tokenize(source):
            kind = token.type if token.type in names else "operator"
            value = token.value if kind in ("data", "name", "string") else str(token) if kind == "operator" else ""
            answer["tokens"].append([kind, value])
    except Exception as error:
        answer["tokens"] = None
    try:
        environment.parse(source)
    except RecursionError:
        answer["ok"] = None
    except Exception as error:
        answer["ok"] = False
        answer["error"] = str(error)
    print(json.dumps(answer), flush=True)
