// Package jinja reads Jinja templates, such as the chat templates of language models, and says what rendering one would do:
// escapes from the sandbox, files read, time and memory eaten. Templates are parsed as Jinja 3 parses them and folded with
// constants; nothing is rendered.
package jinja
