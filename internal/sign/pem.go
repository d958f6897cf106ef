package sign

import (
	"bytes"
	"encoding/pem"
	"strings"
)

// maxBlocks bounds the PEM blocks of one file: a bundle of roots may hold many.
const maxBlocks = 500

// readPEM takes a file of PEM blocks apart. Text before a block is what openssl prints of a certificate and stays unread; a block that
// does not decode is an error, because a list of keys with one left out silently is a different list.
func readPEM(data []byte) ([]*pem.Block, error) {
	if len(data) > maxKeyFile {
		return nil, keyErr("", "larger than %d bytes, which no file of keys is", maxKeyFile)
	}
	begins := bytes.Count(data, []byte("-----BEGIN "))
	if begins > maxBlocks {
		return nil, keyErr("", "more than %d PEM blocks", maxBlocks)
	}
	var blocks []*pem.Block
	for rest := data; ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		blocks = append(blocks, b)
	}
	if len(blocks) != begins {
		return nil, keyErr("", "%d of %d PEM blocks cannot be decoded", begins-len(blocks), begins)
	}
	if len(blocks) == 0 {
		return nil, noPEM(data)
	}
	return blocks, nil
}

// noPEM says what a file is that holds no PEM, where that is easily told.
func noPEM(data []byte) error {
	text := strings.TrimSpace(string(data[:min(len(data), 64)]))
	switch {
	case text == "":
		return keyErr("", "an empty file holds no key")
	case strings.HasPrefix(text, "ssh-"), strings.HasPrefix(text, "ecdsa-sha2-"):
		return keyErr("ssh-keygen -e -m PKCS8 -f FILE writes it as PEM", "a key of SSH is not taken as it is")
	case strings.HasPrefix(text, "untrusted comment:"):
		return keyErr("use a PEM file: lodemark keys export NAME", "a key of minisign or signify is not taken")
	case strings.HasPrefix(text, "0\x82"), strings.HasPrefix(text, "0Y0"), strings.HasPrefix(text, "0*0"):
		return keyErr("openssl pkey -pubin -inform DER -in FILE writes a public key as PEM, openssl x509 -inform DER -in FILE a certificate", "the file is DER, not PEM")
	}
	return keyErr("lodemark keys export NAME writes one", "no PEM block in it")
}
