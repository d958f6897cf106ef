package develop

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// originsInShell reads the options of installers in shell text.
func originsInShell(u shellUnit) []origin {
	var found []origin
	for _, p := range shellPipelines(u.text) {
		for _, c := range p.commands {
			for i, w := range c { // an assignment before the command, or export
				if name, value, ok := strings.Cut(w, "="); ok && assignment.MatchString(w) && i < 3 {
					if o, is := originOfVariable(name, value, u.line+p.line-1); is {
						found = append(found, o)
					}
				}
			}
			if c = bare(c); len(c) > 1 {
				found = append(found, originsInCommand(c, u.line+p.line-1)...)
			}
		}
	}
	return found
}

// originsInCommand reads one command: "pip install --extra-index-url ...".
func originsInCommand(c []string, line int) []origin {
	name := program(c[0])
	uv := name == "uv"
	pip := strings.HasPrefix(name, "pip") || strings.HasPrefix(name, "python") && slices.Contains(c, "pip")
	if !uv && !pip {
		return nil
	}
	install := slices.Contains(c, "install") || slices.Contains(c, "sync") || slices.Contains(c, "add") || slices.Contains(c, "download") || slices.Contains(c, "wheel") || slices.Contains(c, "compile") || slices.Contains(c, "config")
	if !install {
		return nil
	}
	joined := strings.Join(c, " ")
	hashed := strings.Contains(joined, "--require-hashes")
	mixed := strings.Contains(joined, "unsafe-best-match") || strings.Contains(joined, "unsafe-any-match") || strings.Contains(joined, "unsafe-first-match")
	var found []origin
	for i := 1; i < len(c); i++ {
		option, value, given := strings.Cut(c[i], "=")
		next := ""
		if i+1 < len(c) {
			next = c[i+1]
		}
		if !given {
			value = next
		}
		o := origin{line: line, value: value, uv: uv, mixed: mixed, hashed: hashed}
		switch option {
		case "--extra-index-url":
			o.option = "extra-index-url"
		case "--index", "--extra-index":
			if !uv {
				continue
			}
			o.option = "extra-index-url"
		case "-i", "--index-url", "--default-index":
			o.option = "index-url"
		case "--trusted-host", "--allow-insecure-host":
			o.option = "trusted-host"
		case "-f", "--find-links":
			o.option = "find-links"
		default:
			if ref, ok := gitReference(c[i]); ok {
				o.option, o.value = "git", ref
				break
			}
			continue
		}
		found = append(found, o)
	}
	return found
}

// originOfVariable reads the variables by which installers take the same options.
func originOfVariable(name, value string, line int) (origin, bool) {
	o := origin{line: line, value: strings.Trim(value, `"'`), uv: strings.HasPrefix(name, "UV_")}
	switch name {
	case "PIP_EXTRA_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_INDEX":
		o.option = "extra-index-url"
	case "PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX":
		o.option = "index-url"
	case "PIP_TRUSTED_HOST", "UV_INSECURE_HOST":
		o.option = "trusted-host"
	case "PIP_FIND_LINKS", "UV_FIND_LINKS":
		o.option = "find-links"
	}
	return o, o.option != "" && o.value != ""
}

var (
	gitSpec = pattern.New(`git\+(?:https?|ssh|git)://[^\s"'#;,\])]+`)
	exactly = pattern.New(`^(?:[0-9a-f]{7,64}|v?\d+(?:\.\d+)+(?:[-.\w]*)?|release[-/]\d.*)$`)
)

// gitReference finds a package from a repository that names no commit and no version.
func gitReference(text string) (string, bool) {
	spec := gitSpec.FindString(text)
	if spec == "" {
		return "", false
	}
	rest := spec[strings.Index(spec, "://")+3:]
	where := rest[strings.IndexByte(rest+"/", '/'):] // an "@" before the first slash is a login
	if at := strings.LastIndexByte(where, '@'); at >= 0 && (exactly.MatchString(where[at+1:]) || strings.ContainsAny(where[at+1:], "${")) {
		return "", false
	}
	return spec, !strings.ContainsAny(spec, "${}<>")
}

var (
	lineOption   = pattern.New(`^\s*(?:-\s+)?(--extra-index-url|--index-url|-i|--trusted-host|--find-links|-f)[\s=]+(\S+)`)
	keyOption    = pattern.New(`^\s*"?(extra-index-url|index-url|trusted-host|find-links|registry|@[\w-]+:registry|strict-ssl|ssl_verify|verify_ssl|index-strategy|extra_index_url|index_url)"?\s*[=:]\s*(.*)$`)
	quotedOrBare = pattern.New(`https?://[^\s"',\]]+|[\w.:-]+`)
	tableStart   = pattern.New(`^\s*\[\[?([^\]]+)\]\]?\s*$`)
	gitBranch    = pattern.New(`git\s*=\s*"([^"]+)"`)
)

