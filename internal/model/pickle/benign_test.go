package pickle

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func TestBenign(t *testing.T) {
	array := call(global("numpy.core.multiarray._reconstruct"), global("numpy.ndarray"), "K\x00\x85", raw("b"))
	float8 := call(global("numpy.dtype"), text("f8"), "\x89", "\x88") + "(K\x03" + text("<") + "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
	tests := map[string]string{
		"constants":                 pickled(list("K\x01", text("a"), "N", "\x88", "G\x3f\xf0\x00\x00\x00\x00\x00\x00")),
		"protocol 0":                "(lp0\nI1\naF2.5\na(dp1\nS'a'\nL5L\nsa.",
		"a dictionary of its own":   pickled(call(global("collections.OrderedDict")) + "(" + text("a") + "K\x01u"),
		"an object with state":      pickled(global("collections.UserDict") + ")\x81" + dict(text("data"), "}") + "b"),
		"bytes of Python 2":         "\x80\x02" + call(global("_codecs.encode"), "X\x03\x00\x00\x00a\xc3\xa9", "X\x06\x00\x00\x00latin1") + ".",
		"an array":                  pickled(array + "(K\x01K\x02\x85" + float8 + "\x89" + raw(strings.Repeat("\x00", 16)) + "tb"),
		"a partial of a safe class": pickled(call(global("functools.partial"), global("builtins.int"), text("2"))),
		"the type of None":          pickled(call(global("builtins.type"), "N")),
		"several pickles":           pickled("]") + pickled("}") + pickled("K\x01"),
		"bytes behind it":           pickled("]") + "\x00\x00\x00\x00",
		"a hidden pickle":           pickled(raw(pickled(call(global("pickle.load"), text("x"))))),
		"an unpickled constant":     pickled(call(global("torch.storage._load_from_bytes"), raw(pickled("]")))),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			if found := scanned(t, "x.pkl", []byte(data)); found.Verdict != inspect.Clean || found.Parts != 1 {
				t.Errorf("%s: %v", found.Verdict, found.Reasons)
			}
		})
	}
	if found := scanned(t, "x.pkl", []byte(tests["a hidden pickle"])); !hasReason(found, "pickle-hidden") {
		t.Errorf("nothing is said of bytes that are a pickle: %v", found.Reasons)
	}
}

func TestUnknown(t *testing.T) {
	for name, data := range map[string]string{
		"a class of somebody's":  pickled(global("mypackage.Model") + ")\x81"),
		"a name of somebody's":   pickled(global("mypackage.activation")),
		"a persistent id":        pickled(text("some id") + "Q"),
		"a buffer kept outside":  pickled("\x97"),
		"a code of the registry": pickled("\x82\x07"),
	} {
		if found := scanned(t, "x.pkl", []byte(data)); found.Verdict != inspect.Unknown {
			t.Errorf("%s: %s: %v", name, found.Verdict, found.Reasons)
		}
	}
}

