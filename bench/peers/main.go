// Peers compares a scan with what the tests of other scanners expect of their own files, and side by side with what those
// scanners say of the same files. Their files and their programs are not part of this repository: whoever runs this brings them.
//
//	go run ./bench/peers -lodemark ./lodemark -root DIR -cases cases.jsonl [-reasons reasons.tsv] [-others picklescan=run.json,...]
//	go run ./bench/peers -lodemark ./lodemark -root DIR -labels labels.jsonl [-others picklescan=run.json,...]
//
// Cases are lines of JSON with the path of a file or folder below the root, the peer, the test it stands in, and what that test
// expects: unsafe, suspicious, safe or error. Labels are those of bench/modelcorpus. What another scanner said is JSON with the
// seconds of CPU that it took and the verdict of each file: flagged, suspicious, clean, skipped, error, timeout or crash.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.lodemark, "lodemark", "", "the program to compare")
	flag.StringVar(&o.root, "root", "", "folder that the paths start from")
	flag.StringVar(&o.cases, "cases", "", "what the tests of the peers expect")
	flag.StringVar(&o.labels, "labels", "", "labels of bench/modelcorpus")
	flag.StringVar(&o.reasons, "reasons", "", "who is right where they differ, and why")
	flag.StringVar(&o.others, "others", "", "name=file of what other scanners said, with commas between")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

type options struct{ lodemark, root, cases, labels, reasons, others string }

func run(w io.Writer, o options) error {
	if o.lodemark == "" || o.root == "" || (o.cases == "") == (o.labels == "") {
		return errors.New("need -lodemark, -root, and either -cases or -labels")
	}
	ours, seconds, err := scan(o.lodemark, o.root)
	if err != nil {
		return err
	}
	runs := []said{{"lodemark", seconds, ours}}
	for _, other := range strings.FieldsFunc(o.others, func(r rune) bool { return r == ',' }) {
		name, file, _ := strings.Cut(other, "=")
		r, err := saidBy(name, file)
		if err != nil {
			return err
		}
		runs = append(runs, r)
	}
	if o.cases == "" {
		labels, err := lines[label](o.labels)
		if err != nil {
			return err
		}
		return sideBySide(w, labels, runs)
	}
	cases, err := lines[expectation](o.cases)
	if err != nil {
		return err
	}
	why, err := reasons(o.reasons)
	if err != nil {
		return err
	}
	each(w, cases, runs)
	return compare(w, cases, ours, why)
}

// scan runs the program over the folder. It fails on what it finds, which is the point.
func scan(program, root string) (verdicts, time.Duration, error) {
	var out, said bytes.Buffer
	c := exec.Command(program, "scan", root, "--format", "json")
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil && c.ProcessState.ExitCode() != 1 {
		return nil, 0, fmt.Errorf("%s scan %s: %w: %s", program, root, err, said.String())
	}
	var report struct {
		Files []struct{ Path, Verdict string } `json:"files"`
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		return nil, 0, fmt.Errorf("%s scan %s: %w", program, root, err)
	}
	all := verdicts{}
	for _, f := range report.Files {
		all.add(f.Path, f.Verdict)
	}
	return all, c.ProcessState.UserTime() + c.ProcessState.SystemTime(), nil
}

// lines reads a file of JSON, one value a line.
func lines[T any](name string) ([]T, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var all []T
	for n, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n+1, err)
		}
		all = append(all, v)
	}
	return all, nil
}
