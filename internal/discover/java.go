package discover

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// readPOM reads Maven's dependencies, managed ones and plugins left aside, with properties of the same file filled in.
func readPOM(v *visit, data []byte) (*manifest, error) {
	p := pomReader{d: xml.NewDecoder(bytes.NewReader(data)), lines: indexLines(data), properties: map[string]string{}}
	p.d.Strict = true
	p.d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // names are ASCII in all of them
	if err := p.read(); err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "maven", format: "maven", names: true}
	for i := range p.all {
		d := &p.all[i]
		if name, ok := strings.CutPrefix(d.written, "${"); ok {
			if value := p.properties[strings.TrimSuffix(name, "}")]; value != "" {
				d.written = value
			}
		}
		d.version, d.pin = mavenVersion(d.written)
	}
	m.wants = v.keep(m, p.all)
	return m, nil
}

type pomReader struct {
	d          *xml.Decoder
	lines      lineIndex
	stack      []string
	properties map[string]string
	all        []dependency
	current    map[string]string
	line       int
}

func (p *pomReader) read() error {
	var text strings.Builder
	for {
		token, err := p.d.RawToken()
		if errors.Is(err, io.EOF) {
			if len(p.stack) > 0 {
				return &syntaxError{p.at(), "the file ends inside <" + p.stack[len(p.stack)-1] + ">"}
			}
			return nil
		}
		if err != nil {
			return p.malformed(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(p.stack) >= maxNesting {
				return &syntaxError{p.at(), "nested too deep"}
			}
			p.stack = append(p.stack, t.Name.Local)
			text.Reset()
			if t.Name.Local == "dependency" {
				p.current, p.line = map[string]string{}, p.at()
			}
		case xml.CharData:
			if text.Len()+len(t) < 4096 {
				text.Write(t)
			}
		case xml.EndElement:
			if len(p.stack) == 0 || p.stack[len(p.stack)-1] != t.Name.Local {
				return &syntaxError{p.at(), "</" + t.Name.Local + "> closes nothing"}
			}
			p.end(t.Name.Local, strings.TrimSpace(text.String()))
			p.stack = p.stack[:len(p.stack)-1]
			text.Reset()
		}
	}
}

func (p *pomReader) end(name, text string) {
	parent := ""
	if n := len(p.stack); n > 1 {
		parent = p.stack[n-2]
	}
	switch {
	case name == "dependency" && p.current != nil:
		if p.current["groupId"] != "" {
			p.all = append(p.all, dependency{name: p.current["groupId"] + ":" + p.current["artifactId"], written: p.current["version"], line: p.line, group: p.current["scope"]})
		}
		p.current = nil
	case parent == "dependency" && p.current != nil:
		p.current[name] = text
	case parent == "properties":
		p.properties[name] = text
	}
}

func (p *pomReader) at() int { return p.lines.line(int(p.d.InputOffset()) - 1) }

func (p *pomReader) malformed(err error) error {
	if se := (*xml.SyntaxError)(nil); errors.As(err, &se) {
		return &syntaxError{se.Line, se.Msg}
	}
	return &syntaxError{p.at(), err.Error()}
}

// mavenVersion: a plain version is what is taken unless another dependency insists; ranges and "latest" are open.
func mavenVersion(s string) (string, lodemark.Pin) {
	lower := strings.ToLower(s)
	switch {
	case s == "" || strings.ContainsAny(s, "[](),+$") || strings.HasPrefix(lower, "latest") || lower == "release" || strings.HasSuffix(lower, "-snapshot"):
		return "", lodemark.PinNone
	}
	return s, lodemark.PinTag
}

var (
	gradleCoordinates = pattern.New(`["']([A-Za-z0-9_.\-]+):([A-Za-z0-9_.\-]+)(?::([^"'@:]*))?[^"']*["']`)
	gradleMap         = pattern.New(`group\s*[:=]\s*["']([^"']+)["']\s*,\s*name\s*[:=]\s*["']([^"']+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?`)
	gradleWords       = [][]byte{[]byte("mplementation"), []byte("api"), []byte("compile"), []byte("untime"), []byte("platform"), []byte("kapt"), []byte("ksp"), []byte("annotationProcessor"), []byte("classpath")}
)

// readGradle takes the coordinates that a build script writes down. What it computes stays unknown.
func readGradle(v *visit, data []byte) (*manifest, error) {
	m := &manifest{ecosystem: "maven", format: "gradle", names: bytes.Contains(data, []byte("dependencies"))}
	if !m.names {
		return nil, nil
	}
	var all []dependency
	number := 0
	for raw := range bytes.Lines(data) {
		number++
		line := bytes.TrimSpace(raw[:min(len(raw), 2000)])
		if bytes.HasPrefix(line, []byte("//")) || !containsAny(line, gradleWords) {
			continue
		}
		found := gradleCoordinates.FindSubmatch(line)
		if found == nil {
			found = gradleMap.FindSubmatch(line)
		}
		if found == nil {
			continue
		}
		d := dependency{name: string(found[1]) + ":" + string(found[2]), written: string(found[3]), line: number}
		if bytes.HasPrefix(line, []byte("test")) {
			d.group = "test"
		}
		d.version, d.pin = mavenVersion(d.written)
		all = append(all, d)
	}
	m.wants = v.keep(m, all)
	return m, nil
}

// readCatalogue reads a version catalogue of Gradle.
func readCatalogue(v *visit, data []byte) (*manifest, error) {
	root, err := parseTOML(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "maven", format: "version-catalogue", names: true}
	var all []dependency
	for _, e := range root.get("libraries").all() {
		d := dependency{line: e.line}
		if !e.value.is(mapping) {
			parts := strings.SplitN(e.value.str(), ":", 3)
			if len(parts) < 2 {
				continue
			}
			d.name = parts[0] + ":" + parts[1]
			if len(parts) == 3 {
				d.written = parts[2]
			}
		} else {
			d.name = firstNonEmpty(e.value.get("module").str(), e.value.get("group").str()+":"+e.value.get("name").str())
			version := e.value.get("version")
			if ref := version.get("ref"); ref != nil {
				version = root.get("versions", ref.str())
			}
			d.written = version.str()
		}
		d.version, d.pin = mavenVersion(d.written)
		all = append(all, d)
	}
	m.wants = v.keep(m, all)
	return m, nil
}

// readGradleLock reads a lock file of Gradle: "group:name:version=configurations".
func readGradleLock(v *visit, data []byte) (*manifest, error) {
	m := &manifest{ecosystem: "maven", format: "gradle", locks: true, folders: []string{""}}
	number := 0
	for raw := range bytes.Lines(data) {
		number++
		parts := strings.SplitN(string(raw[:min(len(raw), 1000)]), ":", 3)
		if len(parts) != 3 || strings.HasPrefix(parts[0], "#") {
			continue
		}
		version, _, _ := strings.Cut(parts[2], "=")
		d := dependency{name: parts[0] + ":" + parts[1], version: version, line: number, pin: lodemark.PinTag}
		if v.wants("maven", d.name) {
			m.fixes = append(m.fixes, d)
		}
	}
	return m, nil
}
