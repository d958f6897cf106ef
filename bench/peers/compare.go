package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// expectation is what the test of a peer wants of a file.
type expectation struct {
	Path   string `json:"path"`
	Peer   string `json:"peer"`
	Test   string `json:"test"`
	Expect string `json:"expect"`
}

// agrees says whether our verdict is what the peer's test wants. Where a peer only suspects, anything but silence agrees; where
// it fails to read a file, so must we.
func agrees(expect, verdict string) bool {
	switch expect {
	case "unsafe":
		return found(verdict)
	case "suspicious":
		return !quiet(verdict)
	case "safe":
		return quiet(verdict)
	case "error":
		return !quiet(verdict) && verdict != "unknown"
	}
	return true
}

// reason says of the tests that a pattern fits who is right about them, and why.
type reason struct{ peer, pattern, expect, right, why string }

// reasons reads lines of five fields with tabs between: peer, pattern of the test's name, what it expects, who is right, why.
func reasons(name string) ([]reason, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []reason
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		line := s.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 5 {
			return nil, fmt.Errorf("%s:%d: has %d fields, not 5", name, n, len(fields))
		}
		if _, err := path.Match(fields[1], ""); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		all = append(all, reason{fields[0], fields[1], fields[2], fields[3], fields[4]})
	}
	return all, s.Err()
}

func (r reason) fits(e expectation) bool {
	ok, _ := path.Match(r.pattern, path.Base(e.Test))
	return ok && r.peer == e.Peer && (r.expect == "*" || r.expect == e.Expect)
}

// each writes what every scanner flags of the files that the tests of the peers want flagged, or quiet.
func each(w io.Writer, cases []expectation, runs []said) {
	type group struct{ peer, expect string }
	var groups []group
	total := map[group]int{}
	for _, c := range cases {
		if g := (group{c.Peer, c.Expect}); c.Expect == "unsafe" || c.Expect == "safe" {
			if total[g] == 0 {
				groups = append(groups, g)
			}
			total[g]++
		}
	}
	slices.SortFunc(groups, func(a, b group) int { return cmp.Or(-cmp.Compare(a.expect, b.expect), cmp.Compare(a.peer, b.peer)) })
	head := []string{"flagged by", "CPU s"}
	for _, g := range groups {
		head = append(head, fmt.Sprintf("%s, %s of %d", g.peer, g.expect, total[g]))
	}
	fmt.Fprintf(w, "| %s |\n|---%s|\n", strings.Join(head, " | "), strings.Repeat("|--:", len(head)-1))
	for _, r := range runs {
		hit := map[group]int{}
		for _, c := range cases {
			if found(r.files.of(c.Path)) {
				hit[group{c.Peer, c.Expect}]++
			}
		}
		row := []string{r.name, fmt.Sprintf("%.2f", r.seconds.Seconds())}
		for _, g := range groups {
			row = append(row, fmt.Sprint(hit[g]))
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
	}
	fmt.Fprintln(w)
}

// compare writes a table by peer, and the disagreements with their reasons. One without a reason is an error.
func compare(w io.Writer, cases []expectation, ours verdicts, why []reason) error {
	counts := map[[2]string][]int{}
	byReason := map[int][]string{}
	var open []string
	for _, c := range cases {
		if c.Expect == "none" {
			continue
		}
		n := counts[[2]string{c.Peer, c.Expect}]
		if n == nil {
			n = make([]int, 3)
			counts[[2]string{c.Peer, c.Expect}] = n
		}
		verdict := ours.of(c.Path)
		n[0]++
		if agrees(c.Expect, verdict) {
			n[1]++
			continue
		}
		at := slices.IndexFunc(why, func(r reason) bool { return r.fits(c) })
		if at < 0 {
			open = append(open, fmt.Sprintf("%s %s (%s): expects %s, ours is %s", c.Peer, c.Path, c.Test, c.Expect, verdict))
			continue
		}
		if why[at].right == "peer" {
			n[2]++
		}
		byReason[at] = append(byReason[at], verdict)
	}
	fmt.Fprintln(w, "| peer | its test expects | files | agree | differ | of these the peer is right |\n|---|---|--:|--:|--:|--:|")
	for _, key := range slices.SortedFunc(maps.Keys(counts), func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }) {
		n := counts[key]
		fmt.Fprintf(w, "| %s | %s | %d | %d | %d | %d |\n", key[0], key[1], n[0], n[1], n[0]-n[1], n[2])
	}
	fmt.Fprintln(w, "\n| peer | tests | expects | ours | files | right | why |\n|---|---|---|---|--:|---|---|")
	for _, at := range slices.Sorted(maps.Keys(byReason)) {
		r := why[at]
		fmt.Fprintf(w, "| %s | %s | %s | %s | %d | %s | %s |\n", r.peer, r.pattern, r.expect, strings.Join(slices.Compact(slices.Sorted(slices.Values(byReason[at]))), ", "), len(byReason[at]), r.right, r.why)
	}
	if len(open) > 0 {
		return fmt.Errorf("%d disagreements without a reason:\n%s", len(open), strings.Join(open, "\n"))
	}
	return nil
}
