package sigstore

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestServeByHand lets the commands be tried against the stand-ins: where LODEMARK_SIGSTORE_SERVE names a folder, it writes a trusted root,
// a signing configuration for each version of the log and the token there, and serves until a file "stop" appears or a minute has passed. The
// signatures of cmd/lodemark/testdata/script/keyless_verify.txtar were made in this way.
func TestServeByHand(t *testing.T) {
	dir := os.Getenv("LODEMARK_SIGSTORE_SERVE")
	if dir == "" {
		t.Skip("LODEMARK_SIGSTORE_SERVE names no folder")
	}
	w := newWorld(t)
	server := w.serve(t, nil)
	service := func(url string, version int) list[wireService] {
		return list[wireService]{{URL: text(url), Version: version, Valid: some(wirePeriod{Start: instant{time.Unix(0, 0)}})}}
	}
	files := map[string][]byte{"trusted_root.json": w.rootJSON(nil), "token": []byte(token)}
	for version, name := range map[int]string{1: "signing_config1.json", 2: "signing_config2.json"} {
		data, err := json.Marshal(wireConfig{MediaType: configType, CAs: service(server.URL, 1), Logs: service(server.URL, version), TSAs: service(server.URL+"/tsa", 1)})
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 600 {
		if _, err := os.Stat(filepath.Join(dir, "stop")); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}
