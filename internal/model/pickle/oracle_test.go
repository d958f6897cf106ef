package pickle

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// oracle is Python, asked what pickletools reads in a pickle and what unpicklers call.
type oracle struct {
	in  io.WriteCloser
	out *bufio.Reader
}

type answer struct {
	Ops        [][]any
	OpsError   string
	Slow, Fast []string
	SlowError  string
	FastError  string
}

func newOracle(t *testing.T) *oracle {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 to compare with")
	}
	cmd := exec.Command(python, "testdata/oracle.py")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := &strings.Builder{} // what was tampered with makes Python say much
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the oracle: %v\n%s", err, stderr)
		}
	})
	return &oracle{in, bufio.NewReaderSize(out, 1<<20)}
}

func (o *oracle) ask(t *testing.T, data []byte) (a answer) {
	t.Helper()
	if _, err := o.in.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(data))), data...)); err != nil {
		t.Fatal(err)
	}
	line, err := o.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &a); err != nil {
		t.Fatal(err)
	}
	for _, calls := range [][]string{a.Slow, a.Fast} {
		for i, s := range calls {
			calls[i] = asciiOnly(s)
		}
	}
	return a
}

// asciiOnly drops what Python 2's texts become in one way or the other.
func asciiOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 {
			return -1
		}
		return r
	}, s)
}

// canonical is an argument as the oracle writes it.
func canonical(a any) any {
	switch a := a.(type) {
	case nil, bool:
		return a
	case int64:
		return "i" + strconv.FormatInt(a, 10)
	case uint64:
		return "i" + strconv.FormatUint(a, 10)
	case *big.Int:
		return "i" + a.String()
	case float64:
		return "f" + hex.EncodeToString(binary.BigEndian.AppendUint64(nil, math.Float64bits(a)))
	case string:
		return "x" + hex.EncodeToString([]byte(a))
	case []byte:
		return "x" + hex.EncodeToString(a)
	}
	return fmt.Sprintf("%T", a)
}

func disassembled(data []byte) (ops [][]any, err error) {
	for op, err := range Disassemble(bytes.NewReader(data), int64(len(data))) {
		if err != nil {
			return ops, err
		}
		arg, err := op.Argument()
		if err != nil {
			return ops, err
		}
		ops = append(ops, []any{float64(op.Offset), op.Name, canonical(arg)})
	}
	return ops, nil
}

// traced runs the machine on one pickle, and gives what it saw called.
func traced(data []byte) (calls, others []string, err error) {
	s := newScan(context.Background(), inspect.NewPart("x.pkl", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil), Options{})
	s.m.trace = func(event, name string) { calls = append(calls, asciiOnly(event+" "+name)) }
	s.m.otherTrace = func(event, name string) { others = append(others, asciiOnly(event+" "+name)) }
	_, err = s.one(0)
	return calls, others, err
}

func withoutBuilds(calls []string) []string {
	return slices.DeleteFunc(slices.Clone(calls), func(s string) bool { return len(s) > 6 && s[:6] == "build " })
}

// valid compares a pickle that everyone reads.
func (o *oracle) valid(t *testing.T, name string, data []byte) {
	t.Helper()
	want := o.ask(t, data)
	if want.OpsError != "" || want.SlowError != "" || want.FastError != "" {
		t.Fatalf("%s: Python does not read it: %q %q %q\n%q", name, want.OpsError, want.SlowError, want.FastError, data)
	}
	ops, err := disassembled(data)
	if err != nil {
		t.Fatalf("%s: %v\n%q", name, err, data)
	}
	same(t, name, ops, want.Ops)
	calls, _, err := traced(data)
	if err != nil {
		t.Fatalf("%s: %v\n%q", name, err, data)
	}
	if !slices.Equal(calls, want.Slow) {
		t.Fatalf("%s: calls\n%q, and the unpickler calls\n%q\n%q", name, calls, want.Slow, data)
	}
	if !slices.Equal(withoutBuilds(calls), want.Fast) {
		t.Fatalf("%s: calls\n%q, and the C unpickler calls\n%q\n%q", name, calls, want.Fast, data)
	}
}

// same compares opcodes with what pickletools has.
func same(t *testing.T, name string, ops, want [][]any) {
	t.Helper()
	for i := range min(len(ops), len(want)) {
		if !slices.Equal(ops[i], want[i]) {
			t.Fatalf("%s: opcode %d is %v, and pickletools has %v", name, i, ops[i], want[i])
		}
	}
	if len(ops) != len(want) {
		t.Fatalf("%s: %d opcodes, and pickletools has %d", name, len(ops), len(want))
	}
}

// Whatever an unpickler calls of a pickle that was tampered with, the machine sees called too.
func (o *oracle) tampered(t *testing.T, name string, data []byte) {
	t.Helper()
	want := o.ask(t, data)
	calls, others, err := traced(data)
	begins := func(ours, theirs []string) bool {
		return len(theirs) <= len(ours) && slices.Equal(theirs, ours[:len(theirs)])
	}
	prefix := func(who string, theirs, ours []string, failed string) {
		if !begins(ours, theirs) && !begins(withoutBuilds(others), theirs) {
			t.Fatalf("%s: sees (%v)\n%q, and the %s unpickler (%s) calls\n%q\n%q", name, err, ours, who, failed, theirs, data)
		}
	}
	prefix("Python", want.Slow, calls, want.SlowError)
	prefix("C", want.Fast, withoutBuilds(calls), want.FastError)
	if err != nil && want.SlowError == "" && want.FastError == "" {
		t.Logf("%s: both unpicklers read it, and here it is: %v\n%q", name, err, data)
	}
}

func oracleCount() int {
	if n, err := strconv.Atoi(os.Getenv("LODEMARK_ORACLE")); err == nil {
		return n
	}
	return 2000
}

func TestGeneratedPickles(t *testing.T) {
	o := newOracle(t)
	n := oracleCount()
	r := rand.New(rand.NewPCG(7, 7))
	calls, bytes := 0, 0
	for seed := range n {
		data := generate(uint64(seed))
		o.valid(t, fmt.Sprintf("seed %d", seed), data)
		c, _, _ := traced(data)
		if len(c) > 0 {
			calls++
		}
		bytes += len(data)
		if seed%2 == 0 {
			for range 1 + r.IntN(3) {
				data[r.IntN(len(data))] = byte(r.Uint32())
			}
			o.tampered(t, fmt.Sprintf("seed %d, tampered with", seed), data)
		}
	}
	t.Logf("%d pickles of %d bytes on average, %d of them with calls", n, bytes/n, calls)
	if calls < n/3 {
		t.Errorf("only %d of %d pickles call anything", calls, n)
	}
}
