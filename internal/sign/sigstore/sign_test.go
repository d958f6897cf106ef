package sigstore

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/lodemark/lodemark/internal/sign"
)

const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."

// serve answers on this machine as the services do: it checks what it is asked before it answers.
func (w *world) serve(t *testing.T, change func(path string, answer []byte) (int, []byte)) *httptest.Server {
	t.Helper()
	answers := map[string]func([]byte) ([]byte, error){
		"/api/v2/signingCert": w.answerCertificate,
		"/api/v1/log/entries": w.answerFirst,
		"/api/v2/log/entries": w.answerSecond,
		"/tsa":                w.answerStamp,
	}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		answer := answers[r.URL.Path]
		if err != nil || answer == nil || r.Method != http.MethodPost {
			http.Error(out, "not here", http.StatusNotFound)
			return
		}
		data, err := answer(body)
		status := http.StatusCreated
		if err != nil {
			status, data = http.StatusBadRequest, []byte(err.Error())
		}
		if change != nil {
			status, data = change(r.URL.Path, data)
		}
		if status == http.StatusFound {
			out.Header().Set("Location", string(data))
		}
		out.WriteHeader(status)
		_, _ = out.Write(data)
	}))
	t.Cleanup(server.Close)
	return server
}

func (w *world) answerCertificate(body []byte) ([]byte, error) {
	var in struct {
		Credentials struct {
			Token string `json:"oidcIdentityToken"`
		} `json:"credentials"`
		CSR []byte `json:"certificateSigningRequest"`
	}
	if err := sign.StrictJSON(body, &in); err != nil {
		return nil, err
	}
	if in.Credentials.Token != token {
		return nil, fmt.Errorf("the token is not good")
	}
	block, _ := pem.Decode(in.CSR)
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, err
	}
	if err := csr.CheckSignature(); err != nil { // the proof that the key is there
		return nil, err
	}
	leaf := w.issue(signerTemplate(), csr.PublicKey)
	return json.Marshal(map[string]any{"signedCertificateEmbeddedSct": map[string]any{"chain": map[string]any{
		"certificates": []string{string(pemOf(leaf)), string(pemOf(w.intermediate))}}}})
}

func (w *world) answerFirst(body []byte) ([]byte, error) {
	var in struct {
		Version string `json:"apiVersion"`
		Kind    string `json:"kind"`
		Spec    struct {
			Content struct {
				Envelope  string   `json:"envelope"`
				Verifiers [][]byte `json:"verifiers"`
			} `json:"proposedContent"`
		} `json:"spec"`
	}
	if err := sign.StrictJSON(body, &in); err != nil {
		return nil, err
	}
	if in.Kind != "dsse" || in.Version != "0.0.1" || len(in.Spec.Content.Verifiers) != 1 {
		return nil, fmt.Errorf("not an entry for an envelope")
	}
	envelope, err := sign.ReadEnvelope([]byte(in.Spec.Content.Envelope))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(in.Spec.Content.Verifiers[0])
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	signature := envelope.Signatures[0].Sig
	if !verifyMessage(leaf.PublicKey, sign.PAE(envelope.PayloadType, envelope.Payload), signature, crypto.SHA256) {
		return nil, fmt.Errorf("the signature is wrong")
	}
	e := w.first.add(dsseBody(wireEnvelope{Payload: envelope.Payload, Signatures: []wireSignature{{Sig: signature}}}, leaf))
	var hashes []string
	for _, h := range e.Proof.it.Hashes {
		hashes = append(hashes, hex.EncodeToString(h))
	}
	return json.Marshal(map[string]any{"24296fb24b8ad77a": map[string]any{
		"body": []byte(e.Body), "integratedTime": int64(e.At), "logID": hex.EncodeToString(w.first.id()), "logIndex": int64(e.Index),
		"verification": map[string]any{"signedEntryTimestamp": []byte(e.Promise.it.Signed), "inclusionProof": map[string]any{
			"checkpoint": e.Proof.it.Checkpoint.it.Envelope, "hashes": hashes, "logIndex": int64(e.Proof.it.Index),
			"rootHash": hex.EncodeToString(e.Proof.it.Root), "treeSize": int64(e.Proof.it.Size)}}}})
}

