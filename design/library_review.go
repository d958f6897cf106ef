package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

func libraryReview() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-library-review", Version: 1,
		Title:    "The AI libraries in use were reviewed, how they load models included",
		Bears:    lodemark.Supports("SD-3.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A library that opens a model file may run what is inside it, unless it is told not to. Who does not know which of their " +
			"libraries do so learns it from whoever sends the file.",
		Fix:  "Review each AI library: who maintains it, its advisories, and whether it can be kept from running code while it loads.",
		Help: "write docs/library-review.md, or point to it from lodemark.yaml (documents: library-review; lodemark new library-review drafts it)",
		Bad:  libraryBad(), Good: libraryGood(),
		Run: runLibraryReview,
	}
}

// loaders are the roles of packages that open model files; reviewed are further roles whose packages the system rests on.
var (
	loaders  = []string{"model-library", "training", "serving", "embedding"}
	reviewed = []string{"framework", "agent", "gateway", "vector-store", "guardrail", "mcp", "provider-sdk", "hub"}
)

// aiLibraries lists the AI packages that the system itself depends on, those that open model files first.
func aiLibraries(s *lodemark.System) (names []string, places map[string]lodemark.Component, loading bool) {
	places = map[string]lodemark.Component{}
	for _, roles := range [][]string{loaders, reviewed} {
		for c := range s.Of(lodemark.KindPackage) {
			group := c.Detail["group"]
			if c.Test || !slices.Contains(roles, c.Detail["role"]) || strings.Contains(group, "dev") || strings.Contains(group, "test") || strings.Contains(group, "docs") || strings.HasPrefix(group, "extra:") {
				continue
			}
			if _, known := places[c.Name]; known {
				continue
			}
			places[c.Name] = c
			names = append(names, c.Name)
			loading = loading || slices.Contains(loaders, c.Detail["role"])
		}
	}
	return names, places, loading
}

var (
	maintainedWords = []string{"maintain", "release", "active", "last commit", "abandon", "support", "community", "vendor", "organisation", "organization", "contributor", "bus factor", "scorecard"}
	advisoryWords   = []string{"advisor", "vulnerab", "cve", "ghsa", "osv", "security fix", "pip-audit", "patched", "dependabot"}
	loadingWords    = []string{"load", "pickle", "deseriali", "weights_only", "trust_remote_code", "remote code", "safetensors", "runs code", "execute", "arbitrary code", "untrusted"}
)

func runLibraryReview(_ context.Context, s *lodemark.Subject) lodemark.Result {
	names, places, loading := aiLibraries(s.System)
	if len(names) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no AI library was found among the dependencies"}
	}
	f := document.Find(s, "library-review")
	if len(f.Documents) == 0 {
		return f.Missing("a review of the AI libraries (" + few(names) + ")")
	}
	reviews := gathered(s, "library-review")
	if len(reviews) == 0 {
		return f.Unfilled("review each AI library and write down what was found")
	}
	d, text := reviews[0], ""
	for _, r := range reviews {
		text += textOf(r)
	}
	var absent []string
	for _, n := range names {
		if !namesLibrary(text, n) {
			absent = append(absent, n)
		}
	}
	var r lodemark.Result
	switch {
	case len(absent) > 0:
		r = silentOn(s, d, 0, "absent "+strings.Join(absent, " "), fmt.Sprintf("does not speak of %s (%s asks for it)", few(absent), places[absent[0]].Path), "review them as well")
	case loading && !says(text, loadingWords...):
		r = silentOn(s, d, 0, "loading", "does not say what the libraries do when they load a model file that cannot be trusted", "add for each loader how it is kept from running code")
	case !says(text, advisoryWords...):
		r = silentOn(s, d, 0, "advisories", "does not say whether the libraries have known vulnerabilities", "add which advisories were looked up, and when")
	case !says(text, maintainedWords...):
		r = silentOn(s, d, 0, "maintenance", "does not say who maintains the libraries", "add who maintains each and when it was last released")
	default:
		r = lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf("%s speaks of all %d AI libraries, with maintenance, advisories and loading", d.Path, len(names))}
	}
	r.Examined = pathsOf(reviews)
	return r
}

// namesLibrary looks for a package's name, with any sign between its words. "langchain-core" is covered by "LangChain".
func namesLibrary(text, name string) bool {
	flat := plain(text)
	name = strings.TrimPrefix(name, "@")
	if p := plain(name); len(p) >= 3 && strings.Contains(flat, p) {
		return true
	}
	family := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("-_/.", r) })
	return len(family) > 1 && len(family[0]) >= 5 && says(text, family[0]+" ") || len([]rune(name)) < 3 && says(text, name+" ")
}

func libraryBad() []lodemark.Example {
	packages := "torch==2.4.1\ntransformers==4.45.2\nqdrant-client==1.12.0\n"
	return []lodemark.Example{
		{Name: "a library that nobody looked at", Files: map[string]string{"lodemark.yaml": deskRecord, "requirements.txt": packages,
			"docs/library-review.md": "# Library review\n\nReviewed on 2026-08-01.\n\n| Library | Maintained | Advisories | Loading |\n|---|---|---|---|\n| torch | active, monthly releases | none open | weights_only is on |\n| qdrant-client | active | none open | loads no models |\n"}},
		{Name: "nothing on loading", Files: map[string]string{"lodemark.yaml": deskRecord, "requirements.txt": packages,
			"docs/library-review.md": "# Library review\n\nPyTorch (torch), transformers and qdrant-client are maintained by large teams and have no open advisories.\n"}},
		{Name: "no review", Files: map[string]string{"lodemark.yaml": deskRecord, "requirements.txt": packages}},
	}
}

func libraryGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "each with maintenance, advisories and loading", Files: map[string]string{"requirements.txt": "torch==2.4.1\ntransformers==4.45.2\nqdrant-client==1.12.0\n",
			"docs/library-review.md": "# Library review\n\nReviewed on 2026-08-01.\n\n| Library | Maintained | Advisories | Loading of untrusted files |\n|---|---|---|---|\n| torch | active, monthly releases | none open | weights_only is on |\n" +
				"| transformers | active | two, fixed in 4.45 | safetensors only, trust_remote_code stays off |\n| qdrant-client | active | none open | loads no models |\n"}},
		{Name: "only an SDK", Files: map[string]string{"requirements.txt": "openai==1.52.2\n",
			"docs/library-review.md": "# Library review\n\nThe openai package is maintained by the provider, with releases every week; no advisories are open as of 2026-08-01.\n"}},
	}
}
