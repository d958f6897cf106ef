package infra

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxSearched is the largest file in which the line of an error is searched for.
const maxSearched = 128 << 10

// yamlError turns an error of the decoder into one with the right line. The decoder names the beginning of the block that
// is broken, less one, and for some errors nothing; the line that breaks it is the first with which the error appears.
func yamlError(err error, data []byte) error {
	e := &Error{Message: cut(strings.TrimPrefix(err.Error(), "yaml: "), 200)}
	if n, _ := fmt.Sscanf(e.Message, "line %d:", &e.Line); n == 1 {
		_, e.Message, _ = strings.Cut(e.Message, ": ")
	}
	byParser := strings.HasPrefix(e.Message, "did not find expected")
	switch {
	case !byParser && e.Line > 0:
	case len(data) <= maxSearched:
		e.Line = firstFailing(data, err.Error())
	case byParser:
		e.Line++
	}
	return e
}

// firstFailing searches for the shortest beginning of a file that fails with the same words.
func firstFailing(data []byte, words string) int {
	var ends []int
	for i, b := range data {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	ends = append(ends, len(data))
	n := sort.Search(len(ends)-1, func(i int) bool { return failure(data[:ends[i]]) == words })
	return n + 1
}

func failure(data []byte) string {
	d := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var y yaml.Node
		switch err := d.Decode(&y); {
		case errors.Is(err, io.EOF):
			return ""
		case err != nil:
			return err.Error()
		}
	}
}
