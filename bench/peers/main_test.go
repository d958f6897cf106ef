package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAgrees(t *testing.T) {
	for _, c := range []struct {
		expect, verdict string
		want            bool
	}{
		{"unsafe", "malicious", true}, {"unsafe", "dangerous", true}, {"unsafe", "unknown", false}, {"unsafe", "not read", false}, {"unsafe", "no entry", false},
		{"suspicious", "unknown", true}, {"suspicious", "not read", true}, {"suspicious", "clean", false},
		{"safe", "clean", true}, {"safe", "no entry", true}, {"safe", "unknown", false}, {"safe", "malicious", false},
		{"error", "not read", true}, {"error", "dangerous", true}, {"error", "clean", false}, {"error", "unknown", false},
	} {
		if got := agrees(c.expect, c.verdict); got != c.want {
			t.Errorf("a test that expects %s agrees with %s: %v", c.expect, c.verdict, got)
		}
	}
}

func TestVerdictsAreTheWorstBelow(t *testing.T) {
	v := verdicts{}
	v.add("a/b/one.pkl", "clean")
	v.add("a/b/two.pkl", "malicious")
	v.add("a/three.pkl", "not read")
	for name, want := range map[string]string{"a/b/one.pkl": "clean", "a/b/": "malicious", "a/b": "malicious", "a/three.pkl": "not read", "a/four.pkl": "no entry"} {
		if got := v.of(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
}

func TestEveryDisagreementNeedsAReason(t *testing.T) {
	cases := []expectation{{"a.pkl", "peer", "tests/test_x.py::test_strings", "unsafe"}, {"b.pkl", "peer", "tests/test_x.py::test_call", "unsafe"}}
	ours := verdicts{"a.pkl": "clean", "b.pkl": "malicious"}
	var out strings.Builder
	err := compare(&out, cases, ours, nil)
	if err == nil || !strings.Contains(err.Error(), "1 disagreements without a reason:\npeer a.pkl") {
		t.Errorf("without a reason: %v", err)
	}
	out.Reset()
	if err := compare(&out, cases, ours, []reason{{"peer", "*test_strings", "unsafe", "ours", "text that nothing runs"}}); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"| peer | unsafe | 2 | 1 | 1 | 0 |", "| peer | *test_strings | unsafe | clean | 1 | ours | text that nothing runs |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line %q in\n%s", want, out.String())
		}
	}
}

func TestSideBySide(t *testing.T) {
	labels := []label{{"m1", "malicious", "pickle"}, {"m2", "malicious", "pickle"}, {"b", "benign", "pickle"}, {"d", "malformed", "pickle"}}
	runs := []said{{"one", time.Second, verdicts{"m1": "malicious", "m2": "unknown", "b": "clean", "d": "not read"}}, {"two", 0, verdicts{"m1": "flagged", "b": "flagged", "d": "crash"}}}
	var out strings.Builder
	if err := sideBySide(&out, labels, runs); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| one | 1.00 | 1 | 1 | 1 | 0 | 0 | 0 | 0 |", "| two | 0.00 | 1 | 0 | 1 | 1 | 0 | 0 | 1 |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line %q in\n%s", want, out.String())
		}
	}
}

func TestReasonsInTheRepositoryCanBeRead(t *testing.T) {
	all, err := reasons("reasons.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.right != "ours" && r.right != "peer" && r.right != "either" {
			t.Errorf("%s %s: %q is nobody who could be right", r.peer, r.pattern, r.right)
		}
		if r.why == "" {
			t.Errorf("%s %s has no reason", r.peer, r.pattern)
		}
	}
	bad := filepath.Join(t.TempDir(), "bad.tsv")
	if err := os.WriteFile(bad, []byte("peer\ttest\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := reasons(bad); err == nil {
		t.Error("a line of two fields was read")
	}
}
