package design

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// The largest model file that is read for its parameter count, and the largest header in it.
const (
	countedModelBytes  = 8 << 20
	countedHeaderBytes = 1 << 20
)

// parametersOf counts the parameters of a small safetensors file by the shapes in its header; 0: not known.
func parametersOf(s *lodemark.Subject, c *lodemark.Component) float64 {
	if c == nil || c.Format != "safetensors" {
		return 0
	}
	for _, f := range s.System.Files {
		if f.Path == c.Path && f.Size > countedModelBytes {
			return 0
		}
	}
	data, err := s.Read(c.Path)
	if err != nil || len(data) < 8 {
		return 0
	}
	return parametersIn(data)
}

func parametersIn(data []byte) float64 {
	if len(data) < 8 {
		return 0
	}
	n := binary.LittleEndian.Uint64(data)
	if n > countedHeaderBytes || n > uint64(len(data)-8) {
		return 0
	}
	var header map[string]struct {
		Shape []float64 `json:"shape"`
	}
	if json.Unmarshal(data[8:8+n], &header) != nil {
		return 0
	}
	total := 0.0
	for name, t := range header {
		if name == "__metadata__" {
			continue
		}
		size := 1.0
		for _, d := range t.Shape {
			size *= d
		}
		total += size
	}
	if math.IsInf(total, 0) || math.IsNaN(total) {
		return 0
	}
	return total
}

var countPattern = pattern.New(`(?i)\b([0-9]{1,3}(?:[,' ][0-9]{3})+|[0-9]+(?:\.[0-9]+)?)\s*(k|m|b|t|thousand|million|billion|trillion)?[ -]?\s*(?:trainable |model |total )?(?:parameters?|params|weights)\b`)

// statedCounts lists the parameter counts that a text states.
func statedCounts(text string) []float64 {
	var all []float64
	for _, m := range countPattern.FindAllStringSubmatch(text, 20) {
		v, err := strconv.ParseFloat(strings.NewReplacer(",", "", "'", "", " ", "").Replace(m[1]), 64)
		if err != nil {
			continue
		}
		switch strings.ToLower(m[2]) {
		case "k", "thousand":
			v *= 1e3
		case "m", "million":
			v *= 1e6
		case "b", "billion":
			v *= 1e9
		case "t", "trillion":
			v *= 1e12
		}
		all = append(all, v)
	}
	return all
}
