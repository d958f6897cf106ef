package globals

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// texts are all of the data, by file name.
func texts() map[string]*table {
	return map[string]*table{
		"effects/stdlib.txt": &stdlibEffects, "effects/libraries.txt": &libraryEffects, "effects/found.txt": &foundEffects,
		"called/byhand.txt": &calledByHand, "called/found.txt": &calledFound,
		"benign/stdlib.txt": &stdlibBenign, "benign/byhand.txt": &byHandBenign, "benign/numpy.txt": &numpyBenign,
		"benign/scipy.txt": &scipyBenign, "benign/pandas.txt": &pandasBenign, "benign/sklearn.txt": &sklearnBenign,
		"benign/torch.txt": &torchBenign, "benign/transformers.txt": &transformersBenign, "benign/diffusers.txt": &diffusersBenign,
		"benign/keras.txt": &kerasBenign, "benign/nemo.txt": &nemoBenign, "benign/text.txt": &textBenign,
		"benign/vision.txt": &visionBenign, "benign/graphs.txt": &graphsBenign, "benign/various.txt": &variousBenign,
	}
}

// entry is one name of the data.
type entry struct {
	file, module, name string
	line               int
}

// entries reads the data in a second way, line by line, and says what is wrong with its form.
func entries(t *testing.T) []entry {
	t.Helper()
	var all []entry
	for file, table := range texts() {
		effects := strings.HasPrefix(file, "effects/") || strings.HasPrefix(file, "called/")
		lastKey, lastModule := "", ""
		table.once.Do(table.index)
		if source, err := os.ReadFile("data/" + file); err != nil || string(source) != table.text {
			t.Errorf("%s is not what is embedded; run gen/compile.py (%v)", file, err)
		}
		for n, line := range strings.Split(strings.TrimSuffix(table.text, "\n"), "\n") {
			if line == "" || line[0] == '#' {
				continue
			}
			fields := strings.Split(line, "|")
			if want := map[bool]int{true: 4, false: 2}[effects]; len(fields) != want {
				t.Errorf("%s:%d: %d fields, want %d", file, n+1, len(fields), want)
				continue
			}
			module, names := fields[0], strings.Split(fields[len(fields)-1], " ")
			key := strings.Join(fields[:len(fields)-1], "|")
			if module < lastModule || effects && module == lastModule && key == lastKey || !effects && module == lastModule {
				t.Errorf("%s:%d: %q is not sorted or comes twice", file, n+1, key)
			}
			lastModule, lastKey = module, key
			if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) || names[0] == "" {
				t.Errorf("%s:%d: names of %q are not sorted, or one comes twice", file, n+1, key)
			}
			if effects {
				wellFormed(t, file, n+1, fields)
			}
			for _, name := range names {
				all = append(all, entry{file, module, name, n + 1})
			}
		}
	}
	return all
}

func wellFormed(t *testing.T, file string, line int, fields []string) {
	t.Helper()
	words, rule, ok := strings.Cut(fields[1], " ")
	c, known := parseCapability(words)
	r, knownRule := parseRule(rule)
	switch {
	case !ok || !known || !knownRule:
		t.Errorf("%s:%d: %q is no capability and rule", file, line, fields[1])
	case r == Always:
		t.Errorf("%s:%d: what is harmless however it is called belongs to data/benign", file, line)
	case r != Never && r != Restored && r != Pathless && c&^(Constructs|Walks|Calls|Exhausts|Deserialises|Interprets|Environment|Executes|Native) != 0:
		t.Errorf("%s:%d: no condition on arguments makes %q harmless", file, line, words)
	}
	if what := fields[2]; what == "" || len(what) > 70 || strings.ToLower(what[:1]) != what[:1] {
		t.Errorf("%s:%d: %q is no short words for a reason", file, line, what)
	}
}

func TestDataIsWellFormed(t *testing.T) {
	all := entries(t)
	if len(all) < 40_000 {
		t.Fatalf("only %d names", len(all))
	}
	size := 0
	for _, table := range texts() {
		size += len(*table.embedded)
	}
	if size > 1_200_000 {
		t.Errorf("%d names take %d bytes of the program", len(all), size)
	}
	t.Logf("%d names in %d bytes", len(all), size)
}

// No name is both: the same name in two files would be decided by the order in which they are asked.
func TestNoNameIsBothHarmlessAndNot(t *testing.T) {
	type place struct {
		file string
		line int
	}
	effects := map[string]place{}
	all := entries(t)
	for _, e := range all {
		if strings.HasPrefix(e.file, "effects/") && e.name != "*" {
			if before, ok := effects[e.module+" "+e.name]; ok {
				t.Errorf("%s:%d: %s.%s is also in %s:%d", e.file, e.line, e.module, e.name, before.file, before.line)
			}
			effects[e.module+" "+e.name] = place{e.file, e.line}
		}
	}
	for _, e := range all {
		if before, ok := effects[e.module+" "+e.name]; ok && strings.HasPrefix(e.file, "benign/") {
			t.Errorf("%s:%d: %s.%s is also in %s:%d", e.file, e.line, e.module, e.name, before.file, before.line)
		}
	}
}

// Every name of the data is found by Lookup, with the effect that its file says.
func TestEveryNameIsFound(t *testing.T) {
	for _, e := range entries(t) {
		if e.name == "*" {
			if g := Module(e.module); !g.Known || g.Capability == Constructs && g.Rule == Always {
				t.Errorf("%s:%d: Module(%q) = %v", e.file, e.line, e.module, g)
			}
			continue
		}
		if strings.HasPrefix(e.file, "called/") {
			g, ok := Called(e.module, e.name)
			if made := Lookup(e.module, e.name); !ok || g.Rule != Restored && g.Rule != Pathless || g.What == "" || made.Capability != Constructs {
				t.Errorf("%s:%d: Called(%q, %q) = %v, %v, and Lookup %v", e.file, e.line, e.module, e.name, g, ok, made)
			}
			continue
		}
		g := Lookup(e.module, e.name)
		harmless := g.Capability == Constructs && g.Rule == Always
		if !g.Known || harmless != strings.HasPrefix(e.file, "benign/") || g.What == "" {
			t.Errorf("%s:%d: Lookup(%q, %q) = %v", e.file, e.line, e.module, e.name, g)
		}
	}
}
