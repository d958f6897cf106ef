package sign

import (
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// block indents a PEM text below "key:" and the like.
func block(text string) string {
	return "|\n      " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n      ")
}

// Games with the clock: what a key is trusted for by the time that the signature bears.
func TestSignerByTime(t *testing.T) {
	a, b := newKey(t, "a"), newKey(t, "b")
	h := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	for name, row := range map[string]struct {
		entry TrustedKey
		at    time.Time
		why   string // empty: trusted
	}{
		"no limits":                        {TrustedKey{}, noon, ""},
		"no limits, long ago":              {TrustedKey{}, h(-100_000), ""},
		"the time is unknown":              {TrustedKey{}, time.Time{}, "it is not known when the signature was made"},
		"at the first moment":              {TrustedKey{From: noon}, noon, ""},
		"a moment too early":               {TrustedKey{From: noon}, noon.Add(-1), "is valid from 2026-11-26T12:00:00Z, and this is dated 2026-11-26T11:59:59Z"},
		"a moment before the end":          {TrustedKey{Until: noon}, noon.Add(-1), ""},
		"at the end":                       {TrustedKey{Until: noon}, noon, "expired on 2026-11-26T12:00:00Z"},
		"an hour late":                     {TrustedKey{Until: noon}, h(1), "expired on 2026-11-26T12:00:00Z, and this is dated 2026-11-26T13:00:00Z"},
		"retired later":                    {TrustedKey{Retired: noon}, h(-1), ""},
		"retired earlier":                  {TrustedKey{Retired: noon}, h(1), "was retired on"},
		"retired, and expired before":      {TrustedKey{Retired: h(2), Until: noon}, h(1), "expired on"},
		"revoked earlier":                  {TrustedKey{Revoked: noon, Reason: "laptop lost"}, h(1), "was revoked on 2026-11-26: laptop lost"},
		"revoked later: any date is cheap": {TrustedKey{Revoked: noon, Reason: "laptop lost"}, h(-1), "was revoked on 2026-11-26: laptop lost"},
		"for this use":                     {TrustedKey{Uses: []Use{UseModel, UseEvidence}}, noon, ""},
		"for another use":                  {TrustedKey{Uses: []Use{UseModel, UseGate}}, noon, "is trusted for model, gate, not for evidence"},
		"in another time zone":             {TrustedKey{Until: noon}, noon.Add(-time.Minute).In(time.FixedZone("", 5*3600)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			row.entry.Name, row.entry.Key = "release", a.PublicKey
			s := (&Trust{keys: []TrustedKey{row.entry}}).For(UseEvidence).Signer(a.PublicKey, row.at)
			if s.Trusted != (row.why == "") || !strings.Contains(s.Why, row.why) || s.KeyID != a.ID {
				t.Errorf("%+v, want %q", s, row.why)
			}
		})
	}
	if s := believing(a.PublicKey).Signer(b.PublicKey, noon); s.Trusted || !strings.Contains(s.Why, "is not among the trusted ones") {
		t.Errorf("another key: %+v", s)
	}
	var nobody *Trust
	if s := nobody.For(UseModel).Signer(a.PublicKey, noon); s.Trusted || !strings.Contains(s.Why, "nobody is trusted") {
		t.Errorf("nil: %+v", s)
	}
	if _, ok := nobody.ByID(a.ID); ok || nobody.Keys() != nil || nobody.Witnesses() != nil {
		t.Error("nil knows keys")
	}
}

// Where several files name a key, one that revokes it wins, and otherwise one that trusts it.
func TestMerge(t *testing.T) {
	a := newKey(t, "a")
	entry := func(k TrustedKey) *Trust {
		k.Name, k.Key = "release", a.PublicKey
		return &Trust{keys: []TrustedKey{k}}
	}
	plain, revoked, late := entry(TrustedKey{}), entry(TrustedKey{Revoked: noon, Reason: "lost"}), entry(TrustedKey{From: noon.Add(time.Hour)})
	for name, row := range map[string]struct {
		trust   *Trust
		trusted bool
	}{
		"revoked after": {plain.Merge(revoked), false}, "revoked before": {revoked.Merge(plain), false},
		"late and plain": {late.Merge(plain), true}, "late alone": {late.Merge(nil), false},
		"with nothing": {(*Trust)(nil).Merge(plain), true},
	} {
		if s := row.trust.Signer(a.PublicKey, noon); s.Trusted != row.trusted {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if both := plain.Merge(revoked); len(both.Keys()) != 1 || len(both.Entries()) != 2 {
		t.Errorf("%d keys in %d entries", len(both.Keys()), len(both.Entries()))
	}
}

// Certificates: which chains lead to a root of the operator's, and why the others do not.
func TestChains(t *testing.T) {
	root, other := newRoot(t, "our root"), newRoot(t, "our root") // of the same name, with another key
	middle := issue(t, root, func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.KeyUsage, c.ExtKeyUsage, c.EmailAddresses = "our middle", true, x509.KeyUsageCertSign, nil, nil
	}, nil)
	small := issue(t, root, func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.KeyUsage, c.ExtKeyUsage = "small", true, x509.KeyUsageCertSign, nil
	}, rsaKey(t, 1024))
	large := issue(t, root, func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.KeyUsage, c.ExtKeyUsage = "large", true, x509.KeyUsageCertSign, nil
	}, rsaKey(t, 2048))
	noAuthority := issue(t, root, func(c *x509.Certificate) { c.Subject.CommonName = "no authority" }, nil)
	leaf := func(by authority, change func(*x509.Certificate)) authority { return issue(t, by, change, nil) }
	email := func(san string) trustedRoot { return trustedRoot{san: san} }

	for name, row := range map[string]struct {
		root  trustedRoot // its certificate is that of root
		chain []authority
		at    time.Time
		why   string // empty: trusted
	}{
		"directly below the root":                      {trustedRoot{}, []authority{leaf(root, nil)}, noon, ""},
		"by a middle":                                  {trustedRoot{}, []authority{leaf(middle, nil), middle}, noon, ""},
		"with the root sent along":                     {trustedRoot{}, []authority{leaf(middle, nil), middle, root}, noon, ""},
		"without the middle":                           {trustedRoot{}, []authority{leaf(middle, nil)}, noon, "the chain does not lead to it"},
		"below another root of this name":              {trustedRoot{}, []authority{leaf(other, nil), other}, noon, "the chain does not lead to it"},
		"signed by itself":                             {trustedRoot{}, []authority{leaf(authority{}, nil)}, noon, "the chain does not lead to it"},
		"issued by a certificate that is no authority": {trustedRoot{}, []authority{leaf(noAuthority, nil), noAuthority}, noon, "the chain does not lead to it"},
		"before it was issued":                         {trustedRoot{}, []authority{leaf(root, nil)}, noon.Add(-2 * time.Hour), "is valid from 2026-11-26T11:00:00Z to 2026-11-26T13:00:00Z, and this is dated 2026-11-26T10:00:00Z"},
		"after it expired":                             {trustedRoot{}, []authority{leaf(root, nil)}, noon.Add(2 * time.Hour), "and this is dated 2026-11-26T14:00:00Z"},
		"the middle expired":                           {trustedRoot{}, []authority{leaf(middle, func(c *x509.Certificate) { c.NotAfter = noon.Add(9 * time.Hour) }), middle}, noon.Add(2 * time.Hour), `the certificate of "our middle" is valid`},
		"of a web server":                              {trustedRoot{}, []authority{leaf(root, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })}, noon, "was not issued for code signing"},
		"of an unknown extended use": {trustedRoot{}, []authority{leaf(root, func(c *x509.Certificate) {
			c.ExtKeyUsage, c.UnknownExtKeyUsage = nil, []asn1.ObjectIdentifier{{1, 2, 3}}
		})}, noon, "was not issued for code signing"},
		"without extended uses":               {trustedRoot{}, []authority{leaf(root, func(c *x509.Certificate) { c.ExtKeyUsage = nil })}, noon, ""},
		"without key usage, for code signing": {trustedRoot{}, []authority{leaf(root, func(c *x509.Certificate) { c.KeyUsage = 0 })}, noon, ""},
		"without any usage":                   {trustedRoot{}, []authority{leaf(root, func(c *x509.Certificate) { c.KeyUsage, c.ExtKeyUsage = 0, nil })}, noon, "was not issued for digital signatures"},
		"for encryption":                      {trustedRoot{}, []authority{leaf(root, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })}, noon, "was not issued for digital signatures"},
		"through an RSA key of 1024 bits":     {trustedRoot{}, []authority{leaf(small, nil), small}, noon, "1024"},
		"through an RSA key of 2048 bits":     {trustedRoot{}, []authority{leaf(large, nil), large}, noon, ""},
		"signed with SHA-1":                   {trustedRoot{}, []authority{leaf(large, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }), large}, noon, "broken hash"},
		"for the name that is asked for":      {email("release@example.org"), []authority{leaf(root, nil)}, noon, ""},
		"for another name":                    {email("release@example.net"), []authority{leaf(root, nil)}, noon, `the certificate is for "release@example.org", not for release@example.net`},
		"for a longer name":                   {email("release@example.or"), []authority{leaf(root, nil)}, noon, "not for"},
		"for no name":                         {email("release"), []authority{leaf(root, func(c *x509.Certificate) { c.EmailAddresses = nil })}, noon, "not for"}, // the common name does not count
		"for a name that begins so": {email("https://example.org/flow.yml@refs/tags/*"), []authority{leaf(root, func(c *x509.Certificate) {
			c.URIs = []*url.URL{{Scheme: "https", Host: "example.org", Path: "/flow.yml@refs/tags/v1"}}
		})}, noon, ""},
		"for a name that begins otherwise": {email("https://example.org/flow.yml@refs/tags/*"), []authority{leaf(root, func(c *x509.Certificate) {
			c.URIs = []*url.URL{{Scheme: "https", Host: "example.org", Path: "/flow.yml@refs/heads/x"}}
		})}, noon, "not for"},
		"with an issuer that is asked for":     {trustedRoot{issuer: "https://id.example.org"}, []authority{leaf(root, oidc("https://id.example.org"))}, noon, ""},
		"with another issuer":                  {trustedRoot{issuer: "https://id.example.org"}, []authority{leaf(root, oidc("https://id.example.net"))}, noon, `the identity comes from "https://id.example.net", not from`},
		"without an issuer":                    {trustedRoot{issuer: "https://id.example.org"}, []authority{leaf(root, nil)}, noon, `the identity comes from "", not from`},
		"a root trusted until an hour ago":     {trustedRoot{until: noon.Add(-time.Hour)}, []authority{leaf(root, nil)}, noon, "trusted until 2026-11-26T11:00:00Z only"},
		"a root trusted from the next hour on": {trustedRoot{from: noon.Add(time.Hour)}, []authority{leaf(root, nil)}, noon, "trusted from 2026-11-26T13:00:00Z only"},
		"a root for another use":               {trustedRoot{uses: []Use{UseModel}}, []authority{leaf(root, nil)}, noon, "trusted for model, not for gate"},
	} {
		t.Run(name, func(t *testing.T) {
			row.root.name, row.root.certificate = "acme", root.certificate
			var chain []*x509.Certificate
			for _, a := range row.chain {
				chain = append(chain, a.certificate)
			}
			k, err := OfChain(chain)
			if err != nil {
				t.Fatal(err)
			}
			s := (&Trust{roots: []trustedRoot{row.root}}).For(UseGate).Signer(k, row.at)
			if s.Trusted != (row.why == "") || !strings.Contains(s.Why, row.why) {
				t.Errorf("%+v, want %q", s, row.why)
			}
			if s.Trusted && s.Name != `"release"` {
				t.Errorf("the signer is called %s", s.Name)
			}
		})
	}
}