// originsInFile reads manifests and the settings of installers line by line: their options stand on lines of their own.
func originsInFile(c lodemark.Component, text string) []origin {
	switch c.Format {
	case "npm":
		return originsInNodeLock(strings.NewReader(text))
	case "package.json":
		return originsInPackageFile(c, text)
	}
	hashed := c.Format == "requirements" && strings.Contains(text, "--hash=")
	locked := c.Detail["locked_by"] != ""
	uv := c.Format == "pyproject" || c.Format == "uv.toml"
	mixed := strings.Contains(text, "unsafe-best-match") || strings.Contains(text, "unsafe-any-match")
	var found []origin
	table, n := "", 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		bare := strings.TrimSpace(line)
		if bare == "" || strings.HasPrefix(bare, "#") || strings.HasPrefix(bare, ";") || strings.HasPrefix(bare, "//") || len(line) > 4096 {
			continue
		}
		if m := tableStart.FindStringSubmatch(line); m != nil {
			table = m[1]
			continue
		}
		o := origin{line: n, uv: uv, mixed: mixed, hashed: hashed || locked}
		switch {
		case lineOption.MatchString(line):
			m := lineOption.FindStringSubmatch(line)
			o.option, o.value = map[string]string{"-i": "index-url", "-f": "find-links"}[m[1]], m[2]
			if o.option == "" {
				o.option = strings.TrimPrefix(m[1], "--")
			}
			found = append(found, o)
		case keyOption.MatchString(line):
			m := keyOption.FindStringSubmatch(line)
			found = append(found, settingOrigins(o, m[1], m[2], table)...)
		}
		if ref, ok := gitReference(line); ok && !locked && !hashed {
			found = append(found, origin{line: n, option: "git", value: ref})
		}
		if m := gitBranch.FindStringSubmatch(line); m != nil && !locked && !strings.Contains(line, "rev") && !strings.Contains(line, "tag") && strings.Contains(line, "{") && !strings.Contains(line, "git+") {
			found = append(found, origin{line: n, option: "git", value: m[1]})
		}
	}
	return found
}

// settingOrigins reads the values of one key; a list may stand on its line.
func settingOrigins(o origin, key, value, table string) []origin {
	key = strings.ReplaceAll(key, "_", "-")
	value, _, _ = strings.Cut(value, " #")
	switch key {
	case "strict-ssl", "ssl-verify", "verify-ssl":
		if strings.EqualFold(strings.Trim(value, `"' `), "false") {
			o.option, o.value = "strict-ssl", "false"
			return []origin{o}
		}
		return nil
	case "registry":
		key = "index-url"
	case "index-strategy":
		return nil
	}
	if strings.HasSuffix(key, ":registry") { // a scope that is tied to its index is the cure
		key = "index-url"
	}
	if strings.Contains(table, "poetry") && key != "extra-index-url" {
		return nil
	}
	var all []origin
	for _, v := range quotedOrBare.FindAllString(value, 20) {
		one := o
		one.option, one.value = key, v
		all = append(all, one)
	}
	return all
}

// originsInPackageFile finds dependencies from repositories without a commit, where no lock file names one.
func originsInPackageFile(c lodemark.Component, text string) []origin {
	p, err := parsePackageFile([]byte(text))
	if err != nil || c.Detail["locked_by"] != "" {
		return nil
	}
	var found []origin
	for _, table := range []map[string]string{p.Dependencies, p.DevDependencies} {
		for name, spec := range table {
			where, ref, _ := strings.Cut(spec, "#")
			if (strings.HasPrefix(spec, "git") || strings.HasPrefix(spec, "bitbucket:")) && !exactly.MatchString(strings.TrimPrefix(ref, "semver:")) {
				at := strings.Index(text, strconv.Quote(name))
				found = append(found, origin{line: 1 + strings.Count(text[:max(at, 0)], "\n"), option: "git", value: where})
			}
		}
	}
	slices.SortFunc(found, func(a, b origin) int { return cmp.Compare(a.line, b.line) })
	return found
}

// originsInNodeLock reads where npm's lock file fetches from, and whether digests stand beside it.
func originsInNodeLock(r io.Reader) []origin {
	var without, plain []string
	fetched := 0
	err := lockedByNode(r, func(name string, p nodeLocked) {
		if p.Link || !strings.HasPrefix(p.Resolved, "http") {
			return
		}
		fetched++
		if p.Integrity == "" && strings.HasSuffix(p.Resolved, ".tgz") {
			without = append(without, strings.TrimPrefix(name, "node_modules/"))
		}
		if strings.HasPrefix(p.Resolved, "http://") {
			plain = append(plain, p.Resolved)
		}
	})
	if err != nil {
		return nil
	}
	slices.Sort(without)
	slices.Sort(plain)
	var found []origin
	if len(without) > 0 {
		found = append(found, origin{option: "integrity", value: fmt.Sprintf("%d of %d packages in the lock file have no digest (%s)", len(without), fetched, shortList(without))})
	}
	if len(plain) > 0 {
		found = append(found, origin{option: "resolved", value: plain[0]})
	}
	return found
}

// nodeLocked is what a lock file of npm says of one package.
type nodeLocked struct {
	Resolved, Integrity string
	Link                bool
}

// lockedByNode goes through the packages of a lock file without keeping it: those of large repositories have tens of megabytes.
func lockedByNode(r io.Reader, visit func(name string, p nodeLocked)) error {
	d := json.NewDecoder(r)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return cmp.Or(err, errors.New("it is no table"))
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		if key != "packages" {
			if err := skipValue(d); err != nil {
				return err
			}
			continue
		}
		if t, err := d.Token(); err != nil || t != json.Delim('{') {
			return cmp.Or(err, errors.New("its packages are no table"))
		}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return err
			}
			var p nodeLocked
			if err := d.Decode(&p); err != nil {
				return err
			}
			text, _ := name.(string)
			visit(text, p)
		}
		if _, err := d.Token(); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// skipValue reads over one value.
func skipValue(d *json.Decoder) error {
	for depth := 0; ; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