func (w *world) answerSecond(body []byte) ([]byte, error) {
	var in struct {
		Record struct {
			Digest    []byte `json:"digest"`
			Signature struct {
				Content  []byte `json:"content"`
				Verifier struct {
					Details     string `json:"keyDetails"`
					Certificate struct {
						Raw []byte `json:"rawBytes"`
					} `json:"x509Certificate"`
				} `json:"verifier"`
			} `json:"signature"`
		} `json:"hashedRekordRequestV002"`
	}
	if err := sign.StrictJSON(body, &in); err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(in.Record.Signature.Verifier.Certificate.Raw)
	if err != nil {
		return nil, err
	}
	s := in.Record.Signature
	if s.Verifier.Details != "PKIX_ECDSA_P256_SHA_256" || !verifyDigest(leaf.PublicKey, crypto.SHA256, in.Record.Digest, s.Content) {
		return nil, fmt.Errorf("the signature is wrong")
	}
	return json.Marshal(w.second.add(recordBody(in.Record.Digest, s.Content, leaf)))
}

func (w *world) answerStamp(body []byte) ([]byte, error) {
	r, err := timestamp.ParseRequest(body)
	if err != nil {
		return nil, err
	}
	return w.stamp(r.HashedMessage, r.HashAlgorithm, r.Certificates), nil
}

func TestSignAndVerify(t *testing.T) {
	w := newWorld(t)
	server := w.serve(t, nil)
	for _, test := range []struct {
		name  string
		to    Endpoints
		times int
	}{
		{"a log of version 1", Endpoints{Fulcio: server.URL, Rekor: server.URL}, 1},
		{"a log of version 1 and a timestamp", Endpoints{Fulcio: server.URL + "/", Rekor: server.URL + "/", RekorVersion: 1, TSA: server.URL + "/tsa"}, 2},
		{"a log of version 2 and a timestamp", Endpoints{Fulcio: server.URL, Rekor: server.URL, RekorVersion: 2, TSA: server.URL + "/tsa"}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			data, err := Sign(t.Context(), sign.PayloadType, []byte(payloadText), test.to, token)
			if err != nil {
				t.Fatal(err)
			}
			b, err := ReadBundle(data)
			if err != nil {
				t.Fatal(err)
			}
			v, err := Verify(b, foo, w.trust(), expected)
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Times) != test.times || b.Version != "0.3" || strings.Contains(string(data), token) {
				t.Errorf("%+v in a bundle of version %s", v, b.Version)
			}
		})
	}
}

