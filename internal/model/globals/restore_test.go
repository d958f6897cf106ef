package globals

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func TestRestore(t *testing.T) {
	const norm = "\ndef _parse_args(self,  loc=0, scale=1):\n    return (), loc, scale\n\n" +
		"def _parse_args_rvs(self,  loc=0, scale=1, size=None):\n    return self._argcheck_rvs( loc, scale, size=size)\n\n" +
		"def _parse_args_stats(self,  loc=0, scale=1, moments='mv'):\n    return (), loc, scale, moments\n"
	for _, tt := range []struct {
		module, name, key, text string
		want                    Capability // 0 where it does nothing
	}{
		{"scipy.stats._continuous_distns", "norm_gen", "_parse_arg_template", norm, 0},
		{"scipy.stats._continuous_distns", "norm_gen", "_parse_arg_template", norm + "\nimport os\n", Executes},
		{"scipy.stats._continuous_distns", "norm_gen", "_parse_arg_template", strings.Replace(norm, "self,  loc", "self, a=print(1), loc", 1), Executes},
		{"scipy.stats._continuous_distns", "norm_gen", "_parse_arg_template", "", Executes},
		{"scipy.stats._continuous_distns", "norm_gen", "name", "norm", 0},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ x", Executes},
		{"statsmodels.base.data", "PandasData", "endog", "", 0},
		{"skorch.net", "NeuralNet", "__cuda_dependent_attributes__", "", Deserialises},
		{"gym.vector.utils.misc", "CloudpickleWrapper", "", "", Deserialises},
		{"sklearn.svm._classes", "SVC", "kernel", "rbf", 0},
	} {
		g, ok := Restore(tt.module, tt.name, tt.key, tt.text)
		if ok != (tt.want != 0) || g.Capability != tt.want || ok && (!g.Known || g.What == "" || g.Rule == Always) {
			t.Errorf("Restore(%q, %q, %q, %q) = %+v, %v", tt.module, tt.name, tt.key, tt.text, g, ok)
		}
	}
}

// What scipy itself writes is harmless, for all of its distributions.
func TestRestoreAgreesWithScipy(t *testing.T) {
	const script = `
import ast, json
import scipy.stats as s
for name in dir(s):
    d = getattr(s, name)
    template = getattr(d, "_parse_arg_template", None)
    if isinstance(template, str):
        print(type(d).__module__, type(d).__name__, json.dumps(template))
`
	out, err := exec.Command(python(t), "-c", script).Output()
	if err != nil {
		t.Skip("there is no scipy to compare with")
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		module, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, quoted, _ := strings.Cut(rest, " ")
		text, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatal(err)
		}
		if g, ok := Restore(module, name, "_parse_arg_template", text); ok {
			t.Fatalf("%s.%s: %+v for %q", module, name, g, text)
		}
		n++
	}
	if n < 90 {
		t.Errorf("only %d distributions", n)
	}
}
