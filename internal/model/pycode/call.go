package pycode

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
)

// attribute is v.name.
func (l *look) attribute(v value, attr string) value {
	switch v.kind {
	case dotted:
		if v.s == "__builtins__" || v.s == "builtins" {
			return value{kind: dotted, s: attr}
		}
		if len(v.s)+len(attr) > 512 {
			return value{}
		}
		return value{kind: dotted, s: v.s + "." + attr, hidden: v.hidden}
	case constant, list:
		return value{kind: dotted, s: "\x00" + attr, items: append([]string{v.s}, v.items...), hidden: v.hidden}
	}
	return value{kind: dotted, s: "?." + attr, hidden: v.hidden}
}

// call is v(args).
func (l *look) call(v value, args []value, names map[string]value) value {
	hidden := v.hidden
	for _, a := range args {
		hidden = hidden || a.hidden
	}
	if v.kind == local {
		l.calls(v.s)
		return value{}
	}
	if v.kind != dotted {
		return value{hidden: hidden}
	}
	if method, ok := strings.CutPrefix(v.s, "\x00"); ok {
		return textMethod(method, v, args, hidden)
	}
	arg := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return value{}
	}
	path := strings.TrimPrefix(v.s, "builtins.")
	switch path {
	case "__import__", "importlib.import_module", "importlib.__import__":
		if m := arg(0); m.kind == constant {
			return value{kind: dotted, s: m.s}
		}
		l.keep(Effect{Capability: globals.Imports, Name: path, Hidden: hidden})
		return value{kind: dotted, s: "?"}
	case "getattr":
		if m := arg(1); m.kind == constant && arg(0).kind == dotted {
			return l.attribute(arg(0), m.s)
		}
		return value{kind: dotted, s: "?"}
	case "vars":
		if arg(0).kind == dotted {
			return value{kind: space, s: arg(0).s}
		}
	case "globals", "locals":
		return value{kind: space}
	case "chr":
		if arg(0).kind == whole && arg(0).n >= 0 && arg(0).n < 0x110000 {
			return value{kind: constant, s: string(rune(arg(0).n)), hidden: true}
		}
	case "str", "bytes", "bytearray":
		if a := arg(0); a.kind == constant || a.kind == list {
			return value{kind: constant, s: a.s + strings.Join(a.items, ""), hidden: a.hidden || a.kind == list}
		}
		return value{hidden: hidden}
	case "functools.partial", "partial", "threading.Thread", "threading.Timer", "multiprocessing.Process", "atexit.register", "map", "filter", "asyncio.to_thread":
		return l.calling(path, args, names)
	}
	if d, ok := decode(path, arg(0)); ok {
		return d
	}
	l.effect(path, args, names, hidden)
	return value{kind: dotted, s: result(path), hidden: hidden || fetched(path)}
}

// fetched says whether a path is of what came from another machine: what a socket received, what an address answered.
func fetched(path string) bool {
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "recv", "recvfrom", "recvmsg":
		return true
	}
	for _, call := range []string{"urlopen()", "requests.get()", "requests.post()", "httpx.get()", "httpx.post()"} {
		if strings.HasPrefix(path, "?") && strings.Contains(path, call) {
			return true
		}
	}
	return false
}

// result is what a call returns, as a path that its methods are looked up by.
func result(path string) string {
	if path == "compile" || strings.HasPrefix(path, "?") {
		return "?"
	}
	return "?" + path + "()"
}

// calling judges what is called by something that is given a callable.
func (l *look) calling(path string, args []value, names map[string]value) value {
	callable := value{}
	for _, a := range append(args, names["target"], names["function"]) {
		if a.kind == local {
			l.calls(a.s)
		}
		if a.kind == dotted && effectOf(a.s) != 0 && callable.kind == unknown {
			callable = a
		}
	}
	if callable.kind != dotted {
		return value{}
	}
	if strings.HasSuffix(path, "partial") {
		return callable
	}
	l.effect(callable.s, nil, nil, false)
	return value{}
}

// decode folds what turns text into other text, and marks it where it cannot be folded.
func decode(path string, a value) (value, bool) {
	hide := func(b []byte, err error) (value, bool) {
		if err != nil || a.kind != constant {
			return value{hidden: true}, true
		}
		return value{kind: constant, s: string(b), hidden: true}, true
	}
	switch path {
	case "base64.b64decode", "base64.standard_b64decode", "base64.urlsafe_b64decode", "binascii.a2b_base64", "base64.decodebytes":
		s := strings.NewReplacer("\n", "", "-", "+", "_", "/").Replace(a.s)
		return hide(base64.StdEncoding.DecodeString(s + strings.Repeat("=", (4-len(s)%4)%4)))
	case "bytes.fromhex", "bytearray.fromhex", "binascii.unhexlify", "binascii.a2b_hex":
		return hide(hex.DecodeString(strings.ReplaceAll(a.s, " ", "")))
	case "codecs.decode", "zlib.decompress", "gzip.decompress", "bz2.decompress", "lzma.decompress", "base64.b32decode", "base64.b16decode", "base64.b85decode", "base64.a85decode",
		"marshal.dumps", "bytes.decode":
		return value{hidden: true}, true
	}
	return value{}, false
}

