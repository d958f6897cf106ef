package pickle

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// joblibArray is an array in joblib's way: a description, and behind it bytes that are no opcodes.
func joblibArray(dtype, count, bytes string) string {
	return global("joblib.numpy_pickle.NumpyArrayWrapper") + ")\x81" +
		dict(text("subclass"), global("numpy.ndarray"), text("shape"), count+"\x85", text("order"), text("C"),
			text("dtype"), call(global("numpy.dtype"), text(dtype), "\x89", "\x88"), text("allow_mmap"), "\x88") + "b" + bytes
}

func TestJoblibArrays(t *testing.T) {
	opcodes := "0cos\nsystem\n(S'echo x'\ntR." // 26 bytes, of which an unpickler that does not know joblib makes a call
	tests := []struct {
		name, data string
		want       inspect.Verdict
	}{
		{"bytes", pickled(list(joblibArray("f4", "K\x02", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"), "K\x07")), inspect.Clean},
		{"with padding", pickled(list(strings.Replace(joblibArray("f4", "K\x02", "\x03\xff\xff\xff12345678"), text("allow_mmap"), text("numpy_array_alignment_bytes")+"K\x10"+text("allow_mmap"), 1))), inspect.Clean},
		{"of objects", pickled(list(joblibArray("O8", "K\x02", pickled("]")), "K\x07")), inspect.Clean},
		{"of hostile objects", pickled(list(joblibArray("O8", "K\x02", inner), "K\x07")), inspect.Malicious},
		{"of hostile bytes", pickled(joblibArray("u1", "K"+string(rune(len(opcodes))), opcodes)), inspect.Malicious},
		{"and a call behind it", pickled(list(joblibArray("u1", "K\x03", "abc"), call(system, echo))), inspect.Malicious},
		{"too few bytes", pickled(joblibArray("f8", "K\x64", "abc")), inspect.NotRead},
		{"of an old version, beside", pickled(global("joblib.numpy_pickle.NDArrayWrapper") + ")\x81" + dict(text("filename"), text("x.pkl_01.npy")) + "b"), inspect.Clean},
		{"of an old version, elsewhere", pickled(global("joblib.numpy_pickle.NDArrayWrapper") + ")\x81" + dict(text("filename"), text("../../x.npy")) + "b"), inspect.Dangerous},
	}
	for _, test := range tests {
		if found := scanned(t, "x.joblib", []byte(test.data)); found.Verdict != test.want {
			t.Errorf("%s: %s, want %s: %v", test.name, found.Verdict, test.want, found.Reasons)
		}
	}
}

func TestLegacyTorch(t *testing.T) {
	storage := "(" + text("storage") + global("torch.FloatStorage") + text("17") + text("cpu") + "K\x02NtQ"
	tensor := call(global("torch._utils._rebuild_tensor_v2"), storage, "K\x00", "K\x02\x85", "K\x01\x85", "\x89", call(global("collections.OrderedDict")))
	file := func(object, elements string) string {
		return legacyMagic + "\x80\x02M\xe9\x03." + "\x80\x02}." + pickled(object) + pickled(list(text("17"))) + elements
	}
	elements := "\x02\x00\x00\x00\x00\x00\x00\x00" + "12345678"
	for name, test := range map[string]struct {
		data string
		want inspect.Verdict
	}{
		"whole":           {file(tensor, elements), inspect.Clean},
		"cut":             {file(tensor, elements[:10]), inspect.NotRead},
		"without pickles": {legacyMagic, inspect.NotRead},
		"hostile":         {file(call(system, echo), elements), inspect.Malicious},
		"another count":   {file(tensor, "\xff\xff\xff\xff\xff\xff\xff\x7f12345678"), inspect.NotRead},
	} {
		found := scanned(t, "x.pt", []byte(test.data))
		if found.Verdict != test.want || found.Parts != 1 {
			t.Errorf("%s: %s, want %s: %v", name, found.Verdict, test.want, found.Reasons)
		}
		if name == "whole" && (found.Facts["tensors"] != "1" || found.Facts["parameters"] != "2") {
			t.Errorf("facts: %v", found.Facts)
		}
	}
}

func TestOneSlip(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"torch", "torhc"}: true, {"torch", "toorch"}: true, {"torch", "torc"}: true, {"torch", "torck"}: true, {"torch", "torch"}: false,
		{"torch", "keras"}: false, {"torch", "tor"}: false, {"", "a"}: true, {"ab", "ba"}: true,
	} {
		if got := oneSlip(pair[0], pair[1]); got != want {
			t.Errorf("oneSlip(%s, %s) = %v", pair[0], pair[1], got)
		}
	}
}
