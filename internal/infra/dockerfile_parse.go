package infra

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// maxStages bounds the stages of one build file; looking stages up by name is linear.
const maxStages = 1000

// ParseDockerfile reads a container build file: escape directive, continuation lines, here-documents, ONBUILD. Variables
// are filled in from defaults in the file only; what a build is handed from outside is not known here.
func ParseDockerfile(data []byte) (*Dockerfile, error) {
	lines := sourceLines(data)
	if err := tooLong(data, lines); err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, dockerfileError(err)
	}
	r := dockerfileReader{lines: lines, escape: byte(parsed.EscapeToken), file: &Dockerfile{}}
	for _, n := range parsed.AST.Children {
		if err := r.instruction(n, false); err != nil {
			return nil, err
		}
	}
	if len(r.file.Stages) == 0 {
		return nil, &Error{1, "no FROM: not a container build file"}
	}
	return r.file, nil
}

// The bounds on a build file. The parser takes an instruction apart by recursion (ONBUILD, defaults inside defaults), which
// costs the square of its length.
const (
	maxBuildFile   = 4 << 20
	maxInstruction = 128 << 10
)

func tooLong(data []byte, lines []string) error {
	if len(data) > maxBuildFile {
		return &Error{Message: fmt.Sprintf("%d bytes; at most %d are read", len(data), maxBuildFile)}
	}
	length := 0
	for i, l := range lines {
		t := strings.TrimSpace(l)
		if t == "" || t[0] == '#' {
			continue
		}
		if length += len(l); length > maxInstruction {
			return &Error{i + 1, fmt.Sprintf("an instruction longer than %d bytes", maxInstruction)}
		}
		if !strings.HasSuffix(t, `\`) && !strings.HasSuffix(t, "`") {
			length = 0
		}
	}
	return nil
}

func dockerfileError(err error) error {
	e := &Error{Message: cut(err.Error(), 200)}
	if at := (*parser.LocationError)(nil); errors.As(err, &at) && len(at.Locations) > 0 && len(at.Locations[0]) > 0 {
		e.Line = max(1, at.Locations[0][0].Start.Line)
	}
	return e
}

// dockerfileReader reads instruction by instruction.
type dockerfileReader struct {
	lines  []string
	escape byte
	file   *Dockerfile
	args   []Setting // ARG and ENV of the stage that have a value
	entry  command
	cmd    command
}

// command is a CMD or ENTRYPOINT.
type command struct {
	words []string
	line  int
	shell bool // in shell form
}

func (r *dockerfileReader) instruction(n *parser.Node, onBuild bool) error {
	name := strings.ToLower(n.Value)
	if name == "from" {
		return r.from(n)
	}
	if len(r.file.Stages) == 0 {
		if name == "arg" {
			r.globalArgs(n)
			return nil
		}
		return &Error{n.StartLine, fmt.Sprintf("%q before the first FROM", cut(n.Value, 40))}
	}
	s := r.file.Last()
	switch name {
	case "run":
		s.Runs = append(s.Runs, r.runs(n)...)
		s.Mounts = append(s.Mounts, mountedFrom(n)...)
	case "copy", "add":
		s.Copies = append(s.Copies, copyOf(n, name == "add"))
	case "onbuild":
		if n.Next != nil && len(n.Next.Children) > 0 && !onBuild {
			inner := n.Next.Children[0]
			inner.StartLine, inner.EndLine, inner.Heredocs = n.StartLine, n.EndLine, n.Heredocs
			if value := strings.ToLower(inner.Value); value == "run" || value == "copy" || value == "add" {
				return r.instruction(inner, true)
			}
		}
	case "user":
		if n.Next != nil {
			s.User = Value{r.filled(n.Next.Value), n.StartLine}
		}
	case "arg":
		r.stageArgs(n)
	case "env":
		r.env(s, n)
	case "expose":
		for p := n.Next; p != nil; p = p.Next {
			s.Expose = append(s.Expose, Value{r.filled(p.Value), n.StartLine})
		}
	case "cmd":
		r.cmd = commandOfNode(n)
		r.setCommand(s)
	case "entrypoint":
		r.entry = commandOfNode(n)
		r.setCommand(s)
	case "workdir", "label", "volume", "shell", "stopsignal", "healthcheck", "maintainer":
	default:
		return &Error{n.StartLine, fmt.Sprintf("unknown instruction %q", cut(n.Value, 40))}
	}
	return nil
}

// from opens a stage.
func (r *dockerfileReader) from(n *parser.Node) error {
	if len(r.file.Stages) >= maxStages {
		return &Error{n.StartLine, fmt.Sprintf("more than %d stages", maxStages)}
	}
	words := nodeWords(n)
	if len(words) == 0 {
		return &Error{n.StartLine, "FROM without an image"}
	}
	s := Stage{Line: n.StartLine, Base: Value{words[0], n.StartLine}}
	if len(words) == 3 && strings.EqualFold(words[1], "as") {
		s.Name = strings.ToLower(words[2])
	} else if len(words) != 1 {
		return &Error{n.StartLine, "FROM takes an image, or an image AS a name"}
	}
	base, open := Expand(strings.Trim(words[0], `"'`), r.file.known())
	switch {
	case open || base == "":
		s.Open = true
	case base == "scratch":
	default:
		s.Parent, s.FromStage = stageNamed(r.file.Stages, base)
		if _, err := strconv.Atoi(base); err == nil {
			s.FromStage = false // FROM takes names only
		}
		if !s.FromStage {
			s.Image = ParseImage(base)
		}
	}
	r.file.Stages = append(r.file.Stages, s)
	r.args, r.entry, r.cmd = nil, command{}, command{}
	return nil
}

