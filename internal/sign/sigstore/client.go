package sigstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Bounds of a talk with a service.
const (
	maxAnswer = 16 << 20
	oneTalk   = 30 * time.Second
)

// client talks with the services that sign. It follows no redirect: a token is for the address that the operator gave.
type client struct{ http *http.Client }

func newClient() *client {
	return &client{&http.Client{
		Timeout:       oneTalk,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *client) postJSON(ctx context.Context, whom, base, path string, body any) ([]byte, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return c.post(ctx, whom, strings.TrimSuffix(base, "/")+path, "application/json", data)
}

// post sends a request, and gives the answer if it is a good one. Errors name the service and its words, never what was sent.
func (c *client) post(ctx context.Context, whom, address, kind string, body []byte) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("%s: %s is not an address", whom, shorten(address))
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return nil, fmt.Errorf("%s: %s is not an address of https", whom, shorten(address))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", whom, err)
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("User-Agent", "lodemark")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the %s: %w", whom, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer of the %s: %w", whom, err)
	case response.StatusCode != http.StatusOK && response.StatusCode != http.StatusCreated:
		return nil, fmt.Errorf("the %s at %s refused: %s: %s", whom, u.Host, response.Status, shorten(answer))
	case len(answer) > maxAnswer:
		return nil, fmt.Errorf("the answer of the %s is longer than %d bytes", whom, maxAnswer)
	case len(answer) == 0:
		return nil, errors.New("the answer of the " + whom + " is empty")
	}
	return answer, nil
}

// loopback tells whether a host is this machine, where a service of one's own may do without a certificate.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
