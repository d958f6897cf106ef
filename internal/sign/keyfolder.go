package sign

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/durable"
)

// keyState is the file of a key folder that says what each key is. It is a trust.yaml: whoever is given the folder, or this file of it,
// trusts the operator's own keys, the old ones as far as they are to be trusted.
const keyState = "trust.yaml"

// KeyFolder holds the operator's own keys: for each a file NAME-ID.key with the private half, and what is known of them all in
// trust.yaml. The private half goes when the key is retired or revoked, because nothing is ever signed with it again.
type KeyFolder struct {
	dir   string
	state []byte // as it was read
	file  trustYAML
	trust *Trust
}

// OpenKeys reads a folder of keys. One that is not there yet has none.
func OpenKeys(dir string) (*KeyFolder, error) {
	f := &KeyFolder{dir: dir, trust: &Trust{}, file: trustYAML{Schema: TrustSchema}}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the keys: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("open the keys: %s is not a folder", dir)
	}
	if err := onlyOwner(dir, info, 0o022); err != nil {
		return nil, err
	}
	f.state, _, err = readRegular(filepath.Join(dir, keyState), maxTrustFile)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the keys: %w", err)
	}
	return f, f.parse(f.state)
}

func (f *KeyFolder) parse(state []byte) error {
	var file trustYAML
	trust, err := ParseTrust(state, nil)
	if err == nil {
		err = yaml.Unmarshal(state, &file)
	}
	if err == nil && len(trust.keys) != len(file.Keys) {
		err = errors.New("its list of keys has two readings")
	}
	if err != nil {
		return fmt.Errorf("open the keys: %s: %w", filepath.Join(f.dir, keyState), err)
	}
	f.trust, f.file = trust, file
	return nil
}

// PermissionError says that others could read or change a file that only its owner may.
type PermissionError struct {
	Path string
	Mode fs.FileMode // the permissions it has
	Want fs.FileMode // the permissions it may have at most
}

func (e *PermissionError) Error() string {
	return fmt.Sprintf("%s has the permissions %04o: others on this machine can get at it", e.Path, e.Mode.Perm())
}

// onlyOwner refuses permissions that give others what forbidden says. Windows has other ones, and none of them here.
func onlyOwner(path string, info fs.FileInfo, forbidden fs.FileMode) error {
	if runtime.GOOS == "windows" || info.Mode().Perm()&forbidden == 0 {
		return nil
	}
	return &PermissionError{Path: path, Mode: info.Mode(), Want: info.Mode().Perm() &^ forbidden}
}

// Keys are all keys of the folder, also those that sign nothing any more, in the order they came.
func (f *KeyFolder) Keys() []TrustedKey { return f.trust.Entries() }

// Trust is the folder as trust in its owner's keys.
func (f *KeyFolder) Trust() *Trust { return f.trust }

// Current is the key of a name that signs now.
func (f *KeyFolder) Current(name string) (TrustedKey, bool) {
	for _, k := range f.trust.keys {
		if k.Name == name && k.signs() {
			return k, true
		}
	}
	return TrustedKey{}, false
}

func (e TrustedKey) signs() bool { return e.Retired.IsZero() && e.Revoked.IsZero() }

// KeyName is what a key of a folder can be called: its name is part of the name of a file.
func KeyName(name string) error {
	if ok, _ := regexp.MatchString(`^[a-z0-9][a-z0-9._-]{0,63}$`, name); !ok || strings.HasSuffix(name, ".pem") || strings.HasSuffix(name, ".key") {
		return keyErr("as in release, or team-a.signing", "a key is not called %s: write up to 64 lower-case letters, digits, dots and dashes", quoteShort(name))
	}
	return nil
}

// Private opens the private half of the key of a name, for signing at a time.
func (f *KeyFolder) Private(name string, at time.Time, passphrase func() ([]byte, error)) (*PrivateKey, error) {
	entry, ok := f.Current(name)
	if !ok {
		return nil, f.noneToSign(name)
	}
	if why := entry.refusal(at, ""); why != "" {
		return nil, keyErr("lodemark keys rotate "+name+" makes the next one", "%s", why)
	}
	key, err := ReadPrivateFile(f.private(entry), passphrase)
	if err != nil {
		return nil, err
	}
	if key.ID != entry.Key.ID {
		return nil, keyErr("restore the file, or revoke the key", "%s holds another key than %s says", f.private(entry), keyState)
	}
	if len(entry.Key.Chain) > 0 {
		return key.WithChain(entry.Key)
	}
	return key, nil
}

