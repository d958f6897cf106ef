package secret

import (
	"hash/crc32"
	"strings"
)

// checks are what formats have to make sure of themselves.
var checks = map[string]func(string) bool{"crc32": crc32Fits, "bech32": bech32Fits}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// crc32Fits reads the last six characters of tokens of GitHub and npm: the CRC-32 of what stands between the prefix and them, in base 62
// with leading zeros (github.blog, "Behind GitHub's new authentication token formats", April 2021; npm since September 2021).
func crc32Fits(token string) bool {
	_, body, ok := strings.Cut(token, "_")
	if !ok || len(body) < 7 {
		return false
	}
	body, sum := body[:len(body)-6], body[len(body)-6:]
	return base62Of(crc32.ChecksumIEEE([]byte(body))) == sum
}

func base62Of(n uint32) string {
	var b [6]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = base62[n%62]
		n /= 62
	}
	return string(b[:])
}

const bech32Letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32Fits reads the checksum of BIP 173, which keys of age carry.
func bech32Fits(key string) bool {
	key = strings.ToLower(key)
	sep := strings.LastIndexByte(key, '1')
	if sep < 1 || len(key)-sep < 7 {
		return false
	}
	data := make([]byte, 0, len(key))
	for _, c := range []byte(key[sep+1:]) {
		i := strings.IndexByte(bech32Letters, c)
		if i < 0 {
			return false
		}
		data = append(data, byte(i))
	}
	return bech32Sum(append(bech32Human(key[:sep]), data...)) == 1
}

func bech32Human(human string) (data []byte) {
	for _, c := range []byte(human) {
		data = append(data, c>>5)
	}
	data = append(data, 0)
	for _, c := range []byte(human) {
		data = append(data, c&31)
	}
	return data
}

func bech32Sum(data []byte) uint32 {
	sum := uint32(1)
	for _, v := range data {
		top := sum >> 25
		sum = (sum&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}
