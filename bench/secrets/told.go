package secrets

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

type place struct {
	path string
	line int
}

// peer runs gitleaks with its own rules. A finding may span lines: each counts.
func peer(binary, folder string) (map[place]string, error) {
	report := filepath.Join(folder, "..", filepath.Base(folder)+".json")
	defer os.Remove(report)
	cmd := exec.Command(binary, "dir", folder, "--report-format", "json", "--report-path", report, "--no-banner", "--exit-code", "0", "--max-decode-depth", "3")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("gitleaks: %w: %s", err, out)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	var all []struct {
		RuleID, File       string
		StartLine, EndLine int
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	hits := map[place]string{}
	for _, f := range all {
		p, err := filepath.Rel(folder, f.File)
		if err != nil {
			return nil, err
		}
		for n := f.StartLine; n <= max(f.StartLine, f.EndLine); n++ {
			hits[place{p, n}] = f.RuleID
		}
	}
	return hits, nil
}

// tell prints what was found of what was planted, and by kind where something went wrong.
func tell(who string, all []plant, hits map[place]string, missed bool) (found, taken float64) {
	type count struct{ hit, all int }
	var total [2]count
	byKind := map[string]*count{}
	var lines []string
	for _, p := range all {
		rule := hits[place{p.path, p.line}]
		n := 0
		if !p.secret {
			n = 1
		}
		k := byKind[p.kind]
		if k == nil {
			k = &count{}
			byKind[p.kind] = k
		}
		total[n].all++
		k.all++
		if rule != "" {
			total[n].hit++
			k.hit++
		}
		if p.secret != (rule != "") {
			lines = append(lines, fmt.Sprintf("  %s:%d %s (%d bytes) %s", p.path, p.line, p.kind, p.length, rule))
		}
	}
	for n, what := range []string{"credentials found", "look-alikes taken for one"} {
		low, high := wilson(total[n].hit, total[n].all)
		fmt.Printf("%-9s %-26s %4d of %4d  %5.1f %% (95 %%: %.1f to %.1f)\n", who, what, total[n].hit, total[n].all, 100*float64(total[n].hit)/float64(max(total[n].all, 1)), low, high)
	}
	for n, bad := range []func(*count) bool{func(c *count) bool { return c.hit < c.all }, func(c *count) bool { return c.hit > 0 }} {
		var names []string
		for _, k := range kinds(all, n == 0) {
			if c := byKind[k]; bad(c) {
				names = append(names, fmt.Sprintf("%s %d/%d", k, c.hit, c.all))
			}
		}
		slices.SortFunc(names, cmp.Compare[string])
		if len(names) > 0 {
			fmt.Printf("          %s: %s\n", []string{"missed in part", "taken"}[n], strings.Join(names, ", "))
		}
	}
	if missed && len(lines) > 0 {
		fmt.Println(strings.Join(lines, "\n"))
	}
	return float64(total[0].hit) / float64(total[0].all), float64(total[1].hit) / float64(total[1].all)
}

// wilson is the interval of 95 per cent for a share, in per cent.
func wilson(hit, all int) (low, high float64) {
	if all == 0 {
		return 0, 100
	}
	const z = 1.96
	n, p := float64(all), float64(hit)/float64(all)
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return 100 * max(0, mid-half), 100 * min(1, mid+half)
}
