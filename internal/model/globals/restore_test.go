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
		{"scipy", "stats._continuous_distns.norm_gen", "_parse_arg_template", "import os", Executes},
		{"mine", "Distribution", "_parse_arg_template", "import os", Executes},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ x", 0},
		{"statsmodels.base.data", "PandasData", "formula", "np.log(y) ~ C(a, Treatment(reference='b')) * center(x) + I(x ** 2) + Q('a b') - 1", 0},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ bs(x, df=4) + a:b + np.where(x > 0.5, 1, 0)", 0},
		{"statsmodels.base.data", "PandasData", "formula", "__import__('os').system('echo x')", Executes},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ eval('1')", Executes},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ np.load('x', allow_pickle=True)", Executes},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ mine(x)", Calls},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ f'{mine(x)}'", Calls},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ x.values", Calls},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ C(x).values(1)", Calls},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ Q('a)", Calls},
		{"statsmodels.base", "data.PandasData", "formula", "y ~ [mine][0](x)", Calls},
		{"statsmodels.base.data", "PandasData", "formula", "y ~ np.lib.npyio(1)", Calls},
		{"statsmodels.base.data", "PandasData", "formula", "", Calls},
		{"mine", "Wish", "formula", "eval('1')", 0},
		{"statsmodels.base.data", "PandasData", "endog", "", 0},
		{"skorch.net", "NeuralNet", "__cuda_dependent_attributes__", "", Deserialises},
		{"skorch", "NeuralNet", "__cuda_dependent_attributes__", "", Deserialises},
		{"skorchlike", "NeuralNet", "__cuda_dependent_attributes__", "", 0},
		{"gym.vector.utils.misc", "CloudpickleWrapper", "", "", Deserialises},
		{"sklearn.svm._classes", "SVC", "kernel", "rbf", 0},
	} {
		g, ok := Restore(tt.module, tt.name, tt.key, tt.text)
		if ok != (tt.want != 0) || g.Capability != tt.want || ok && (!g.Known || g.What == "" || g.Rule == Always) {
			t.Errorf("Restore(%q, %q, %q, %q) = %+v, %v", tt.module, tt.name, tt.key, tt.text, g, ok)
		}
		if ok && tt.key != "" && !RestoreKey(tt.key) {
			t.Errorf("RestoreKey(%q) = false", tt.key)
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

func FuzzRestore(f *testing.F) {
	for _, s := range []string{"y ~ x", "np.log(y) ~ C(a, Treatment('b'))", "Q('a b') - 1", "(a)(b)", "f''", "\ndef _parse_args(self, a, loc=0):\n    return (a, ), loc, 1\n", "\x80\xff", "'"} {
		f.Add("statsmodels.base.data", "PandasData", "formula", s)
		f.Add("scipy.stats", "rv", "_parse_arg_template", s)
	}
	f.Fuzz(func(t *testing.T, module, name, key, text string) {
		g, ok := Restore(module, name, key, text)
		if ok != g.Known || ok && g.What == "" {
			t.Errorf("%+v, %v", g, ok)
		}
		if key == "formula" && !ok && strings.Contains(text, "__import__") && within(module, name, "statsmodels.base.data") && !strings.ContainsAny(text, "'\"") {
			t.Errorf("%q is harmless", text)
		}
		if called, ok := Called(module, name); ok && called.Rule == Always || Restores(module, name) && module == "" {
			t.Errorf("Called(%q, %q) = %+v", module, name, called)
		}
	})
}
