package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
)

// hashing times `lodemark sign` and `lodemark verify` on 4 GB of large and small files, beside sha256sum on as many cores over the same files
// (the large ones first, one by one, then the small ones in lots of 250) and, where LODEMARK_OMS names a checkout of it, the reference's own
// verifier. All meet the same warm cache in turn.
func hashing(lodemark, dir string, rounds int) {
	model := filepath.Join(dir, "model")
	if _, err := os.Stat(model); err != nil {
		weights(model)
	}
	key, public := filepath.Join(dir, "key.pem"), filepath.Join(dir, "pub.pem")
	pair(key, public)
	signature, shards := filepath.Join(dir, "model.sig"), filepath.Join(dir, "shards.sig")
	sums := fmt.Sprintf(`find "$0" -type f -size +1M -print0 | xargs -0 -P%[1]d -n1 sha256sum >/dev/null; find "$0" -type f -not -size +1M -print0 | xargs -0 -P%[1]d -n250 sha256sum >/dev/null`, runtime.NumCPU())
	commands := []struct {
		name string
		args []string
	}{
		{"sha256sum, parallel", []string{"sh", "-c", sums, model}},
		{"openssl, parallel", []string{"sh", "-c", fmt.Sprintf(`find "$0" -type f -print0 | xargs -0 -P%d -n100 openssl dgst -sha256 >/dev/null`, runtime.NumCPU()), model}},
		{"lodemark sign", []string{lodemark, "sign", model, "--key", key, "--signature", signature}},
		{"lodemark verify", []string{lodemark, "verify", model, "--trust", public, "--signature", signature}},
		{"lodemark sign, shards", []string{lodemark, "sign", model, "--key", key, "--signature", shards, "--shards", "256MiB"}},
		{"lodemark verify, shards", []string{lodemark, "verify", model, "--trust", public, "--signature", shards}},
	}
	if checkout := os.Getenv("LODEMARK_OMS"); checkout != "" {
		stand := filepath.Join("internal", "sign", "oms", "testdata", "stand_ins.py")
		commands = append(commands, struct {
			name string
			args []string
		}{"reference, verify", []string{"/usr/bin/python3", stand, checkout, model, signature, public}})
	}
	taken := make([][]usage, len(commands))
	for round := range rounds + 1 {
		for i, c := range commands {
			u := run(c.args)
			if round > 0 { // the first warms the cache, and makes the signatures
				taken[i] = append(taken[i], u)
			}
		}
	}
	base := median(taken[0])
	for i, c := range commands {
		u := median(taken[i])
		fmt.Printf("%-24s %s; wall %.2f of sha256sum's\n", c.name, u, u.wall.Seconds()/base.wall.Seconds())
	}
}

// weights writes three files of a gigabyte and four thousand of 256 KiB, whose content no two blocks share.
func weights(model string) {
	r := rand.NewChaCha8([32]byte{1})
	block := make([]byte, 1<<20)
	file := func(name string, size int) {
		path := filepath.Join(model, name)
		check(os.MkdirAll(filepath.Dir(path), 0o755))
		f, err := os.Create(path)
		check(err)
		for size > 0 {
			n := min(size, len(block))
			_, err = r.Read(block[:n])
			check(err)
			_, err = f.Write(block[:n])
			check(err)
			size -= n
		}
		check(f.Close())
	}
	for i := range 3 {
		file(fmt.Sprintf("model-%05d-of-00003.safetensors", i+1), 1000<<20)
	}
	for i := range 4000 {
		file(fmt.Sprintf("data/%02d/%04d.parquet", i%50, i), 256<<10)
	}
}

// pair writes a key without passphrase, so that no time goes into opening it.
func pair(private, public string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	check(err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(err)
	check(os.WriteFile(private, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	der, err = x509.MarshalPKIXPublicKey(&key.PublicKey)
	check(err)
	check(os.WriteFile(public, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o644))
}
