package rules

import (
	"fmt"
	"strings"
)

// Says tells in words what a match looks for.
func (m *Match) Says(s *Sources) string {
	var b strings.Builder
	switch {
	case len(m.Call) > 0:
		b.WriteString("calls of " + listed(m.Call))
	case len(m.Import) > 0:
		b.WriteString("imports of " + listed(m.Import))
	case len(m.Decorator) > 0:
		b.WriteString("functions and classes under " + listed(m.Decorator))
	case len(m.Read) > 0:
		b.WriteString("uses of " + listed(m.Read))
	case len(m.Assign) > 0:
		b.WriteString("assignments to " + listed(m.Assign))
	case len(m.Key) > 0:
		b.WriteString("keys and keyword arguments " + listed(m.Key))
	case m.String != "":
		b.WriteString("texts that match " + quoted(m.String))
	case m.Handler:
		b.WriteString("handlers of exceptions")
	case m.Loop:
		b.WriteString("loops that end only from within")
	case len(m.Function) > 0:
		b.WriteString("functions " + listed(m.Function))
	case len(m.Setting) > 0:
		b.WriteString("settings " + listed(m.Setting) + inFiles(m.Files))
	case m.Line != "":
		b.WriteString("lines that match " + quoted(m.Line) + inFiles(m.Files))
	case m.Detect != "":
		b.WriteString("what the detector " + m.Detect + " sees" + inFiles(m.Files))
	case m.Flow != nil:
		b.WriteString(m.Flow.says(s))
	}
	if len(m.Languages) > 0 {
		b.WriteString(", in " + strings.NewReplacer("python", "Python", "script", "JavaScript and TypeScript").Replace(strings.Join(m.Languages, " and ")))
	}
	if all := saysAll(m.Where, " and "); all != "" {
		b.WriteString("; where " + all)
	}
	if all := saysAll(m.Unless, " or "); all != "" {
		b.WriteString("; unless " + all)
	}
	return b.String()
}

func inFiles(kinds Names) string {
	if len(kinds) == 0 {
		return ""
	}
	return " in files of kind " + strings.Join(kinds, ", ")
}

// says tells of a flow.
func (f *Flow) says(s *Sources) string {
	var from, to, care []string
	for _, name := range f.From {
		what := s.Labels[name].What
		if what == "" {
			what = "what is called " + name
		}
		from = append(from, what)
	}
	for i := range f.To {
		to = append(to, f.To[i].says())
	}
	for _, name := range f.Cleaned {
		care = append(care, careWords(name))
	}
	text := fmt.Sprintf("%s, where it reaches %s", strings.Join(from, ", or "), strings.Join(to, ", or "))
	if len(care) > 0 {
		text += "; harmless after " + strings.Join(care, ", or ")
	}
	return text
}

// careWords says what is done to a value to make it harmless. The kinds of care stand in sources.yaml.
func careWords(name string) string {
	switch name {
	case "number":
		return "it was made a number"
	case "code":
		return "a parser that runs nothing (ast.literal_eval)"
	case "shell":
		return "quoting for a shell"
	case "html":
		return "escaping or cleaning as HTML"
	case "path":
		return "a check that the path stays in its folder"
	case "address":
		return "a check of the address"
	case "schema":
		return "a check against a schema"
	case "table":
		return "a look into a table of what is allowed"
	case "role":
		return "put into a message whose role the code itself writes"
	case "redaction":
		return "redaction"
	case "approval":
		return "a person's approval"
	}
	return "care of the kind " + name
}

func (s *SinkAt) says() string {
	text := ""
	switch {
	case len(s.Call) > 0:
		text = "calls of " + listed(s.Call)
		if len(s.Argument) > 0 {
			text += " as " + argument(strings.Join(s.Argument, ", "))
		}
	case len(s.Assign) > 0:
		text = "assignments to " + listed(s.Assign)
	case len(s.Attribute) > 0:
		text = "the attributes " + listed(s.Attribute)
	case len(s.Child) > 0:
		text = "the content of " + listed(s.Child)
	case len(s.Pair) > 0:
		text = "the keys " + listed(s.Pair)
	case len(s.Index) > 0:
		text = "the index of " + listed(s.Index)
	case len(s.Returned) > 0:
		text = "what a function returns that is called with it (" + strings.Join(s.Returned, ", ") + ")"
	}
	if all := saysAll(s.Where, " and "); all != "" {
		text += " where " + all
	}
	if all := saysAll(s.Unless, " or "); all != "" {
		text += " unless " + all
	}
	return text
}

func argument(name string) string {
	switch name {
	case "*":
		return "any argument"
	case "self":
		return "what it is called on"
	}
	return "argument " + strings.ReplaceAll(name, "|", " or ")
}

func saysAll(all []Condition, join string) string {
	var parts []string
	for i := range all {
		parts = append(parts, all[i].says())
	}
	return strings.Join(parts, join)
}

func (c *Condition) says() string {
	what := "it"
	if c.Argument != "" {
		what = argument(c.Argument)
	}
	var parts []string
	add := func(holds bool, format string, args ...any) {
		if holds {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(len(c.Equals) > 0, "%s is %s", what, listed(c.Equals))
	add(c.Matches != "", "%s matches %s", what, quoted(c.Matches))
	add(c.Code != "", "the code of %s matches %s", what, quoted(c.Code))
	add(c.Missing, "%s is not given", what)
	add(c.Given, "%s is given", what)
	add(c.Constant != nil && *c.Constant, "%s is wholly known", what)
	add(c.Constant != nil && !*c.Constant, "%s is not wholly known", what)
	add(c.Built, "%s is put together from parts that are not known", what)
	add(len(c.Name) > 0, "%s is or was made by %s", what, listed(c.Name))
	add(len(c.Kind) > 0, "%s is a %s", what, strings.Join(c.Kind, " or "))
	add(len(c.Has) > 0, "%s has a key %s", what, listed(c.Has))
	add(len(c.Calls) > 0, "%s holds a call of %s", what, listed(c.Calls))
	add(len(c.Inside) > 0, "it stands inside %s", listed(c.Inside))
	add(len(c.Function) > 0, "the function around it calls %s", listed(c.Function))
	add(len(c.Imports) > 0, "the file imports %s", listed(c.Imports))
	add(c.Text != "", "the file holds %s", quoted(c.Text))
	add(c.Path != "", "the path matches %s", quoted(c.Path))
	add(c.Project != "", "the project has the fact %s", c.Project)
	if len(c.Any) > 0 {
		parts = append(parts, "("+saysAll(c.Any, " or ")+")")
	}
	if len(c.All) > 0 {
		parts = append(parts, "("+saysAll(c.All, " and ")+")")
	}
	if c.Not != nil {
		parts = append(parts, "not ("+c.Not.says()+")")
	}
	if len(parts) == 0 {
		return what + " is there"
	}
	return strings.Join(parts, " and ")
}

// saidNames is how many names are said before the rest is counted.
const saidNames = 12

func listed(names Names) string {
	if len(names) > saidNames {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:saidNames], ", "), len(names)-saidNames)
	}
	return strings.Join(names, ", ")
}

// quoted shows an expression, cut where it is long.
func quoted(expression string) string {
	if r := []rune(expression); len(r) > 120 {
		expression = string(r[:119]) + "…"
	}
	return "`" + expression + "`"
}
