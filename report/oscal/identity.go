package oscal

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lodemark/lodemark/report/inert"
)

// nameSpace is the UUID under which ours are made: version 5 of the address of our properties.
var nameSpace = nameUUID([16]byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}, space)

// uuid is the UUID of one thing of the document: the same for the same thing each time, so that plans of two days can be laid
// beside each other. Two things that cannot be told apart get an ordinal.
func (d *document) uuid(kind string, parts ...string) string {
	for n := 0; ; n++ {
		id := uuidOf(kind, append(parts, strconv.Itoa(n))...)
		if !d.ids[id] {
			d.ids[id] = true
			return id
		}
	}
}

func uuidOf(kind string, parts ...string) string {
	sum := nameUUID(nameSpace, kind+"\x00"+strings.Join(parts, "\x00"))
	h := hex.EncodeToString(sum[:])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// nameUUID is RFC 9562, version 5. OSCAL takes versions 4 and 5 alone; SHA-1 keeps names apart here and secures nothing.
func nameUUID(space [16]byte, name string) (id [16]byte) {
	sum := sha1.Sum(append(space[:], name...))
	copy(id[:], sum[:])
	id[6], id[8] = id[6]&0x0f|0x50, id[8]&0x3f|0x80
	return id
}

// identify sets the UUID of a whole document, which is another one when anything in it is.
func identify(at *string, document any) error {
	data, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("write OSCAL: %w", err)
	}
	*at = uuidOf("document", string(data))
	return nil
}

// property is a fact of ours that the standard has no field for; nil where there is nothing to say.
func property(name, value string) []prop {
	if value = inert.Line(value); value == "" {
		return nil
	}
	return []prop{{Name: name, NS: space, Value: value}}
}

func properties(all ...[]prop) []prop {
	var out []prop
	for _, p := range all {
		out = append(out, p...)
	}
	return out
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// moment is a time as OSCAL takes it: with a zone, in whole seconds, and not before the years that its schemas know.
func moment(t time.Time) time.Time {
	if t.IsZero() || t.Year() < 1900 || t.Year() > 2999 {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}
