package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// The bars, in per cent.
var (
	found = map[string]float64{"pickle": 98.5, "torch": 92, "container": 92, "keras": 90, "tensorflow": 90, "onnx": 90, "template": 90, "config": 90, "other": 80}
	// alarms and unread are the most of the benign files that may be flagged, or left unjudged.
	alarms, unread = 2.0, 5.0
)

// scanned is an entry of a report, as far as it is judged by.
type scanned struct {
	Path    string `json:"path"`
	Verdict string `json:"verdict"`
	Reasons []struct {
		ID      string `json:"id"`
		Message string `json:"message"`
	} `json:"reasons"`
}

// ranks are the verdicts from harmless to worst; no entry at all is the least.
var ranks = []string{"no entry", "clean", "unknown", "not read", "dangerous", "malicious"}

// outcome is what a scan made of a case.
type outcome struct {
	label
	verdict, reason string
}

func judge(w io.Writer, report, labels, misses string) error {
	cases, err := matched(report, labels)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(cases, func(o outcome) bool { return o.verdict != "no entry" }) {
		return fmt.Errorf("%s says nothing of any file of %s", report, labels)
	}
	failed := results(w, cases)
	if misses != "" {
		if err := os.WriteFile(misses, disagreements(cases), 0o644); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("below the bars: %s", strings.Join(failed, "; "))
	}
	return nil
}

// matched finds the verdict of every case. A folder's is that of its worst file.
func matched(report, labels string) ([]outcome, error) {
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	var scan struct {
		Files []scanned `json:"files"`
	}
	if err := json.Unmarshal(data, &scan); err != nil {
		return nil, fmt.Errorf("%s: %w", report, err)
	}
	of := map[string]scanned{} // the worst by file and by folder
	for _, f := range scan.Files {
		for at := f.Path; at != ""; {
			if old, ok := of[at]; !ok || slices.Index(ranks, f.Verdict) > slices.Index(ranks, old.Verdict) {
				of[at] = f
			}
			cut := strings.LastIndexByte(strings.TrimSuffix(at, "/"), '/')
			at = at[:cut+1]
		}
	}
	f, err := os.Open(labels)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []outcome
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var l label
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("%s: %w", labels, err)
		}
		o := outcome{label: l, verdict: "no entry"}
		if s, ok := of[l.Path]; ok {
			o.verdict = s.Verdict
			if len(s.Reasons) > 0 {
				o.reason = s.Reasons[0].ID + ": " + s.Reasons[0].Message
			}
		}
		out = append(out, o)
	}
	return out, lines.Err()
}

// agrees says whether a verdict is one of those that the label wants. What was looked at by nobody agrees with nothing.
func (o outcome) agrees() bool { return slices.Contains(o.Want, o.verdict) }

func (o outcome) flagged() bool { return o.verdict == "dangerous" || o.verdict == "malicious" }

// results prints what was found by family and class, and returns the bars that were missed.
func results(w io.Writer, cases []outcome) (failed []string) {
	type sum struct{ hit, all int }
	families, classes := map[string]*sum{}, map[string]*sum{}
	add := func(m map[string]*sum, key string, hit bool) {
		if m[key] == nil {
			m[key] = &sum{}
		}
		m[key].all++
		if hit {
			m[key].hit++
		}
	}
	var alarm, open, clean sum
	for _, o := range cases {
		switch o.Label {
		case "malicious":
			add(families, o.Family, o.agrees())
			add(classes, o.Family+"\t"+o.Class, o.agrees())
		case "benign":
			alarm.all++
			open.all++
			if o.flagged() {
				alarm.hit++
			} else if o.verdict != "clean" {
				open.hit++
			}
		case "malformed":
			clean.all++
			if !o.agrees() {
				clean.hit++
			}
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "family\tfound\tof\t%\t95 % interval\tbar")
	for _, f := range sorted(families) {
		s := families[f]
		low, high := wilson(s.hit, s.all)
		fmt.Fprintf(t, "%s\t%d\t%d\t%.1f\t%.1f to %.1f\t%.1f\n", f, s.hit, s.all, percent(s.hit, s.all), low, high, found[f])
		if percent(s.hit, s.all) < found[f] {
			failed = append(failed, fmt.Sprintf("%s %.1f %% found", f, percent(s.hit, s.all)))
		}
	}
	for _, row := range []struct {
		name string
		sum
		bar float64
	}{{"benign flagged", alarm, alarms}, {"benign unknown, not read or without entry", open, unread}, {"malformed called clean or without entry", clean, 0}} {
		low, high := wilson(row.hit, row.all)
		fmt.Fprintf(t, "%s\t%d\t%d\t%.1f\t%.1f to %.1f\tat most %.0f\n", row.name, row.hit, row.all, percent(row.hit, row.all), low, high, row.bar)
		if percent(row.hit, row.all) > row.bar {
			failed = append(failed, fmt.Sprintf("%s: %d of %d", row.name, row.hit, row.all))
		}
	}
	fmt.Fprintln(t, "\nclass with misses\t\tfound\tof")
	for _, k := range sorted(classes) {
		if s := classes[k]; s.hit < s.all {
			fmt.Fprintf(t, "%s\t%d\t%d\n", k, s.hit, s.all)
		}
	}
	if err := t.Flush(); err != nil {
		failed = append(failed, err.Error())
	}
	return failed
}

// disagreements lists every case that did not come out as labelled.
func disagreements(cases []outcome) []byte {
	var b []byte
	for _, kind := range []string{"malicious", "benign", "malformed"} {
		b = fmt.Appendf(b, "## %s\n\n", kind)
		for _, o := range cases {
			if o.Label == kind && !o.agrees() {
				b = fmt.Appendf(b, "- %s · %s · `%s` · came out %s · follows: %s\n", o.Family, o.Class, o.Path, o.verdict, o.Source)
				if o.reason != "" {
					b = fmt.Appendf(b, "  - %s\n", strings.ReplaceAll(o.reason, "\n", " "))
				}
			}
		}
		b = append(b, '\n')
	}
	return b
}

func percent(hit, all int) float64 {
	if all == 0 {
		return 0
	}
	return 100 * float64(hit) / float64(all)
}

// wilson is the interval of 95 per cent for a share, in per cent.
func wilson(hit, all int) (low, high float64) {
	if all == 0 {
		return 0, 100
	}
	const z = 1.959964
	n, p := float64(all), float64(hit)/float64(all)
	middle := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return 100 * max(0, (middle-half)/(1+z*z/n)), 100 * min(1, (middle+half)/(1+z*z/n))
}