// oidc names who vouched for the identity, as Fulcio does.
func oidc(issuer string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		value, err := asn1.MarshalWithParams(issuer, "utf8")
		if err != nil {
			panic(err)
		}
		c.ExtraExtensions = append(c.ExtraExtensions, extension(value))
	}
}

// A revoked key is revoked as the key of an authority, too, and a key that the operator names needs no authority.
func TestKeysAndRootsTogether(t *testing.T) {
	root := newRoot(t, "our root")
	middle := issue(t, root, func(c *x509.Certificate) { c.IsCA, c.KeyUsage, c.ExtKeyUsage = true, x509.KeyUsageCertSign, nil }, nil)
	leaf := issue(t, middle, nil, nil)
	k, err := OfChain([]*x509.Certificate{leaf.certificate, middle.certificate})
	if err != nil {
		t.Fatal(err)
	}
	trust := &Trust{roots: []trustedRoot{{name: "acme", certificate: root.certificate}}}
	if s := trust.Signer(k, noon); !s.Trusted {
		t.Errorf("by the root: %+v", s)
	}
	bare := k
	bare.Chain = nil
	if s := trust.Signer(bare, noon); s.Trusted || !strings.Contains(s.Why, "is not among the trusted ones") {
		t.Errorf("without its chain: %+v", s)
	}
	if s := believing(bare).Signer(k, noon); !s.Trusted || s.Name != "key 1" {
		t.Errorf("by name: %+v", s)
	}
	for name, c := range map[string]*x509.Certificate{"the leaf": leaf.certificate, "the middle": middle.certificate, "the root": root.certificate} {
		revoked := Trust{roots: trust.roots}
		one, err := OfChain([]*x509.Certificate{c})
		if err != nil {
			t.Fatal(err)
		}
		revoked.keys = []TrustedKey{{Name: name, Key: one, Revoked: noon, Reason: "lost"}}
		if s := revoked.Signer(k, noon); s.Trusted || !strings.Contains(s.Why, "was revoked on 2026-11-26: lost") {
			t.Errorf("%s revoked: %+v", name, s)
		}
	}
}

