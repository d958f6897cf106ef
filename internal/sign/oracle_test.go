package sign

import (
	"bufio"
	"bytes"
	"crypto/elliptic"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"testing"
)

// oracleJob is what testdata/oracle.py is asked, and oracleAnswer what it says.
type oracleJob struct {
	Do         string `json:"do"`
	Algorithm  string `json:"algorithm"`
	Message    []byte `json:"message"`
	Signature  []byte `json:"signature"`
	Public     string `json:"public"`
	Private    string `json:"private"`
	Passphrase string `json:"passphrase"`
}

type oracleAnswer struct {
	Good            bool
	Private, Public string
	Signature       []byte
}

// newOracle starts Python with its package cryptography, which shares no code with the standard library of Go.
func newOracle(t *testing.T) func(oracleJob) oracleAnswer {
	t.Helper()
	python := ""
	for _, candidate := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(candidate, "-c", "import cryptography").Run() == nil {
			python = candidate
			break
		}
	}
	if python == "" {
		t.Skip("SKIPPED: there is no python3 with the package cryptography to compare with")
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
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the oracle: %v\n%s", err, complaint.String())
		}
	})
	lines := bufio.NewReader(out)
	return func(job oracleJob) oracleAnswer {
		text, err := json.Marshal(job)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(append(text, '\n')); err != nil {
			t.Fatal(err)
		}
		line, err := lines.ReadBytes('\n')
		var answer oracleAnswer
		if err != nil || json.Unmarshal(line, &answer) != nil {
			t.Fatalf("the oracle says %q: %v\n%s", line, err, complaint.String())
		}
		return answer
	}
}

// Python signs and we verify, we sign and Python verifies, and both refuse what was changed.
func TestAgreesWithPython(t *testing.T) {
	ask := newOracle(t)
	random := rand.New(rand.NewPCG(1, 2))
	message := func() []byte {
		m := make([]byte, random.IntN(300))
		for i := range m {
			m[i] = byte(random.Uint32())
		}
		return m
	}
	for range 10 {
		for _, ours := range []*PrivateKey{mustKey(t, Ed25519), mustKey(t, ECDSAP256), newECDSA(t, elliptic.P384()), newECDSA(t, elliptic.P521())} {
			m := PAE(PayloadType, message())
			private, err := ours.Write(nil)
			if err != nil {
				t.Fatal(err)
			}
			job := oracleJob{Do: "check", Algorithm: ours.Algorithm, Message: m, Signature: mustSign(t, ours, m), Public: string(ours.PEM()), Private: string(private)}
			if !ask(job).Good {
				t.Errorf("%s: Python refuses our signature", ours.Algorithm)
			}
			job.Message = append(bytes.Clone(m), 0)
			if ask(job).Good {
				t.Errorf("%s: Python takes our signature for another message", ours.Algorithm)
			}
			agreesOn(t, ask(oracleJob{Do: "make", Algorithm: ours.Algorithm, Message: m}), m, "")
		}
	}
	for _, algorithm := range []string{Ed25519, ECDSAP256} { // as Python encrypts a private key
		m := message()
		agreesOn(t, ask(oracleJob{Do: "make", Algorithm: algorithm, Message: m, Passphrase: secret}), m, secret)
	}
}

func mustKey(t *testing.T, algorithm string) *PrivateKey {
	t.Helper()
	k, err := NewKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// agreesOn holds a key and a signature of Python's to what we make of them.
func agreesOn(t *testing.T, theirs oracleAnswer, m []byte, passphrase string) {
	t.Helper()
	public, err := ReadPublic([]byte(theirs.Public))
	if err != nil {
		t.Fatal(err)
	}
	if err := public.Verify(m, theirs.Signature); err != nil {
		t.Errorf("%s: we refuse Python's signature: %v", public.Algorithm, err)
	}
	if public.Verify(append(bytes.Clone(m), 0), theirs.Signature) == nil {
		t.Errorf("%s: we take Python's signature for another message", public.Algorithm)
	}
	private, err := ReadPrivate([]byte(theirs.Private), says(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	if private.ID != public.ID {
		t.Errorf("%s: the private half is of another key", public.Algorithm)
	}
}
