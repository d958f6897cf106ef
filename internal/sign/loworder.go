package sign

import (
	"crypto/ed25519"
	"encoding/hex"
)

// lowOrder says whether an Ed25519 key is one of the few points of order 1, 2, 4 or 8. For such a key some signatures are good for many or all messages,
// without a private half; a key that was made by any program is none of them. The rest of what is known about lenient Ed25519 needs no care
// here: crypto/ed25519 refuses an S that is not reduced, so that nobody can write a second signature from a first, and where a mixed-order key makes
// verifiers disagree (ZIP 215), the operator, who alone names keys, would have to trust a key made for that.
func lowOrder(key ed25519.PublicKey) bool {
	y := append([]byte(nil), key...)
	y[31] &= 0x7f // the sign of x
	switch hex.EncodeToString(y) {
	case "0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f":
		return true
	}
	return false
}
