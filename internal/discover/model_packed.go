package discover

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"io"
	"strings"
)

// packed says whether a file is compressed as a whole, as joblib and scripts around pickle do it.
func (v *visit) packed() bool {
	h := v.head
	return len(h) > 3 && (h[0] == 0x1f && h[1] == 0x8b || h[0] == 'B' && h[1] == 'Z' && h[2] == 'h' ||
		h[0] == 0x78 && binary.BigEndian.Uint16(h)%31 == 0 || bytes.HasPrefix(h, []byte("\xfd7zXZ")) || bytes.HasPrefix(h, []byte("\x04\x22\x4d\x18")) ||
		bytes.HasPrefix(h, []byte("\x28\xb5\x2f\xfd")) || h[0] == 0x5d && h[1] == 0 && h[2] == 0)
}

// unpackedHead gives the first bytes behind a compression that the standard library knows; nil where it does not.
func unpackedHead(h []byte) []byte {
	var r io.Reader
	var err error
	switch {
	case h[0] == 0x1f:
		r, err = gzip.NewReader(bytes.NewReader(h))
	case h[0] == 'B':
		r = bzip2.NewReader(bytes.NewReader(h))
	case h[0] == 0x78:
		r, err = zlib.NewReader(bytes.NewReader(h))
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	out := make([]byte, headBytes)
	n, _ := io.ReadFull(r, out) // the input is cut off, so the end is never clean
	if n == 0 {
		return nil
	}
	return out[:n]
}

// otherArchives are zip archives that are known to hold something else, so that their directory is not looked up.
var otherArchives = set(".jar", ".war", ".ear", ".aar", ".whl", ".egg", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".apk", ".ipa", ".xpi", ".crx",
	".nupkg", ".vsix", ".sketch", ".kmz", ".fig")

// zipped tells the archives of Torch, Keras and NumPy by the names of their members.
func (v *visit) zipped() string {
	h := v.head
	if len(h) < 30 || !bytes.HasPrefix(h, []byte("PK\x03\x04")) {
		return ""
	}
	names := []string{firstMember(h)}
	if format := zipFormat(names); format != "" && format != "npz" {
		return format
	}
	if otherArchives[v.ext] {
		return ""
	}
	return zipFormat(append(names, v.members()...))
}

func firstMember(h []byte) string {
	n := int(binary.LittleEndian.Uint16(h[26:]))
	return string(h[30:min(30+n, len(h))])
}

func zipFormat(names []string) string {
	has := func(want string) bool {
		for _, n := range names {
			if n == want || strings.HasSuffix(n, "/"+want) {
				return true
			}
		}
		return false
	}
	arrays, last := 0, names[len(names)-1]
	for _, n := range names {
		if strings.HasSuffix(n, ".npy") {
			arrays++
		}
	}
	switch {
	case has("constants.pkl") || has("data.pkl") && contains(names, "/code/"):
		return "torchscript"
	case has("data.pkl"):
		return "torch-zip"
	case has("model.weights.h5"):
		return "keras"
	case has("MAR-INF/MANIFEST.json"):
		return "torch-mar"
	case has("schema.json") && arrays > 0 || has("schema.json") && len(names) == 2 && strings.HasSuffix(last, ".npy"):
		return "skops"
	case has("archive_format") || contains(names, "/models/model.json") && contains(names, "/data/weights/"):
		return "torch-export"
	case arrays > 0 && arrays == len(names):
		return "npz"
	}
	return ""
}

func contains(names []string, part string) bool {
	for _, n := range names {
		if strings.Contains("/"+n, part) {
			return true
		}
	}
	return false
}

const (
	zipTail      = 22 + 1024 // the end of a zip, with a short comment
	zipDirectory = 64 << 10  // of the directory that much is read
	zipNames     = 512
)

// members lists the first names of a zip's directory; nothing is unpacked.
func (v *visit) members() []string {
	tail := make([]byte, min(v.size, zipTail))
	n, err := v.file.ReadAt(tail, v.size-int64(len(tail)))
	if err != nil && err != io.EOF {
		return nil
	}
	tail = tail[:n]
	end := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if end < 0 || len(tail)-end < 22 {
		return nil
	}
	size, offset := int64(binary.LittleEndian.Uint32(tail[end+12:])), int64(binary.LittleEndian.Uint32(tail[end+16:]))
	if offset == 0xffffffff || size == 0xffffffff { // zip64: the directory stands right before its own end
		offset, size = v.zip64Directory(tail[:end])
	}
	if offset <= 0 || offset >= v.size {
		return nil
	}
	dir := make([]byte, min(size, zipDirectory, v.size-offset))
	n, err = v.file.ReadAt(dir, offset)
	if err != nil && err != io.EOF {
		return nil
	}
	return directoryNames(dir[:n])
}

func (v *visit) zip64Directory(before []byte) (offset, size int64) {
	at := bytes.LastIndex(before, []byte("PK\x06\x06"))
	if at < 0 || len(before)-at < 56 {
		return 0, 0
	}
	size, offset = int64(binary.LittleEndian.Uint64(before[at+40:])), int64(binary.LittleEndian.Uint64(before[at+48:]))
	if size < 0 || offset < 0 {
		return 0, 0
	}
	return offset, size
}

func directoryNames(dir []byte) []string {
	var names []string
	for len(dir) >= 46 && bytes.HasPrefix(dir, []byte("PK\x01\x02")) && len(names) < zipNames {
		n := int(binary.LittleEndian.Uint16(dir[28:]))
		skip := 46 + n + int(binary.LittleEndian.Uint16(dir[30:])) + int(binary.LittleEndian.Uint16(dir[32:]))
		if 46+n > len(dir) {
			break
		}
		names = append(names, string(dir[46:46+n]))
		if skip > len(dir) {
			break
		}
		dir = dir[skip:]
	}
	return names
}
