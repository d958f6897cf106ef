package graphs

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
)

// protoText reads the text form of protocol buffers without a schema.
type protoText struct {
	ctx  context.Context
	p    *inspect.Part
	text string
	at   int
}

const maxProtoDepth = 100

func (t *protoText) damage(format string, args ...any) error {
	return &inspect.DamageError{Offset: int64(t.at), Reason: fmt.Sprintf(format, args...)}
}

// space passes white space, comments and separators by.
func (t *protoText) space() {
	for t.at < len(t.text) {
		switch c := t.text[t.at]; {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ',' || c == ';' || c == '\f' || c == '\v':
			t.at++
		case c == '#':
			if i := strings.IndexByte(t.text[t.at:], '\n'); i >= 0 {
				t.at += i
			} else {
				t.at = len(t.text)
			}
		default:
			return
		}
	}
}

// walk visits every field: its path of names, and its value; "{" and "}" for where a message begins and ends.
func (t *protoText) walk(visit func(path []string, value string, at int64)) error {
	var path []string
	if strings.HasPrefix(t.text, "\xef\xbb\xbf") {
		t.at = 3
	}
	for n := 0; ; n++ {
		if n&0xfff == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
		t.space()
		if t.at >= len(t.text) {
			if len(path) > 0 {
				return t.damage("ends inside of %s", inspect.Quote(path[len(path)-1]))
			}
			return nil
		}
		if c := t.text[t.at]; c == '}' || c == '>' {
			if len(path) == 0 {
				return t.damage("closes what is not open")
			}
			visit(path, "}", int64(t.at))
			path = path[:len(path)-1]
			t.at++
			continue
		}
		name := t.word()
		if name == "" {
			return t.damage("a name is expected")
		}
		t.space()
		colon := false
		if t.at < len(t.text) && t.text[t.at] == ':' {
			colon = true
			t.at++
			t.space()
		}
		if t.at >= len(t.text) {
			return t.damage("ends where a value is expected")
		}
		path = append(path, name)
		switch c := t.text[t.at]; {
		case c == '{' || c == '<':
			if len(path) > maxProtoDepth {
				return t.damage("messages lie more than %d deep in each other", maxProtoDepth)
			}
			visit(path, "{", int64(t.at))
			t.at++
			continue
		case !colon:
			return t.damage("%s has no value", inspect.Quote(name))
		case c == '[':
			if err := t.list(path, visit); err != nil {
				return err
			}
		default:
			if err := t.scalar(path, visit); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
	}
}

func (t *protoText) list(path []string, visit func([]string, string, int64)) error {
	t.at++
	for {
		t.space()
		if t.at >= len(t.text) {
			return t.damage("ends inside of a list")
		}
		switch t.text[t.at] {
		case ']':
			t.at++
			return nil
		case '{', '[':
			return t.damage("a list of messages is not read")
		}
		if err := t.scalar(path, visit); err != nil {
			return err
		}
	}
}

func (t *protoText) scalar(path []string, visit func([]string, string, int64)) error {
	at := t.at
	if c := t.text[t.at]; c != '"' && c != '\'' {
		w := t.word()
		if w == "" {
			return t.damage("a value is expected")
		}
		visit(path, w, int64(at))
		return nil
	}
	var whole strings.Builder
	for t.at < len(t.text) && (t.text[t.at] == '"' || t.text[t.at] == '\'') { // texts that follow each other are one
		s, err := t.quoted()
		if err != nil {
			return err
		}
		if whole.Len() < jsonwalk.MaxText {
			whole.WriteString(s[:min(len(s), jsonwalk.MaxText)])
		}
		t.space()
	}
	visit(path, whole.String(), int64(at))
	return nil
}

func (t *protoText) quoted() (string, error) {
	quote, start := t.text[t.at], t.at+1
	for i := start; i < len(t.text); i++ {
		switch t.text[i] {
		case '\\':
			i++
		case '\n':
			return "", t.damage("a text does not end on its line")
		case quote:
			t.at = i + 1
			s := t.text[start:i]
			if strings.IndexByte(s, '\\') >= 0 {
				if u, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.ReplaceAll(s, `\'`, `'`), `"`, `\"`) + `"`); err == nil {
					s = u
				}
			}
			return s, nil
		}
	}
	return "", t.damage("a text does not end")
}

func (t *protoText) word() string {
	start := t.at
	for t.at < len(t.text) && (isNameByte(t.text[t.at]) || strings.IndexByte("+-./[]", t.text[t.at]) >= 0 && !(t.text[t.at] == ']' && strings.IndexByte(t.text[start:t.at], '[') < 0)) {
		if t.text[t.at] == '[' && t.at > start {
			break
		}
		t.at++
	}
	return t.text[start:t.at]
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}
