package deploy

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"github.com/lodemark/lodemark/internal/pattern"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// digestRecord is one digest that a manifest gives for a file.
type digestRecord struct {
	name      string // of the file, as the manifest writes it
	algorithm string // "sha256", "sha512", "sha1", "md5"; empty: one that is not recomputed
	sum       string // lower-case hex
	line      int    // 1-based; 0: not known
	folder    bool   // DVC's digest of a whole folder
}

// recordsBytes is the largest manifest that is read. One for ten thousand files fits.
const recordsBytes = 2 << 20

// manifestName is what a file of digests is called: of coreutils, of DVC, of OpenSSF model signing, in-toto and Sigstore, and
// manifests as JSON.
var manifestName = pattern.New(`(?i)^(?:(?:[\w.-]*[-_.])?(?:sha256|sha512|md5)-?sums?(?:\.txt)?|sha(?:256|512)\.txt|(?:[\w.-]*[-_.])?checksums?(?:\.(?:txt|sha256|sha512|json))?|` +
	`[\w.-]*manifest[\w.-]*\.json|dvc\.lock|model\.sig|[\w. ()-]+\.(?:sha256|sha512|sha256sums?|dvc|sig|sigstore|sigstore\.json|bundle\.json|intoto\.jsonl|intoto\.json|link|att|dsse))$`)

// digestRecords reads a manifest of any of the kinds. What is none gives no records: a manifest.json may be one of a web page.
func digestRecords(file string, data []byte) []digestRecord {
	base := path.Base(file)
	switch trimmed := bytes.TrimLeft(data, " \t\r\n\ufeff"); {
	case len(trimmed) == 0 || len(data) > recordsBytes:
		return nil
	case strings.HasSuffix(base, ".dvc") || base == "dvc.lock":
		return dvcRecords(data)
	case trimmed[0] == '{' || trimmed[0] == '[':
		return jsonRecords(base, trimmed)
	}
	return lineRecords(base, string(data))
}

var (
	sumLine = pattern.New(`^\\?(?:sha256:|sha512:)?([0-9a-fA-F]{32,128})(?:[ \t]+\*?(?:\./)?(\S.*?))?\s*$`)
	bsdLine = pattern.New(`^(?:SHA2?-?256|SHA2?-?512|SHA1|MD5)\s?\((.+)\)\s?=\s?([0-9a-fA-F]{32,128})\s*$`)
)

// lineRecords reads the output of sha256sum and of its BSD kin. A digest without a name is that of the file beside.
func lineRecords(base, text string) []digestRecord {
	var all []digestRecord
	n := 0
	for line := range strings.Lines(text) {
		n++
		if len(line) > 4096 {
			continue
		}
		line = strings.TrimRight(line, "\r\n")
		sum, name := "", ""
		if m := sumLine.FindStringSubmatch(line); m != nil {
			sum, name = m[1], m[2]
			if name == "" {
				name = besides(base)
			}
		} else if m := bsdLine.FindStringSubmatch(line); m != nil {
			name, sum = m[1], m[2]
		}
		if algorithm := algorithmOf(sum); algorithm != "" && name != "" {
			all = append(all, digestRecord{name: name, algorithm: algorithm, sum: strings.ToLower(sum), line: n})
		}
	}
	return all
}

// besides is the name of the file that a manifest of one stands beside: "a.gguf" for "a.gguf.sha256".
func besides(base string) string {
	for _, end := range []string{".sigstore.json", ".bundle.json", ".intoto.jsonl", ".intoto.json", ".sha256", ".sha512", ".sha256sum", ".sigstore", ".sig", ".att", ".dsse"} {
		if stem, ok := strings.CutSuffix(base, end); ok {
			return stem
		}
	}
	return ""
}

func algorithmOf(sum string) string {
	return map[int]string{32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}[len(sum)]
}

// jsonRecords reads manifests in JSON, the statement inside a signed envelope included, and JSON by lines.
func jsonRecords(base string, data []byte) []digestRecord {
	w := recordWalk{base: base, lines: hexLines(data), named: shaNamed.MatchString(base) || shaNamed.Match(data)}
	dec := json.NewDecoder(bytes.NewReader(data))
	for range 1000 {
		var v any
		if dec.Decode(&v) != nil {
			break
		}
		w.visit("", v, 24)
	}
	return w.found
}

// hexLines gives the first line on which each digest of a text stands.
func hexLines(data []byte) map[string]int {
	lines := map[string]int{}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		for _, m := range hexRun.FindAll(line, -1) {
			if sum := strings.ToLower(string(m)); lines[sum] == 0 {
				lines[sum] = n
			}
		}
	}
	return lines
}

var (
	hexRun     = pattern.New(`[0-9a-fA-F]{32,128}`)
	hexDigest  = pattern.New(`^(?:(?:sha256|sha512|sha1|md5)[:-])?([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128})$`)
	shaNamed   = pattern.New(`(?i)sha-?(?:2[-_])?(?:256|512)`)
	shardRange = pattern.New(`:\d+[:-]\d+$`)
)

const recordsMax = 20000

// recordWalk gathers pairs of a file's name and its digest from JSON, in whatever way they are nested.
type recordWalk struct {
	base  string
	lines map[string]int
	named bool // the manifest says that its digests are of the SHA-2 family; else they are on record and not recomputed
	found []digestRecord
}

