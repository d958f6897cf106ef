package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/source/settings"
)

// word is one word of a command, with its line.
type word struct {
	text string
	line int
}

// command is a program with its arguments, wherever it is started: a line of a script, an instruction of a Dockerfile, a container.
type command struct {
	words []word
	in    *container // nil: of a script
	image bool       // of a Dockerfile: what its containers start
	open  bool       // words are added that are not known: "$@", $EXTRA_ARGS
}

// container is one of compose or Kubernetes.
type container struct {
	node    *settings.Node
	name    string
	image   string
	env     map[string]string // of values that are not written out: "$"
	open    bool              // more of the environment is elsewhere
	compose bool
	pod     *settings.Node // of Kubernetes: what holds the list of containers
	command command
}

// containers are those of a file of compose or Kubernetes, in order.
func (f *file) containers() []container {
	var all []container
	for _, root := range f.roots {
		switch {
		case slices.Contains(f.kinds, kindCompose):
			for _, n := range root.Find("services.*") {
				all = append(all, composeService(n))
			}
		case slices.Contains(f.kinds, kindKubernetes):
			if kind := root.Child("kind").Text(); kind == "CustomResourceDefinition" || kind == "" {
				continue
			}
			for _, list := range root.Find("**.containers") {
				if !list.List {
					continue
				}
				for _, n := range list.Children {
					all = append(all, podContainer(n, list.Parent))
				}
			}
			for _, n := range root.Find("**.predictor.model") { // of KServe
				all = append(all, podContainer(n, n.Parent))
			}
		}
	}
	for i := range all {
		all[i].command.in = &all[i]
	}
	return all
}

