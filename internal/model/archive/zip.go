package archive

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

var le = binary.LittleEndian

const (
	maxEntries  = 200_000 // members of one zip; what lies beyond is not read, and said
	maxName     = 4096    // bytes of a member's name
	maxRecord   = 46 + 3*0xffff
	sigLocal    = "PK\x03\x04"
	sigCentral  = "PK\x01\x02"
	sigEnd      = "PK\x05\x06"
	sigSigned   = "PK\x05\x05"
	sigData     = "PK\x07\x08"
	sigWideEnd  = "PK\x06\x06"
	sigWidePath = "PK\x06\x07"
)

// Entry is a member of a zip, as its directory and the header in front of its data describe it.
type Entry struct {
	Name          string // as spelled, hostile
	Flags, Method uint16
	Sum           uint32 // CRC-32, as declared
	Packed, Plain int64  // as declared
	Header, Body  int64  // offsets in the part; Body is -1 when there is no header where the directory says
	Mode          fs.FileMode
	Hidden        bool // no directory lists it: only readers that go from header to header see it

	local  header // as the header in front of the data has it
	record int64  // offset of its record in the directory
	disk   uint16 // volume it begins on
}

// header is what stands in front of a member's data.
type header struct {
	name          string
	flags, method uint16
	sum           uint32
	packed, plain int64
}

// Zip is a zip that was opened: its members by every directory that a reader could take, and those that none lists.
type Zip struct {
	Entries []Entry
	Trouble []Trouble // how its structure is not as it should be

	part  *inspect.Part
	ends  []zipEnd
	dirs  []span // what the directories and their ends take
	end   int64  // after the last thing that belongs to it, comment included
	owned []span // bytes of members
	cut   bool   // members over the limit were left out

	scratch []byte
}

// Trouble is something about a zip that makes readers differ, or that says it is damaged.
type Trouble struct {
	ID      string
	Offset  int64
	Message string
}

// span is a stretch of bytes.
type span struct{ from, to int64 }

// maxTrouble is how often one kind of trouble is told.
const maxTrouble = 6

func (z *Zip) trouble(id string, at int64, format string, args ...any) {
	same := 0
	for _, t := range z.Trouble {
		if t.ID == id {
			same++
		}
	}
	if same < maxTrouble {
		z.Trouble = append(z.Trouble, Trouble{id, at, fmt.Sprintf(format, args...)})
	}
}

// OpenZip reads the directories of a zip. It returns nil for a part that no reader of zips would take for one. No content of
// members is read but what lies between them.
func OpenZip(p *inspect.Part) *Zip {
	z := &Zip{part: p}
	z.ends = findEnds(p)
	if len(z.ends) == 0 {
		if len(p.Head()) < 30 || string(p.Head()[:4]) != sigLocal {
			return nil
		}
		z.trouble("zip-truncated", p.Size, "has no directory at its end: truncated or damaged; its members were looked for from its beginning on")
		z.walkLocal(0, p.Size)
		z.end = p.Size
		return z
	}
	for i := range z.ends {
		z.directory(&z.ends[i])
	}
	for i := range z.Entries {
		z.locate(&z.Entries[i])
	}
	z.overlaps()
	z.between()
	return z
}

// IsZip tells whether some reader of zips would take the part for one, without reading all of its directory.
func IsZip(p *inspect.Part) bool {
	head := p.Head()
	if len(head) >= 30 && string(head[:4]) == sigLocal {
		return true
	}
	ends := findEnds(p)
	switch {
	case len(ends) == 0:
		return false
	case ends[0].after == p.Size:
		return true
	case isTar(p): // a zip that is a member of a tar is looked at as that
		inside := false
		EachTar(p, func(_ string, at, size int64) bool {
			inside = at <= ends[0].at && ends[0].at < at+size
			return !inside
		})
		return !inside
	}
	// Other bytes stand before and behind it, as in a pickle that holds a zip. Only readers that were handed a zip look for it.
	return ended(p, ".zip", ".npz", ".keras", ".mar", ".skops", ".pt", ".pth", ".ptl", ".pt2", ".ckpt", ".bin", ".jar", ".whl", ".nemo", ".mlpackage", ".pyz")
}

// overlaps marks members whose bytes belong to another one as well, which is how a small zip pays many times over.
func (z *Zip) overlaps() {
	order := make([]*Entry, 0, len(z.Entries))
	for i := range z.Entries {
		if e := &z.Entries[i]; e.Body >= 0 {
			order = append(order, e)
		}
	}
	slices.SortFunc(order, func(a, b *Entry) int {
		return cmp.Or(cmp.Compare(a.Header, b.Header), cmp.Compare(a.record, b.record))
	})
	var owner *Entry
	shared := 0
	for _, e := range order {
		end := e.Body + e.Packed
		if end > z.part.Size || end < e.Body {
			end = z.part.Size
		}
		if owner != nil && e.Header < owner.Body+owner.Packed || owner != nil && e.Header == owner.Header {
			if shared++; shared <= 3 {
				z.trouble("zip-overlap", e.Header, "member %s shares its bytes with member %s", inspect.Quote(e.Name), inspect.Quote(owner.Name))
			}
		}
		z.owned = append(z.owned, span{e.Header, end})
		if owner == nil || end > owner.Body+owner.Packed {
			owner = e
		}
	}
	for _, d := range z.dirs {
		for _, e := range order {
			if e.Header < d.from && e.Body+e.Packed > d.from {
				z.trouble("zip-overlap", d.from, "member %s shares its bytes with the directory", inspect.Quote(e.Name))
				break
			}
		}
	}
}
