package secret

import (
	"crypto/sha256"
	"encoding/hex"
)

// hopeless is how many bits a secret must have for its digest to be told: at that, trying all that it may be is hopeless for anybody.
const hopeless = 80

// guessable says whether a secret could be found by trying. What a person chose always can; what a provider drew, and what looks as
// drawn and is long enough, cannot. The bits are counted by the characters that occur, which is fewer than there could have been.
func guessable(c candidate) bool {
	if c.rule.Method == "block" || c.rule.Method == "token" {
		return false
	}
	if entropy(c.secret)*float64(len(c.secret)) < hopeless {
		return true
	}
	return c.rule.Method != "" && !drawn(c.secret)
}

// shown is the beginning of a secret: enough to find it in a provider's list of keys. It is at most four characters and a quarter of it. Of
// what could be guessed nothing is shown, and of what stands in an encoding neither: its beginning is not in the file.
func shown(c candidate) string {
	n := min(4, len(c.secret)/4)
	if guessable(c) || c.rule.Method == "block" || c.test == "" && len(c.secret) < 16 {
		return "…"
	}
	for i := range n {
		if c.secret[i] < ' ' || c.secret[i] > '~' {
			return "…"
		}
	}
	return c.secret[:n] + "…"
}

// digest tells credentials apart in fingerprints, which are published with reports. A digest of the value lets whoever reads it try guesses,
// with no key that could keep them from it: reports are read where no key is. So only a secret that cannot be guessed goes into it, cut to
// 64 bits, and behind a word of our own so that no table of digests made for something else serves. For a password the digest is of the
// rule and of the name that it is assigned to: two passwords of one name look the same, and one that was changed looks as before.
func digest(c candidate) string {
	what := "secret\x00" + c.secret
	if guessable(c) {
		what = "name\x00" + c.name
	}
	sum := sha256.Sum256([]byte("lodemark credential\x00" + c.rule.ID + "\x00" + what))
	return hex.EncodeToString(sum[:8])
}
