package deploy

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func TestDigestRecords(t *testing.T) {
	sum := otherDigest
	raw, _ := hex.DecodeString(sum)
	for _, x := range []struct {
		file, text string
		want       []string // "name algorithm line"; "folder" for DVC's folders
	}{
		{"SHA256SUMS", "# made by hand\n" + sum + "  model.safetensors\n" + strings.ToUpper(sum) + " *./tokenizer.json\r\n", []string{"model.safetensors sha256 2", "tokenizer.json sha256 3"}},
		{"checksums.txt", "SHA256 (weights/a b.bin) = " + sum + "\n", []string{"weights/a b.bin sha256 1"}},
		{"MD5SUMS", sum[:32] + "  train.csv\n", []string{"train.csv md5 1"}},
		{"model.gguf.sha256", sum + "\n", []string{"model.gguf sha256 1"}},
		{"manifest.json", "{\"files\": [\n{\"path\": \"model.onnx\",\n\"sha256\": \"" + sum + "\"}]}", []string{"model.onnx sha256 3"}},
		{"manifest.json", `{"model.onnx": "sha256:` + sum + `", "version": "` + sum + `"}`, []string{"model.onnx sha256 1"}},
		{"manifest.json", `{"models/a.pt": {"digest": {"sha256": "` + sum + `"}}}`, []string{"models/a.pt sha256 1"}},
		{"manifest.json", `{"a.pt": {"hash": "` + sum + `"}}`, []string{"a.pt  1"}},
		{"manifest.json", `{"name": "web page", "icons": [{"src": "a.png", "sizes": "192x192"}]}`, nil},
		{"model.sig", modelSignature(map[string]string{"model.safetensors": sum}), []string{"model.safetensors sha256 0"}},
		{"model.sig", modelSignature(map[string]string{"config.json": sum}), []string{"config.json sha256 0"}},
		{"model.sig", strings.ReplaceAll(`{"payloadType": "application/vnd.in-toto+json", "payload": "PAYLOAD"}`, "PAYLOAD", base64.StdEncoding.EncodeToString([]byte(
			`{"subject": [{"name": "ranker.gguf", "digest": {"sha256": "`+strings.Repeat("0", 64)+`"}}], "predicate": {"resources": [{"name": ".", "algorithm": "sha256", "digest": "`+sum+`"}]}}`))),
			[]string{"ranker.gguf sha256 0"}},
		{"model.safetensors.sigstore.json", `{"messageSignature": {"messageDigest": {"algorithm": "SHA2_256", "digest": "` + base64.StdEncoding.EncodeToString(raw) + `"}}}`, []string{"model.safetensors sha256 0"}},
		{"train.link", `{"signed": {"products": {"a.pt": {"sha256": "` + sum + `"}}}}`, []string{"a.pt sha256 1"}},
		{"shards.manifest.json", `{"resources": [{"name": "a.pt:0:1000", "algorithm": "sha256", "digest": "` + sum + `"}]}`, []string{"a.pt  1"}},
		{"train.csv.dvc", "outs:\n- md5: " + sum[:32] + "\n  size: 3\n  path: train.csv\n", []string{"train.csv md5 2"}},
		{"images.dvc", "wdir: ..\nouts:\n- md5: " + sum[:32] + ".dir\n  path: images\n", []string{"../images  3 folder"}},
		{"raw.dvc", "deps:\n- etag: '\"a304afb96060aad9\"'\n  path: s3://bucket/raw\nouts:\n- path: raw\n", []string{"s3:/bucket/raw  0"}},
		{"dvc.lock", "schema: '2.0'\nstages:\n  train:\n    deps:\n    - path: data/train.csv\n      md5: " + sum[:32] + "\n    outs:\n    - path: model.pkl\n      hash: md5\n      md5: " + strings.Repeat("ab", 16) + "\n",
			[]string{"model.pkl md5 10", "data/train.csv md5 6"}},
		{"dvc.lock", "stages: [1, 2\n", nil},
		{"model.sig", "\x30\x45\x02\x21", nil},
	} {
		var got []string
		for _, r := range digestRecords(x.file, []byte(x.text)) {
			s := fmt.Sprintf("%s %s %d", r.name, r.algorithm, r.line)
			if r.folder {
				s += " folder"
			}
			got = append(got, s)
		}
		if strings.Join(got, ", ") != strings.Join(x.want, ", ") {
			t.Errorf("%s %q: %q, want %q", x.file, x.text, got, x.want)
		}
	}
}

func TestManifestNames(t *testing.T) {
	for _, name := range []string{"SHA256SUMS", "sha256sums.txt", "sha256sum.txt", "SHA512SUMS", "md5sums.txt", "checksums.txt", "checksum.sha256", "ranker-checksums.txt", "manifest.json", "model-manifest.json",
		"MANIFEST.json", "model.sig", "model.safetensors.sha256", "a.gguf.sig", "train.csv.dvc", "dvc.lock", "a.sigstore.json", "a.intoto.jsonl", "train.link"} {
		if !manifestName.MatchString(name) {
			t.Errorf("%s may hold digests and is not read", name)
		}
	}
	for _, name := range []string{"package.json", "README.md", "model.json", "poetry.lock", "checksums.py", ".dvc", "sha256.go", "sig.py", "signature.json"} {
		if manifestName.MatchString(name) {
			t.Errorf("%s is taken for a manifest", name)
		}
	}
}

func FuzzDigestRecords(f *testing.F) {
	f.Add("SHA256SUMS", otherDigest+"  a\n")
	f.Add("model.sig", modelSignature(map[string]string{"config.json": otherDigest}))
	f.Add("a.dvc", "outs:\n- md5: "+otherDigest[:32]+"\n  path: a\n")
	f.Add("dvc.lock", "stages:\n  a: &a\n    deps: [*a]\n")
	f.Add("manifest.json", `[[[{"a.b":{"sha256":"`+otherDigest+`"}}]]]`)
	f.Fuzz(func(t *testing.T, file, text string) {
		for _, r := range digestRecords(file, []byte(text)) {
			if r.name == "" || r.line < 0 || r.line > strings.Count(text, "\n")+1 || r.algorithm != "" && algorithmOf(r.sum) != r.algorithm {
				t.Errorf("%+v", r)
			}
		}
	})
}