func (f *KeyFolder) noneToSign(name string) error {
	for _, k := range slices.Backward(f.trust.keys) {
		if k.Name != name {
			continue
		}
		if !k.Revoked.IsZero() {
			return keyErr("lodemark keys new "+name+" makes another", "the key %s was revoked on %s: %s", name, day(k.Revoked), k.Reason)
		}
		return keyErr("lodemark keys new "+name+" makes another", "the key %s was retired on %s", name, day(k.Retired))
	}
	return keyErr("lodemark keys list shows what there is, lodemark keys new "+quoteName(name)+" makes one; for a file, write its path, as in ./"+quoteName(name), "there is no key %s in %s", quoteShort(name), f.dir)
}

func quoteName(name string) string {
	if KeyName(name) == nil {
		return name
	}
	return "NAME"
}

// private is the file of a private half.
func (f *KeyFolder) private(k TrustedKey) string {
	digest := strings.TrimPrefix(k.Key.ID, "sha256:")
	return filepath.Join(f.dir, k.Name+"-"+digest[:8]+".key")
}

// PrivateFile is the file of the private half, and how it is kept there: "passphrase", "unprotected", or "absent".
func (f *KeyFolder) PrivateFile(k TrustedKey) (path, kept string) {
	path = f.private(k)
	data, _, err := readRegular(path, maxKeyFile)
	switch {
	case err != nil:
		return path, "absent"
	case isAge(data):
		return path, "passphrase"
	}
	return path, "unprotected"
}

// ReadPrivateFile is ReadPrivate for a file, which nobody but its owner may be able to read.
func ReadPrivateFile(path string, passphrase func() ([]byte, error)) (*PrivateKey, error) {
	data, info, err := readRegular(path, maxKeyFile)
	if err != nil {
		return nil, fmt.Errorf("open the key: %w", err)
	}
	if err := onlyOwner(path, info, 0o077); err != nil {
		return nil, err
	}
	key, err := ReadPrivate(data, passphrase)
	if err != nil {
		return nil, fmt.Errorf("open the key %s: %w", path, err)
	}
	return key, nil
}

// Add keeps a key under a name. A name has one key that signs: for the next one there is Rotate. An empty passphrase leaves the file unprotected.
func (f *KeyFolder) Add(k TrustedKey, private *PrivateKey, passphrase []byte) error {
	if old, taken := f.Current(k.Name); taken {
		return keyErr("lodemark keys rotate "+k.Name+" replaces it", "the key %s is there already: %s", k.Name, old.Key.ID)
	}
	return f.add(k, private, passphrase)
}

