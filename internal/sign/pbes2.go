package sign

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"
)

// maxIterations bounds PBKDF2 in a file that is opened: some seconds. Programs write 2,048 (openssl) to a million.
const maxIterations = 5_000_000

const pbes2Hint = "openssl pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA256 -in OLD -out NEW rewrites it"

// encryptedKey is PKCS#8 EncryptedPrivateKeyInfo (RFC 5958).
type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

// pbes2Params and pbkdf2Params are those of RFC 8018.
type pbes2Params struct {
	KDF    pkix.AlgorithmIdentifier
	Cipher pkix.AlgorithmIdentifier
}

type pbkdf2Params struct {
	Salt       []byte
	Iterations int
	KeyLength  int                      `asn1:"optional"`
	PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
}

// openPBES2 decrypts PKCS#8 as openssl and others write it: PBKDF2 with HMAC of SHA-1 or SHA-2, AES in CBC mode.
func openPBES2(der []byte, passphrase func() ([]byte, error)) ([]byte, error) {
	var e encryptedKey
	var p pbes2Params
	if rest, err := asn1.Unmarshal(der, &e); err != nil || len(rest) > 0 {
		return nil, keyErr("", "an encrypted PKCS#8 key that cannot be read")
	}
	if !e.Algorithm.Algorithm.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}) {
		return nil, keyErr(pbes2Hint, "a PKCS#8 key encrypted with %s is not taken, only PBES2", e.Algorithm.Algorithm)
	}
	if rest, err := asn1.Unmarshal(e.Algorithm.Parameters.FullBytes, &p); err != nil || len(rest) > 0 {
		return nil, keyErr("", "an encrypted PKCS#8 key with broken parameters")
	}
	length, ok := aesLength(p.Cipher.Algorithm)
	if !ok {
		return nil, keyErr(pbes2Hint, "a PKCS#8 key encrypted with the cipher %s is not taken, only AES in CBC mode", p.Cipher.Algorithm)
	}
	var iv []byte
	if rest, err := asn1.Unmarshal(p.Cipher.Parameters.FullBytes, &iv); err != nil || len(rest) > 0 || len(iv) != aes.BlockSize {
		return nil, keyErr("", "an encrypted PKCS#8 key without a usable initial vector")
	}
	prf, params, err := kdfOf(p.KDF, length)
	if err != nil {
		return nil, err
	}
	if passphrase == nil {
		return nil, keyErr("", "the key is protected, and no passphrase is at hand")
	}
	secret, err := passphrase()
	if err != nil {
		return nil, err
	}
	key, err := pbkdf2.Key(prf, string(secret), params.Salt, params.Iterations, length)
	if err != nil {
		return nil, keyErr("", "the protected key cannot be opened: %v", err)
	}
	return unCBC(e.Data, key, iv)
}

// aesLength is the key length of AES in CBC mode, by its identifier.
func aesLength(id asn1.ObjectIdentifier) (int, bool) {
	for last, length := range map[int]int{2: 16, 22: 24, 42: 32} {
		if id.Equal(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, last}) {
			return length, true
		}
	}
	return 0, false
}

func kdfOf(kdf pkix.AlgorithmIdentifier, length int) (func() hash.Hash, pbkdf2Params, error) {
	var p pbkdf2Params
	if !kdf.Algorithm.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}) {
		return nil, p, keyErr(pbes2Hint, "a PKCS#8 key protected with %s is not taken, only PBKDF2", kdf.Algorithm)
	}
	if rest, err := asn1.Unmarshal(kdf.Parameters.FullBytes, &p); err != nil || len(rest) > 0 {
		return nil, p, keyErr("", "an encrypted PKCS#8 key with broken parameters")
	}
	if p.Iterations < 1 || p.Iterations > maxIterations || len(p.Salt) > 1024 || p.KeyLength != 0 && p.KeyLength != length {
		return nil, p, keyErr(pbes2Hint, "an encrypted PKCS#8 key wants %d rounds; 1 to %d are taken", p.Iterations, maxIterations)
	}
	id := p.PRF.Algorithm
	if len(id) == 0 {
		return sha1.New, p, nil // the default of RFC 8018
	}
	for last, prf := range map[int]func() hash.Hash{7: sha1.New, 9: sha256.New, 10: sha512.New384, 11: sha512.New} {
		if id.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 2, last}) {
			return prf, p, nil
		}
	}
	return nil, p, keyErr(pbes2Hint, "a PKCS#8 key protected with the function %s is not taken", id)
}

// unCBC decrypts and takes the padding off. A wrong passphrase shows as broken padding nearly always, and as a broken key otherwise.
func unCBC(data, key, iv []byte) ([]byte, error) {
	wrong := keyErr("give the passphrase it was made with, in LODEMARK_PASSPHRASE or on the terminal", "the passphrase does not open the key")
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, keyErr("", "an encrypted PKCS#8 key is cut off")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, keyErr("", "the protected key cannot be opened: %v", err)
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > aes.BlockSize {
		return nil, wrong
	}
	for _, b := range plain[len(plain)-pad:] {
		if int(b) != pad {
			return nil, wrong
		}
	}
	return plain[:len(plain)-pad], nil
}
