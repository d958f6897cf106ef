package sign

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/sumdb/note"
)

// vkeyOf is a verifier key of a type, as C2SP signed notes write it.
func vkeyOf(name string, kind byte, k PublicKey) string {
	key := append([]byte{kind}, keyBytes(k)...)
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	return name + "+" + hex.EncodeToString(sum[:4]) + "+" + base64.StdEncoding.EncodeToString(key)
}

const goodTrust = `# whom we believe
schema: lodemark.trust/1
keys:
  - name: release
    from: 2026-01-01
    until: 2027-06-30T12:00:00Z
    uses: [model, evidence]
    key: KEY_A
  - name: release
    retired: 2026-01-01T00:00:00+02:00
    file: keys/old.pub
  - name: laptop
    revoked: 2026-05-05
    reason: laptop lost
    key: KEY_C
roots:
  - name: acme
    until: 2030-01-01
    uses: [provenance]
    identity:
      san: https://example.org/flows/release.yml@refs/tags/*
      issuer: https://id.example.org
    certificate: ROOT
witnesses:
  - name: the auditor
    key: VKEY
`

// fill puts the keys into the text.
func fill(t testing.TB, text string, root authority) string {
	t.Helper()
	return strings.NewReplacer(
		"KEY_A", block(string(newKey(t, "a").PEM())), "KEY_C", block(string(newKey(t, "c").PEM())), "ROOT", block(certificatePEM(root)),
		"VKEY", vkeyOf("auditor.example.org", noteCosigner, newKey(t, "d").PublicKey),
	).Replace(text)
}

func openOld(t testing.TB) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if name != "keys/old.pub" {
			return nil, fs.ErrNotExist
		}
		return newKey(t, "b").PEM(), nil
	}
}

func TestParseTrust(t *testing.T) {
	root := newRoot(t, "our root")
	trust, err := ParseTrust([]byte(fill(t, goodTrust, root)), openOld(t))
	if err != nil {
		t.Fatal(err)
	}
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	k := trust.Entries()
	if len(k) != 3 || k[0].Key.ID != newKey(t, "a").ID || !k[0].From.Equal(day(2026, 1, 1)) || !k[0].Until.Equal(time.Date(2027, 6, 30, 12, 0, 0, 0, time.UTC)) ||
		list(k[0].Uses) != "model, evidence" || k[1].Key.ID != newKey(t, "b").ID || !k[1].Retired.Equal(time.Date(2025, 12, 31, 22, 0, 0, 0, time.UTC)) ||
		!k[2].Revoked.Equal(day(2026, 5, 5)) || k[2].Reason != "laptop lost" {
		t.Errorf("%+v", k)
	}
	r := trust.roots
	if len(r) != 1 || !bytes.Equal(r[0].certificate.Raw, root.certificate.Raw) || r[0].san != "https://example.org/flows/release.yml@refs/tags/*" || r[0].issuer != "https://id.example.org" || !r[0].until.Equal(day(2030, 1, 1)) {
		t.Errorf("%+v", r)
	}
	if w := trust.Witnesses(); len(w) != 1 || w[0].Name != "the auditor" || !strings.HasPrefix(w[0].VKey, "auditor.example.org+") {
		t.Errorf("%+v", w)
	}
	again, err := WriteTrust(k)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ParseTrust(again, nil)
	if err != nil {
		t.Fatal(err)
	}
	if o := other.Entries(); len(o) != 3 || o[0].Key.ID != k[0].Key.ID || !o[1].Retired.Equal(k[1].Retired) || o[2].Reason != k[2].Reason {
		t.Errorf("%+v came back as %+v", k, o)
	}
}