func TestASignatureWithoutLogIsSaidToBeInNone(t *testing.T) {
	w := newWorld(t)
	server := w.serve(t, nil)
	data, err := Sign(t.Context(), sign.PayloadType, []byte(payloadText), Endpoints{Fulcio: server.URL, TSA: server.URL + "/tsa"}, token)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadBundle(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(b, foo, w.trust(), expected); err == nil || !strings.Contains(err.Error(), "it is in no log") {
		t.Error(err)
	}
	p := expected
	p.WithoutLog = true
	if v, err := Verify(b, foo, w.trust(), p); err != nil || len(v.Logs) != 0 {
		t.Error(v, err)
	}
}

func TestServicesThatAnswerOtherwise(t *testing.T) {
	other := newWorld(t)
	stranger := other.issue(signerTemplate(), &newKey(t).PublicKey)
	certificate := func(member string, c *x509.Certificate) []byte {
		data, _ := json.Marshal(map[string]any{member: map[string]any{"chain": map[string]any{"certificates": []string{string(pemOf(c))}}}})
		return data
	}
	for _, test := range []struct {
		name    string
		path    string
		version int
		status  int
		answer  []byte
		reason  string
	}{
		{"the authority refuses", "/api/v2/signingCert", 1, 403, []byte(`{"message":"the token has expired"}`), `the certificate authority at 127.0.0.1:`},
		{"the authority's words", "/api/v2/signingCert", 1, 403, []byte(`{"message":"the token has expired"}` + strings.Repeat("x", 1000)), `refused: 403 Forbidden: "{\"message\":\"the token has expired\"}xx`},
		{"the authority sends the token elsewhere", "/api/v2/signingCert", 1, 302, []byte("http://127.0.0.1:1/"), "refused: 302 Found"},
		{"the authority certifies another key", "/api/v2/signingCert", 1, 200, certificate("signedCertificateEmbeddedSct", stranger), "certified another key"},
		{"the authority answers without timestamp within", "/api/v2/signingCert", 1, 200, certificate("signedCertificateDetachedSct", stranger), "a certificate that holds its timestamp"},
		{"the authority answers with no certificate", "/api/v2/signingCert", 1, 200, []byte(`{"signedCertificateEmbeddedSct":{"chain":{"certificates":["x"]}}}`), "answered with no certificate"},
		{"an empty answer", "/api/v2/signingCert", 1, 200, nil, "is empty"},
		{"an endless answer", "/api/v2/signingCert", 1, 200, make([]byte, maxAnswer+1), "longer than"},
		{"the log answers with two entries", "/api/v1/log/entries", 1, 201, []byte(`{"a":{},"b":{}}`), "the log's answer: 2 entries instead of one"},
		{"the log answers with nothing", "/api/v1/log/entries", 1, 201, []byte(`{}`), "the log's answer: 0 entries instead of one"},
		{"the log answers with an entry that proves nothing", "/api/v1/log/entries", 1, 201, []byte(`{"a":{"body":"e30=","logID":"00","verification":{}}}`), "an empty promise of inclusion"},
		{"the log has it already", "/api/v1/log/entries", 1, 409, []byte(`{"code":409}`), "the log at 127.0.0.1:"},
		{"the newer log answers like the older", "/api/v2/log/entries", 2, 201, []byte(`{"a":{}}`), "the log's answer: the member"},
		{"the timestamp is over something else", "/tsa", 2, 200, other.stamp(sum(crypto.SHA256, []byte("x")), crypto.SHA256, true), "answer is over another signature"},
		{"the timestamp authority answers in words", "/tsa", 2, 200, []byte("try again"), "the timestamp authority's answer: the timestamp is malformed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			server := w.serve(t, func(path string, answer []byte) (int, []byte) {
				if path == test.path {
					return test.status, test.answer
				}
				return 201, answer
			})
			to := Endpoints{Fulcio: server.URL, Rekor: server.URL, RekorVersion: test.version, TSA: server.URL + "/tsa"}
			_, err := Sign(t.Context(), sign.PayloadType, []byte(payloadText), to, token)
			if err == nil || !strings.Contains(err.Error(), test.reason) || strings.Contains(err.Error(), token) {
				t.Errorf("got %v, want %s", err, test.reason)
			}
		})
	}
}

func TestWhatIsNeverSent(t *testing.T) {
	w := newWorld(t)
	server := w.serve(t, nil)
	good := Endpoints{Fulcio: server.URL, Rekor: server.URL}
	for _, test := range []struct {
		name    string
		to      Endpoints
		token   string
		payload string
		reason  string
	}{
		{"no token", good, "", payloadText, "there is no identity token (SIGSTORE_ID_TOKEN)"},
		{"no authority", Endpoints{Rekor: server.URL}, token, payloadText, "there is no certificate authority"},
		{"nobody for the time", Endpoints{Fulcio: server.URL, Rekor: server.URL, RekorVersion: 2}, token, payloadText, "nobody to say when"},
		{"a log of version 3", Endpoints{Fulcio: server.URL, Rekor: server.URL, RekorVersion: 3}, token, payloadText, "logs of version 3 are not known"},
		{"a token in the clear", Endpoints{Fulcio: "http://ca.example.org", Rekor: server.URL}, token, payloadText, "is not an address of https"},
		{"an address with a password", Endpoints{Fulcio: "https://me:secret@ca.example.org", Rekor: server.URL}, token, payloadText, "is not an address"},
		{"no address", Endpoints{Fulcio: "ca.example.org", Rekor: server.URL}, token, payloadText, "is not an address"},
		{"a long payload", good, token, strings.Repeat("x", maxPayload+1), "longer than"},
	} {
		_, err := Sign(t.Context(), sign.PayloadType, []byte(test.payload), test.to, test.token)
		if err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.reason)
		}
	}
}