func (f *KeyFolder) add(k TrustedKey, private *PrivateKey, passphrase []byte) error {
	if err := KeyName(k.Name); err != nil {
		return err
	}
	k.Key = private.PublicKey
	if _, known := f.trust.ByID(k.Key.ID); known {
		return keyErr("make a new one", "the key %s is in %s already", short(k.Key.ID), f.dir)
	}
	data, err := private.Write(passphrase)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	// First the private half, which nothing names yet, then the state: after a crash in between there is a file too many, and no key too few.
	if err := durable.CreateNew(f.private(k), 0o600, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	f.file.Keys = append(f.file.Keys, yamlOf(k))
	if err := f.save(); err != nil {
		return errors.Join(err, os.Remove(f.private(k)))
	}
	return nil
}

// Rotate retires the key of a name and puts another in its place, for the same uses. It gives the old one, as it is now.
func (f *KeyFolder) Rotate(k TrustedKey, private *PrivateKey, passphrase []byte, now time.Time) (TrustedKey, error) {
	old, ok := f.Current(k.Name)
	if !ok {
		return TrustedKey{}, f.noneToSign(k.Name)
	}
	k.Uses = old.Uses
	old.Retired = now.UTC().Truncate(time.Second).Add(time.Second) // what it signed a moment ago is dated before
	before := slices.Clone(f.file.Keys)
	f.put(old)
	if err := f.add(k, private, passphrase); err != nil {
		f.file.Keys = before
		return TrustedKey{}, err
	}
	return old, f.destroy(old)
}

// Revoke says that a key is not to be believed any more, whatever it signed. which is a name, for its key that signs, or the beginning of an id.
func (f *KeyFolder) Revoke(which, reason string, now time.Time) (TrustedKey, error) {
	k, err := f.find(which)
	if err != nil {
		return TrustedKey{}, err
	}
	if !k.Revoked.IsZero() {
		return TrustedKey{}, keyErr("", "the key %s of %s was revoked on %s already: %s", short(k.Key.ID), k.Name, day(k.Revoked), k.Reason)
	}
	k.Revoked, k.Reason = now.UTC().Truncate(time.Second), strings.TrimSpace(reason)
	f.put(k)
	if err := f.save(); err != nil {
		return TrustedKey{}, err
	}
	return k, f.destroy(k)
}

// Certify attaches the certificates that an authority issued for the key of a name.
func (f *KeyFolder) Certify(name string, chain PublicKey) (TrustedKey, error) {
	k, ok := f.Current(name)
	if !ok {
		return TrustedKey{}, f.noneToSign(name)
	}
	if chain.ID != k.Key.ID || len(chain.Chain) == 0 {
		return TrustedKey{}, keyErr("give the chain that was issued for this key, leaf first", "the certificate is for the key %s, not for %s, %s", short(chain.ID), name, short(k.Key.ID))
	}
	k.Key = chain
	f.put(k)
	return k, f.save()
}

// find takes a name or the beginning of an id.
func (f *KeyFolder) find(which string) (TrustedKey, error) {
	if k, ok := f.Current(which); ok {
		return k, nil
	}
	var found []TrustedKey
	for _, k := range f.trust.keys {
		if id := strings.TrimPrefix(which, "sha256:"); len(id) >= 8 && strings.HasPrefix(k.Key.ID, "sha256:"+id) {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		return TrustedKey{}, f.noneToSign(which)
	case 1:
		return found[0], nil
	}
	return TrustedKey{}, keyErr("write more of the id", "%d keys have an id that begins with %s", len(found), quoteShort(which))
}

// put replaces what is known of a key.
func (f *KeyFolder) put(k TrustedKey) {
	for i, old := range f.trust.keys {
		if old.Key.ID == k.Key.ID {
			f.file.Keys[i] = yamlOf(k)
		}
	}
}

func yamlOf(k TrustedKey) keyYAML {
	return keyYAML{
		Name: k.Name, From: moment{k.From}, Until: moment{k.Until}, Retired: moment{k.Retired}, Revoked: moment{k.Revoked},
		Reason: k.Reason, Uses: k.Uses, Key: string(k.Key.PEM()),
	}
}

// WriteTrust writes keys as a trust.yaml, for those who are to believe them.
func WriteTrust(keys []TrustedKey) ([]byte, error) {
	file := trustYAML{Schema: TrustSchema}
	for _, k := range keys {
		file.Keys = append(file.Keys, yamlOf(k))
	}
	return file.write()
}

func (t trustYAML) write() ([]byte, error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(t), e.Close()); err != nil {
		return nil, fmt.Errorf("write the trust: %w", err)
	}
	if _, err := ParseTrust(out.Bytes(), nil); err != nil {
		return nil, fmt.Errorf("write the trust: %w", err)
	}
	return out.Bytes(), nil
}

// save writes the state, unless somebody else changed it meanwhile.
func (f *KeyFolder) save() error {
	state, err := f.file.write()
	if err != nil {
		return err
	}
	path := filepath.Join(f.dir, keyState)
	now, _, err := readRegular(path, maxTrustFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keep a key: %w", err)
	}
	if !bytes.Equal(now, f.state) {
		return fmt.Errorf("keep a key: %s changed meanwhile: run it again", path)
	}
	if err := durable.WriteFile(path, 0o644, func(w io.Writer) error { _, err := w.Write(state); return err }); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	f.state = state
	return f.parse(state)
}

// destroy removes the private half of a key that signs nothing any more. Whoever cannot find it cannot write signatures with an old date.
func (f *KeyFolder) destroy(k TrustedKey) error {
	if err := os.Remove(f.private(k)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the private half of %s is still there, remove it: %w", k.Name, err)
	}
	return nil
}
