package rules

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// settle decides about what was left open, when all files were looked at.
func settle(files []seen, read func(string) ([]byte, error)) {
	any := false
	for i := range files {
		any = any || len(files[i].shown.open) > 0
	}
	if !any {
		return
	}
	gateways := gatewaysOf(files, read)
	parts := partsOf(files)
	before := map[string]facts{}
	does := map[uint64]deed{}
	for i := range files {
		if files[i].shown.before != 0 {
			before[parts.of(files[i].path)] |= files[i].shown.before
		}
		for key, d := range files[i].shown.does {
			old := does[key]
			does[key] = deed{old.asks || d.asks, old.fills || d.fills, old.shows | d.shows, append(old.calls[:len(old.calls):len(old.calls)], d.calls...)}
		}
	}
	asking := leading(does, func(d deed) bool { return d.asks })
	filling := leading(does, func(d deed) bool { return d.asks || d.fills })
	for i := range files {
		for _, o := range files[i].shown.open {
			has := gateways | showsBelow(does, o.calls)
			if !o.ownApp {
				has |= before[parts.of(files[i].path)]
			}
			leads := asking
			if o.stores {
				leads = filling
			}
			if has&o.lifted == 0 && (len(o.leads) == 0 || slices.ContainsFunc(o.leads, func(h uint64) bool { return leads[h] })) {
				files[i].found = append(files[i].found, o.finding)
			}
		}
	}
}

// gatewaysOf are what stands before all servers of a target by its configuration: a proxy with a login, an ingress that counts.
func gatewaysOf(files []seen, read func(string) ([]byte, error)) facts {
	var has facts
	for i := range files {
		kinds := kindsOf(files[i].path, nil)
		if files[i].again || notDeployed.MatchString(files[i].path) || !slices.ContainsFunc([]string{kindCompose, kindYAML, kindTemplate, kindTerraform, kindTOML}, func(k string) bool { return slices.Contains(kinds, k) }) || slices.Contains(kinds, kindWorkflow) {
			continue
		}
		data, err := read(files[i].path)
		if err != nil || len(data) > maxGuardFile {
			continue
		}
		if bytes.Contains(data, []byte("auth")) || bytes.Contains(data, []byte("Auth")) {
			if gatewayText.Match(data) {
				has |= asksWho
			}
		}
		if bytes.Contains(data, []byte("limit")) && meterText.Match(data) {
			has |= limitsCalls
		}
	}
	return has
}

const maxGuardFile = 1 << 20

// parts are the projects that a target consists of: each folder with a list of packages or a build file of its own.
type parts map[string]bool

func partsOf(files []seen) parts {
	p := parts{}
	for i := range files {
		switch base := strings.ToLower(path.Base(files[i].path)); {
		case base == "package.json", base == "pyproject.toml", base == "setup.py", base == "pipfile", base == "dockerfile", base == "requirements.txt":
			p[path.Dir(files[i].path)] = true
		}
	}
	return p
}

// of is the folder of the project that a file belongs to.
func (p parts) of(name string) string {
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if p[dir] {
			return dir
		}
	}
	return "."
}

// showsBelow is what functions show, and those that they call.
func showsBelow(does map[uint64]deed, calls []uint64) facts {
	var has facts
	seen := map[uint64]bool{}
	for range maxGuardSteps {
		var next []uint64
		for _, h := range calls {
			if d, known := does[h]; known && !seen[h] && len(seen) < maxGuardCalls {
				seen[h] = true
				has |= d.shows
				next = append(next, d.calls...)
			}
		}
		calls = next
	}
	return has
}

// How far, and over how many functions, the care that is taken before a model is asked is followed.
const (
	maxGuardSteps = 2
	maxGuardCalls = 400
)

// leading are the functions of which itself says that they do something, or call one that does, over a few steps.
func leading(does map[uint64]deed, itself func(deed) bool) map[uint64]bool {
	leads := map[uint64]bool{}
	for key, d := range does {
		if itself(d) {
			leads[key] = true
		}
	}
	for range maxLeads {
		more := false
		for key, d := range does {
			if !leads[key] && slices.ContainsFunc(d.calls, func(h uint64) bool { return leads[h] }) {
				leads[key], more = true, true
			}
		}
		if !more {
			break
		}
	}
	return leads
}

const maxLeads = 4
