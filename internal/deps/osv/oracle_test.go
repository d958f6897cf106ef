package osv

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	xsemver "golang.org/x/mod/semver"
)

// A triple is an ecosystem, a version and a range. What we say of each is compared with what a second implementation says that has
// nothing to do with ours: Python's packaging, npm's semver, Go's x/mod/semver.
type triple struct {
	ecosystem, version string
	events             []mark
}

func (t triple) line() string {
	words := [...]string{introduced: "introduced", fixed: "fixed", lastAffected: "last_affected"}
	var b strings.Builder
	for i, m := range t.events {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[m.kind] + "=" + m.version)
	}
	return t.version + "\t" + b.String()
}

func tripleOf(ecosystem, line string) triple {
	version, rest, _ := strings.Cut(line, "\t")
	t := triple{ecosystem: ecosystem, version: version}
	for e := range strings.SplitSeq(rest, " ") {
		word, v, _ := strings.Cut(e, "=")
		k := map[string]kind{"introduced": introduced, "fixed": fixed, "last_affected": lastAffected}[word]
		t.events = append(t.events, mark{k, v})
	}
	return t
}

// answer is ours, in the letters of the oracles.
func (t triple) answer() string {
	a := Advisory{ID: "X", spans: []span{{t.events}}}
	switch out := a.Affects(t.ecosystem, t.version); {
	case out.Affected:
		return "1"
	case out.Undecided != "":
		return "?"
	}
	return "0"
}

// dice makes versions of all the shapes that an ecosystem knows, mostly close to each other: far ones prove nothing.
type dice struct{ *rand.Rand }

func (d dice) of(words ...string) string { return words[d.IntN(len(words))] }

func (d dice) number() string {
	switch d.IntN(12) {
	case 0:
		return strconv.Itoa(d.IntN(3000))
	case 1:
		return "10"
	}
	return strconv.Itoa(d.IntN(4))
}

func (d dice) dotted(least, most int) string {
	parts := make([]string, least+d.IntN(most-least+1))
	for i := range parts {
		parts[i] = d.number()
	}
	return strings.Join(parts, ".")
}

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func (d dice) python() string {
	v := d.dotted(1, 4)
	if d.chance(4) {
		v = d.of("0", "1", "2", "10") + "!" + v
	}
	if d.chance(6) {
		v = strings.ReplaceAll(v, ".", ".0") // 2023.07
	}
	if d.chance(25) {
		v += d.of("", ".", "-", "_") + d.of("a", "b", "rc", "alpha", "beta", "c", "pre", "preview", "A", "RC") + d.of("", d.number(), "."+d.number())
	}
	if d.chance(15) {
		v += d.of(".post", "-post", "post", ".rev", ".r") + d.of("", d.number())
	} else if d.chance(4) {
		v += "-" + d.number()
	}
	if d.chance(12) {
		v += d.of(".dev", "-dev", "dev") + d.of("", d.number())
	}
	if d.chance(8) {
		v += "+" + d.of("cu118", "cpu", "local.1", "1", "g1234abc")
	}
	if d.chance(3) {
		v = "v" + v
	}
	if d.chance(1) { // no version: both refuse
		v = d.of("2004d", "1.0-", "1..0", "1.0+", "a1", "1.0.*", "1.0-rc1-rc2", "1!", "1.0.dev1.post1", "1.0+a..b", "1,0")
	}
	return v
}

func (d dice) identifiers() string {
	parts := make([]string, 1+d.IntN(3))
	for i := range parts {
		parts[i] = d.of("alpha", "beta", "rc", "x-y", "-", "0", "1", "2", "10", "11", "a1", "1a", "Beta", "next")
	}
	return strings.Join(parts, ".")
}

func (d dice) semantic() string {
	v := d.number() + "." + d.number() + "." + d.number()
	if d.chance(35) {
		v += "-" + d.identifiers()
	}
	if d.chance(8) {
		v += "+" + d.of("build", "1", "sha.5114f85")
	}
	return v
}

func (d dice) goVersion() string {
	switch d.IntN(10) {
	case 0:
		return fmt.Sprintf("%s.%s.%s-%s2020%02d%02d000000-abcdef%06d", d.number(), d.number(), d.number(), d.of("", "0.", "rc.1.0."), 1+d.IntN(12), 1+d.IntN(28), d.IntN(999999))
	case 1:
		return fmt.Sprintf("%d.%s.%s+incompatible", 2+d.IntN(3), d.number(), d.number())
	case 2:
		return d.number() + "." + d.number() + ".0-0"
	}
	return d.semantic()
}

func (d dice) version(ecosystem string) string {
	switch ecosystem {
	case PyPI:
		return d.python()
	case Go:
		return d.goVersion()
	}
	return d.semantic()
}

// spanning makes the events of a range: pieces that begin at a version or before all, and end with a fix, a last affected version, or not.
func (d dice) spanning(ecosystem string) (events []mark) {
	for i := range 1 + d.IntN(3) {
		from := d.version(ecosystem)
		if i == 0 && d.chance(60) {
			from = "0"
		}
		events = append(events, mark{introduced, from})
		switch d.IntN(10) {
		case 0:
		case 1, 2, 3:
			events = append(events, mark{lastAffected, d.version(ecosystem)})
		default:
			events = append(events, mark{fixed, d.version(ecosystem)})
		}
	}
	return events
}

func triples(ecosystem string, n int, seed uint64) (all []triple) {
	d := dice{rand.New(rand.NewPCG(seed, 9))}
	for range n {
		t := triple{ecosystem, d.version(ecosystem), d.spanning(ecosystem)}
		if d.chance(30) { // the edges are what matters
			t.version = t.events[d.IntN(len(t.events))].version
			if t.version == "0" {
				t.version = d.version(ecosystem)
			}
		}
		all = append(all, t)
	}
	return all
}

