package sign

import (
	"fmt"
	"slices"
	"strings"
)

// digestKind is one algorithm of the in-toto digest set.
type digestKind struct {
	lengths []int // of the hex text
	strong  bool  // nobody can make a second thing with the same digest
}

// digestKinds are the algorithms whose length is known. SHA-1 names commits and trees of git, which detects the known collisions.
func digestKinds(algorithm string) (digestKind, bool) {
	switch algorithm {
	case "sha256", "sha512_256", "sha3_256", "blake2s":
		return digestKind{[]int{64}, true}, true
	case "sha384", "sha3_384":
		return digestKind{[]int{96}, true}, true
	case "sha512", "sha3_512", "blake2b":
		return digestKind{[]int{128}, true}, true
	case "sha224", "sha512_224", "sha3_224":
		return digestKind{[]int{56}, true}, true
	case "gitCommit", "gitTree", "gitBlob", "gitTag":
		return digestKind{[]int{40, 64}, true}, true
	case "sha1":
		return digestKind{[]int{40}, false}, true
	case "md5":
		return digestKind{[]int{32}, false}, true
	}
	return digestKind{}, false
}

// checkDigests wants every digest in its one spelling, and one at least that cannot be forged. An algorithm nobody here knows may stand beside it.
func checkDigests(digests map[string]string) error {
	if len(digests) == 0 {
		return fmt.Errorf("no digest")
	}
	if len(digests) > 16 {
		return fmt.Errorf("%d digests", len(digests))
	}
	algorithms := make([]string, 0, len(digests))
	for a := range digests {
		algorithms = append(algorithms, a)
	}
	slices.Sort(algorithms) // the same error every time
	strong := false
	for _, a := range algorithms {
		kind, known := digestKinds(a)
		strong = strong || kind.strong
		if !known {
			continue
		}
		if d := digests[a]; !slices.Contains(kind.lengths, len(d)) {
			return fmt.Errorf("the %s digest has %d characters, not %d", a, len(d), kind.lengths[0])
		} else if strings.Trim(d, "0123456789abcdef") != "" {
			return fmt.Errorf("the %s digest is not lower-case hex", a)
		}
	}
	if !strong {
		return fmt.Errorf("only weak or unknown digests (%s): another thing could have the same", quoteShort(strings.Join(algorithms, ", ")))
	}
	return nil
}
