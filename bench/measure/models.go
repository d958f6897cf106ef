package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// models times `lodemark scan` on model files of the sizes that people have, beside reading and digesting the same bytes.
func models(lodemark, dir string, rounds int) {
	at := filepath.Join(dir, "models")
	check(os.MkdirAll(filepath.Join(at, "small"), 0o755))
	for i := range 2000 {
		check(os.WriteFile(filepath.Join(at, "small", fmt.Sprintf("%04d.pkl", i)), smallPickle(i), 0o644))
	}
	make := func(name string, write func(*os.File)) string {
		p := filepath.Join(at, name)
		f, err := os.Create(p)
		check(err)
		write(f)
		check(f.Close())
		return p
	}
	targets := []string{filepath.Join(at, "small"), make("objects.pkl", func(f *os.File) { manyObjects(f, 388<<20) }),
		make("weights.pt", torchZip), make("weights.safetensors", safetensors), make("weights.gguf", gguf)}
	for _, p := range targets {
		var scans, digests, cats, sums []usage
		for range rounds { // in turn, so that all meet the same noise
			scans = append(scans, run([]string{lodemark, "scan", "-q", p}))
			digests = append(digests, run([]string{lodemark, "scan", "-q", "--digest", p}))
			cats = append(cats, run([]string{"sh", "-c", `find "$0" -type f -exec cat {} + >/dev/null`, p}))
			sums = append(sums, run([]string{"sh", "-c", `find "$0" -type f -exec sha256sum {} + >/dev/null`, p}))
		}
		fmt.Printf("scan %-20s %s; cat %.3f s CPU; sha256sum %.3f s CPU; with --digest %s; %s\n", filepath.Base(p), median(scans), median(cats).cpu.Seconds(),
			median(sums).cpu.Seconds(), median(digests), verdict(lodemark, p))
	}
	hostile(lodemark, at)
}

// hostile measures what is made to eat time or memory.
func hostile(lodemark, at string) {
	at = filepath.Join(at, "hostile")
	check(os.MkdirAll(at, 0o755))
	zipBomb(filepath.Join(at, "bomb.pt"), 10<<30)
	nested := []byte("cos\nsystem\n(S'echo canary'\ntR.")
	for i := range 100 {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.Create(fmt.Sprintf("%d.zip", i))
		check(err)
		_, err = w.Write(nested)
		check(err)
		check(z.Close())
		nested = b.Bytes()
	}
	write := func(name string, data []byte) { check(os.WriteFile(filepath.Join(at, name), data, 0o644)) }
	write("nested.zip", nested)
	memo := []byte("\x80\x04]")
	for range 20_000_000 {
		memo = append(memo, 0x94)
	}
	write("memo.pkl", append(memo, '.'))
	doubled := []byte("\x80\x04]\x94K\x01a")
	for i := range 200 { // each list holds the one before it twice
		doubled = append(doubled, ']', 0x94, '(', 'h', byte(i), 'h', byte(i), 'e')
	}
	write("doubled.pkl", append(doubled, '.'))
	write("claims.gguf", binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64([]byte("GGUF\x03\x00\x00\x00"), 1e9), 1e9))
	var end [22]byte
	copy(end[:], "PK\x05\x06")
	for i := 8; i < 20; i++ {
		end[i] = 0xff
	}
	write("members.zip", append([]byte("PK\x03\x04"), end[:]...))
	write("recursive.json", []byte(strings.Repeat(`{"class_name":"Sequential","config":{"layers":[`, 200_000)))
	entries, err := os.ReadDir(at)
	check(err)
	for _, e := range entries {
		p := filepath.Join(at, e.Name())
		fmt.Printf("scan %-20s %s; %s\n", e.Name(), run([]string{lodemark, "scan", "-q", p}), verdict(lodemark, p))
	}
}

// verdict says what the scan says, so that a fast answer is not one of having looked away.
func verdict(lodemark, p string) string {
	out, _ := exec.Command(lodemark, "scan", "--format", "json", p).Output() // exit 1 and 3 are answers
	var r struct {
		Files []struct{ Verdict string }
	}
	check(json.Unmarshal(out, &r))
	count := map[string]int{}
	for _, f := range r.Files {
		count[f.Verdict]++
	}
	return fmt.Sprint(count)
}

func smallPickle(i int) []byte {
	b := []byte("\x80\x02}(U\x04nameU\x05layerU\x01w](")
	for j := range 20 {
		b = append(b, 'G')
		b = binary.BigEndian.AppendUint64(b, uint64(0x3ff0000000000000+i*100+j))
	}
	return append(b, "eu."...)
}