// Keys that are certificates are held to their own dates.
func TestPinnedCertificateExpires(t *testing.T) {
	leaf := issue(t, authority{}, nil, nil)
	k, err := OfChain([]*x509.Certificate{leaf.certificate})
	if err != nil {
		t.Fatal(err)
	}
	trust := believing(k)
	for at, trusted := range map[time.Time]bool{noon: true, noon.Add(2 * time.Hour): false, noon.Add(-2 * time.Hour): false} {
		if s := trust.Signer(k, at); s.Trusted != trusted {
			t.Errorf("at %s: %+v", at, s)
		}
	}
}

func TestReadTrust(t *testing.T) {
	a, b := newKey(t, "a"), newECDSA(t, elliptic.P256())
	root, leaf := newRoot(t, "our root"), issue(t, authority{}, nil, nil)
	privatePEM, err := a.Write(nil)
	if err != nil {
		t.Fatal(err)
	}
	write := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	pemA, pemB := string(a.PEM()), string(b.PEM())
	for name, row := range map[string]struct {
		files map[string]string
		path  string
		keys  string // names of the keys, and "+n" for n roots
		want  string // error
	}{
		"a key":                    {map[string]string{"release.pub": pemA}, "release.pub", "release", ""},
		"two keys in a file":       {map[string]string{"team.pem": pemA + pemB}, "team.pem", "team team", ""},
		"an authority":             {map[string]string{"ca.crt": certificatePEM(root)}, "ca.crt", "+1", ""},
		"a certificate":            {map[string]string{"leaf.crt": certificatePEM(leaf)}, "leaf.crt", "leaf", ""},
		"a folder":                 {map[string]string{"a.pub": pemA, "b.pem": pemB, "ca.cer": certificatePEM(root), "README": "?", ".hidden.pem": "?", "x.key": "?", "sub.pem/x": "?"}, "", "a b +1", ""},
		"a folder with trust.yaml": {map[string]string{"trust.yaml": "schema: lodemark.trust/1\nkeys:\n  - name: release\n    file: keys/a.pub\n", "keys/a.pub": pemA}, "", "release", ""},
		"text before a key":        {map[string]string{"a.pub": "Public-Key: (256 bit)\n" + pemA}, "a.pub", "a", ""},

		"nothing there":         {nil, "none.pem", "", "no such file"},
		"an empty folder":       {nil, "", "", "holds no file that ends in"},
		"an empty file":         {map[string]string{"a.pem": ""}, "a.pem", "", "an empty file"},
		"a key twice":           {map[string]string{"a.pem": pemA + pemA}, "a.pem", "", "stands in it twice"},
		"a private key":         {map[string]string{"a.pem": string(privatePEM)}, "a.pem", "", "it holds a private key"},
		"an authority and leaf": {map[string]string{"a.pem": certificatePEM(leaf) + certificatePEM(root)}, "a.pem", "", "which of them to trust is not said"},
		"a broken second block": {map[string]string{"a.pem": pemA + strings.Replace(pemB, "M", "?", 1)}, "a.pem", "", "1 of 2 PEM blocks cannot be decoded"},
		"a key of SSH":          {map[string]string{"a.pub": "ssh-ed25519 AAAA someone"}, "a.pub", "", "a key of SSH"},
		"DER":                   {map[string]string{"a.crt": string(root.certificate.Raw)}, "a.crt", "", "is DER, not PEM"},
		"a large file":          {map[string]string{"a.pem": strings.Repeat("x", maxKeyFile+1)}, "a.pem", "", "larger than"},
		"a broken file beside":  {map[string]string{"a.pub": pemA, "z.pem": "x"}, "", "", "z.pem: no PEM block"},
	} {
		t.Run(name, func(t *testing.T) {
			trust, err := ReadTrust(filepath.Join(write(row.files), row.path))
			wants(t, err, row.want)
			if err != nil {
				return
			}
			var names []string
			for _, k := range trust.keys {
				names = append(names, k.Name)
			}
			if len(trust.roots) > 0 {
				names = append(names, "+"+string(rune('0'+len(trust.roots))))
			}
			if got := strings.Join(names, " "); got != row.keys {
				t.Errorf("read %q, want %q", got, row.keys)
			}
		})
	}
}