// textMethod folds methods of constant text.
func textMethod(method string, v value, args []value, hidden bool) value {
	s := ""
	if len(v.items) > 0 {
		s = v.items[0]
	}
	constArgs := true
	for _, a := range args {
		constArgs = constArgs && (a.kind == constant || a.kind == list)
	}
	out := value{kind: constant, s: s, hidden: hidden}
	switch method {
	case "decode", "encode", "strip", "lower", "upper", "lstrip", "rstrip":
		switch method {
		case "lower":
			out.s = strings.ToLower(s)
		case "upper":
			out.s = strings.ToUpper(s)
		case "strip":
			out.s = strings.TrimSpace(s)
		}
		return out
	case "join":
		if len(args) == 1 && args[0].kind == list {
			out.s = strings.Join(args[0].items, s)
			out.hidden = hidden || args[0].hidden
			return out
		}
	case "replace":
		if len(args) >= 2 && constArgs {
			out.s = strings.ReplaceAll(s, args[0].s, args[1].s)
			if len(out.s) <= maxText {
				return out
			}
		}
	case "format":
		if constArgs && strings.Count(s, "{}") == len(args) {
			for _, a := range args {
				out.s = strings.Replace(out.s, "{}", a.s, 1)
			}
			return out
		}
	}
	return value{hidden: hidden}
}

// effect keeps what a call does.
func (l *look) effect(path string, args []value, names map[string]value, hidden bool) {
	c := effectOf(path)
	first := value{}
	if len(args) > 0 {
		first = args[0]
	} else if v, ok := names["file"]; ok {
		first = v
	}
	last := path[strings.LastIndexByte(path, '.')+1:]
	switch {
	case c&globals.Interprets != 0:
		if first.kind == constant {
			if l.depth < maxInner {
				before := len(l.effects)
				l.source(first.s, false, l.line, l.depth+1)
				for i := before; i < len(l.effects); i++ {
					l.effects[i].Hidden = true
				}
			}
			if !first.hidden {
				return
			}
		}
		if strings.HasPrefix(path, "timeit.") && first.kind != constant { // times a function
			return
		}
		if strings.HasPrefix(path, "types.") && len(args) > 0 && first.kind == dotted && !hidden { // copies a function that is there
			return
		}
		l.keep(Effect{Capability: c, Name: path, Hidden: hidden || first.hidden || first.kind == dotted && fetched(first.s)})
		return
	case c == globals.Reads:
		l.opened(path, first, args, names)
		return
	case c != 0:
		l.keep(Effect{Capability: c, Name: path, Hidden: hidden, Outside: c&globals.Writes != 0 && first.kind == constant && outside(first.s)})
		return
	}
	if strings.HasPrefix(path, "?") && (last == "write_text" || last == "write_bytes" || last == "unlink" || last == "rmdir") && strings.Contains(path, "Path()") {
		l.keep(Effect{Capability: globals.Writes, Name: strings.TrimLeft(path, "?"), Outside: false})
	}
}

// opened judges open: by mode, and by a name that is no model's business.
func (l *look) opened(path string, first value, args []value, names map[string]value) {
	mode := names["mode"]
	if len(args) > 1 && (path == "open" || path == "io.open" || path == "codecs.open") {
		mode = args[1]
	}
	c := globals.Reads
	if mode.kind == constant && strings.ContainsAny(mode.s, "wax+") {
		c = globals.Writes
	}
	l.keep(Effect{Capability: c, Name: path, Outside: first.kind == constant && outside(first.s)})
}

// outside tells files that no model has to do with.
func outside(name string) bool {
	n := strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	for _, s := range []string{"/etc/", "/.ssh", "/.aws", "/.bashrc", "/.profile", "/.zshrc", "/.netrc", "/.git-credentials", "/.kube/", "/.docker/", "/var/spool/cron", "/root", "/proc/self",
		"/appdata/", "/windows/system32", "/start menu/", ".bash_history", "id_rsa", "/.config/", "authorized_keys", "/.gnupg"} {
		if strings.Contains(n, s) {
			return true
		}
	}
	return false
}
