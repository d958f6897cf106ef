package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// label is what a file of bench/modelcorpus is.
type label struct {
	Path   string `json:"path"`
	Label  string `json:"label"`
	Family string `json:"family"`
}

// sideBySide writes one row for each scanner: what it found by family, what it flagged or left unjudged of the benign files,
// and what it made of the malformed ones.
func sideBySide(w io.Writer, labels []label, runs []said) error {
	families := map[string]int{}
	total := map[string]int{}
	for _, l := range labels {
		total[l.Label]++
		if l.Label == "malicious" {
			families[l.Family]++
		}
	}
	names := slices.Sorted(maps.Keys(families))
	if len(names) == 0 || total["benign"] == 0 || total["malformed"] == 0 {
		return fmt.Errorf("labels of %v are not those of a whole corpus", total)
	}
	head := []string{"scanner", "CPU s", fmt.Sprintf("found of %d", total["malicious"]), "suspected besides"}
	for _, name := range names {
		head = append(head, fmt.Sprintf("%s of %d", name, families[name]))
	}
	head = append(head, fmt.Sprintf("benign of %d flagged", total["benign"]), "suspicious, unknown or not read", fmt.Sprintf("malformed of %d called clean", total["malformed"]), "crashed")
	fmt.Fprintf(w, "| %s |\n|---%s|\n", strings.Join(head, " | "), strings.Repeat("|--:", len(head)-1))
	for _, r := range runs {
		hit := map[string]int{}
		var all, maybe, alarms, unread, calm, crashed int
		for _, l := range labels {
			verdict := r.files.of(l.Path)
			switch {
			case l.Label == "malicious" && found(verdict):
				hit[l.Family]++
				all++
			case l.Label == "malicious" && suspected(verdict):
				maybe++
			case l.Label == "benign" && found(verdict):
				alarms++
			case l.Label == "benign" && !quiet(verdict):
				unread++
			case l.Label == "malformed" && quiet(verdict):
				calm++
			}
			if verdict == "crash" || verdict == "timeout" {
				crashed++
			}
		}
		row := []string{r.name, fmt.Sprintf("%.2f", r.seconds.Seconds()), fmt.Sprint(all), fmt.Sprint(maybe)}
		for _, name := range names {
			row = append(row, fmt.Sprint(hit[name]))
		}
		row = append(row, fmt.Sprint(alarms), fmt.Sprint(unread), fmt.Sprint(calm), fmt.Sprint(crashed))
		fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
	}
	return nil
}
