package sigstore

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

const configType = "application/vnd.dev.sigstore.signingconfig.v0.2+json"

type wireService struct {
	URL      text                 `json:"url"`
	Version  int                  `json:"majorApiVersion"`
	Valid    optional[wirePeriod] `json:"validFor"`
	Operator text                 `json:"operator"`
}

type wireSelection struct {
	Selector choice `json:"selector"`
	Count    int    `json:"count"`
}

type wireConfig struct {
	MediaType text                    `json:"mediaType"`
	CAs       list[wireService]       `json:"caUrls"`
	OIDC      list[wireService]       `json:"oidcUrls"`
	Logs      list[wireService]       `json:"rekorTlogUrls"`
	LogConfig optional[wireSelection] `json:"rekorTlogConfig"`
	TSAs      list[wireService]       `json:"tsaUrls"`
	TSAConfig optional[wireSelection] `json:"tsaConfig"`
}

// ReadSigningConfig reads a signing_config.json, the file in which the operator of services says where they are, and chooses those to sign
// with at a time: of each kind one, of the highest version that is known here, and of those the newest.
func ReadSigningConfig(data []byte, at time.Time) (Endpoints, error) {
	var w wireConfig
	if err := readJSON(data, &w); err != nil {
		return Endpoints{}, fmt.Errorf("read signing configuration: %w", err)
	}
	e, err := w.endpoints(at)
	if err != nil {
		return Endpoints{}, fmt.Errorf("read signing configuration: %w", err)
	}
	return e, nil
}

func (w *wireConfig) endpoints(at time.Time) (e Endpoints, err error) {
	if w.MediaType != configType {
		return e, fmt.Errorf("the media type %s is not known", shorten(w.MediaType))
	}
	for _, s := range []optional[wireSelection]{w.LogConfig, w.TSAConfig} {
		if s.it != nil && (s.it.Selector == "ALL" || s.it.Count > 1) {
			return e, errors.New("it asks for several services of a kind; one is asked here")
		}
	}
	ca := newest(w.CAs, at, 1)
	if ca == nil {
		return e, errors.New("it names no certificate authority for now")
	}
	e.Fulcio = string(ca.URL)
	if l := newest(w.Logs, at, 1, 2); l != nil {
		e.Rekor, e.RekorVersion = string(l.URL), l.Version
	}
	if t := newest(w.TSAs, at, 1); t != nil {
		e.TSA = string(t.URL)
	}
	return e, nil
}

func newest(all []wireService, at time.Time, versions ...int) (best *wireService) {
	for i := range all {
		s := &all[i]
		p := s.Valid.it.period()
		if !slices.Contains(versions, s.Version) || !p.covers(at) {
			continue
		}
		if best == nil || s.Version > best.Version || s.Version == best.Version && p.from.After(best.Valid.it.Start.Time) {
			best = s
		}
	}
	return best
}
