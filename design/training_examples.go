package design

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"maps"
	"time"

	"github.com/lodemark/lodemark"
)

const deskRecord = "schema: lodemark/1\nname: help desk\n"

const (
	rosterHead = "# Training record\n\nThe AI course covers poisoned data, prompt injection, model extraction and unsafe model files (pickle).\n\n" +
		"| Person | Course | Completed | Valid until |\n|---|---|---|---|\n"
	rosterOfML = "| ML engineer | Secure coding | 2026-03-02 | 2027-03-02 |\n| ML engineer | AI security | 2026-03-03 | 2027-03-03 |\n" +
		"| ML engineer | Threat briefing | 2026-09-10 | 2027-03-10 |\n"
	rosterOfWeb = "| Web engineer | Secure coding | 2026-04-02 | 2027-04-02 |\n| Web engineer | AI security | 2026-04-03 | 2027-04-03 |\n" +
		"| Web engineer | Threat briefing | 2026-09-10 | 2027-03-10 |\n"
)

// committed adds a git history to a tree: one commit for each author, a day apart from the first of October 2026.
func committed(files map[string]string, authors ...string) map[string]string {
	out := maps.Clone(files)
	parent := ""
	for i, a := range authors {
		when := time.Date(2026, 10, 1+i, 9, 0, 0, 0, time.UTC).Unix()
		body := "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
		if parent != "" {
			body += "parent " + parent + "\n"
		}
		body += fmt.Sprintf("author %s %d +0000\ncommitter %s %d +0000\n\nchange %d\n", a, when, a, when, i)
		raw := fmt.Sprintf("commit %d\x00%s", len(body), body)
		parent = fmt.Sprintf("%x", sha1.Sum([]byte(raw))) // git's name of an object, no protection
		out[".git/objects/"+parent[:2]+"/"+parent[2:]] = stored(raw)
	}
	out[".git/HEAD"], out[".git/refs/heads/main"] = "ref: refs/heads/main\n", parent+"\n"
	return out
}

// stored is a short text in the form of zlib, as one block that is not compressed: a compressor takes megabytes of memory for its tables.
func stored(text string) string {
	size := uint16(len(text))
	out := binary.LittleEndian.AppendUint16([]byte{0x78, 0x01, 1}, size)
	out = append(binary.LittleEndian.AppendUint16(out, ^size), text...)
	return string(binary.BigEndian.AppendUint32(out, adler32.Checksum([]byte(text))))
}

func recordOf(roster string) map[string]string {
	return map[string]string{"lodemark.yaml": deskRecord, "docs/training-record.md": roster}
}

const (
	mlEngineer  = "ML Engineer <ml@example.org>"
	webEngineer = "Web Engineer <web@example.org>"
	updates     = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
)

// absentExample is a tree in which somebody commits who is not on the roster.
func absentExample() lodemark.Example {
	return lodemark.Example{Name: "somebody who commits is not on the roster", Files: committed(recordOf(rosterHead+rosterOfML), mlEngineer, webEngineer, updates)}
}

func trainingGood(k training) []lodemark.Example {
	return []lodemark.Example{
		{Name: "everybody who commits has a current entry", Files: committed(recordOf(rosterHead+rosterOfML+rosterOfWeb), mlEngineer, webEngineer, updates)},
		{Name: "a column for each course, and no history to compare with", Files: recordOf("# Training record\n\n## Syllabus\n\nAI course: data poisoning, prompt injection, " +
			"model extraction, loading of unsafe model files.\n\n## Roster\n\n| Person | Secure coding | AI course | Threat briefing |\n|---|---|---|---|\n" +
			"| ML engineer | 2026-03-02 | 2026-03-03 | 2026-09-10 |\n| Data engineer | 2026-03-02 | 2026-03-03 | 2026-09-10 |\n")},
	}
}

func threatLearningBad() []lodemark.Example {
	return []lodemark.Example{
		absentExample(),
		{Name: "the last briefing is older than a year", Files: recordOf("# Training record\n\n| Person | Course | Date |\n|---|---|---|\n| ML engineer | Threat briefing | 2024-09-10 |\n")},
		{Name: "no record", Files: map[string]string{"lodemark.yaml": deskRecord}},
	}
}

func secureCodingBad() []lodemark.Example {
	return []lodemark.Example{
		absentExample(),
		{Name: "one sentence for the whole team", Files: recordOf("# Training record\n\nThe whole team is trained in secure coding.\n")},
		{Name: "training that has run out", Files: recordOf("# Training record\n\n| Person | Course | Date | Valid until |\n|---|---|---|---|\n| ML engineer | Secure coding | 2025-02-03 | 2026-02-03 |\n")},
	}
}

func aiTrainingBad() []lodemark.Example {
	return []lodemark.Example{
		absentExample(),
		{Name: "secure coding only", Files: recordOf("# Training record\n\n| Person | Course | Date |\n|---|---|---|\n| ML engineer | Secure coding | 2026-03-02 |\n")},
		{Name: "a template", Files: recordOf("# Training record\n\n| Person | Course | Date |\n|---|---|---|\n| TODO | TODO | TODO |\n")},
	}
}
