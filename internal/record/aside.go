package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/sign"
)

// An entry of the ledger has at most 65,535 bytes, because others who keep such logs read no more. A record of thousands of files is
// longer: its statement names its digest, and it lies in a file of that name beside the ledger.

// asideDir is where such records lie, beside the folder of the ledger.
const asideDir = "records"

// asideBytes is the longest of them that is written or read.
const asideBytes = 64 << 20

// elsewhere moves the records of a run out of its statement.
func (r *Run) elsewhere() ([]byte, error) {
	s, err := r.Statement()
	if err != nil {
		return nil, err
	}
	var whole struct {
		Records json.RawMessage `json:"records"`
	}
	if err := json.Unmarshal(s.Predicate, &whole); err != nil {
		return nil, fmt.Errorf("write a statement: %w", err)
	}
	if len(whole.Records) > asideBytes {
		return nil, fmt.Errorf("write a statement: its records are longer than %d MiB", asideBytes>>20)
	}
	sum := sha256.Sum256(whole.Records)
	r.Elsewhere = &Aside{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(whole.Records))}
	r.Records = nil
	return whole.Records, nil
}

// asideOf is the folder beside a ledger: below base, of which no folder may be a link.
func asideOf(dir string) (base, name string) {
	dir = filepath.Clean(dir)
	if parent := filepath.Dir(dir); filepath.Base(dir) == "ledger" && filepath.Base(parent) == ".lodemark" {
		return filepath.Dir(parent), ".lodemark/" + asideDir
	}
	return filepath.Dir(dir), asideDir
}

func writeAside(dir, digest string, data []byte) error {
	base, name := asideOf(dir)
	f, err := durable.MakeFolder(base, name, nil)
	if err != nil {
		return fmt.Errorf("lay records beside the ledger: %w", err)
	}
	defer f.Close()
	if err := f.Put(digest+".json", 0o644, data); err != nil {
		return fmt.Errorf("lay records beside the ledger: %w", err)
	}
	if err := f.Flush(); err != nil {
		return fmt.Errorf("lay records beside the ledger: %w", err)
	}
	return nil
}

// fetch reads records that lie beside the ledger, whose digest the statement names.
func (a Aside) fetch(dir string) ([]byte, error) {
	if len(a.SHA256) != 64 || strings.Trim(a.SHA256, "0123456789abcdef") != "" {
		return nil, fmt.Errorf("its records are named by %q, which is no digest", a.SHA256)
	}
	base, folder := asideOf(dir)
	name := folder + "/" + a.SHA256 + ".json"
	tree, err := bound.Open(base, bound.Limits{FileBytes: asideBytes})
	if err != nil {
		return nil, fmt.Errorf("its records: %w", err)
	}
	defer tree.Close()
	data, err := tree.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("its records, which lie in %s: %w", name, err)
	}
	return data, a.check(data)
}

func (a Aside) check(data []byte) error {
	sum := sha256.Sum256(data)
	if int64(len(data)) != a.Bytes || hex.EncodeToString(sum[:]) != a.SHA256 {
		return fmt.Errorf("its records, which lie in %s/%s.json, are not those that were signed", asideDir, a.SHA256)
	}
	return nil
}

// take puts records that were laid aside back into their run.
func (r *Run) take(data []byte) error {
	var records []lodemark.Evidence
	if err := sign.StrictJSON(data, &records); err != nil {
		return fmt.Errorf("its records: %w", err)
	}
	r.Records, r.Elsewhere = records, nil
	_, err := r.agrees()
	return err
}
