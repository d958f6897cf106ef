package globals

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// python is the machine's own Python, whose standard library the tests compare with.
func python(t *testing.T) string {
	t.Helper()
	const path = "/usr/bin/python3"
	if _, err := os.Stat(path); err != nil {
		t.Skipf("there is no %s to compare with", path)
	}
	return path
}

// Every function of the standard library that itself calls something that runs a program or code, imports a module, loads native
// code, unpickles or opens a connection is known, and is not harmless whatever its arguments are.
func TestStandardLibraryIsComplete(t *testing.T) {
	out, err := exec.Command(python(t), "testdata/direct_calls.py").Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(out) {
		var module, name, called string
		if _, err := fmt.Sscan(string(line), &module, &name, &called); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		n++
		if g := Lookup(module, name); !g.Known || g.Rule == Always {
			t.Errorf("%s.%s calls %s, and Lookup says %+v", module, name, called, g)
		}
	}
	if n < 100 {
		t.Errorf("only %d calls were seen", n)
	}
}

// Python2 agrees with the table that Python itself has, on all of it.
func TestPython2AgreesWithPython(t *testing.T) {
	const script = `
import _compat_pickle as c
for (m, n), (m2, n2) in c.NAME_MAPPING.items():
    print(m, n, m2, n2)
for m, m2 in c.IMPORT_MAPPING.items():
    if (m, "Other") not in c.NAME_MAPPING:
        print(m, "Other", m2, "Other")
`
	out, err := exec.Command(python(t), "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if m, n := Python2(f[0], f[1]); m != f[2] || n != f[3] {
			t.Errorf("Python2(%q, %q) = %q, %q, want %q, %q", f[0], f[1], m, n, f[2], f[3])
		}
	}
}