func TestAServiceThatDoesNotAnswerIsLeft(t *testing.T) {
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(stop) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := Sign(ctx, sign.PayloadType, []byte(payloadText), Endpoints{Fulcio: server.URL, Rekor: server.URL}, token)
	if err == nil || !strings.Contains(err.Error(), "deadline exceeded") || time.Since(start) > 5*time.Second {
		t.Error(err)
	}
}

func TestReadSigningConfig(t *testing.T) {
	const head = `{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json",`
	service := func(url string, version int, from, until string) string {
		end := ""
		if until != "" {
			end = `,"end":"` + until + `T00:00:00Z"`
		}
		return fmt.Sprintf(`{"url":%q,"majorApiVersion":%d,"validFor":{"start":"%sT00:00:00Z"%s},"operator":"example.org"}`, url, version, from, end)
	}
	ca := `"caUrls":[` + service("https://ca.example.org", 1, "2020-01-01", "") + `]`
	for _, test := range []struct {
		name, in string
		want     Endpoints
		reason   string
	}{
		{"one of each", head + ca + `,"oidcUrls":[],"rekorTlogUrls":[` + service("https://log.example.org", 1, "2020-01-01", "") + `],"tsaUrls":[` +
			service("https://tsa.example.org/api", 1, "2020-01-01", "") + `],"rekorTlogConfig":{"selector":"ANY"},"tsaConfig":{"selector":"EXACT","count":1}}`,
			Endpoints{"https://ca.example.org", "https://log.example.org", 1, "https://tsa.example.org/api"}, ""},
		{"the highest version, then the newest", head + ca + `,"rekorTlogUrls":[` + service("https://log1.example.org", 1, "2025-01-01", "") + `,` +
			service("https://log2.example.org", 2, "2024-01-01", "") + `,` + service("https://log3.example.org", 2, "2024-06-01", "") + `,` +
			service("https://log4.example.org", 9, "2024-06-01", "") + `]}`, Endpoints{"https://ca.example.org", "https://log3.example.org", 2, ""}, ""},
		{"none that has ended or not begun", head + ca + `,"rekorTlogUrls":[` + service("https://log1.example.org", 2, "2020-01-01", "2025-01-01") + `,` +
			service("https://log2.example.org", 2, "2030-01-01", "") + `,` + service("https://log3.example.org", 1, "2020-01-01", "") + `]}`,
			Endpoints{"https://ca.example.org", "https://log3.example.org", 1, ""}, ""},
		{"several of a kind", head + ca + `,"tsaConfig":{"selector":"EXACT","count":2}}`, Endpoints{}, "several services of a kind"},
		{"all of a kind", head + ca + `,"tsaConfig":{"selector":"ALL"}}`, Endpoints{}, "several services of a kind"},
		{"no authority", head + `"caUrls":[]}`, Endpoints{}, "no certificate authority for now"},
		{"another media type", `{"mediaType":"x"}`, Endpoints{}, `"x" is not known`},
		{"a member twice", head + ca + `,` + ca + `}`, Endpoints{}, "stands twice"},
	} {
		got, err := ReadSigningConfig([]byte(test.in), noon)
		if text := fmt.Sprint(err); got != test.want || (err == nil) != (test.reason == "") || !strings.Contains(text, test.reason) {
			t.Errorf("%s: %+v, %s", test.name, got, text)
		}
	}
}
