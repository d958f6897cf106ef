package operate

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

const soundAPI = "openapi: 3.1.0\ninfo:\n  title: Desk\n  version: 2.1.0\nservers:\n  - url: https://desk.example.org\npaths:\n  /v1/chat:\n    post:\n      responses: {\"200\": {description: an answer}}\n"

func apiVersions() lodemark.Check {
	return lodemark.Check{
		ID: "om-3-api-versions", Version: 1,
		Title:    "The API has versions that callers choose",
		Bears:    lodemark.Supports("OM-3.7"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A changed model answers the same call in another way. Callers can only respond in their own time if the version they chose goes on " +
			"answering as it did.",
		Fix:  "Put a version into the path, a header or a parameter, tie it to a version of the model, and announce when one ends.",
		Help: "add the OpenAPI description, or say in the update policy how callers choose a version and what it fixes (documents: update-policy)",
		Bad: []lodemark.Example{
			{Name: "paths without versions", Files: map[string]string{
				"lodemark.yaml": offeredDesk, "requirements.txt": deskPackages,
				"docs/openapi.yaml": "openapi: 3.1.0\ninfo:\n  title: Desk\n  version: 1.0.0\npaths:\n  /chat:\n    post:\n      responses: {\"200\": {description: an answer}}\n"}},
			{Name: "a server without a version either", Files: map[string]string{
				"lodemark.yaml": offeredDesk, "requirements.txt": deskPackages,
				"openapi.json": "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"Desk\", \"version\": \"1\"}, \"servers\": [{\"url\": \"https://desk.example.org/api\"}],\n \"paths\": {\"/chat\": {\"post\": {}}}}\n"}},
		},
		Good: []lodemark.Example{
			{Name: "versions in the paths", Files: desk(map[string]string{"docs/openapi.yaml": soundAPI})},
			{Name: "a version in the server's address", Files: undeclared(map[string]string{
				"api/openapi.json": "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"Desk\", \"version\": \"1\"}, \"servers\": [{\"url\": \"https://desk.example.org/api/v2\"}], \"paths\": {\"/chat\": {\"post\": {}}}}\n"})},
			{Name: "a way of the ingress", Files: undeclared(map[string]string{
				"k8s/ingress.yaml": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: desk\nspec:\n  rules:\n    - http:\n        paths:\n          - path: /v1/chat\n            pathType: Prefix\n            backend: {service: {name: app, port: {number: 80}}}\n"})},
			{Name: "a policy", Files: desk(map[string]string{
				policyPath: "# Update policy\n\nCallers choose the version of the API in the path (/v1). Each version keeps its model until it ends, twelve months after the next one appears.\n"})},
		},
		Run: runAPIVersions,
	}
}

const offeredDesk = "schema: lodemark/1\nname: help desk\nstage: operate\nendpoints:\n  - {name: chat, url: \"https://desk.example.org/chat\", exposure: internet}\n"

var (
	versionedPath  = pattern.New(`(?i)(?:^|/)v\d+(?:\.\d+)*(?:(?:alpha|beta|preview|rc)\d*)?(?:/|$|\?)|(?:^|/)\d{4}-\d{2}-\d{2}(?:/|$)`)
	versionChoice  = pattern.New(`(?i)\b(?:x-)?api[-_]?version\b|\bmodel[-_]version\b|application/vnd\.[\w.-]*v\d`)
	apiFile        = pattern.New(`(?i)(?:^|/)(?:openapi|swagger)[\w.-]*\.(?:ya?ml|json)$`)
	ingressPath    = pattern.New(`^\s*-?\s*(?:path|value|prefix)\s*:\s*["']?(/\S*)`)
	apiWords       = pattern.New(`(?i)\bAPIs?\b|\bendpoints?\b|\binterface\b`)
	chosenVersions = pattern.New(`(?i)/v\d\b|\bversions?\b[^.|\n]{0,80}\b(?:path|header|parameter|address|URL|choos\w+|select\w*|pin\w*|fix(?:es|ed)?|keeps?)\b|\b(?:choos\w+|select\w*|pin\w*)\b[^.|\n]{0,60}\bversions?\b`)
)

// The bounds on descriptions of APIs: a generated one has some megabytes.
const (
	apiBytes = 8 << 20
	apiFiles = 20
)

// described is what one OpenAPI description says of versions.
type described struct {
	path      string
	paths     int
	versioned bool
}

// runAPIVersions judges the description of the system's own API. Those in folders of plugins, clients and tests are of others.
func runAPIVersions(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if r, early := notRunning(s); early {
		return r
	}
	var bare []described
	var gaps []lodemark.Gap
	n := 0
	for _, f := range s.System.Files {
		if !ownAPI(f) {
			continue
		}
		if n++; n > apiFiles {
			break
		}
		d, err := describe(s, f)
		switch {
		case err != nil:
			gaps = append(gaps, lodemark.Gap{Path: f.Path, Reason: err.Error()})
		case d.versioned:
			return passed([]string{f.Path}, "%s describes %d path(s) with versions that callers choose", f.Path, d.paths)
		case d.paths > 0:
			bare = append(bare, d)
		}
	}
	if at, route, ok := versionedRoute(s); ok {
		return passed([]string{at.path}, "%s:%d routes by version (%s)", at.path, at.line, route)
	}
	if p, ok := spoken(s, updateRecords, topic{all: []*pattern.Pattern{apiWords, chosenVersions}}); ok {
		return passed([]string{p.path}, "%s:%d says how callers choose a version of the API", p.path, p.line)
	}
	var r lodemark.Result
	switch {
	case len(bare) > 0 && (s.System.Fact("offers_api").Answer == lodemark.Yes || s.System.Declared.Path != "") && len(gaps) == 0:
		d := bare[0]
		r = failed([]string{d.path}, []lodemark.Finding{{ID: "om-3-api-versions", Severity: lodemark.SeverityLow, Path: d.path, Key: "no version",
			Message: fmt.Sprintf("%s describes %d path(s) and no version in path, server, header or parameter, so a changed model reaches every caller at once", d.path, d.paths),
			Fix:     "Put a version into the paths or a header, and tie it to a version of the model."}})
	case len(bare) > 0:
		r = undecided([]string{bare[0].path}, "%s has no versions in paths, servers, headers or parameters, and whether it is an API that others call is not known", bare[0].path)
	default:
		r = undecided(nil, "no OpenAPI description, versioned route or update policy shows how callers choose a version")
	}
	r.Gaps = gaps
	return r
}

var othersAPI = pattern.New(`(?i)(?:^|/)(?:plugins?|skills?|tools?|clients?|connectors?|integrations?|sdks?|prompt_template_samples|types|protocol|third[_-]?party|mocks?)(?:/|$)`)

func ownAPI(f lodemark.File) bool {
	return !f.Test && !f.Vendored && f.Link == "" && f.Size > 0 && apiFile.MatchString(f.Path) && !othersAPI.MatchString(path.Dir(f.Path)) &&
		!asideFolder.MatchString(strings.TrimPrefix(f.Path, "docs/")) && !strings.Contains(strings.ToLower(path.Base(f.Path)), "config")
}

// describe reads an OpenAPI description: its paths, its servers, and whether a header or parameter chooses a version.
func describe(s *lodemark.Subject, f lodemark.File) (described, error) {
	d := described{path: f.Path}
	if f.Size > apiBytes {
		return d, fmt.Errorf("has %d bytes, and at most %d are read of a description of an API", f.Size, apiBytes)
	}
	data, err := s.Read(f.Path)
	if err != nil {
		return d, err
	}
	read := describedYAML
	if strings.EqualFold(path.Ext(f.Path), ".json") {
		read = describedJSON
	}
	paths, servers, err := read(data)
	if err != nil {
		return d, fmt.Errorf("malformed: %w", err)
	}
	d.paths = len(paths)
	d.versioned = d.paths > 0 && versionChoice.Match(data) ||
		slices.ContainsFunc(paths, versionedPath.MatchString) || d.paths > 0 && slices.ContainsFunc(servers, versionedPath.MatchString)
	return d, nil
}

// describedJSON takes paths and servers from a description in JSON. What they hold is not taken apart.
func describedJSON(data []byte) (paths, servers []string, err error) {
	var doc struct {
		BasePath string                     `json:"basePath"`
		Paths    map[string]json.RawMessage `json:"paths"`
		Servers  []struct {
			URL string `json:"url"`
		} `json:"servers"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, nil, err
	}
	for p := range doc.Paths {
		paths = append(paths, p)
	}
	servers = append(servers, doc.BasePath)
	for _, s := range doc.Servers {
		servers = append(servers, s.URL)
	}
	return paths, servers, nil
}

var (
	yamlPath   = pattern.New(`^\s+["']?(/[^\s"']*)["']?\s*:`)
	yamlServer = pattern.New(`^\s*-?\s*(?:url|basePath)\s*:\s*["']?([^\s"'#]+)`)
)

// describedYAML takes them from one in YAML, line by line: the keys under "paths:" that begin with a slash.
func describedYAML(data []byte) (paths, servers []string, err error) {
	section := ""
	for line := range strings.Lines(string(data)) {
		line = withoutRemark(strings.TrimSuffix(line, "\n"))
		if line == "" {
			continue
		}
		if line[0] != ' ' && line[0] != '-' {
			section, _, _ = strings.Cut(line, ":")
		}
		switch section {
		case "paths":
			if m := yamlPath.FindStringSubmatch(line); m != nil {
				paths = append(paths, m[1])
			}
		case "servers", "basePath":
			if m := yamlServer.FindStringSubmatch(line); m != nil {
				servers = append(servers, m[1])
			}
		}
	}
	return paths, servers, nil
}

// versionedRoute finds a way with a version in an Ingress, a route or the configuration of a gateway.
func versionedRoute(s *lodemark.Subject) (at sighting, route string, ok bool) {
	for _, c := range own(s, lodemark.KindKubernetes) {
		if aside(c.Path) || !strings.Contains(c.Detail["resources"], "Ingress") && !strings.Contains(c.Detail["resources"], "Route") && !strings.Contains(c.Detail["resources"], "VirtualService") {
			continue
		}
		data, err := s.Read(c.Path)
		if err != nil || len(data) > settingBytes {
			continue
		}
		for n, line := range strings.Split(string(data), "\n") {
			if !strings.Contains(line, "/v") && !strings.Contains(line, "/20") {
				continue
			}
			if m := ingressPath.FindStringSubmatch(withoutRemark(line)); m != nil && versionedPath.MatchString(m[1]) {
				return sighting{"route", c.Path, n + 1}, m[1], true
			}
		}
	}
	return sighting{}, "", false
}
