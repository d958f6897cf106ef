package sigstore

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// A TrustedRoot is whom the operator believes: certificate authorities, logs and timestamp authorities, each with its time. It is a file
// trusted_root.json of the operator's; it is never read from a target.
type TrustedRoot struct {
	authorities []authority // that issue certificates for signing
	stampers    []authority // that vouch for times
	logs        []logKey    // transparency logs (Rekor)
	certLogs    []logKey    // certificate transparency logs
}

// A RootError tells what is wrong with a trusted root.
type RootError struct{ Reason string }

func (e *RootError) Error() string { return "read trusted root: " + e.Reason }

// period is a time with both ends in it; a zero end is open.
type period struct{ from, until time.Time }

func (p period) covers(t time.Time) bool {
	return !p.from.IsZero() && !t.Before(p.from) && (p.until.IsZero() || !t.After(p.until))
}

// authority is a certificate authority. The last certificate of its chain is the anchor; the first may be the one that signs timestamps.
type authority struct {
	period
	uri           string
	leaf          *x509.Certificate // nil: not given
	intermediates []*x509.Certificate
	anchor        *x509.Certificate
}

// logKey is the key of a log.
type logKey struct {
	period
	baseURL string
	id      []byte // as entries and certificate timestamps name the log
	key     crypto.PublicKey
	spki    [sha256.Size]byte
}

var rootTypes = map[string]bool{
	"application/vnd.dev.sigstore.trustedroot+json;version=0.1": true,
	"application/vnd.dev.sigstore.trustedroot.v0.1+json":        true,
	"application/vnd.dev.sigstore.trustedroot.v0.2+json":        true,
}

type wireRoot struct {
	MediaType   text                `json:"mediaType"`
	Logs        list[wireLog]       `json:"tlogs"`
	Authorities list[wireAuthority] `json:"certificateAuthorities"`
	CertLogs    list[wireLog]       `json:"ctlogs"`
	Stampers    list[wireAuthority] `json:"timestampAuthorities"`
}

type wirePeriod struct {
	Start instant `json:"start"`
	End   instant `json:"end"`
}

func (w *wirePeriod) period() period {
	if w == nil {
		return period{}
	}
	return period{w.Start.Time, w.End.Time}
}

type wireLogID struct {
	ID octets `json:"keyId"`
}

type wireLog struct {
	BaseURL    text                 `json:"baseUrl"`
	Hash       choice               `json:"hashAlgorithm"`
	Key        optional[wireLogKey] `json:"publicKey"`
	ID         optional[wireLogID]  `json:"logId"`
	Checkpoint optional[wireLogID]  `json:"checkpointKeyId"`
	Operator   text                 `json:"operator"`
}

type wireLogKey struct {
	Raw     octets               `json:"rawBytes"`
	Details choice               `json:"keyDetails"`
	Valid   optional[wirePeriod] `json:"validFor"`
}

type wireSubject struct {
	Organization text `json:"organization"`
	CommonName   text `json:"commonName"`
}

type wireAuthority struct {
	Subject  optional[wireSubject] `json:"subject"`
	URI      text                  `json:"uri"`
	Chain    optional[wireChain]   `json:"certChain"`
	Valid    optional[wirePeriod]  `json:"validFor"`
	Operator text                  `json:"operator"`
}

// ReadTrustedRoot reads a trusted_root.json.
func ReadTrustedRoot(data []byte) (*TrustedRoot, error) {
	var w wireRoot
	if err := readJSON(data, &w); err != nil {
		return nil, &RootError{err.Error()}
	}
	r, err := w.root()
	if err != nil {
		return nil, &RootError{err.Error()}
	}
	return r, nil
}

func (w *wireRoot) root() (*TrustedRoot, error) {
	if !rootTypes[string(w.MediaType)] {
		return nil, fmt.Errorf("the media type %s is none of a trusted root that is known here", shorten(w.MediaType))
	}
	var r TrustedRoot
	for i, a := range w.Authorities {
		read, err := a.authority(false)
		if err != nil {
			return nil, fmt.Errorf("certificateAuthorities[%d]: %w", i, err)
		}
		r.authorities = append(r.authorities, read)
	}
	for i, a := range w.Stampers {
		read, err := a.authority(true)
		if err != nil {
			return nil, fmt.Errorf("timestampAuthorities[%d]: %w", i, err)
		}
		r.stampers = append(r.stampers, read)
	}
	for i, l := range w.Logs {
		read, err := l.log()
		if err != nil {
			return nil, fmt.Errorf("tlogs[%d]: %w", i, err)
		}
		r.logs = append(r.logs, read)
	}
	for i, l := range w.CertLogs {
		read, err := l.log()
		if err != nil {
			return nil, fmt.Errorf("ctlogs[%d]: %w", i, err)
		}
		r.certLogs = append(r.certLogs, read)
	}
	if len(r.authorities)+len(r.logs)+len(r.stampers) == 0 {
		return nil, errors.New("it names nobody")
	}
	return &r, nil
}

func (w *wireAuthority) authority(stamps bool) (authority, error) {
	a := authority{period: w.Valid.it.period(), uri: string(w.URI)}
	if w.Chain.it == nil || len(w.Chain.it.Certificates) == 0 {
		return a, errors.New("no certificates")
	}
	for i, c := range w.Chain.it.Certificates {
		parsed, err := x509.ParseCertificate(c.Raw)
		if err != nil {
			return a, fmt.Errorf("certificate %d: %w", i+1, err)
		}
		switch {
		case i == len(w.Chain.it.Certificates)-1:
			a.anchor = parsed
		case i == 0 && stamps && !parsed.IsCA:
			a.leaf = parsed
		default:
			a.intermediates = append(a.intermediates, parsed)
		}
	}
	if a.from.IsZero() {
		return a, errors.New("no start of validity")
	}
	if !a.anchor.IsCA {
		return a, errors.New("the last certificate is none of an authority")
	}
	return a, nil
}

func (w *wireLog) log() (logKey, error) {
	if w.Key.it == nil {
		return logKey{}, errors.New("no public key")
	}
	l := logKey{period: w.Key.it.Valid.it.period(), baseURL: string(w.BaseURL)}
	key, err := readKey(w.Key.it.Raw)
	if err != nil {
		return l, err
	}
	l.key = key
	id, err := keyID(key)
	if err != nil {
		return l, err
	}
	l.spki = [sha256.Size]byte(id)
	l.id = id
	if w.ID.it != nil && len(w.ID.it.ID) > 0 {
		l.id = w.ID.it.ID
	}
	return l, nil
}

// verify verifies the chain from a certificate up to the anchor, at a time, for a use.
func (a *authority) verify(leaf *x509.Certificate, at time.Time, use x509.ExtKeyUsage) (chains [][]*x509.Certificate, err error) {
	if !a.covers(at) {
		return nil, fmt.Errorf("the authority %s is trusted for another time than %s", shorten(a.uri), at.Format(time.RFC3339))
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(a.anchor)
	for _, c := range a.intermediates {
		intermediates.AddCert(c)
	}
	return leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{use}})
}
