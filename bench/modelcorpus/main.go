// Modelcorpus writes a corpus of model files with a label for each, and judges a scan of it against the labels.
//
//	go run ./bench/modelcorpus -out DIR
//	lodemark scan DIR --format json=report.json
//	go run ./bench/modelcorpus -judge report.json -labels DIR/labels.jsonl
//
// Hostile files follow advisories and papers, which each label names, and not what any scanner finds. Their payloads are inert
// (they would echo a word or touch a file in the current folder), and nothing here loads or runs them. Files that benign.py wrote
// into DIR/benign with the real libraries get their labels from there; damage is done to copies of them as well as to our own.
//
// A second corpus, written by someone who did not see the scanner, comes with the first, or alone with -second; second.py writes
// what of it only h5py and Keras can.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "", "folder to write the corpus into")
	report := flag.String("judge", "", "JSON report of a scan to judge")
	labels := flag.String("labels", "", "labels to judge it by")
	misses := flag.String("misses", "", "file to list every disagreement in, as Markdown")
	only := flag.Bool("second", false, "write the second corpus alone")
	flag.Parse()
	write := func() error { return run(*out, *report, *labels, *misses) }
	if *only && *out != "" {
		write = func() error { return onlySecond(*out) }
	}
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "modelcorpus:", err)
		os.Exit(1)
	}
}

func run(out, report, labels, misses string) error {
	switch {
	case out != "":
		c := newCorpus(out)
		if err := c.clear(); err != nil {
			return err
		}
		if err := c.fromPython(); err != nil {
			return err
		}
		for _, part := range parts {
			part(c)
		}
		damaged(c)
		if err := second(c); err != nil {
			return err
		}
		return c.finish()
	case report != "" && labels != "":
		return judge(os.Stdout, report, labels, misses)
	}
	return fmt.Errorf("either -out, or -judge and -labels")
}

// parts write the files of one kind each; damaged comes after them since it works on copies of what they wrote.
var parts = []func(*corpus){
	pickleGadgets, pickleForms, pickleChains, pickleTricks, picklesIn,
	torchFiles, zipTricks, otherArchives, packages,
	kerasFiles, kerasHDF5, tensorflowFiles, onnxFiles,
	templates, configs, disguises,
	rFiles, xmlFiles, protoFrameworks, otherFrameworks,
	benignTensors, benignConfigs, benignTemplates, benignFrameworks,
}