// known are the global arguments that have a value.
func (d *Dockerfile) known() []Setting {
	var all []Setting
	for _, a := range d.Args {
		if a.Value.Given() {
			all = append(all, a)
		}
	}
	return all
}

// stageNamed finds a stage by its name, or by its number.
func stageNamed(stages []Stage, name string) (int, bool) {
	for i := len(stages) - 1; i >= 0; i-- {
		if stages[i].Name != "" && strings.EqualFold(stages[i].Name, name) {
			return i, true
		}
	}
	i, err := strconv.Atoi(name)
	return i, err == nil && i >= 0 && i < len(stages)
}

func (r *dockerfileReader) globalArgs(n *parser.Node) {
	for _, w := range nodeWords(n) {
		r.file.Args = append(r.file.Args, argument(w, n.StartLine, r.file.known()))
	}
}

// argument reads NAME or NAME=default. A default that rests on an unknown argument is none.
func argument(word string, line int, known []Setting) Setting {
	name, text, has := strings.Cut(word, "=")
	if !has {
		return Setting{Name: name}
	}
	text, open := Expand(unquoted(text), known)
	if open {
		return Setting{Name: name}
	}
	return Setting{name, Value{text, line}}
}

// stageArgs brings arguments into a stage: with a default of their own, or that of the global one.
func (r *dockerfileReader) stageArgs(n *parser.Node) {
	for _, w := range nodeWords(n) {
		a := argument(w, n.StartLine, r.args)
		if !strings.Contains(w, "=") {
			for _, g := range r.file.Args {
				if g.Name == a.Name {
					a = g
				}
			}
		}
		if a.Value.Given() && len(r.args) < maxSettings {
			r.args = append(r.args, a)
		}
	}
}

// maxSettings bounds the arguments and variables of one stage that can be filled in.
const maxSettings = 2000

func (r *dockerfileReader) env(s *Stage, n *parser.Node) {
	for p := n.Next; p != nil && p.Next != nil; {
		e := Setting{p.Value, Value{unquoted(p.Next.Value), n.StartLine}}
		s.Env = append(s.Env, e)
		if text, open := Expand(e.Value.Text, r.args); !open && len(r.args) < maxSettings {
			r.args = append(r.args, Setting{e.Name, Value{text, n.StartLine}})
		}
		if p = p.Next.Next; p != nil { // name, value, separator
			p = p.Next
		}
	}
}

// filled fills in what is known and leaves a text that stays open as it is written.
func (r *dockerfileReader) filled(text string) string {
	if t, open := Expand(unquoted(text), r.args); !open {
		return t
	}
	return text
}

func (r *dockerfileReader) setCommand(s *Stage) {
	s.Command, s.CommandAt = append([]string{}, r.entry.words...), r.entry.line
	if !r.entry.shell { // a shell takes no further words
		s.Command = append(s.Command, r.cmd.words...)
	}
	if len(r.entry.words) == 0 {
		s.CommandAt = r.cmd.line
	}
}

func commandOfNode(n *parser.Node) command {
	if n.Attributes["json"] || n.Next == nil {
		return command{nodeWords(n), n.StartLine, false}
	}
	return command{Words(n.Next.Value), n.StartLine, true}
}

func nodeWords(n *parser.Node) []string {
	var words []string
	for p := n.Next; p != nil; p = p.Next {
		if p.Value != "" || n.Attributes["json"] {
			words = append(words, p.Value)
		}
	}
	return words
}

func copyOf(n *parser.Node, add bool) Copy {
	c := Copy{Line: n.StartLine, Add: add}
	for _, f := range n.Flags {
		if from, ok := strings.CutPrefix(f, "--from="); ok {
			c.From = unquoted(from)
		}
	}
	if words := nodeWords(n); len(words) > 0 {
		c.Sources, c.Target = words[:len(words)-1], words[len(words)-1]
	}
	return c
}

// mountedFrom lists what RUN --mount=...,from=X takes its files from.
func mountedFrom(n *parser.Node) []Value {
	var all []Value
	for _, f := range n.Flags {
		options, ok := strings.CutPrefix(f, "--mount=")
		if !ok {
			continue
		}
		for o := range strings.SplitSeq(unquoted(options), ",") {
			if from, ok := strings.CutPrefix(strings.TrimSpace(o), "from="); ok && from != "" {
				all = append(all, Value{unquoted(from), n.StartLine})
			}
		}
	}
	return all
}

func unquoted(s string) string {
	if len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// cut shortens hostile text for a message.
func cut(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "") + " …"
	}
	return s
}
