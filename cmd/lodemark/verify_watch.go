package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
	"github.com/lodemark/lodemark/internal/sign/watch"
)

// keepWatching watches until it is interrupted, and tells every transition on a line of its own. It ends with the state that the model was in last.
func (f *useFlags) keepWatching(c *cobra.Command, path string, trust *sign.Trust, o oms.VerifyOptions, tell func(*oms.Result, error) error) error {
	var last watch.Event
	var kept error
	config := watch.Config{Path: path, Verify: o, Poll: f.poll, Full: f.interval, Signed: func() (*oms.Manifest, sign.Signer, error) {
		now := o
		if now.At.IsZero() {
			now.At = time.Now() // a key may run out while the watch goes on
		}
		bundle, err := readSignature(now.Signature)
		if err != nil {
			return nil, sign.Signer{}, fmt.Errorf("read the signature: %w", err)
		}
		return oms.Signed(bundle, trust, now)
	}}
	err := watch.Run(c.Context(), config, func(e watch.Event) {
		last = e
		writeEvent(c.OutOrStdout(), path, e)
		if f.event != nil {
			if err := f.event(e); err != nil {
				kept = errors.Join(kept, err)
				fmt.Fprintf(c.ErrOrStderr(), "lodemark: error: %v\n", err)
			}
		}
	})
	if err != nil {
		return unknown("", "%w", err)
	}
	if kept != nil {
		return unknown("lodemark ledger verify says what is wrong with it", "not every transition could be kept: %w", kept)
	}
	switch last.State {
	case watch.Verified:
		return nil
	case watch.Suspected, "":
		return unknown("run it again", "interrupted before %s was read", plain(path))
	}
	return tell(last.Result, last.Err)
}

// writeEvent writes a transition as a line of JSON, for whatever collects them.
func writeEvent(w io.Writer, path string, e watch.Event) {
	type line struct {
		At          time.Time    `json:"at"`
		Path        string       `json:"path"`
		State       watch.State  `json:"state"`
		Was         watch.State  `json:"was,omitempty"`
		Touched     []string     `json:"touched,omitempty"`
		Differences []difference `json:"differences,omitempty"`
		Error       string       `json:"error,omitempty"`
		Signer      string       `json:"signer,omitempty"`
		Took        float64      `json:"seconds"`
	}
	l := line{At: e.At.UTC().Truncate(time.Millisecond), Path: path, State: e.State, Was: e.Was, Took: float64(e.Took.Milliseconds()) / 1000}
	for i, p := range e.Paths {
		if i == 100 {
			l.Touched = append(l.Touched, fmt.Sprintf("and %d more", len(e.Paths)-i))
			break
		}
		l.Touched = append(l.Touched, bound.QuoteName(p))
	}
	if e.Result != nil {
		l.Signer = e.Result.Signer.Name
		l.Differences = differences(e.Result)
	}
	if e.Err != nil {
		l.Error = e.Err.Error()
	}
	data, err := json.Marshal(l)
	if err != nil {
		data = []byte(`{"state":"unknown"}`) // times and texts can be written
	}
	fmt.Fprintf(w, "%s\n", data)
}
