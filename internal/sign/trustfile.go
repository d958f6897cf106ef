package sign

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxTrustFile bounds a trust.yaml, and maxTrustFiles the files of a folder.
const (
	maxTrustFile  = 8 << 20
	maxTrustFiles = 1000
)

// ReadTrust reads whom the operator believes: a PEM file (public keys, or certificates of authorities), a folder of such files, or a file
// trust.yaml. In a folder, names that end in .pem, .pub, .crt, .cer, .yaml or .yml are read and no others.
func ReadTrust(path string) (*Trust, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read whom to trust: %w", err)
	}
	if !info.IsDir() {
		return readTrustFile(path)
	}
	names, err := listFolder(path, maxTrustFiles)
	if err != nil {
		return nil, fmt.Errorf("read whom to trust: %w", err)
	}
	var all *Trust
	for _, name := range names {
		if !trustFileName(name) {
			continue
		}
		name = filepath.Join(path, name)
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			continue
		}
		one, err := readTrustFile(name)
		if err != nil {
			return nil, err
		}
		if all = all.Merge(one); len(all.keys) > maxTrusted || len(all.roots) > maxTrusted {
			return nil, fmt.Errorf("read whom to trust: more than %d keys in %s", maxTrusted, path)
		}
	}
	if all == nil {
		return nil, fmt.Errorf("read whom to trust: %s holds no file that ends in .pem, .pub, .crt, .cer or .yaml", path)
	}
	return all, nil
}

func trustFileName(name string) bool {
	if strings.HasPrefix(name, ".") {
		return false
	}
	return slices.Contains([]string{".pem", ".pub", ".crt", ".cer", ".yaml", ".yml"}, filepath.Ext(name))
}

func readTrustFile(path string) (*Trust, error) {
	data, _, err := readRegular(path, maxTrustFile)
	if err != nil {
		return nil, fmt.Errorf("read whom to trust: %w", err)
	}
	files := []string{path}
	var t *Trust
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		t, err = ParseTrust(data, func(name string) ([]byte, error) {
			name = filepath.Join(filepath.Dir(path), filepath.FromSlash(name))
			files = append(files, name)
			data, _, err := readRegular(name, maxKeyFile)
			return data, err
		})
	default:
		t, err = trustPEM(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), data)
	}
	if err != nil {
		return nil, fmt.Errorf("read whom to trust: %s: %w", path, err)
	}
	t.files = files
	return t, nil
}

// trustPEM reads a PEM file: each public key is trusted for everything, and so is each certificate: that of an authority as a root, any other as the
// key it is for. A file that holds both does not say which of them is meant.
func trustPEM(name string, data []byte) (*Trust, error) {
	blocks, err := readPEM(data)
	if err != nil {
		return nil, err
	}
	t := &Trust{}
	for _, b := range blocks {
		switch {
		case b.Type == "PUBLIC KEY":
			k, err := publicDER(b.Bytes)
			if err != nil {
				return nil, err
			}
			t.keys = append(t.keys, TrustedKey{Name: name, Key: k})
		case b.Type == "CERTIFICATE":
			if err := t.addCertificate(name, b.Bytes); err != nil {
				return nil, err
			}
		case strings.HasSuffix(b.Type, "PRIVATE KEY"):
			return nil, keyErr("lodemark keys export NAME writes the public half; keep the private one elsewhere", "it holds a private key, and trust is about public ones")
		default:
			return nil, keyErr("", "a PEM block %q is no key and no certificate", b.Type)
		}
	}
	if len(t.keys) > 0 && len(t.roots) > 0 {
		return nil, keyErr("keep one of them, or write a trust.yaml that says which are roots", "it holds an authority and a key or certificate that is none: which of them to trust is not said")
	}
	return t, t.eachOnce()
}

func (t *Trust) addCertificate(name string, der []byte) error {
	c, err := parseCertificate(der)
	if err != nil {
		return err
	}
	if c.IsCA {
		t.roots = append(t.roots, trustedRoot{name: name, certificate: c})
		return nil
	}
	k, err := OfChain(certificates{c})
	if err == nil {
		t.keys = append(t.keys, TrustedKey{Name: name, Key: k})
	}
	return err
}

// eachOnce refuses a key that one file names twice: two entries could say different things about it.
func (t *Trust) eachOnce() error {
	seen := map[string]string{}
	for _, k := range t.keys {
		if other, twice := seen[k.Key.ID]; twice {
			return keyErr("keep one of them", "the key %s stands in it twice, as %s and as %s", short(k.Key.ID), other, k.Name)
		}
		seen[k.Key.ID] = k.Name
	}
	for i, r := range t.roots {
		if slices.ContainsFunc(t.roots[:i], func(o trustedRoot) bool {
			return bytes.Equal(o.certificate.Raw, r.certificate.Raw) && o.san == r.san && o.issuer == r.issuer
		}) {
			return keyErr("keep one of them", "the root %s stands in it twice", r.name)
		}
	}
	return nil
}