// trustTampers are broken files: what is changed, what has to be said with which line, and whether the schema is to notice as well.
var trustTampers = map[string]struct {
	old, new, want string
	schema         bool
}{
	"no schema":             {"schema: lodemark.trust/1", "", `line 1: schema is ""`, true},
	"another schema":        {"lodemark.trust/1", "lodemark.policy/1", "line 1: schema is", true},
	"an unknown member":     {"reason: laptop lost", "reason: laptop lost\n    comment: x", "field comment not found", true},
	"a repeated member":     {"reason: laptop lost", "reason: laptop lost\n    reason: x", "already", false},
	"a second document":     {"witnesses:", "---\nwitnesses:", "a second document follows", false},
	"no name":               {"name: laptop\n    ", "", `line 15: name ""`, true},
	"a name with a break":   {"name: laptop", `name: "lap\ntop"`, `line 15: name "lap\ntop"`, true},
	"a name turned around":  {"name: laptop", "name: \"lap\u202etop\"", "line 15: name", true},
	"neither key nor file":  {"file: keys/old.pub", "", "line 12: give either key or file", true},
	"both key and file":     {"reason: laptop lost", "reason: laptop lost\n    file: x.pub", "line 15: give either key or file", true},
	"a file elsewhere":      {"keys/old.pub", "../old.pub", "line 12: file \"../old.pub\": only files beside", false},
	"an absolute file":      {"keys/old.pub", "/etc/old.pub", "line 12: file \"/etc/old.pub\": only files beside", false},
	"a file that is gone":   {"keys/old.pub", "keys/none.pub", "line 12: file does not exist", false},
	"a key that is none":    {"KEY_C", "hello", "line 15: no PEM block", false},
	"a key twice":           {"KEY_C", "KEY_A", "stands in it twice, as release and as laptop", false},
	"no time":               {"2026-05-05", "last week", `line 16: "last week" is no time`, true},
	"a day that is none":    {"2026-05-05", "2026-02-30", "is no time", false},
	"a time without a zone": {"2026-05-05", "2026-05-05T12:00:00", "is no time", true},
	"a time in a list":      {"2026-05-05", "[2026-05-05]", "is no time", true},
	"until before from":     {"2027-06-30T12:00:00Z", "2025-01-01", "line 4: until is not after from", false},
	"until at from":         {"2027-06-30T12:00:00Z", "2026-01-01", "line 4: until is not after from", false},
	"revoked for no reason": {"\n    reason: laptop lost", "", "line 15: revoked without a reason", true},
	"a reason for nothing":  {"revoked: 2026-05-05", "until: 2026-05-05", "line 15: a reason without revoked", true},
	"an unknown use":        {"[model, evidence]", "[model, everything]", `line 4: there is no use "everything"`, true},
	"a use twice":           {"[model, evidence]", "[model, model]", "line 4: the use model stands twice", true},
	"a root that is a key":  {"ROOT", "KEY_A", "a root is one certificate", false},
	"a star in the middle":  {"release.yml@refs/tags/*", "*/release.yml", "may have a * at its end and nowhere else", true},
	"anybody":               {"https://example.org/flows/release.yml@refs/tags/*", `"*"`, "may have a * at its end and nowhere else", true},
	"a witness of no key":   {"VKEY", "hello", "is no verifier key", true},
	"a witness renamed":     {"key: VKEY", "key: mallory.example.org+11223344+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", "does not belong to its name", false},
	"a witness of ECDSA":    {"key: VKEY", "key: auditor.example.org+11223344+AgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", "holds no Ed25519 key", false},
	"a map for a list":      {"  - name: the auditor\n    key: VKEY", "  name: the auditor", "cannot unmarshal", true},
}

func TestParseTrustRefuses(t *testing.T) {
	root := newRoot(t, "our root")
	for name, row := range trustTampers {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(goodTrust, row.old) {
				t.Fatalf("the file lacks %q", row.old)
			}
			_, err := ParseTrust([]byte(fill(t, strings.Replace(goodTrust, row.old, row.new, 1), root)), openOld(t))
			wants(t, err, row.want)
			if e := (*TrustFileError)(nil); err != nil && !errors.As(err, &e) {
				t.Errorf("error of type %T", err)
			}
		})
	}
	leaf := issue(t, root, nil, nil)
	_, err := ParseTrust([]byte(fill(t, strings.Replace(goodTrust, "ROOT", block(certificatePEM(leaf)), 1), root)), openOld(t))
	wants(t, err, "is not that of an authority: write it under keys")
	for text, want := range map[string]string{
		"": "is empty", "[]": "cannot unmarshal", "schema: &a [*a]": "", "keys: [" + strings.Repeat("[", 20_000): "", "\xff": "",
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nkeys: [*c,*c,*c,*c,*c,*c,*c]": "",
	} {
		if _, err := ParseTrust([]byte(text), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want an error that says %q", text, err, want)
		}
	}
}

