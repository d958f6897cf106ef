package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/scan"
)

// madeScan is a scan with one file of each verdict, and hostile text wherever a file can put some.
func madeScan() *Scan {
	digest := strings.Repeat("0a", 32)
	hostile := "calls \"os.system\" with \"\x1b[31m](javascript:x) \u202e\""
	return &Scan{Tool: lodemark.Tool{Name: "lodemark", Version: "1.0.0"}, Result: &scan.Result{Target: "models", Other: 3,
		Gaps: []scan.Gap{{Path: "locked", Reason: "permission denied"}},
		Files: []scan.File{
			{Path: "a/evil.pkl", Verdict: scan.Malicious, Format: "pickle", Size: 40, Parts: 1, SHA256: &digest, Reasons: []scan.Reason{
				{Verdict: scan.Malicious, ID: "pickle-executes", Message: hostile, Offset: 12},
				{Verdict: scan.Clean, ID: "pickle-trailing", Message: "bytes follow", Offset: 40}}},
			{Path: "b.zip", Verdict: scan.Dangerous, Format: "zip", Size: 400, Parts: 3, Reasons: []scan.Reason{
				{Verdict: scan.Dangerous, ID: "pickle-reads", Message: "reads \"/etc/passwd\"", Offset: 7, Part: "x.tar!y.pkl"}}},
			{Path: "c.pt", Verdict: scan.NotRead, Format: "torch-zip", Reasons: []scan.Reason{{Verdict: scan.NotRead, ID: "damaged", Message: "ends early", Offset: -1}}},
			{Path: "d.pkl", Verdict: scan.Unknown, Format: "pickle", Reasons: []scan.Reason{{Verdict: scan.Unknown, ID: "pickle-class", Message: "names \"my.Class\"", Offset: 3}}},
			{Path: "e.safetensors", Verdict: scan.Clean, Format: "safetensors", Reasons: []scan.Reason{}, Facts: map[string]string{"tensors": "2"}},
		}}}
}

func writtenScan(t *testing.T, name string, o Options) string {
	t.Helper()
	for _, f := range ScanFormats() {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, madeScan(), o); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

func TestScanJSONHoldsToItsSchema(t *testing.T) {
	s := published(t, "scan")
	out := writtenScan(t, "json", Options{})
	if err := validate(t, s, out); err != nil {
		t.Error(err)
	}
	for old, wrong := range map[string]string{`"verdict": "malicious"`: `"verdict": "bad"`, `"sha256": null`: `"sha256": ""`, `"offset": 12`: `"offset": -2`, `"other": 3`: `"others": 3`} {
		if changed := strings.Replace(out, old, wrong, 1); changed == out || validate(t, s, changed) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
}

func TestScanSARIFHoldsToTheStandard(t *testing.T) {
	out := writtenScan(t, "sarif", Options{})
	if err := validate(t, officialSARIF(t), out); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`"byteOffset": 12`, `"fullyQualifiedName": "b.zip!x.tar!y.pkl"`, `at byte 7`, `"level": "error"`, `"level": "warning"`, `"permission denied"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(out, "pickle-trailing") || strings.Contains(out, "](") {
		t.Error("information became a result, or text of a file became a link")
	}
}

func TestScanText(t *testing.T) {
	out := writtenScan(t, "text", Options{Width: 120})
	for _, want := range []string{"5 model files", "1 malicious", "1 dangerous", "1 not read", "1 unknown", "1 clean", "a/evil.pkl", "[at byte 12, pickle-executes]",
		"[in x.tar!y.pkl, at byte 7, pickle-reads]", "locked: permission denied", "3 other files"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.ContainsAny(out, "\x1b\u202e") || strings.Contains(out, "e.safetensors") {
		t.Errorf("hostile characters, or clean files without --verbose:\n%s", out)
	}
	if all := writtenScan(t, "text", Options{Width: 80, Verbose: true}); !strings.Contains(all, "e.safetensors") || !strings.Contains(all, "bytes follow") || !strings.Contains(all, "sha256 0a0a") {
		t.Errorf("not everything with --verbose:\n%s", all)
	}
	if ascii := writtenScan(t, "text", Options{Width: 80, ASCII: true}); strings.IndexFunc(ascii, func(r rune) bool { return r > '~' }) >= 0 {
		t.Errorf("not ASCII:\n%s", ascii)
	}
}
