package deploy

import (
	"encoding/base64"
	"github.com/lodemark/lodemark/internal/pattern"
	"iter"
	"path"
	"slices"
	"strings"
)

// settings is what kind of file of settings one is.
type settings int

const (
	noSettings      settings = iota
	sampleVariables          // to be copied and edited
	usedVariables            // used as it stands
	chartValues              // of a Helm chart
)

var (
	sampleFile = pattern.New(`(?i)^(?:\.env|env|\w+\.env)?\.?(?:\w+[._-])?(?:env)?[._-]?(?:example|sample|template|dist|default|defaults|tmpl|tpl)(?:\.env)?$|^\.?env[._-](?:example|sample|template|dist|defaults?)$|^(?:example|sample|template)\.env$`)
	usedFile   = pattern.New(`(?i)^\.env(?:\.(?:prod|production|docker|compose|staging))?$|^\w+\.env$|^docker\.env$|^stack\.env$`)
)

func settingFile(file string) settings {
	base := path.Base(file)
	switch {
	case (strings.Contains(base, "env")) && sampleFile.MatchString(base):
		return sampleVariables
	case usedFile.MatchString(base):
		return usedVariables
	case base == "values.yaml" || base == "values.yml":
		return chartValues
	}
	return noSettings
}

var (
	variableLine = pattern.New(`^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*)$`)
	valueLine    = pattern.New(`^\s*["']?([A-Za-z_][\w-]*)["']?:\s+(\S.*)$`)
	afterValue   = pattern.New(`\s+#.*$`)
)

// asked matches comments that ask whoever copies a sample for a value of their own.
var asked = pattern.New(`(?i)generat|chang(?:e|ing)|replace|openssl|your own|random|unique|strong|must be set|set (?:a|this|your)|secrets\.token|uuidgen`)

// objectName is how objects of a cluster are named; a chart names Secrets under keys that end in "secret".
var objectName = pattern.New(`^[a-z]+(?:-[a-z]+)+$`)

// askedWithin is how many lines above a setting a comment may ask for another value.
const askedWithin = 6

// textDefaults reads variables or values line by line. Commented lines set nothing.
func textDefaults(text string, kind settings) (found []credentialDefault, any bool) {
	n, askedAt := 0, -askedWithin-1
	var parents keyPath
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if len(line) > 4096 {
			continue
		}
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			if asked.MatchString(line) {
				askedAt = n
			}
			continue
		}
		pattern := variableLine
		if kind == chartValues {
			pattern = valueLine
			parents.step(line)
		}
		m := pattern.FindStringSubmatch(line)
		if m == nil || kind == chartValues && parents.references(m[1]) {
			continue
		}
		value := strings.Trim(strings.TrimSpace(afterValue.ReplaceAllString(m[2], "")), `"'`)
		if !ownSecret.MatchString(m[1]) && !strings.Contains(value, "://") {
			continue
		}
		any = true
		if kind == chartValues && objectName.MatchString(value) && !wellKnown.MatchString(value) && !toReplace.MatchString(value) {
			continue
		}
		if strings.Contains(value, "://") && (kind == chartValues || strings.Contains(value, "@localhost") || strings.Contains(value, "@127.0.0.1")) {
			continue // addresses of charts name hosts; one on the own machine is for work there
		}
		if kind == sampleVariables && (n-askedAt <= askedWithin || asked.MatchString(line[len(line)-len(m[2]):])) {
			continue
		}
		if shown, bad := judgedVariable(m[1], value, "", kind == sampleVariables); bad {
			found = append(found, credentialDefault{line: n, name: m[1], value: shown})
		}
	}
	return found, any
}

// keyPath is where a line of YAML stands: the keys above it, by their indentation.
type keyPath []struct {
	indent int
	key    string
}

var anyKey = pattern.New(`^(\s*)(?:-\s+)?["']?([\w.-]+)["']?:`)

func (p *keyPath) step(line string) {
	m := anyKey.FindStringSubmatch(line)
	if m == nil {
		return
	}
	for len(*p) > 0 && (*p)[len(*p)-1].indent >= len(m[1]) {
		*p = (*p)[:len(*p)-1]
	}
	if len(*p) < 50 {
		*p = append(*p, struct {
			indent int
			key    string
		}{len(m[1]), m[2]})
	}
}

var keyReference = pattern.New(`(?i)secret-?keys?$|secret_?key_?ref|existingSecret|secretRef|secretMappings?|passwordKey$|keyMapping|^secrets?Names?$`)

// references says whether a key names an entry of a Secret that is kept elsewhere, and gives no value.
func (p keyPath) references(key string) bool {
	return len(p) > 0 && slices.ContainsFunc(p, func(k struct {
		indent int
		key    string
	}) bool {
		return keyReference.MatchString(k.key)
	}) || keyReference.MatchString(key)
}

var secretEntry = pattern.New(`^\s{2,}["']?([\w.-]+)["']?:\s*["']?([^"'#\s]+)["']?\s*(?:#.*)?$`)

// secretDefaults reads the entries of the Secrets in a manifest, line by line.
func secretDefaults(text string) []credentialDefault {
	var all []credentialDefault
	first := 1
	for doc := range documentsIn(text) {
		if strings.Contains(doc, "kind: Secret") {
			all = append(all, entriesOf(doc, first)...)
		}
		first += strings.Count(doc, "\n")
	}
	return all
}

// documentsIn parts a manifest at the lines that begin another document; the parts hold every byte of it.
func documentsIn(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for text != "" {
			end := len(text)
			if i := strings.Index(text[min(3, len(text)):], "\n---"); i >= 0 {
				end = i + 3 + 1
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}

// entriesOf looks at the data of one object. first is the line at which it begins.
func entriesOf(doc string, first int) []credentialDefault {
	var all []credentialDefault
	part, n := "", first-1
	for line := range strings.Lines(doc) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || len(line) > 4096 {
			continue
		}
		if line[0] != ' ' && line[0] != '#' {
			part = strings.TrimSuffix(strings.TrimSpace(line), ":")
		}
		if part != "data" && part != "stringData" {
			continue
		}
		m := secretEntry.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		value := m[2]
		if part == "data" {
			raw, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				continue
			}
			value = strings.TrimSpace(string(raw))
		}
		if shown, bad := judgedVariable(m[1], value, "", false); bad {
			all = append(all, credentialDefault{line: n, name: m[1], value: shown})
		}
	}
	return all
}