// The published schema takes the good file and refuses the broken ones that a schema can.
func TestTrustSchema(t *testing.T) {
	data, err := os.ReadFile("../../schema/trust.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("trust", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("trust")
	if err != nil {
		t.Fatal(err)
	}
	root := newRoot(t, "our root")
	check := func(text string) error {
		var value any
		d := yaml.NewDecoder(strings.NewReader(quoteTimes(text)))
		if err := d.Decode(&value); err != nil {
			return err
		}
		asJSON, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if value, err = jsonschema.UnmarshalJSON(bytes.NewReader(asJSON)); err != nil {
			return err
		}
		return schema.Validate(value)
	}
	if err := check(fill(t, goodTrust, root)); err != nil {
		t.Errorf("the good file: %v", err)
	}
	for name, row := range trustTampers {
		err := check(fill(t, strings.Replace(goodTrust, row.old, row.new, 1), root))
		if row.schema && err == nil {
			t.Errorf("%s: the schema does not notice", name)
		}
	}
}

// quoteTimes keeps the decoder from turning days into moments: the schema sees what is written.
func quoteTimes(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ": ")
		if n := strings.TrimLeft(name, " -"); ok && (n == "from" || n == "until" || n == "retired" || n == "revoked") && !strings.HasPrefix(value, "[") {
			lines[i] = name + `: "` + value + `"`
		}
	}
	return strings.Join(lines, "\n")
}

// Verifier keys that the library of signed notes makes are taken, and those of witnesses beside them.
func TestVerifierKeys(t *testing.T) {
	_, vkey, err := note.GenerateKey(nil, "log.example.org")
	if err != nil {
		t.Fatal(err)
	}
	k := newKey(t, "a").PublicKey
	wants(t, checkVKey(vkey), "")
	wants(t, checkVKey(vkeyOf("log.example.org", noteEd25519, k)), "")
	wants(t, checkVKey(vkeyOf("witness.example.org/a", noteCosigner, k)), "")
	wants(t, checkVKey(vkeyOf("a b", noteEd25519, k)), "is no verifier key")
	wants(t, checkVKey(vkeyOf("log.example.org", 2, k)), "holds no Ed25519 key")
	wants(t, checkVKey(strings.Replace(vkey, "log.", "lag.", 1)), "does not belong")
	if _, err := note.NewVerifier(vkeyOf("log.example.org", noteEd25519, k)); err != nil {
		t.Errorf("the library refuses ours: %v", err)
	}
}

func FuzzParseTrust(f *testing.F) {
	f.Add([]byte(fill(f, goodTrust, newRoot(f, "root"))))
	f.Add([]byte("schema: lodemark.trust/1\nkeys: []\n"))
	f.Add([]byte("schema: lodemark.trust/1\nkeys:\n  - {name: a, file: keys/old.pub, from: 2026-01-01, uses: []}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		trust, err := ParseTrust(data, openOld(t))
		if err != nil {
			return
		}
		written, err := WriteTrust(trust.Entries())
		if err != nil {
			t.Fatalf("%q is read and cannot be written: %v", data, err)
		}
		again, err := ParseTrust(written, nil)
		if err != nil || len(again.Keys()) != len(trust.Keys()) {
			t.Fatalf("%q became %q: %v", data, written, err)
		}
	})
}

// The file that docs/KEYS.md shows is one.
func TestTheDocumentedTrust(t *testing.T) {
	text, err := os.ReadFile("../../docs/KEYS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```yaml\n")
	shown, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("docs/KEYS.md shows no YAML")
	}
	trust, err := ParseTrust([]byte(shown), func(name string) ([]byte, error) {
		switch name {
		case "old/release.pub":
			return newKey(t, "a").PEM(), nil
		case "old/laptop.pub":
			return newKey(t, "b").PEM(), nil
		case "ca.pem":
			return []byte(certificatePEM(newRoot(t, "ca"))), nil
		}
		return nil, fs.ErrNotExist
	})
	if err != nil || len(trust.Keys()) != 3 || len(trust.roots) != 1 {
		t.Errorf("%+v, %v", trust, err)
	}
}
