package osv

import "slices"

// Example gives a version of a package that this database knows to be affected, so that whoever asks it can first see that it answers. Of
// several ecosystems the first in the order of Ecosystems is taken. ok is false where no advisory names a version that can be compared.
func (d *Database) Example() (ecosystem, name, version string, ok bool) {
	best := len(Ecosystems())
	for i := range uint64(1) << d.header.Bits {
		bucket, err := d.bucket(i)
		if err != nil {
			return "", "", "", false // the question that matters will say so
		}
		in := decoder{data: bucket}
		for len(in.data) > 0 && best > 0 {
			key, body := in.bytes(), in.bytes()
			if in.bad {
				return "", "", "", false
			}
			eco, pkg := splitKey(key)
			rank := slices.Index(Ecosystems(), eco)
			if rank < 0 || rank >= best {
				continue
			}
			a, err := decodeAdvisory(body)
			if err != nil {
				return "", "", "", false
			}
			if v := a.affectedVersion(eco); v != "" {
				best, ecosystem, name, version, ok = rank, eco, pkg, v, true
			}
		}
	}
	return ecosystem, name, version, ok
}

// splitKey takes apart what a bucket calls a package.
func splitKey(key []byte) (ecosystem, name string) {
	if i := slices.Index(key, 0); i >= 0 {
		return string(key[:i]), string(key[i+1:])
	}
	return "", ""
}

// affectedVersion is a version at the edge of a range, or a listed one, of which the advisory says that it is affected.
func (a *Advisory) affectedVersion(ecosystem string) string {
	var candidates []string
	for _, s := range a.spans {
		for _, m := range s.events {
			switch {
			case m.kind == introduced && m.version == "0":
				candidates = append(candidates, "0.0.0")
			case m.kind == introduced, m.kind == lastAffected:
				candidates = append(candidates, m.version)
			}
		}
	}
	for _, v := range append(candidates, a.versions...) {
		if plainVersion(v) && a.Affects(ecosystem, v).Affected {
			return v
		}
	}
	return ""
}

// plainVersion lets through what every kind of lock file can hold as it is.
func plainVersion(v string) bool {
	if v == "" || len(v) > 40 || v[0] < '0' || v[0] > '9' {
		return false
	}
	for _, r := range v {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && r != '.' && r != '-' {
			return false
		}
	}
	return true
}
