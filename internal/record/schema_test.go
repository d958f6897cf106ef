package record

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/schema"
)

// What is signed holds to the published schema, and the schema notices what would be wrong.
func TestEvidenceSchema(t *testing.T) {
	text, err := schema.Read("evidence")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("evidence", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("evidence")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(predicate []byte) error {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(predicate))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(doc)
	}
	b := newBench(t)
	b.append(verified(noon.Add(-time.Hour)), b.release)
	long := verified(noon.Add(-time.Minute))
	for i := range 2000 {
		d := long.Records[0].Examined[0]
		d.Path = "data/" + string(rune('a'+i%26)) + time.Duration(i).String()
		long.Records[0].Examined = append(long.Records[0].Examined, d)
	}
	b.append(long, b.release)
	n := 0
	for _, run := range []Run{verified(noon), long} {
		entries, _, err := run.entries(b.release)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			e, err := sign.ReadEnvelope(entry)
			if err != nil {
				t.Fatal(err)
			}
			st, err := sign.ReadStatement(e.Payload)
			if err != nil {
				t.Fatal(err)
			}
			if err := valid(st.Predicate); err != nil {
				t.Errorf("%v\n%.400s", err, st.Predicate)
			}
			for old, wrong := range map[string]string{`"outcome":"passed"`: `"outcome":"fine"`, `"system":"desk"`: `"system":""`, `"settles":true`: `"settled":true`} {
				if bytes.Contains(st.Predicate, []byte(old)) && valid(bytes.Replace(st.Predicate, []byte(old), []byte(wrong), 1)) == nil {
					t.Errorf("the schema takes %s", wrong)
				}
			}
			n++
		}
	}
	if l := Load(context.Background(), Source{Ledger: Ledger{Dir: b.dir}, Trust: b.trust, At: noon, System: "desk"}); n != 2 || len(l.Evidence) != 2 {
		t.Errorf("%d entries, %d records read", n, len(l.Evidence))
	}
}