// goJudge is Go's own comparison over the same events. It is the second implementation for Go, and needs nothing installed.
func goJudge(t triple) string {
	if !xsemver.IsValid("v" + t.version) {
		return "?"
	}
	var low, rest []mark
	for _, m := range t.events {
		switch {
		case m.kind == introduced && m.version == "0":
			low = append(low, m)
		case !xsemver.IsValid("v" + m.version):
			return "?"
		default:
			rest = append(rest, m)
		}
	}
	slices.SortStableFunc(rest, func(a, b mark) int { return xsemver.Compare("v"+a.version, "v"+b.version) })
	inside := len(low) > 0
	for _, m := range rest {
		c := xsemver.Compare("v"+t.version, "v"+m.version)
		switch {
		case m.kind == introduced && c >= 0:
			inside = true
		case m.kind == fixed && c >= 0, m.kind == lastAffected && c > 0:
			inside = false
		}
	}
	if inside {
		return "1"
	}
	return "0"
}

// run asks an oracle about all triples at once.
func run(t *testing.T, all []triple, name string, args ...string) []string {
	t.Helper()
	var in strings.Builder
	for _, x := range all {
		in.WriteString(x.line() + "\n")
	}
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(in.String())
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run the oracle %s: %v", name, err)
	}
	answers := strings.Fields(string(out))
	if len(answers) != len(all) {
		t.Fatalf("%d answers to %d questions", len(answers), len(all))
	}
	return answers
}

// compare wants the same answers, and enough of each: an oracle that refuses everything agrees with nothing.
func compare(t *testing.T, all []triple, want []string) {
	t.Helper()
	wrong, seen := 0, map[string]int{}
	for i, x := range all {
		seen[want[i]]++
		if got := x.answer(); got != want[i] {
			if wrong++; wrong <= 20 {
				t.Errorf("%s %q: %s, the other implementation says %s", x.ecosystem, x.line(), got, want[i])
			}
		}
	}
	t.Logf("%d triples: %v (1 affected, 0 not, ? refused), %d differ", len(all), seen, wrong)
	if seen["1"] < len(all)/10 || seen["0"] < len(all)/10 {
		t.Errorf("one-sided triples prove nothing: %v", seen)
	}
}

// TestOracleVersions asks the other implementations themselves. LODEMARK_ORACLE=1 makes it 200,000 triples each, and LODEMARK_UPDATE=1 writes what
// they said of the first 2,500 each to testdata, where TestVersionsAsOthersJudgeThem finds it without any of them.
func TestOracleVersions(t *testing.T) {
	n := 4000
	if os.Getenv("LODEMARK_ORACLE") == "1" {
		n = 200_000
	}
	absent := t.Skipf
	if os.Getenv("CI") == "true" {
		absent = t.Fatalf
	}
	t.Run(Go, func(t *testing.T) {
		all := triples(Go, n, 1)
		var want []string
		for _, x := range all {
			want = append(want, goJudge(x))
		}
		compare(t, all, want)
		keep(t, all, want)
	})
	t.Run(PyPI, func(t *testing.T) {
		python := "/usr/bin/python3"
		if exec.Command(python, "-c", "import packaging").Run() != nil {
			absent("NOT COMPARED with Python's packaging: it is not installed (Debian: python3-packaging)")
		}
		all := triples(PyPI, n, 2)
		want := run(t, all, python, "testdata/oracle.py")
		compare(t, all, want)
		keep(t, all, want)
	})
	t.Run(NPM, func(t *testing.T) {
		module := semverModule()
		if module == "" {
			absent("NOT COMPARED with npm's semver: neither node with npm nor LODEMARK_SEMVER is there")
		}
		all := triples(NPM, n, 3)
		want := run(t, all, "node", "testdata/oracle.cjs", module)
		compare(t, all, want)
		keep(t, all, want)
		for i := range all { // crates are ordered by the same rules, through other code of the library
			all[i].ecosystem = Cargo
		}
		compare(t, all, want)
	})
}

// semverModule finds the module that npm itself compares with.
func semverModule() string {
	if m := os.Getenv("LODEMARK_SEMVER"); m != "" {
		return m
	}
	root, err := exec.Command("npm", "root", "-g").Output()
	if err != nil {
		return ""
	}
	for _, m := range []string{filepath.Join(strings.TrimSpace(string(root)), "npm", "node_modules", "semver"), "/usr/share/nodejs/semver"} {
		if _, err := os.Stat(m); err == nil {
			return m
		}
	}
	return ""
}

const kept = 2500

func keep(t *testing.T, all []triple, want []string) {
	t.Helper()
	if os.Getenv("LODEMARK_UPDATE") == "" {
		return
	}
	var b strings.Builder
	for i := range all[:kept] {
		b.WriteString(want[i] + "\t" + all[i].line() + "\n")
	}
	name := strings.ReplaceAll(all[0].ecosystem, ".", "-")
	if err := os.WriteFile(filepath.Join("testdata", "triples-"+name+".tsv"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// 7,500 triples with what the other implementations said of them: packaging 23, semver 7, x/mod 0.42.
func TestVersionsAsOthersJudgeThem(t *testing.T) {
	for _, ecosystem := range []string{Go, PyPI, NPM} {
		f, err := os.Open(filepath.Join("testdata", "triples-"+ecosystem+".tsv"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var all []triple
		var want []string
		for lines := bufio.NewScanner(f); lines.Scan(); {
			answer, line, _ := strings.Cut(lines.Text(), "\t")
			all, want = append(all, tripleOf(ecosystem, line)), append(want, answer)
		}
		if len(all) != kept {
			t.Fatalf("%s: %d triples", ecosystem, len(all))
		}
		compare(t, all, want)
	}
}