func composeService(n *settings.Node) container {
	c := container{node: n, name: n.Key, image: n.Child("image").Text(), compose: true, env: map[string]string{}, open: n.Child("env_file") != nil || n.Child("extends") != nil}
	env := n.Child("environment")
	if env != nil && env.Scalar && strings.Contains(env.Value, "=") { // some write one line
		name, value, _ := strings.Cut(env.Value, "=")
		c.env[name] = value
	} else if env != nil {
		for _, e := range env.Children {
			name, value := e.Key, e.Value
			if env.List {
				var given bool
				if name, value, given = strings.Cut(e.Value, "="); !given {
					value = "$"
				}
			}
			c.env[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	c.command.words = append(wordsOf(n.Child("entrypoint")), wordsOf(n.Child("command"))...)
	c.command.settle()
	return c
}

func podContainer(n, pod *settings.Node) container {
	c := container{node: n, name: n.Child("name").Text(), image: n.Child("image").Text(), pod: pod, env: map[string]string{}, open: n.Child("envFrom") != nil}
	for _, e := range n.Find("env.*") {
		value := "$"
		if v := e.Child("value"); v != nil {
			value = v.Value
		}
		c.env[e.Child("name").Text()] = value
	}
	c.command.words = append(wordsOf(n.Child("command")), wordsOf(n.Child("args"))...)
	c.command.settle()
	return c
}

// wordsOf are the words of a command that is written as a list or as one line.
func wordsOf(n *settings.Node) []word {
	if n == nil {
		return nil
	}
	if n.Scalar {
		return shellWords(n.Value, n.Line)
	}
	var all []word
	for _, c := range n.Children {
		if c.Scalar {
			all = append(all, word{c.Value, c.Line})
		}
	}
	return all
}

// settle takes the command out of `sh -c "…"`, and notes whether words are added that are not known.
func (c *command) settle() {
	for i := 0; i+1 < len(c.words); i++ {
		if flag := c.words[i].text; (flag == "-c" || flag == "-lc" || flag == "-ec" || flag == "-xc" || flag == "-euc") && i > 0 && isShell(c.words[i-1].text) {
			c.words = shellWords(c.words[i+1].text, c.words[i+1].line)
			break
		}
	}
	for i, w := range c.words {
		t := strings.Trim(w.text, `"'{}`)
		if t == "$@" || t == "$*" || strings.HasPrefix(t, "$") && (i == 0 || !strings.HasPrefix(c.words[i-1].text, "-") || strings.Contains(c.words[i-1].text, "=")) && i > 0 {
			upper := strings.ToUpper(t)
			c.open = c.open || t == "$@" || t == "$*" || strings.Contains(upper, "ARG") || strings.Contains(upper, "OPT") || strings.Contains(upper, "EXTRA") || strings.Contains(upper, "FLAG") || strings.Contains(upper, "PARAM")
		}
	}
}

func isShell(word string) bool {
	switch word[strings.LastIndexByte(word, '/')+1:] {
	case "sh", "bash", "ash", "zsh", "dash":
		return true
	}
	return false
}

// maxWords bounds the words of one command.
const maxWords = 2000

// shellWords splits a line as a shell does, without expanding anything: quotes are taken off, operators stand alone.
func shellWords(text string, line int) []word {
	var all []word
	var b strings.Builder
	started, begin := false, line
	flush := func() {
		if started {
			all = append(all, word{b.String(), begin})
		}
		b.Reset()
		started = false
	}
	start := func() {
		if !started {
			started, begin = true, line
		}
	}
	quote := byte(0)
	for i := 0; i < len(text) && len(all) < maxWords; i++ {
		c := text[i]
		if c == '\n' {
			line++
		}
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			} else if c == '\\' && quote == '"' && i+1 < len(text) {
				i++
				b.WriteByte(text[i])
			} else {
				b.WriteByte(c)
			}
		case c == '\'' || c == '"':
			start()
			quote = c
		case c == '\\' && i+1 < len(text):
			i++
			if text[i] == '\n' {
				line++
				flush()
			} else {
				start()
				b.WriteByte(text[i])
			}
		case c == ' ' || c == '\t' || c == '\r':
			flush()
		case c == '#' && !started: // a comment goes on to the end of the line
			for i+1 < len(text) && text[i+1] != '\n' {
				i++
			}
		case c == '\n' || c == ';' || c == '|' || c == '&' && !(i > 0 && text[i-1] == '>'):
			flush()
			all = append(all, word{";", line})
		default:
			start()
			b.WriteByte(c)
		}
	}
	flush()
	return all
}

// splitCommands cuts words at the operators between commands.
func splitCommands(words []word) [][]word {
	var all [][]word
	from := 0
	for i := 0; i <= len(words); i++ {
		if i == len(words) || words[i].text == ";" {
			if i > from {
				all = append(all, words[from:i])
			}
			from = i + 1
		}
	}
	return all
}

// maxInner bounds a command inside of a word.
const maxInner = 1000

// commands are all commands that a file starts.
func (f *file) commands() []command {
	var all []command
	add := func(words []word, in *container, image bool) {
		for _, part := range splitCommands(words) {
			c := command{words: part, in: in, image: image}
			c.settle()
			all = append(all, c)
			for _, w := range part { // a command that another program is given as one word: screen -X stuff "python3 -m server"
				if in == nil && !image && len(part) > 1 && strings.Contains(w.text, " ") && strings.Contains(w.text, " -") && len(w.text) < maxInner {
					inner := command{words: shellWords(w.text, w.line)}
					inner.settle()
					all = append(all, inner)
				}
			}
		}
	}
	switch {
	case slices.Contains(f.kinds, kindCompose), slices.Contains(f.kinds, kindKubernetes):
		for _, c := range f.containers() {
			if len(c.command.words) == 0 {
				all = append(all, command{in: &c})
			}
			add(c.command.words, &c, false)
		}
	case slices.Contains(f.kinds, kindDockerfile):
		for _, root := range f.roots {
			var entry, cmd []word
			for _, n := range root.Children {
				switch n.Key {
				case "FROM":
					entry, cmd = nil, nil
				case "ENTRYPOINT":
					entry = wordsOf(n)
				case "CMD":
					cmd = wordsOf(n)
				case "RUN":
					add(wordsOf(n), nil, false)
				}
			}
			add(append(slices.Clone(entry), cmd...), nil, true)
		}
	case slices.Contains(f.kinds, kindShell):
		for line, text := range logicalLines(f.data, true) {
			add(shellWords(text, line), nil, false)
		}
	}
	return all
}

// flag gives the value of an option: `--host 0.0.0.0`, `--host=0.0.0.0`; given: it stands there.
func (c *command) flag(names ...string) (value string, at word, given bool) {
	for i, w := range c.words {
		name, rest, joined := strings.Cut(w.text, "=")
		if !slices.Contains(names, name) {
			continue
		}
		if joined {
			return rest, w, true
		}
		if i+1 < len(c.words) && (!strings.HasPrefix(c.words[i+1].text, "-") || len(c.words[i+1].text) == 1) {
			return c.words[i+1].text, w, true
		}
		return "", w, true
	}
	return "", word{}, false
}

// starts gives the place of a program in the command, by its name or by `python -m module`; -1: it is not started.
func (c *command) starts(programs ...string) int {
	for i, w := range c.words {
		if strings.Contains(w.text, "=") && !strings.HasPrefix(w.text, "-") {
			continue // VAR=value program
		}
		base := w.text[strings.LastIndexByte(w.text, '/')+1:]
		for _, p := range programs {
			first, second, two := strings.Cut(p, " ")
			if base == first && (!two || i+1 < len(c.words) && c.words[i+1].text == second) && (i == 0 || !strings.HasPrefix(c.words[i-1].text, "-") || c.words[i-1].text == "-m") && (i == 0 || c.prefix(i)) {
				return i
			}
		}
	}
	return -1
}

// prefix says whether the words before a program only lead to it: variables, `exec`, `nohup`, `python -m`, `uv run`, `sudo`.
func (c *command) prefix(end int) bool {
	for i, w := range c.words[:end] {
		t := w.text
		base := t[strings.LastIndexByte(t, '/')+1:]
		switch {
		case strings.Contains(t, "="), strings.HasPrefix(t, "-"), strings.HasPrefix(base, "python"), strings.HasPrefix(t, "$"), strings.HasPrefix(t, "@"):
		case i > 0 && strings.HasPrefix(c.words[i-1].text, "-"): // the value of an option
		default:
			switch base {
			case "exec", "nohup", "sudo", "env", "time", "uv", "run", "poetry", "pdm", "pipenv", "conda", "tini", "dumb-init", "setsid", "nice", "numactl", "xvfb-run", "then", "do", "else", "accelerate", "launch", "torchrun", "timeout", "command", "trap":
			default:
				return false
			}
		}
	}
	return true
}

// lines are where a command begins and ends.
func (c *command) lines() (int, int) {
	if len(c.words) > 0 {
		return c.words[0].line, c.words[len(c.words)-1].line
	}
	if c.in != nil {
		if image := c.in.node.Child("image"); image != nil {
			return image.Line, image.Line
		}
		return c.in.node.Line, c.in.node.Line
	}
	return 1, 1
}

// text is the command as one line.
func (c *command) text() string {
	if len(c.words) == 0 && c.in != nil {
		return c.in.image
	}
	var parts []string
	for _, w := range c.words {
		parts = append(parts, w.text)
	}
	return strings.Join(parts, " ")
}

// published says whether compose makes a port of a service one of the machine, on other addresses than its own.
func (c *container) published(inside ...string) bool {
	if mode := c.node.Child("network_mode").Text(); mode == "host" {
		return true
	}
	for _, p := range c.node.Find("ports.*") {
		if !p.Scalar {
			target := p.Child("target").Text()
			if host := p.Child("host_ip").Text(); p.Child("published") != nil && !loopback(host) && (len(inside) == 0 || slices.Contains(inside, target)) {
				return true
			}
			continue
		}
		v, _, _ := strings.Cut(p.Value, "/")
		cut := strings.LastIndexByte(v, ':')
		if cut < 0 {
			continue // a port of the machine that nobody knows
		}
		target, outer := v[cut+1:], v[:cut]
		if loopback(outer) || strings.Contains(outer, "${") && !strings.Contains(outer, "PORT") {
			continue
		}
		if len(inside) == 0 || slices.Contains(inside, target) || strings.Contains(target, "${") && slices.ContainsFunc(inside, func(p string) bool { return strings.Contains(target, p) }) {
			return true
		}
	}
	return false
}

// loopback says whether an address, with a port or without, is the machine's own.
func loopback(host string) bool {
	return strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "localhost") || strings.HasPrefix(host, "[::1]") || strings.HasPrefix(host, "::1")
}

// everywhere says whether an address to listen at is that of all networks.
func everywhere(host string) bool {
	host = strings.Trim(host, `"'`)
	host = strings.TrimPrefix(strings.TrimPrefix(host, "http://"), "https://")
	return host == "0.0.0.0" || host == "::" || host == "[::]" || host == "*" || strings.HasPrefix(host, "0.0.0.0:") || strings.HasPrefix(host, "[::]:")
}
