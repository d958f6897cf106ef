package pickle

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// records is a pickle of protocol 4 of a list of n small dictionaries, as Python writes it.
func records(n int) []byte {
	b := []byte("\x80\x04]\x94")
	memo := uint32(1)
	get := func(i uint32) []byte {
		if i < 256 {
			return []byte{opBinGet, byte(i)}
		}
		return binary.LittleEndian.AppendUint32([]byte{opLongBinGet}, i)
	}
	keys := map[string]uint32{}
	str := func(s string, again bool) {
		if i, ok := keys[s]; ok && again {
			b = append(b, get(i)...)
			return
		}
		b = append(append(b, opShortBinUnicode, byte(len(s))), s...)
		b = append(b, opMemoize)
		keys[s] = memo
		memo++
	}
	for i := range n {
		if i%1000 == 0 {
			b = append(b, opMark)
		}
		b = append(b, opEmptyDict, opMemoize, opMark)
		memo++
		str("id", true)
		b = binary.LittleEndian.AppendUint32(append(b, opBinInt), uint32(i))
		str("text", true)
		str(fmt.Sprintf("token %d of the vocabulary", i), false)
		str("vec", true)
		b = append(b, opEmptyList, opMemoize, opMark)
		memo++
		for range 3 {
			b = append(b, opBinFloat, 0x3f, 0xe0, 0, 0, 0, 0, 0, byte(i))
		}
		b = append(b, opAppends)
		str("t", true)
		b = append(b, opBinInt1, byte(i), opBinInt1, byte(i), opTuple2, opMemoize, opSetItems)
		memo++
		if i%1000 == 999 || i == n-1 {
			b = append(b, opAppends)
		}
	}
	return append(b, opStop)
}

func BenchmarkRecords(b *testing.B) {
	data := records(200_000)
	ops := 0
	for range Disassemble(bytes.NewReader(data), int64(len(data))) {
		ops++
	}
	scan := Formats(Options{})[1].Scan
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		found := &inspect.Found{}
		if err := scan(context.Background(), inspect.NewPart("x.pkl", bytes.NewReader(data), int64(len(data)), found, nil)); err != nil || found.Verdict != inspect.Clean {
			b.Fatal(err, found.Reasons)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(ops), "ns/opcode")
}

func BenchmarkSmall(b *testing.B) {
	data := records(10)
	formats := Formats(Options{})
	b.ReportAllocs()
	for b.Loop() {
		p := inspect.NewPart("x.pkl", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
		if formats[0].Claims(p) || !formats[1].Claims(p) {
			b.Fatal("not claimed")
		}
		if err := formats[1].Scan(context.Background(), p); err != nil {
			b.Fatal(err)
		}
	}
}

// Memory does not grow with the file.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 80 MB")
	}
	data := records(1_000_000)
	scan := Formats(Options{})[1].Scan
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	found := &inspect.Found{}
	if err := scan(context.Background(), inspect.NewPart("x.pkl", bytes.NewReader(data), int64(len(data)), found, nil)); err != nil || found.Verdict != inspect.Clean {
		t.Fatal(err, found.Reasons)
	}
	runtime.ReadMemStats(&after)
	if all := after.TotalAlloc - before.TotalAlloc; all > 40<<20 {
		t.Errorf("%d bytes of memory for %d of a file", all, len(data))
	}
}
