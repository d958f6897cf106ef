package settings

import (
	"bytes"
	"regexp"
	"strconv"
)

// bounded refuses what is too large, and takes the mark off that some editors put before the first character.
func bounded(data []byte) ([]byte, error) {
	if len(data) > maxBytes {
		return nil, &Error{1, "larger than 8 MiB"}
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
}

// lineNumber is compiled where a file is broken, and not at every start.
func lineNumber() *regexp.Regexp { return regexp.MustCompile(`\bline (\d+)[^:]*:\s*(.*)`) }

// lineError takes the line out of what a library says of a file.
func lineError(err error) *Error {
	if m := lineNumber().FindStringSubmatch(err.Error()); m != nil {
		if line, err := strconv.Atoi(m[1]); err == nil && line > 0 {
			return &Error{line, short(m[2])}
		}
	}
	return &Error{1, short(err.Error())}
}

const maxReason = 200

func short(text string) string { return text[:min(len(text), maxReason)] }