func TestMalformed(t *testing.T) {
	good := pickled(dict(text("a"), list("K\x01", "K\x02"), text("b"), "N"))
	tests := map[string]string{
		"no bytes of an opcode":           "\x80\x04\x8c\x05ab",
		"no STOP":                         "\x80\x04]",
		"an unknown opcode":               "\x80\x04\xff.",
		"an empty stack":                  "\x80\x040.",
		"STOP with nothing to give":       "\x80\x04.",
		"no mark":                         "\x80\x04K\x01t.",
		"an absent memo entry":            "\x80\x04h\x05.",
		"a key without value":             "\x80\x04}(K\x01u.",
		"a list as key":                   "\x80\x04}]K\x01s.",
		"an append to a number":           "\x80\x04K\x01K\x02a.",
		"items of a number":               "\x80\x04K\x01K\x02K\x03s.",
		"state for a number":              "\x80\x04K\x01}K\x01K\x02sb.",
		"a call of a number":              "\x80\x04K\x01)R.",
		"text that is no UTF-8":           "\x80\x04\x8c\x02\xff\xfe.",
		"a number that is none":           "Iabc\n.",
		"a text without quotes":           "Sabc\n.",
		"a broken escape":                 "Va\\u12\n.",
		"a length beyond the end":         "\x80\x03B\xff\xff\xff\x7fabc.",
		"a negative length":               "T\xff\xff\xff\xffabc.",
		"a frame beyond the end":          "\x80\x04\x95\xff\x00\x00\x00\x00\x00\x00\x00].",
		"a memo of two thousand millions": "\x80\x02Nr\xff\xff\xff\x7f.",
		"containers of containers":        "\x80\x04]" + strings.Repeat("\x94h\x00h\x00\x86q\x00", 60) + ".",
		"a broken second pickle":          pickled("]") + "\x80\x04]\xff",
		"an array of another size": pickled(call(global("numpy.core.multiarray._reconstruct"), global("numpy.ndarray"), "K\x00\x85", raw("b")) +
			"(K\x01K\x03\x85" + call(global("numpy.dtype"), text("f8"), "\x89", "\x88") + "\x89" + raw("12345678") + "tb"),
		"a tensor outside of its storage": pickled(call(global("torch._utils._rebuild_tensor_v2"),
			"("+text("storage")+global("torch.FloatStorage")+text("0")+text("cpu")+"K\x04tQ", "K\x00", "K\x05\x85", "K\x01\x85", "\x89", "}")),
	}
	for cut := range len(good) {
		if cut > 0 {
			tests["cut: "+good[:cut]] = good[:cut]
		}
	}
	for name, data := range tests {
		if found := scanned(t, "x.pkl", []byte(data)); found.Verdict != inspect.NotRead {
			t.Errorf("%s: %s: %v", name, found.Verdict, found.Reasons)
		}
	}
}

func TestClaims(t *testing.T) {
	tests := []struct {
		name, data string
		want       bool
	}{
		{"x.pkl", "anything", true}, // which is then damaged
		{"x.joblib", "x\x9c compressed", false},
		{"x.pkl", "\x1f\x8b compressed", false},
		{"x.bin", "\x80\x04\x95", true},
		{"x.bin", pickled("]"), true},
		{"x", "(lp0\nI1\na.", true},
		{"x", "cos\nsystem\n(S'x'\ntR.", true},
		{"x.txt", "cos\nsystem\n(S'x'\ntR.", true},
		{"x", "(S'x'\nios\nsystem\n.", true},
		{"requirements.txt", "cython\nnumpy\npandas\n", false},
		{"notes.txt", "conda\npip\ntorch\n", false},
		{"notes.txt", "I am a text. So it is.\n", false},
		{"notes.txt", "Nothing. At all.\n", false},
		{"x.txt", "N. N. N.", false},
		{"x.json", `{"a": 1}`, false},
		{"x.json", `[1, 2]`, false},
		{"x.json", "]", false},
		{"x.yaml", "config:\n  a: 1\n", false},
		{"x.md", "(see below)\n", false},
		{"x.zip", "PK\x03\x04\x00\x00", false},
		{"x.bin", "\x80\x01\x02\x03\x04", false},
		{"x.bin", strings.Repeat("\x00", 100), false},
		{"x.pt", legacyMagic + "\x80\x02M\xe9\x03.", false}, // of the other format
		{"x.bin", "", false},
	}
	for _, test := range tests {
		p := inspect.NewPart(test.name, strings.NewReader(test.data), int64(len(test.data)), &inspect.Found{}, nil)
		if got := Claims(p); got != test.want {
			t.Errorf("Claims(%s, %.40q) = %v", test.name, test.data, got)
		}
	}
}

func TestPolicies(t *testing.T) {
	data := pickled(global("mypackage.Model") + ")\x81")
	for policy, want := range map[Policy]inspect.Verdict{Balanced: inspect.Unknown, Strict: inspect.Dangerous, Permissive: inspect.Clean} {
		found := &inspect.Found{}
		p := inspect.NewPart("x.pkl", strings.NewReader(data), int64(len(data)), found, nil)
		if err := Formats(Options{Unknown: policy})[1].Scan(t.Context(), p); err != nil || found.Verdict != want {
			t.Errorf("policy %d: %s, want %s (%v)", policy, found.Verdict, want, err)
		}
	}
}

func TestCanaries(t *testing.T) {
	for _, f := range Formats(Options{}) {
		name, data := f.Canary()
		if found := scanned(t, name, data); found.Verdict != f.CanaryWant || found.Parts != 1 {
			t.Errorf("%s: %s: %v", f.Name, found.Verdict, found.Reasons)
		}
	}
}
