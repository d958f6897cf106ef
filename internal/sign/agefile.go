package sign

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// workFactor is the scrypt cost of the files we write: 2^17, which takes 128 MiB and about half a second.
const workFactor = 17

// maxWorkFactor is the highest cost of a file that is opened: 2^18 is what the age program writes. Each step up doubles memory and time, and the
// file says how many it wants, so a hostile one could ask for hours.
const maxWorkFactor = 18

const armored = "-----BEGIN AGE ENCRYPTED FILE-----"

func isAge(data []byte) bool {
	return bytes.HasPrefix(data, []byte("age-encryption.org/")) || bytes.HasPrefix(bytes.TrimSpace(data[:min(len(data), 128)]), []byte(armored))
}

// lock encrypts with a passphrase, as armoured text: `age -d` opens it, too.
func lock(plain, passphrase []byte) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		return nil, fmt.Errorf("protect a key: %w", err)
	}
	recipient.SetWorkFactor(workFactor)
	var out bytes.Buffer
	text := armor.NewWriter(&out)
	w, err := age.Encrypt(text, recipient)
	if err != nil {
		return nil, fmt.Errorf("protect a key: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("protect a key: %w", err)
	}
	if err := errors.Join(w.Close(), text.Close()); err != nil {
		return nil, fmt.Errorf("protect a key: %w", err)
	}
	return out.Bytes(), nil
}

// unlock opens what lock and the age program write.
func unlock(data []byte, passphrase func() ([]byte, error)) ([]byte, error) {
	if len(data) > maxKeyFile {
		return nil, keyErr("", "larger than %d bytes, which no file of keys is", maxKeyFile)
	}
	if passphrase == nil {
		return nil, keyErr("", "the key is protected, and no passphrase is at hand")
	}
	secret, err := passphrase()
	if err != nil {
		return nil, err
	}
	identity, err := age.NewScryptIdentity(string(secret))
	if err != nil {
		return nil, keyErr("", "the key is protected: an empty passphrase does not open it")
	}
	identity.SetMaxWorkFactor(maxWorkFactor)
	var source io.Reader = bytes.NewReader(data)
	if !bytes.HasPrefix(data, []byte("age-encryption.org/")) {
		source = armor.NewReader(source)
	}
	r, err := age.Decrypt(source, identity)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) && !slices.Contains(none.StanzaTypes, "scrypt") {
		return nil, keyErr("age -d -i IDENTITY FILE opens it; lodemark keys import takes what comes out", "the age file is not protected with a passphrase but encrypted to somebody's key (%s)", quoteShort(strings.Join(none.StanzaTypes, ", ")))
	}
	if errors.As(err, &none) {
		return nil, keyErr("give the passphrase it was made with, in LODEMARK_PASSPHRASE or on the terminal", "the passphrase does not open the key")
	}
	if err != nil {
		return nil, keyErr("", "the protected key cannot be opened: %v", err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxKeyFile+1))
	if err != nil {
		return nil, keyErr("", "the protected key is damaged: %v", err)
	}
	return plain, nil
}
