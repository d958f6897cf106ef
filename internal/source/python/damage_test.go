package python

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// TestDamaged takes one bracket or colon out of each of many real files, and counts how many of their calls are still read.
func TestDamaged(t *testing.T) {
	files, err := filepath.Glob("/usr/lib/python3.*/*.py")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Python library here")
		}
		t.Skip("SKIPPED, nothing was damaged: no Python library here")
	}
	random := rand.New(rand.NewPCG(1, 2))
	found, all, worst, silent, n := 0, 0, 1.0, 0, 0
	for _, file := range sample(files, 150) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source := string(data)
		before := calls(Parse(source))
		for range 2 {
			at := dropped(source, random)
			if at < 0 || len(before) == 0 {
				continue
			}
			n++
			broken := source[:at] + source[at+1:]
			tree := Parse(broken)
			sound(t, tree)
			after := calls(tree)
			kept := 0
			for name, times := range before {
				kept += min(times, after[name])
			}
			total := 0
			for _, times := range before {
				total += times
			}
			found += kept
			all += total
			if len(tree.Errors) == 0 {
				silent++
			}
			if rate := float64(kept) / float64(total); rate < worst {
				worst = rate
				line, _ := tree.Line(uint32(at))
				t.Logf("%s without %q in line %d: %d of %d calls", file, source[at], line, kept, total)
			}
		}
	}
	rate := float64(found) / float64(all)
	t.Logf("%.4f of %d calls are found in %d damaged files; in %d nothing is told", rate, all, n, silent)
	if rate < 0.995 {
		t.Errorf("only %.4f of the calls are found in damaged files", rate)
	}
}

// calls counts the calls that stand in the tree, by what is called.
func calls(t *syntax.Tree) map[string]int {
	all := map[string]int{}
	inside := make([]bool, len(t.Nodes))
	inside[t.Root] = true
	for id := t.Root; id > 0; id-- {
		if id != t.Root {
			inside[id] = inside[t.Parent(id)]
		}
		if inside[id] && t.Kind(id) == syntax.Call {
			all[strings.Join(strings.Fields(t.Code(t.Child(id, 0))), "")]++
		}
	}
	return all
}

// dropped chooses a bracket or a colon that is one to the lexer.
func dropped(source string, random *rand.Rand) int {
	l := lexer{src: source, indents: []int{0}, atStart: true, hole: -1, tree: &syntax.Tree{}}
	var at []int
	for {
		switch t := l.next(); t.kind {
		case eof:
			if len(at) == 0 {
				return -1
			}
			return at[random.IntN(len(at))]
		case format:
			l.skipParts(source[t.end-1], quotes(source[t.start:t.end]), false, 0)
		case lparen, rparen, lbrack, rbrack, lbrace, rbrace, colon:
			at = append(at, int(t.start))
		}
	}
}