// manyObjects writes a protocol 4 pickle of small dictionaries.
func manyObjects(f *os.File, size int64) {
	w := bufio.NewWriterSize(f, 1<<20)
	defer func() { check(w.Flush()) }()
	n := int64(0)
	put := func(b []byte) {
		m, err := w.Write(b)
		check(err)
		n += int64(m)
	}
	put([]byte("\x80\x04]\x94"))
	for i := 0; n < size; i++ {
		put([]byte("("))
		for j := range 100 {
			text := fmt.Sprintf("token %d of the vocabulary", i*100+j)
			b := append([]byte("}\x94(\x8c\x02id\x94J"), binary.LittleEndian.AppendUint32(nil, uint32(i*100+j)&0x7fffffff)...)
			b = append(append(b, "\x8c\x04text\x94\x8c"...), byte(len(text)))
			b = append(append(b, text...), "\x94\x8c\x03vec\x94]\x94(G?\xe0\x00\x00\x00\x00\x00\x00G?\xd0\x00\x00\x00\x00\x00\x00e\x8c\x01t\x94K\x01K\x02\x86\x94u"...)
			put(b)
		}
		put([]byte("e"))
	}
	put([]byte("."))
}

// torchZip writes an archive of 200 stored tensors of 10 MiB.
func torchZip(f *os.File) {
	const tensors, bytesEach = 200, 10 << 20
	zeros := make([]byte, bytesEach)
	sum := crc32.ChecksumIEEE(zeros)
	z := zip.NewWriter(f)
	put := func(name string, data []byte, crc uint32) {
		w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Store, CRC32: crc, CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data))})
		check(err)
		_, err = w.Write(data)
		check(err)
	}
	p := []byte("\x80\x02ccollections\nOrderedDict\n)R(")
	for i := range tensors {
		name, key := fmt.Sprintf("layer.%d", i), fmt.Sprint(i)
		p = append(append(p, 'U', byte(len(name))), name...)
		p = append(append(p, "ctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\nFloatStorage\nU"...), byte(len(key)))
		p = append(append(p, key...), "U\x03cpuJ\x00\x00\x28\x00tQK\x00J\x00\x00\x28\x00\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR"...)
	}
	p = append(p, "u."...)
	put("archive/data.pkl", p, crc32.ChecksumIEEE(p))
	for i := range tensors {
		put(fmt.Sprintf("archive/data/%d", i), zeros, sum)
	}
	put("archive/version", []byte("3\n"), crc32.ChecksumIEEE([]byte("3\n")))
	check(z.Close())
}

// safetensors writes 1 GiB in 400 tensors, as holes on the disk.
func safetensors(f *os.File) {
	header := map[string]any{}
	const each = (1 << 30) / 400 / 2 * 2
	for i := range 400 {
		header[fmt.Sprintf("layers.%d.weight", i)] = map[string]any{"dtype": "F16", "shape": []int{each / 2}, "data_offsets": []int{i * each, (i + 1) * each}}
	}
	h, err := json.Marshal(header)
	check(err)
	_, err = f.Write(append(binary.LittleEndian.AppendUint64(nil, uint64(len(h))), h...))
	check(err)
	check(f.Truncate(8 + int64(len(h)) + 400*each))
}

// gguf writes 1 GiB in 200 tensors with a vocabulary of 128,000 words, the weights as holes on the disk.
func gguf(f *os.File) {
	le := binary.LittleEndian
	text := func(b []byte, s string) []byte { return append(le.AppendUint64(b, uint64(len(s))), s...) }
	b := le.AppendUint64(le.AppendUint64([]byte("GGUF\x03\x00\x00\x00"), 200), 3)
	b = text(le.AppendUint32(text(b, "general.architecture"), 8), "llama")
	b = text(le.AppendUint32(text(b, "tokenizer.chat_template"), 8), "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}")
	b = le.AppendUint64(le.AppendUint32(le.AppendUint32(text(b, "tokenizer.ggml.tokens"), 9), 8), 128_000)
	for i := range 128_000 {
		b = text(b, fmt.Sprintf("tok%d", i))
	}
	const each = (1 << 30) / 200 / 32 * 32
	for i := range 200 {
		b = le.AppendUint64(le.AppendUint32(text(b, fmt.Sprintf("blk.%d.weight", i)), 1), each/2)
		b = le.AppendUint64(le.AppendUint32(b, 1), uint64(i)*each)
	}
	b = append(b, make([]byte, (32-len(b)%32)%32)...)
	_, err := f.Write(b)
	check(err)
	check(f.Truncate(int64(len(b)) + 200*each))
}
