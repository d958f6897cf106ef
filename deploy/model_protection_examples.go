package deploy

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
)

// The keys of the examples are made up and open nothing. They are put together here, so that no scanner takes this file for
// a leak.
const (
	madeUpSecret = "this key is a fake, example only"
	madeUpAgeKey = agePrefix + "1W35XJUEQDDJHJGRFWVSXZGRXV94K2TPQV4UXZMTSD3JJQMMWD3UST27QSQ"
)

// madeUpKey is the DER of an Ed25519 key in PKCS#8 whose secret is a sentence.
func madeUpKey() []byte {
	return append([]byte{0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20}, madeUpSecret...)
}

// armour writes a PEM block.
func armour(label string, body []byte) string {
	code := base64.StdEncoding.EncodeToString(body)
	var b strings.Builder
	b.WriteString(pemBegin + label + "-----\n")
	for len(code) > 64 {
		b.WriteString(code[:64] + "\n")
		code = code[64:]
	}
	return b.String() + code + "\n-----END " + label + "-----\n"
}

func keysBad() []lodemark.Example {
	inJSON, _ := json.Marshal(armour("PRIVATE KEY", madeUpKey()))
	return []lodemark.Example{
		{Name: "a key beside what it signs", Files: map[string]string{
			"models/release.key":             armour("PRIVATE KEY", madeUpKey()),
			"models/ranker.safetensors":      oneTensor(),
			"models/ranker.safetensors.sig":  strings.Repeat("signed", 20),
			"models/release.pub":             armour("PUBLIC KEY", madeUpKey()[:40]),
			"deploy/kubernetes/release.yaml": "kind: ConfigMap\n",
		}},
		{Name: "a key in the manifest of a secret", Files: map[string]string{
			"deploy/k8s/signing.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: signing\ndata:\n  tls.key: " +
				base64.StdEncoding.EncodeToString([]byte(armour("PRIVATE KEY", madeUpKey()))) + "\n",
		}},
		{Name: "the key of a service account", Files: map[string]string{
			"config/account.json": "{\n  \"type\": \"service_account\",\n  \"private_key\": " + string(inJSON) + ",\n  \"client_email\": \"trainer@models.example.org\"\n}\n",
		}},
		{Name: "the key to encrypted settings", Files: map[string]string{"deploy/keys.txt": "# created: 2026-10-01T08:00:00Z\n" + madeUpAgeKey + "\n"}},
		{Name: "a signing key behind a passphrase", Files: map[string]string{
			"cosign.key": armour("ENCRYPTED SIGSTORE PRIVATE KEY", []byte(`{"kdf":{"name":"scrypt","params":{"N":65536,"r":8,"p":1},"salt":"bWFkZSB1cA=="},"cipher":{"name":"nacl/secretbox","nonce":"bWFkZSB1cA=="},"ciphertext":"bWFkZSB1cCwgb3BlbnMgbm90aGluZw=="}`)),
		}},
	}
}

func keysGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "public keys and certificates", Files: map[string]string{
			"models/release.pem": armour("PUBLIC KEY", []byte(madeUpSecret+madeUpSecret)),
			"deploy/tls/ca.pem":  armour("CERTIFICATE", []byte(strings.Repeat("made up certificate ", 20))),
		}},
		{Name: "a key that a secret store holds", Files: map[string]string{
			"deploy/k8s/signing.yaml": "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: signing\nspec:\n  data:\n    - secretKey: tls.key\n      remoteRef:\n        key: models/signing\n",
		}},
		{Name: "shortened examples of keys", Files: map[string]string{
			"config/settings.example.yaml": "# signing_key: the private key in PEM\nsigning_key: |\n  " + pemBegin + "PRIVATE KEY-----\n  MIIEvQIBADANBgkq...\n  -----END PRIVATE KEY-----\n",
			"config/account.example.json":  "{\"private_key\": \"" + pemBegin + "PRIVATE KEY-----\\nYOUR_KEY\\n-----END PRIVATE KEY-----\\n\"}\n",
		}},
	}
}

func oneTensor() string {
	header := `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + "\x00\x00\x80\x3f"
}

func sha256Of(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

const (
	lfsPointer   = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 134217728\n"
	trainingRows = "text,label\nthe printer is on fire,hardware\nI forgot my password,account\nthe screen is black,hardware\n"
	otherDigest  = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
	trainingDesk = "schema: lodemark/1\nname: help desk\nstage: operate\nfacts:\n  trains_models: {answer: \"yes\", reason: the ranker is trained from closed tickets}\n"
)

// modelSignature is what OpenSSF model signing writes: a Sigstore bundle around a statement with the digest of each file.
func modelSignature(digests map[string]string) string {
	var files []string
	for _, name := range []string{"config.json", "model.safetensors"} {
		if sum := digests[name]; sum != "" {
			files = append(files, fmt.Sprintf(`{"name":%q,"algorithm":"sha256","digest":%q}`, name, sum))
		}
	}
	statement := `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"ranker","digest":{"sha256":"` + otherDigest + `"}}],"predicateType":"https://model_signing/signature/v1.0",` +
		`"predicate":{"serialization":{"method":"files","hash_type":"sha256"},"resources":[` + strings.Join(files, ",") + `]}}`
	return `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{"payload":"` + base64.StdEncoding.EncodeToString([]byte(statement)) +
		`","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"bWFkZSB1cA=="}]}}` + "\n"
}

const rankerConfig = "{\"hidden_size\": 1}\n"

func manifestBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a model that is not the one whose digest was taken", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/SHA256SUMS":        otherDigest + "  model.safetensors\n",
		}},
		{Name: "no digests of models and data where models are trained", Files: map[string]string{
			"lodemark.yaml":                   trainingDesk,
			"models/ranker/model.safetensors": oneTensor(),
			"data/tickets/train.csv":          trainingRows,
		}},
		{Name: "data that changed after its digest was taken", Files: map[string]string{
			"data/tickets/train.csv":     trainingRows + "the door is open,hardware\n",
			"data/tickets/train.csv.dvc": "outs:\n- md5: 7cf4cbd18ae5a7ac8b2f8c0a5b0d7d4f\n  size: 105\n  hash: md5\n  path: train.csv\n",
		}},
		{Name: "a signature over another configuration", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/config.json":       rankerConfig,
			"models/ranker/model.sig":         modelSignature(map[string]string{"model.safetensors": sha256Of(oneTensor()), "config.json": otherDigest}),
		}},
	}
}

func manifestGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "lists of digests beside model and data", Files: map[string]string{
			"lodemark.yaml":                   trainingDesk,
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/config.json":       rankerConfig,
			"models/ranker/SHA256SUMS":        sha256Of(oneTensor()) + "  model.safetensors\n" + sha256Of(rankerConfig) + "  config.json\n",
			"data/tickets/train.csv":          trainingRows,
			"data/SHA256SUMS":                 "SHA256 (tickets/train.csv) = " + sha256Of(trainingRows) + "\n",
		}},
		{Name: "pointers of Git LFS and DVC", Files: map[string]string{
			"models/ranker/model.safetensors": lfsPointer,
			"data/tickets/train.csv":          trainingRows,
			"data/tickets.dvc":                "outs:\n- md5: a304afb96060aad90176268345e10355.dir\n  size: 37891850\n  nfiles: 1\n  path: tickets\n",
		}},
		{Name: "a signed model", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/config.json":       rankerConfig,
			"models/ranker/model.sig":         modelSignature(map[string]string{"model.safetensors": sha256Of(oneTensor()), "config.json": sha256Of(rankerConfig)}),
		}},
	}
}
