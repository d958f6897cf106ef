package design

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/weakness"
)

// inCode lists what code names and a threat model must name as well, beyond what files and settings show already: models, datasets, agents and
// tool servers each by name, tools together for each file. Models are those that a call takes. What stands in tests or samples, and what files do not resolve, is left out.
func inCode(ctx context.Context, s *lodemark.Subject, shown []lodemark.Component) []lodemark.Component {
	var all []lodemark.Component
	known := map[string]bool{}
	tools := map[string]int{} // file to the place of its tools in all
	servers := serversIn(ctx, s)
	for _, c := range weakness.SystemCode(ctx, s) {
		if c.Test || c.Name == "" || c.Origin == lodemark.OriginUnresolved || lodemark.Sample(c.Path) {
			continue
		}
		switch c.Kind {
		case lodemark.KindTool:
			if servers[c.Path] {
				continue // the server stands for them
			}
			i, seen := tools[c.Path]
			if !seen {
				i = len(all)
				tools[c.Path] = i
				all = append(all, lodemark.Component{Kind: lodemark.KindTool, Path: c.Path, Line: c.Line})
			}
			if !slices.Contains(names(all[i]), c.Name) {
				all[i].Name = strings.TrimPrefix(all[i].Name+listed+c.Name, listed)
			}
			continue
		case lodemark.KindHostedModel, lodemark.KindModel, lodemark.KindEmbeddingModel:
			if c.Detail[lodemark.FoundBy] == lodemark.FoundByName {
				continue // it stands on a list of what could be chosen, say; nothing shows that it is asked
			}
		case lodemark.KindDataset, lodemark.KindAgent, lodemark.KindMCPServer:
		default:
			continue
		}
		key := string(c.Kind.Group()) + "\x00" + plain(c.Name)
		if known[key] || shows(s.System, shown, c) {
			continue
		}
		known[key] = true
		all = append(all, c)
	}
	return all
}

// listed parts the names of tools that are told together.
const listed = "\n"

// names are those of a component, of which tools of one file have several.
func names(c lodemark.Component) []string { return strings.Split(c.Name, listed) }

// each lists tools that are told together one by one.
func each(all []lodemark.Component) []lodemark.Component {
	var out []lodemark.Component
	for _, c := range all {
		for _, name := range names(c) {
			one := c
			one.Name = name
			out = append(out, one)
		}
	}
	return out
}

// serversIn are the files in which tool servers stand.
func serversIn(ctx context.Context, s *lodemark.Subject) map[string]bool {
	at := map[string]bool{}
	for _, c := range weakness.SystemCode(ctx, s) {
		if c.Kind == lodemark.KindMCPServer {
			at[c.Path] = true
		}
	}
	return at
}

// shows says whether the inventory of files and settings holds what code names: a server or model of that name, or the file itself.
func shows(s *lodemark.System, shown []lodemark.Component, c lodemark.Component) bool {
	for _, o := range shown {
		if o.Kind.Group() != c.Kind.Group() {
			continue
		}
		if alike(o.Name, c.Name) || alike(o.Detail["model"], c.Name) || o.Path != "" && sameFile(o.Path, c.Name) {
			return true
		}
	}
	return c.Kind == lodemark.KindModel && slices.ContainsFunc(s.Files, func(f lodemark.File) bool { return f.Link == "" && sameFile(f.Path, c.Name) })
}

// sameFile says whether code that names a file or a folder can mean one of the tree.
func sameFile(p, name string) bool {
	name = path.Clean(strings.TrimPrefix(strings.TrimPrefix(name, "./"), "/"))
	return name != "." && (p == name || strings.HasSuffix(p, "/"+name) || strings.HasPrefix(p, name+"/"))
}

// coversCode says whether the threat model names what code shows: as anything else is named, or, of data that lies in the tree, by where it
// lies. Tools of a file need to be named each, unless a part stands for the file.
func (m threatModel) coversCode(c lodemark.Component, inventory []lodemark.Component) (missing []string) {
	for _, name := range names(c) {
		one := c
		one.Name = name
		lies := slices.ContainsFunc(m.parts, func(p part) bool {
			return c.Kind == lodemark.KindDataset && slices.ContainsFunc(p.paths, func(want string) bool { return covered(want, path.Clean(name)) })
		})
		if !lies && !m.covers(one, inventory) {
			missing = append(missing, name)
		}
	}
	return missing
}

// calledInCode names what the threat model leaves out, for people.
func calledInCode(c lodemark.Component, missing []string) string {
	switch {
	case c.Kind == lodemark.KindModel:
		return "the model " + c.Name // its path is that of the code
	case c.Kind != lodemark.KindTool:
		return called(c)
	case len(missing) == 1:
		return "the tool " + missing[0]
	case len(missing) > 4:
		return fmt.Sprintf("%d tools of %s (%s …)", len(missing), c.Path, strings.Join(missing[:4], ", "))
	}
	return fmt.Sprintf("%d tools of %s (%s)", len(missing), c.Path, strings.Join(missing, ", "))
}
