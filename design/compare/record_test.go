package compare

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/document"
)

// decided writes and reads the record of a choice between two candidates.
func decided(t *testing.T, choice Choice, candidates ...*Candidate) (*Record, string) {
	t.Helper()
	c := Judge(context.Background(), candidates, Options{At: now})
	for _, k := range candidates {
		choice.Recorded = append(choice.Recorded, Recorded{Name: k.Name, Kind: k.Kind, Path: k.Path, Seen: k.Seen(nil)})
	}
	text, err := c.Write(choice)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReadRecord("record.md", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return r, string(text)
}

const hostedA = "name: A\nprovider: Acme\nmodel: acme-1\nlicence: {id: Terms}\n"

// A record holds until a digest, the card, the terms or the description has changed, or its day has come.
func TestReopened(t *testing.T) {
	files := map[string]string{"model.safetensors": tensors(t), "README.md": goodCard, "LICENSE": "Apache License\nVersion 2.0\n"}
	ranker := local(t, files)
	r, _ := decided(t, Choice{Chosen: "ranker"}, ranker, described(t, hostedA))
	changed := func(name, text string) map[string]string {
		other := maps.Clone(files)
		other[name] = text
		return local(t, other).Seen(nil)
	}
	b := described(t, hostedA).Seen(nil)
	for _, tt := range []struct {
		name    string
		now     []map[string]string
		at      time.Time
		reopens bool
		unsure  bool
		what    string
	}{
		{"nothing", []map[string]string{local(t, files).Seen(nil), b}, now, false, false, ""},
		{"its day", []map[string]string{local(t, files).Seen(nil), b}, now.AddDate(1, 0, 0), true, false, "review"},
		{"other weights", []map[string]string{changed("model.safetensors", tensors(t)[:80]+strings.Repeat("\x01", 56)), b}, now, true, false, "weights"},
		{"a new file", []map[string]string{changed("model.pkl", plainPickle), b}, now, true, false, "weights"},
		{"the card", []map[string]string{changed("README.md", goodCard+"\nMore.\n"), b}, now, true, false, "card"},
		{"the terms", []map[string]string{changed("LICENSE", "MIT License\n"), b}, now, true, false, "terms"},
		{"the one that was not taken", []map[string]string{local(t, files).Seen(nil), described(t, hostedA+"returns: text\n").Seen(nil)}, now, false, false, "description"},
		{"gone", []map[string]string{nil, b}, now, false, true, "missing"},
	} {
		all := r.Reopened(tt.now, "", tt.at)
		reopens, unsure, whats := false, false, ""
		for _, o := range all {
			reopens, unsure = reopens || o.Reopens, unsure || o.Unsure
			whats += o.What + " "
		}
		if reopens != tt.reopens || unsure != tt.unsure || !strings.Contains(whats, tt.what) || tt.what == "" && len(all) > 0 {
			t.Errorf("%s: %+v", tt.name, all)
		}
	}
}

// New advisories open a decision again; comparing without the database is told, and is no "stands".
func TestReopenedByAdvisories(t *testing.T) {
	c := described(t, hostedA+"loader: acme==1.0\n")
	none := func(string, string, string) ([]Advisory, bool, error) { return nil, true, nil }
	one := func(string, string, string) ([]Advisory, bool, error) { return []Advisory{{ID: "GHSA-1"}}, true, nil }
	r := &Record{NextReview: "2027-01-01", Candidates: []Recorded{{Name: "A", Seen: c.Seen(none)}}}
	if all := r.Reopened([]map[string]string{c.Seen(none)}, "", now); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	if all := r.Reopened([]map[string]string{c.Seen(one)}, "", now); len(all) != 1 || !all[0].Reopens || all[0].What != "advisories" {
		t.Errorf("%+v", all)
	}
	if all := r.Reopened([]map[string]string{c.Seen(nil)}, "", now); len(all) != 1 || all[0].Reopens || !all[0].Unsure {
		t.Errorf("%+v", all)
	}
}

// A record that nobody finished is a draft; one with all that people said is none once its slots are filled in.
func TestRecordIsADraftUntilFilledIn(t *testing.T) {
	a := local(t, map[string]string{"model.safetensors": tensors(t), "README.md": goodCard})
	_, open := decided(t, Choice{}, a, described(t, hostedA))
	if d := document.Read("docs/model-record.md", []byte(open)); !d.Draft || !strings.Contains(open, document.DraftMark) {
		t.Error("a record without a decision is no draft")
	}
	_, text := decided(t, Choice{Chosen: "ranker", Because: "It is small.", By: "Lead"}, a, described(t, hostedA))
	if strings.Contains(text, document.DraftMark) {
		t.Error("a record with a decision is marked as a draft")
	}
	for strings.Contains(text, document.SlotMark) {
		before, rest, _ := strings.Cut(text, document.SlotMark)
		_, after, _ := strings.Cut(rest, ">")
		text = before + "said" + after
	}
	d := document.Read("docs/model-record.md", []byte(text))
	if d.Draft || d.Field("next_review") != "2027-05-25" {
		t.Errorf("draft %v, next review %q", d.Draft, d.Field("next_review"))
	}
	for _, heading := range []string{"decision", "alternatives", "weighed", "threats", "hardening"} {
		if i, ok := d.Index(heading); !ok || !d.FilledUnder(i) {
			t.Errorf("no section about %s is filled in", heading)
		}
	}
}

// Text of a candidate is markup nowhere in a record.
func TestRecordIsHarmless(t *testing.T) {
	bad := "x | <script> ![a](https://example.org/a.png) `b`"
	a := described(t, fmt.Sprintf("name: %q\nprovider: Acme\nmodel: acme-1\nreturns: text\nfallback: {to: %q}\n", bad, bad))
	_, text := decided(t, Choice{Chosen: bad, Because: bad, By: bad}, a)
	_, body, _ := strings.Cut(text, "\n---\n")
	for _, wrong := range []string{"<script>", "![a]", "x | <"} {
		if strings.Contains(body, wrong) {
			t.Errorf("%q stands in the record", wrong)
		}
	}
}

func TestReadRecordIsStrict(t *testing.T) {
	_, good := decided(t, Choice{}, described(t, hostedA))
	for _, tt := range [][2]string{{"choice: lodemark.choice/1", "choice: lodemark.choice/9"}, {"decided:", "decide:"}, {"next_review: ", "next_review: soon #"}, {"name: A", "name: \"\""}, {"---\n", ""}} {
		if _, err := ReadRecord("record.md", []byte(strings.Replace(good, tt[0], tt[1], 1))); err == nil {
			t.Errorf("%q was read", tt[1])
		}
	}
}

func FuzzReadRecord(f *testing.F) {
	f.Add("---\nchoice: lodemark.choice/1\ndecided: \"2026-01-01\"\nnext_review: \"2026-02-01\"\ncandidates:\n  - {name: a, kind: hosted, seen: {card: x}}\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := ReadRecord("r", []byte(text)); err == nil {
			_ = r.Reopened(make([]map[string]string, len(r.Candidates)), "", now)
		}
	})
}