func (w *recordWalk) add(name, sum string, known bool) {
	m := hexDigest.FindStringSubmatch(sum)
	if m == nil || name == "" || len(w.found) >= recordsMax {
		return
	}
	r := digestRecord{name: name, sum: strings.ToLower(m[1])}
	r.line = w.lines[r.sum]
	part := shardRange.FindStringIndex(name)
	if part != nil { // a digest of a part: OpenSSF model signing cuts large files
		r.name = name[:part[0]]
	} else if known {
		r.algorithm = algorithmOf(r.sum)
	}
	w.found = append(w.found, r)
}

// visit looks at one value; key is the name under which it stands, which may be that of a file.
func (w *recordWalk) visit(key string, v any, depth int) {
	if depth == 0 {
		return
	}
	switch v := v.(type) {
	case string:
		if strings.Contains(key, ".") || strings.Contains(key, "/") {
			w.add(key, v, w.named)
		}
	case []any:
		for _, x := range v {
			w.visit("", x, depth-1)
		}
	case map[string]any:
		if w.envelope(v, depth) {
			return
		}
		name := firstWord(v, "path", "name", "file", "filename", "file_name", "uri", "rfilename", "key")
		if name == "" {
			name = key
		}
		sum := firstWord(v, "sha256", "sha256sum", "sha512", "digest", "checksum", "hash", "sum", "md5")
		if inner, ok := v["digest"].(map[string]any); ok {
			sum = firstWord(inner, "sha256", "sha512")
		}
		if sum != "" {
			algorithm := firstWord(v, "algorithm", "hash_type", "hash_algorithm")
			w.add(name, sum, w.named && (algorithm == "" || shaNamed.MatchString(algorithm)))
		}
		for _, n := range sortedNames(v) {
			if _, inner := v[n].(map[string]any); !inner || n != "digest" {
				w.visit(n, v[n], depth-1)
			}
		}
	}
}

func firstWord(m map[string]any, names ...string) string {
	for _, n := range names {
		if s, ok := m[n].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// envelope opens the payload of a DSSE envelope, and reads the digest of a Sigstore bundle over one file.
func (w *recordWalk) envelope(v map[string]any, depth int) bool {
	if kind, _ := v["payloadType"].(string); strings.Contains(kind, "in-toto") {
		code, _ := v["payload"].(string)
		payload, err := base64.StdEncoding.DecodeString(code)
		var inner any
		if err == nil && json.Unmarshal(payload, &inner) == nil {
			w.named = w.named || shaNamed.Match(payload)
			w.visit("", withoutRoot(inner), depth-1)
		}
		return true
	}
	if m, ok := v["messageDigest"].(map[string]any); ok {
		code, _ := m["digest"].(string)
		if raw, err := base64.StdEncoding.DecodeString(code); err == nil {
			w.add(besides(w.base), hex.EncodeToString(raw), w.named)
		}
		return true
	}
	return false
}

// withoutRoot drops the subject of a statement of OpenSSF model signing: it is the digest of the list, under the name of the
// model. Where the model is one file, the list calls it ".".
func withoutRoot(v any) any {
	statement, _ := v.(map[string]any)
	predicate, _ := statement["predicate"].(map[string]any)
	resources, _ := predicate["resources"].([]any)
	subjects, _ := statement["subject"].([]any)
	if len(resources) == 0 || len(subjects) != 1 {
		return v
	}
	subject, _ := subjects[0].(map[string]any)
	for _, r := range resources {
		if r, ok := r.(map[string]any); ok && r["name"] == "." {
			r["name"] = subject["name"]
		}
	}
	return predicate
}

// dvcFile is what DVC writes of outputs and inputs: in a file beside the data, or in dvc.lock for each stage.
type dvcFile struct {
	Outs, Deps []dvcEntry
	Wdir       string
	Stages     map[string]struct{ Outs, Deps []dvcEntry }
}

type dvcEntry struct {
	Path, MD5, Etag, Checksum, Hash string
	Files                           []struct{ RelPath, MD5 string }
}

func dvcRecords(data []byte) []digestRecord {
	var f dvcFile
	if yaml.Unmarshal(data, &f) != nil {
		return nil
	}
	lines := hexLines(data)
	var all []digestRecord
	add := func(entries []dvcEntry) {
		for _, e := range entries {
			sum, folder := strings.CutSuffix(strings.ToLower(e.MD5), ".dir")
			r := digestRecord{name: path.Join(f.Wdir, e.Path), sum: sum, line: lines[sum], folder: folder}
			switch {
			case e.Path == "":
				continue
			case hexDigest.MatchString(sum):
				r.algorithm = map[bool]string{false: "md5"}[folder]
			case len(e.Etag) >= 8 || len(e.Checksum) >= 8:
				r.sum = e.Etag + e.Checksum
			default:
				continue
			}
			all = append(all, r)
		}
	}
	add(f.Outs)
	add(f.Deps)
	for _, name := range slices.Sorted(maps.Keys(f.Stages)) {
		add(f.Stages[name].Outs)
		add(f.Stages[name].Deps)
	}
	return all
}