// A folder as Kubernetes mounts it: files are links through a link, and links out of the folder are the operator's own.
func TestReadTrustFollowsLinks(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	for path, k := range map[string]*PrivateKey{filepath.Join(dir, "..2026", "a.pub"): newKey(t, "a"), filepath.Join(elsewhere, "b.pub"): newKey(t, "b")} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, k.PEM(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"..data": "..2026", "a.pub": filepath.Join("..data", "a.pub"), "b.pub": filepath.Join(elsewhere, "b.pub")} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	trust, err := ReadTrust(dir)
	if err != nil || len(trust.Keys()) != 2 {
		t.Errorf("%d keys, %v", len(trust.Keys()), err)
	}
	if err := os.Remove(filepath.Join(elsewhere, "b.pub")); err != nil {
		t.Fatal(err)
	}
	if _, err = ReadTrust(dir); err == nil {
		t.Error("a link to nothing is passed over")
	}
}

func TestWeakKeysAreRefused(t *testing.T) {
	rsaDER, err := x509.MarshalPKIXPublicKey(&rsaKey(t, 2048).PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	p224DER, err := x509.MarshalPKIXPublicKey(p224(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct{ pem, want string }{
		"RSA":                                 {pemOf("PUBLIC KEY", rsaDER), "a key of kind rsa.PublicKey is not taken"},
		"P-224":                               {pemOf("PUBLIC KEY", p224DER), "P-224 is not taken"},
		"Ed25519, the neutral point":          {lowOrderPEM(t, "01"), "low order"},
		"Ed25519, of order 2":                 {lowOrderPEM(t, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), "low order"},
		"Ed25519, of order 8":                 {lowOrderPEM(t, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"), "low order"},
		"Ed25519, of order 1, badly":          {lowOrderPEM(t, "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"), "low order"},
		"two keys":                            {string(newKey(t, "a").PEM()) + string(newKey(t, "b").PEM()), "neither one key nor one chain"},
		"a broken key":                        {pemOf("PUBLIC KEY", []byte{0x30, 0}), "cannot be read"},
		"a broken certificate":                {pemOf("CERTIFICATE", []byte{0x30, 0}), "cannot be read"},
		"a certificate of RSA":                {certificatePEM(issue(t, authority{}, nil, rsaKey(t, 2048))), "a key of kind rsa.PublicKey is not taken"},
		"a certificate of an endless RSA key": {certificatePEM(endless(t)), "could take for ever"},
	} {
		_, err := ReadPublic([]byte(row.pem))
		t.Run(name, func(t *testing.T) { wants(t, err, row.want) })
	}
}