// bundle is a signature whose signed list names files.
func bundle(files map[string]string) string {
	var list []string
	for name, digest := range files {
		list = append(list, fmt.Sprintf(`{"name":%q,"algorithm":"sha256","digest":%q}`, name, digest))
	}
	statement := `{"_type":"https://in-toto.io/Statement/v1","predicate":{"resources":[` + strings.Join(list, ",") + `]}}`
	return `{"dsseEnvelope":{"payload":"` + base64.StdEncoding.EncodeToString([]byte(statement)) + `"}}`
}

// What a signed list says can be compared with the files without any key: a difference is one.
func TestSignedList(t *testing.T) {
	w := tensors(t)
	right := ""
	for _, f := range local(t, map[string]string{"model.safetensors": w}).files.weights {
		right = f.sha256
	}
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  State
		word  string
	}{
		{"the same", map[string]string{"model.safetensors": w, "model.sig": bundle(map[string]string{"model.safetensors": right})}, Unknown, "1 files have the digests"},
		{"another", map[string]string{"model.safetensors": w, "model.sig": bundle(map[string]string{"model.safetensors": strings.Repeat("0", 64)})}, Disqualifying, "another digest"},
		{"left out", map[string]string{"model.safetensors": w, "model.pkl": plainPickle, "model.sig": bundle(map[string]string{"model.safetensors": right})}, Poor, "does not name model.pkl"},
		{"no list", map[string]string{"model.safetensors": w, "model.sig": "{}"}, Unknown, "present"},
	} {
		if j := judged(local(t, tt.files), "signature", Options{}); j.State != tt.want || !strings.Contains(j.said(), tt.word) {
			t.Errorf("%s: %s\n%s", tt.name, j.State, j.said())
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add(bundle(map[string]string{"a": "b"}))
	f.Fuzz(func(t *testing.T, text string) { parseManifest([]byte(text)) })
}

const desk = `system: {name: Desk, users: 2, live: true}
components:
  - {id: person, kind: end_user}
  - {id: app, kind: api, exposure: internet, authn: oauth}
  - {id: chat, kind: hosted_model_api, generative: true, modality: [text], pinned: tag, returns: [text]}
flows:
  - {from: person, to: app, carries: [prompt], encrypted: true, authn: oauth}
  - {from: app, to: chat, carries: [prompt, personal], encrypted: true, authn: key}
  - {from: chat, to: app, carries: [model_output], encrypted: true, authn: key}
`

// threatened runs the library for candidates in the place of a component.
func threatened(t *testing.T, as string, candidates ...*Candidate) (*Threats, error) {
	t.Helper()
	m, problems := threat.Load("threats.yaml", []byte(desk))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	lib, problems := threat.LoadLibrary()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c := Judge(context.Background(), candidates, Options{At: now})
	err := c.Threaten(ThreatInput{Model: m, Library: lib, Component: as, Now: now})
	return c.Threats, err
}

// changeOf is what a candidate does to the threat whose title holds the words.
func (t *Threats) changeOf(candidate int, words string) Change {
	for _, r := range t.Rows {
		if strings.Contains(r.Title, words) {
			return r.Cells[candidate].Change
		}
	}
	return Keeps
}

// The same system with a pickle of a hub, with tensors at a commit, and with another hosted model.
func TestThreatsOfEachCandidate(t *testing.T) {
	text := "---\nlicense: mit\npipeline_tag: text-generation\n---\n"
	pickle := local(t, map[string]string{"model.pkl": plainPickle, "README.md": text}, from("acme/chat"))
	tensor := local(t, map[string]string{"model.safetensors": tensors(t), "README.md": text}, func(s *Source) { s.Reference, s.Revision, s.Name = "acme/chat", strings.Repeat("a", 40), "tensors" })
	other := described(t, "name: Other\nprovider: Acme\nmodel: acme-1-2026-01-02\nreturns: [text, logits]\nhosting: {exposure: internet, authentication: key}\n")
	h, err := threatened(t, "chat", pickle, tensor, other)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		words string
		want  [3]Change
	}{
		{"Model file carries code", [3]Change{Adds, Keeps, Keeps}},
		{"Model reference moves", [3]Change{Adds, Keeps, Keeps}},
		{"Provider or network outage", [3]Change{Removes, Removes, Keeps}},
		{"Prompts and data leave to a provider", [3]Change{Removes, Removes, Keeps}},
		{"Hosted model changes beneath you", [3]Change{Removes, Removes, Removes}},
		{"Scores or logits", [3]Change{Keeps, Keeps, Adds}},
	} {
		for i, want := range tt.want {
			if got := h.changeOf(i, tt.words); got != want {
				t.Errorf("%s, candidate %d: %s, want %s", tt.words, i+1, got, want)
			}
		}
	}
	for _, r := range h.Rows {
		for _, c := range r.Cells {
			if c.Change == Adds && c.Why == "" {
				t.Errorf("%s is added without a reason", r.ID)
			}
		}
	}
}

func TestThreatenNeedsAModelsPlace(t *testing.T) {
	a := described(t, hostedA)
	for as, word := range map[string]string{"app": "kind api", "nobody": "there are chat"} {
		if _, err := threatened(t, as, a); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", as, err)
		}
	}
	bad := described(t, hostedA+"threat: {colour: red}\n")
	if _, err := threatened(t, "chat", bad); err == nil || !strings.Contains(err.Error(), "colour") {
		t.Errorf("%v", err)
	}
}
