package sign

import (
	"errors"
	"strings"
	"testing"
)

const digestA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// A statement as other programs write it: the members of a resource descriptor that nothing here uses are taken.
const goodStatement = `{"_type":"https://in-toto.io/Statement/v1",
 "subject":[{"name":"model.safetensors","digest":{"sha256":"` + digestA + `"},"uri":"pkg:generic/model","annotations":{"a":[1,{"b":null}]}}],
 "predicateType":"https://slsa.dev/provenance/v1",
 "predicate":{"buildDefinition":{}}}`

func TestReadStatement(t *testing.T) {
	s, err := ReadStatement([]byte(goodStatement))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Subject) != 1 || s.Subject[0].Name != "model.safetensors" || s.Subject[0].Digest["sha256"] != digestA ||
		s.PredicateType != "https://slsa.dev/provenance/v1" || string(s.Predicate) != `{"buildDefinition":{}}` {
		t.Errorf("%+v", s)
	}
	data, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"model.safetensors","digest":{"sha256":"` + digestA + `"}}],` +
		`"predicateType":"https://slsa.dev/provenance/v1","predicate":{"buildDefinition":{}}}`
	if string(data) != want {
		t.Errorf("written as\n%s\nwant\n%s", data, want)
	}
}

func TestReadStatementRefuses(t *testing.T) {
	with := func(old, new string) string {
		if !strings.Contains(goodStatement, old) {
			t.Fatalf("the statement lacks %q", old)
		}
		return strings.Replace(goodStatement, old, new, 1)
	}
	subject := `{"name":"model.safetensors","digest":{"sha256":"` + digestA + `"},"uri":"pkg:generic/model","annotations":{"a":[1,{"b":null}]}}`
	for name, row := range map[string]struct{ text, want string }{
		"two statements in one":         {goodStatement + goodStatement, "after top-level value"},
		"two statements in a list":      {"[" + goodStatement + "," + goodStatement + "]", "array"},
		"an older version":              {with("Statement/v1", "Statement/v0.1"), "_type is"},
		"a link":                        {with(`"_type":"https://in-toto.io/Statement/v1"`, `"_type":"link"`), "_type is"},
		"the type with a slash more":    {with("Statement/v1", "Statement/v1/"), "_type is"},
		"no type":                       {with(`"_type":"https://in-toto.io/Statement/v1",`, ""), "_type is"},
		"two types":                     {with(`"_type"`, `"_type":"https://in-toto.io/Statement/v0.1","_type"`), `"_type" stands twice`},
		"two predicates":                {with(`"predicate":`, `"predicate":{"verdict":"met"},"predicate":`), `"predicate" stands twice`},
		"two verdicts in the predicate": {with(`"buildDefinition":{}`, `"verdict":"met","verdict":"not met"`), `"verdict" stands twice`},
		"an unknown member":             {with(`"predicate":`, `"extra":1,"predicate":`), `"extra" is unknown`},
		"an unknown member of a subject": {
			with(`"uri"`, `"url"`), `"url" is unknown`},
		"no subject":                  {with(subject, ""), "no subject"},
		"subject null":                {with("["+subject+"]", "null"), "no subject"},
		"two subjects of one name":    {with(subject, subject+","+strings.ReplaceAll(subject, "aaaa", "bbbb")), `two subjects have the name "model.safetensors"`},
		"two digests of one kind":     {with(`{"sha256"`, `{"sha256":"`+strings.ReplaceAll(digestA, "a", "b")+`","sha256"`), `"sha256" stands twice`},
		"no digest":                   {with(`"sha256":"`+digestA+`"`, ""), "no digest"},
		"a digest cut off":            {with(digestA, digestA[1:]), "has 63 characters, not 64"},
		"a digest in capitals":        {with(digestA, strings.ToUpper(digestA)), "not lower-case hex"},
		"a digest with a space":       {with(digestA, digestA[1:]+" "), "not lower-case hex"},
		"a digest in base64":          {with(digestA, "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo="), "has 44 characters"},
		"sha512 as long as sha256":    {with("sha256", "sha512"), "has 64 characters, not 128"},
		"SHA256 in capitals":          {with("sha256", "SHA256"), "only weak or unknown digests (\"SHA256\")"},
		"md5 alone":                   {with(`"sha256":"`+digestA+`"`, `"md5":"`+digestA[:32]+`"`), "only weak or unknown digests"},
		"sha1 alone":                  {with(`"sha256":"`+digestA+`"`, `"sha1":"`+digestA[:40]+`"`), "only weak or unknown digests"},
		"a digest that is a number":   {with(`"`+digestA+`"`, "1"), "number"},
		"no predicate":                {with(",\n \"predicate\":{\"buildDefinition\":{}}", ""), "the predicate is no object"},
		"a predicate that is null":    {with(`{"buildDefinition":{}}`, "null"), "the predicate is no object"},
		"a predicate that is a list":  {with(`{"buildDefinition":{}}`, "[]"), "the predicate is no object"},
		"a predicate type of no URI":  {with("https://slsa.dev/provenance/v1", "provenance"), "is no URI"},
		"a predicate type with break": {with("https://slsa.dev/provenance/v1", `https://slsa.dev/\n`), "is no URI"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadStatement([]byte(row.text))
			wants(t, err, row.want)
			if e := (*StatementError)(nil); err != nil && !errors.As(err, &e) {
				t.Errorf("error of type %T", err)
			}
		})
	}
}

