package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/schema"
)

func sampleBriefing(text string) *Briefing {
	return &Briefing{Tool: lodemark.Tool{Name: "lodemark", Version: "1"}, At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Role: "developers", System: text, Sources: []string{text},
		Parts: []BriefingPart{{Key: "threats", Title: "What threatens this system", Items: []BriefingItem{{Severity: "high", Text: text, Place: text, Note: text}}},
			{Key: "lessons", Title: "What it has been taught", None: "Nothing."}},
		Questions: []BriefingQuestion{{text + " one?", text}, {text + " two?", text}, {text + " three?", "last answer"}}, Digest: strings.Repeat("a", 64), Command: "lodemark brief ack"}
}

// Whatever stands in the texts of a target, it shows as text, and the answers stand last.
func TestBriefingsAreHarmless(t *testing.T) {
	hostile := "<script>alert(1)</script> [x](javascript:a) @team #1 \x1b[31m \u202e `code` ![i](http://example.org/i.png)"
	for _, f := range BriefingFormats() {
		var out, again bytes.Buffer
		if err := f.Write(&out, sampleBriefing(hostile), Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if err := f.Write(&again, sampleBriefing(hostile), Options{Width: 80}); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("%s: twice the same briefing gives other bytes (%v)", f.Name, err)
		}
		text := out.String()
		bad := []string{"\x1b", "\u202e"}
		switch f.Name {
		case "markdown":
			bad = append(bad, "<script", "](javascript", "@team", "![i]")
		case "html":
			bad = append(bad, "<script", "<img")
		case "json":
			bad = []string{"\x1b"}
		}
		for _, w := range bad {
			if strings.Contains(text, w) {
				t.Errorf("%s holds %q", f.Name, w)
			}
		}
		if f.Name != "json" && strings.LastIndex(text, "last answer") < strings.LastIndex(text, "three?") {
			t.Errorf("%s: the answers do not stand last", f.Name)
		}
	}
}

// A command that is copied from the page works: no line ends inside the digits, however narrow the terminal.
func TestBriefingCommandStaysWhole(t *testing.T) {
	b := sampleBriefing("desk")
	b.Command = `lodemark brief ack --role data-scientist --by "Your name" --briefing 84a4edc2e742`
	for _, width := range []int{40, 60, 80, 100, 200} {
		var out bytes.Buffer
		if err := writeBriefingText(&out, b, Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "--briefing 84a4edc2e742\n") {
			t.Errorf("at %d columns:\n%s", width, out.String())
		}
		typed := strings.ReplaceAll(out.String(), "\\\n", "")
		if fields := strings.Join(strings.Fields(typed), " "); !strings.Contains(fields, "$ "+b.Command) {
			t.Errorf("at %d columns a shell reads something else:\n%s", width, out.String())
		}
	}
}

// The JSON form holds to its schema.
func TestBriefingSchema(t *testing.T) {
	data, err := schema.Read("brief")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("brief", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("brief")
	if err != nil {
		t.Fatal(err)
	}
	check := func(b *Briefing) error {
		var out bytes.Buffer
		if err := writeBriefingJSON(&out, b, Options{}); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(value)
	}
	if err := check(sampleBriefing("text")); err != nil {
		t.Error(err)
	}
	short := sampleBriefing("text")
	short.Questions = short.Questions[:2]
	if err := check(short); err == nil {
		t.Error("a briefing with two questions holds to the schema: ", fmt.Sprint(len(short.Questions)))
	}
}
