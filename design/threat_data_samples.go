package design

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/lodemark/lodemark"
)

// The bounds of a look at samples of a dataset.
const (
	mostSamples = 20
	sampleBytes = 64 << 10 // of each file
	mostRows    = 500
)

// privateWords are words of a path by which nobody means what is public.
var privateWords = []string{"private", "confidential", "payroll", "salaries", "personnel", "pii"}

// privatePath gives the word of a path that says that what lies there is not public; empty: none does.
func privatePath(paths []string) string {
	for _, p := range paths {
		words := strings.FieldsFunc(strings.ToLower(p), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, w := range words {
			if slices.Contains(privateWords, w) {
				return w
			}
		}
	}
	return ""
}

// samplesOf lists files of data under the paths of a part.
func samplesOf(s *lodemark.Subject, paths []string) []string {
	var all []string
	for _, f := range s.System.Files {
		if f.Link != "" || f.Test || f.Vendored || f.Size == 0 || !slices.Contains([]string{".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".txt", ".md"}, strings.ToLower(path.Ext(f.Path))) {
			continue
		}
		if slices.ContainsFunc(paths, func(p string) bool { return covered(p, f.Path) }) {
			if all = append(all, f.Path); len(all) == mostSamples {
				break
			}
		}
	}
	return all
}

// personalNames are names of columns that hold data about a person, without case and punctuation.
var personalNames = map[string]bool{"email": true, "emailaddress": true, "customeremail": true, "useremail": true, "phone": true, "phonenumber": true, "mobile": true, "mobilenumber": true, "telephone": true,
	"ssn": true, "socialsecuritynumber": true, "dateofbirth": true, "dob": true, "birthdate": true, "birthday": true, "firstname": true, "lastname": true, "surname": true, "fullname": true,
	"passportnumber": true, "iban": true, "creditcard": true, "cardnumber": true, "homeaddress": true, "streetaddress": true, "patientname": true, "patientid": true, "customername": true,
	"employeename": true, "ipaddress": true, "nationalid": true, "taxid": true}

// personalColumn gives the column of a table, or the member of records, that holds data about persons, and in how many rows it is
// filled in with different values, as far as the beginning of the file shows.
func personalColumn(s *lodemark.Subject, name string) (column string, rows int) {
	data := headOf(s, name)
	seen := map[string]map[string]bool{}
	take := func(column, value string) {
		value = strings.TrimSpace(value)
		if !personalNames[plain(column)] || value == "" || strings.ContainsAny(value, "<{[*") {
			return // redacted, or a slot
		}
		if seen[column] == nil {
			seen[column] = map[string]bool{}
		}
		seen[column][value] = true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		tableRows(data, ',', take)
		tableRows(data, ';', take)
	case ".tsv":
		tableRows(data, '\t', take)
	case ".jsonl", ".ndjson":
		for line := range bytes.Lines(data) {
			takeRecord(line, take)
		}
	case ".json":
		var records []json.RawMessage
		if json.Unmarshal(data, &records) == nil {
			for _, r := range records[:min(len(records), mostRows)] {
				takeRecord(r, take)
			}
		}
	}
	for c, values := range seen {
		if len(values) > rows || len(values) == rows && c < column {
			column, rows = c, len(values)
		}
	}
	return column, rows
}

// tableRows hands over the cells of a table with the names of their columns. A row that was cut is left out.
func tableRows(data []byte, comma rune, take func(column, value string)) {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = comma, true, -1, true
	head, err := r.Read()
	if err != nil || len(head) < 2 {
		return
	}
	columns := slices.Clone(head)
	columns[0] = strings.TrimPrefix(columns[0], "\ufeff")
	for range mostRows {
		row, err := r.Read()
		if err != nil {
			return
		}
		for i := range min(len(row), len(columns)) {
			take(columns[i], row[i])
		}
	}
}

// takeRecord hands over the texts of one record.
func takeRecord(data []byte, take func(column, value string)) {
	var record map[string]json.RawMessage
	if json.Unmarshal(data, &record) != nil {
		return
	}
	for name, raw := range record {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			take(name, text)
		}
	}
}

// headOf is the beginning of a file; empty where it cannot be read.
func headOf(s *lodemark.Subject, name string) []byte {
	if s.Head != nil {
		data, err := s.Head(name, sampleBytes)
		if err != nil {
			return nil
		}
		return data
	}
	data, err := s.Read(name)
	if err != nil {
		return nil
	}
	return data[:min(len(data), sampleBytes)]
}
