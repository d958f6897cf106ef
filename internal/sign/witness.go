package sign

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// The two kinds of verifier keys that an operator may name: Ed25519 of signed notes, and the timestamped Ed25519 of witnesses.
const (
	noteEd25519   = 1
	noteCosigner  = 4
	maxVKeyLength = 1024
)

// checkVKey takes the verifier keys of C2SP signed notes: NAME+HASH+KEY, where HASH ties the key to the name.
func checkVKey(vkey string) error {
	name, rest, _ := strings.Cut(vkey, "+")
	hash, key64, ok := strings.Cut(rest, "+")
	if !ok || name == "" || len(vkey) > maxVKeyLength || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("the key is no verifier key: write it as NAME+HASH+KEY, as signed notes do")
	}
	key, err := base64.StdEncoding.Strict().DecodeString(key64)
	if err != nil || len(key) != 1+32 || key[0] != noteEd25519 && key[0] != noteCosigner {
		return errors.New("the verifier key holds no Ed25519 key of a log or a witness")
	}
	if lowOrder(key[1:]) {
		return errors.New("the verifier key is of low order: anybody could sign for it")
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	if hex.EncodeToString(sum[:4]) != hash {
		return errors.New("the hash in the verifier key does not belong to its name and key")
	}
	return nil
}
