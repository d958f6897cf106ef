package weakness

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/inventory"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/rules"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// libraries is what calls of libraries mean, read once for the program.
var libraries = sync.OnceValues(inventory.Embedded)

// watch has the assets of each file listed that an engine reads.
func watch(e *rules.Engine) error {
	book, err := libraries()
	if err != nil {
		return err
	}
	e.Watch = func(f *resolve.File, place func(int) (int, int)) any { return components(book.Look(f), f.Path, place) }
	e.WatchSettings = func(path string, roots []*settings.Node) any {
		return components(book.Settings(path, roots), path, func(line int) (int, int) { return line, 0 })
	}
	e.WatchCommands = func(path string, commands [][]rules.Word, place func(int) (int, int)) any {
		all := make([][]inventory.Word, 0, len(commands))
		for _, c := range commands {
			words := make([]inventory.Word, 0, len(c))
			for _, w := range c {
				words = append(words, inventory.Word{Text: w.Text, Line: w.Line})
			}
			all = append(all, words)
		}
		return components(book.Commands(all), path, place)
	}
	return nil
}

func components(assets []inventory.Asset, path string, place func(int) (int, int)) any {
	if len(assets) == 0 {
		return nil
	}
	found := make([]lodemark.Component, 0, len(assets))
	for i := range assets {
		found = append(found, component(&assets[i], path, place))
	}
	return found
}

func component(a *inventory.Asset, path string, place func(int) (int, int)) lodemark.Component {
	c := lodemark.Component{Kind: a.Kind, Name: a.Name, Path: path, Pin: a.Pin, Version: a.Version, Origin: a.Origin, Digest: a.Digest, Detail: a.Detail}
	detail := func(name, value string) {
		if c.Detail == nil {
			c.Detail = map[string]string{}
		}
		c.Detail[name] = value
	}
	cell := 0
	c.Line, cell = place(a.Line)
	if cell > 0 {
		detail("cell", strconv.Itoa(cell))
	}
	if lines := c.Detail[lodemark.LoadLines]; lines != "" {
		var all []string
		for one := range strings.SplitSeq(lines, ",") {
			n, _ := strconv.Atoi(one)
			n, _ = place(n)
			all = append(all, strconv.Itoa(n))
		}
		detail(lodemark.LoadLines, strings.Join(all, ","))
	}
	if by := foundBy(a.Seen); by != "" && a.Kind.IsModel() {
		detail(lodemark.FoundBy, by)
	}
	return c
}

// foundBy says which of the two discoveries of models saw one.
func foundBy(seen inventory.Ways) string {
	switch {
	case seen&inventory.ByCall != 0 && seen&inventory.ByName != 0:
		return lodemark.FoundByBoth
	case seen&inventory.ByCall != 0:
		return lodemark.FoundByCall
	case seen&inventory.ByName != 0:
		return lodemark.FoundByName
	}
	return ""
}

// Assets looks at the source code of a target for what the system is made of, without running rules.
func Assets(ctx context.Context, s *lodemark.Subject) (*Looked, error) {
	e, err := rules.New(nil, rules.Sources{})
	if err != nil {
		return nil, err
	}
	if err := watch(e); err != nil {
		return nil, err
	}
	l := look(ctx, s, e)
	return l, l.err
}

// Gaps are what could not be read.
func (l *Looked) Gaps() []lodemark.Gap { return l.gaps }

// Components are the assets that the source code shows, in order of their files and lines.
func (l *Looked) Components() []lodemark.Component {
	test := map[string]bool{}
	for _, f := range l.files {
		test[f.Path] = f.Test || f.Vendored
	}
	var all []lodemark.Component
	for _, w := range l.Watched {
		for _, c := range w.What.([]lodemark.Component) {
			c.Test = test[c.Path]
			all = append(all, c)
		}
	}
	return all
}
