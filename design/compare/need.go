package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Need is what the task asks of the model. What is zero was not said.
type Need struct {
	Parameters float64 // at most so many are needed
	Memory     int64   // bytes of the machine it is to run on
	Context    int     // tokens that have to fit
	Commercial bool
	Data       string   // the most sensitive data sent to it: public, internal, confidential, personal, special
	Regions    []string // where that data may be processed
}

// sensitive says whether data of the need must not become anybody's training data.
func (n Need) sensitive() bool {
	return n.Data == "confidential" || n.Data == "personal" || n.Data == "special"
}

var needKeys = "parameters=8B, memory=16GiB, context=32000, use=commercial, data=personal, region=eu"

// Add reads one need, as "memory=16GiB" or, where the unit tells what is meant, "16GiB" or "8B".
func (n *Need) Add(text string) error {
	key, value, named := strings.Cut(text, "=")
	if !named {
		key, value = "parameters", text
		if strings.HasSuffix(strings.ToLower(text), "ib") || len(text) > 2 && strings.HasSuffix(strings.ToUpper(text), "B") && strings.ContainsAny(strings.ToUpper(text[len(text)-2:]), "KMGT") {
			key = "memory"
		}
	}
	var err error
	switch strings.ToLower(strings.TrimSpace(key)) {
	case "parameters", "params":
		n.Parameters, err = parseCount(value)
	case "memory":
		n.Memory, err = parseBytes(value)
	case "context":
		var v float64
		v, err = parseCount(value)
		n.Context = int(min(v, math.MaxInt32))
	case "use":
		switch value {
		case "commercial":
			n.Commercial = true
		case "research", "private", "non-commercial":
		default:
			err = fmt.Errorf("commercial or non-commercial")
		}
	case "data":
		switch value {
		case "public", "internal", "confidential", "personal", "special":
			n.Data = value
		default:
			err = fmt.Errorf("public, internal, confidential, personal or special")
		}
	case "region":
		if value == "" {
			err = fmt.Errorf("a region, such as eu")
		}
		n.Regions = append(n.Regions, strings.ToLower(value))
	default:
		return fmt.Errorf("read the need %q: there are %s", text, needKeys)
	}
	if err != nil {
		return fmt.Errorf("read the need %q: %w", text, err)
	}
	return nil
}

// String is the need in words, empty where nothing was said.
func (n Need) String() string {
	var all []string
	if n.Parameters > 0 {
		all = append(all, "at most "+countWords(n.Parameters)+" parameters")
	}
	if n.Memory > 0 {
		all = append(all, bytesWords(n.Memory)+" of memory")
	}
	if n.Context > 0 {
		all = append(all, fmt.Sprintf("a context of %d tokens", n.Context))
	}
	if n.Commercial {
		all = append(all, "commercial use")
	}
	if n.Data != "" {
		all = append(all, n.Data+" data")
	}
	if len(n.Regions) > 0 {
		all = append(all, "processed in "+strings.Join(n.Regions, " or "))
	}
	return strings.Join(all, ", ")
}

// parseCount reads 8B, 270M, 1.5e9, 7_000_000, 32k.
func parseCount(text string) (float64, error) {
	t := strings.ToLower(strings.NewReplacer("_", "", ",", "", " ", "").Replace(text))
	unit := 1.0
	if n := len(t); n > 1 {
		if u, ok := map[byte]float64{'k': 1e3, 'm': 1e6, 'b': 1e9, 't': 1e12}[t[n-1]]; ok {
			unit, t = u, t[:n-1]
		}
	}
	v, err := strconv.ParseFloat(t, 64)
	if err != nil || v <= 0 || v*unit > 1e18 || math.IsNaN(v) {
		return 0, fmt.Errorf("%q is no count, such as 8B or 270M", text)
	}
	return v * unit, nil
}

// parseBytes reads 16GiB, 16GB, 900MB.
func parseBytes(text string) (int64, error) {
	t := strings.ToLower(strings.ReplaceAll(text, " ", ""))
	for _, u := range []struct {
		ending string
		bytes  float64
	}{{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40}, {"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12}} {
		if number, ok := strings.CutSuffix(t, u.ending); ok {
			v, err := strconv.ParseFloat(number, 64)
			if err == nil && v > 0 && v*u.bytes < 1<<60 {
				return int64(v * u.bytes), nil
			}
		}
	}
	return 0, fmt.Errorf("%q is no size, such as 16GiB", text)
}

func countWords(n float64) string {
	for _, u := range []struct {
		name string
		of   float64
	}{{"T", 1e12}, {"B", 1e9}, {"M", 1e6}, {"k", 1e3}} {
		if n >= u.of {
			return threeDigits(n/u.of) + u.name
		}
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func bytesWords(n int64) string {
	for _, u := range []struct {
		name string
		of   int64
	}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= u.of {
			return threeDigits(float64(n)/float64(u.of)) + " " + u.name
		}
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// threeDigits writes a number below some thousands as people do: 1.24, 33.6, 1020.
func threeDigits(v float64) string {
	decimals := 0
	if v < 99.95 {
		decimals = 1
	}
	if v < 9.995 {
		decimals = 2
	}
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}