func TestReadStatementTakes(t *testing.T) {
	for name, text := range map[string]string{
		"a weak digest beside a strong one":    strings.Replace(goodStatement, `{"sha256"`, `{"md5":"`+digestA[:32]+`","sha256"`, 1),
		"a digest of a kind nobody here knows": strings.Replace(goodStatement, `{"sha256"`, `{"tree-hash":"h1:AbC=","sha256"`, 1),
		"a commit":                             strings.Replace(goodStatement, `"sha256":"`+digestA+`"`, `"gitCommit":"`+digestA[:40]+`"`, 1),
		"subjects without a name":              strings.Replace(goodStatement, `[{"name":"model.safetensors",`, `[{"digest":{"sha256":"`+digestA+`"}},{`, 1),
	} {
		if _, err := ReadStatement([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What could not be read back is not written.
func TestStatementJSONRefuses(t *testing.T) {
	good := Statement{Subject: []Subject{{Name: "a", Digest: map[string]string{"sha256": digestA}}}, PredicateType: "https://example.org/p/v1", Predicate: []byte("{}")}
	if _, err := good.JSON(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Statement){
		"no subject":          func(s *Statement) { s.Subject = nil },
		"a name twice":        func(s *Statement) { s.Subject = append(s.Subject, s.Subject[0]) },
		"no predicate":        func(s *Statement) { s.Predicate = nil },
		"a broken predicate":  func(s *Statement) { s.Predicate = []byte("{") },
		"a repeated member":   func(s *Statement) { s.Predicate = []byte(`{"a":1,"a":2}`) },
		"no predicate's type": func(s *Statement) { s.PredicateType = "" },
	} {
		s := good
		change(&s)
		if data, err := s.JSON(); err == nil {
			t.Errorf("%s: written as %s", name, data)
		}
	}
}

// A signature is over bytes and their type: the same bytes in an envelope of another type are no statement.
func TestPayloadTypeConfusion(t *testing.T) {
	k := newKey(t, "a")
	if _, err := seal(t, PayloadType, goodStatement, k).Statement(); err != nil {
		t.Error(err)
	}
	for _, other := range []string{"application/json", "application/vnd.in-toto+json;v=2", "APPLICATION/VND.IN-TOTO+JSON", "text/plain"} {
		_, err := seal(t, other, goodStatement, k).Statement()
		wants(t, err, "the envelope holds")
	}
}

func FuzzReadStatement(f *testing.F) {
	f.Add([]byte(goodStatement))
	f.Add([]byte(strings.Replace(goodStatement, "sha256", "sha512", 1)))
	f.Add([]byte(`{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"a:b","predicate":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ReadStatement(data)
		if err != nil {
			return
		}
		text, err := s.JSON()
		if err != nil {
			t.Fatalf("%q is read and cannot be written: %v", data, err)
		}
		again, err := ReadStatement(text)
		if err != nil || len(again.Subject) != len(s.Subject) || again.PredicateType != s.PredicateType {
			t.Fatalf("%q became %s: %v", data, text, err)
		}
	})
}
