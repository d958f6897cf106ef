package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// namedInCode is so many models, seen by one discovery, by the other, and by both.
func namedInCode(call, name, both int) (code []lodemark.Component) {
	for _, w := range []struct {
		by string
		n  int
	}{{lodemark.FoundByCall, call}, {lodemark.FoundByName, name}, {lodemark.FoundByBoth, both}} {
		for range w.n {
			code = append(code, lodemark.Component{Kind: lodemark.KindHostedModel, Name: fmt.Sprint("northlight-chat-", len(code)), Path: "app.py", Line: len(code) + 1, Origin: lodemark.OriginInferred,
				Detail: map[string]string{lodemark.FoundBy: w.by}})
		}
	}
	return code
}

func TestBOMSaysWhatIsProbablyMissed(t *testing.T) {
	for _, tt := range []struct {
		call, name, both int
		text, json       string
	}{
		{0, 0, 0, "", `{"found":0,"by_call":0,"by_name":0,"both":0,"missed_estimate":null,"interval":null}`},
		{1, 1, 2, "4 models with a name, once for each file: 3 seen by the call that takes it, 3 by a name that only models bear, 2 by both. Too few were seen by both",
			`{"found":4,"by_call":3,"by_name":3,"both":2,"missed_estimate":null,"interval":null}`},
		{10, 10, 20, "Both missed about 5 more, or more than that where both are blind to the same (95 % interval 0 to 11).",
			`{"found":40,"by_call":30,"by_name":30,"both":20,"missed_estimate":4.8,"interval":[0,10.9]}`},
	} {
		b := madeBOM()
		b.Run.System.Code = namedInCode(tt.call, tt.name, tt.both)
		for _, format := range []string{"text", "markdown"} {
			text := strings.Join(strings.Fields(writtenBOM(t, format, b, Options{})), " ")
			if !strings.Contains(text, tt.text) || strings.Contains(text, "Models in code that may be missed") != (tt.text != "") {
				t.Errorf("%+v: %s", tt, text)
			}
		}
		var out struct{ Estimate json.RawMessage }
		var got bytes.Buffer
		if err := json.Unmarshal([]byte(writtenBOM(t, "json", b, Options{})), &out); err != nil || json.Compact(&got, out.Estimate) != nil || got.String() != tt.json {
			t.Errorf("%+v: %s %v", tt, got.String(), err)
		}
	}
}
