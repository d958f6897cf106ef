package pickle

import (
	"bytes"
	"encoding/binary"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// What real libraries write is clean, whole and read opcode for opcode as pickletools reads it.
func TestLibraries(t *testing.T) {
	python := "/usr/bin/python3" // the one that Debian's packages are for
	if _, err := exec.LookPath(python); err != nil {
		t.Skip("there is no /usr/bin/python3")
	}
	stderr := &bytes.Buffer{}
	cmd := exec.Command(python, "testdata/libraries.py")
	cmd.Stderr = stderr
	all, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	o := newOracle(t)
	r := bytes.NewReader(all)
	families := map[string]int{}
	for r.Len() > 0 {
		name, data := string(next(t, r)), next(t, r)
		file := "x.pkl"
		if strings.HasPrefix(name, "torch legacy") {
			file = "x.pt"
		}
		if found := scanned(t, file, data); found.Verdict != inspect.Clean || found.Parts != 1 || hasReason(found, "pickle-trailing") {
			t.Errorf("%s: %s by %d formats: %v", name, found.Verdict, found.Parts, found.Reasons)
		}
		family, _, _ := strings.Cut(name, ",")
		families[family]++
		if strings.Contains(name, "joblib") || len(data) > 1<<20 {
			continue // raw bytes between opcodes
		}
		want := o.ask(t, data)
		ops, err := disassembled(data)
		if err != nil || want.OpsError != "" {
			t.Fatalf("%s: %v, %s", name, err, want.OpsError)
		}
		same(t, name, ops, want.Ops)
	}
	t.Logf("%v", families)
	if len(families) < 3 || families["library"] < 6 {
		t.Errorf("too little was compared: %v", families)
	}
	for _, name := range []string{"numpy", "joblib", "scikit-learn forest", "torch tensor"} {
		if families[name] == 0 {
			t.Logf("%s is not installed, and was not compared", name)
		}
	}
}

func next(t *testing.T, r io.Reader) []byte {
	t.Helper()
	var n [4]byte
	if _, err := io.ReadFull(r, n[:]); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, binary.LittleEndian.Uint32(n[:]))
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return b
}
