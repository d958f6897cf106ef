package scan

import (
	"bytes"
	"context"
	"fmt"

	"github.com/lodemark/lodemark/internal/model"
)

// SelfTestOutcome is how one detector did on its own inert sample.
type SelfTestOutcome struct {
	Format    string
	Got, Want Verdict
	Passed    bool
}

// SelfTest runs every detector on the sample that it must see. A detector without a sample has not passed.
func SelfTest(ctx context.Context) ([]SelfTestOutcome, error) {
	var all []SelfTestOutcome
	for _, f := range model.Formats() {
		o := SelfTestOutcome{Format: f.Name, Want: f.CanaryWant}
		if f.Canary != nil && f.CanaryWant != Clean {
			name, data := f.Canary()
			seen, err := model.Bytes(ctx, name, bytes.NewReader(data), int64(len(data)), model.Options{})
			if err != nil {
				return nil, fmt.Errorf("look at the sample of %s: %w", f.Name, err)
			}
			o.Got = seen.Verdict
			o.Passed = seen.Verdict == f.CanaryWant && seen.Format == f.Name
		}
		all = append(all, o)
	}
	return all, nil
}
