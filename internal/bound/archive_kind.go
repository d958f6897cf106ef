package bound

import (
	"bytes"
	"strconv"
	"strings"
)

// sniffBytes is how much of its beginning tells an archive's kind.
const sniffBytes = 512

// ArchiveKind tells from the first 512 bytes what kind of archive this is: zip, tar, gzip, bzip2, which Archive reads; xz,
// zstd, lz4, 7z, rar, which it reports as gaps; or "" for none. A zip behind other data is known by its end only.
func ArchiveKind(head []byte) string {
	for _, m := range []struct{ kind, magic string }{
		{"zip", "PK\x03\x04"}, {"zip", "PK\x05\x06"},
		{"gzip", "\x1f\x8b\x08"},
		{"bzip2", "BZh"},
		{"xz", "\xfd7zXZ\x00"},
		{"zstd", "\x28\xb5\x2f\xfd"},
		{"lz4", "\x04\x22\x4d\x18"},
		{"7z", "7z\xbc\xaf\x27\x1c"},
		{"rar", "Rar!\x1a\x07"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) && (m.kind != "bzip2" || isBzip2(head)) {
			return m.kind
		}
	}
	if isTar(head) {
		return "tar"
	}
	return ""
}

// isBzip2 looks further than the three letters, which a text may begin with.
func isBzip2(head []byte) bool {
	return len(head) >= 10 && head[3] >= '1' && head[3] <= '9' &&
		(string(head[4:10]) == "\x31\x41\x59\x26\x53\x59" || string(head[4:10]) == "\x17\x72\x45\x38\x50\x90")
}

// isTar checks the header's sum, which all tar formats share, where the oldest have no magic.
func isTar(head []byte) bool {
	if len(head) < 512 {
		return false
	}
	field := strings.Trim(string(head[148:156]), " \x00")
	want, err := strconv.ParseInt(field, 8, 64)
	if err != nil {
		return false
	}
	var unsigned, signed int64
	for i, b := range head[:512] {
		if i >= 148 && i < 156 {
			b = ' '
		}
		unsigned += int64(b)
		signed += int64(int8(b))
	}
	return want == unsigned || want == signed
}
