// Command corpus assesses folders that hold real AI repositories, one after another, and prints counts, time and memory as
// a Markdown table. Counts only: weaknesses of other people's software are not published here. With -show it prints the
// findings of a severity and worse, for whoever reads and judges them.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// report is what is needed of lodemark's JSON report.
type report struct {
	Findings []struct {
		ID, Severity, Path, Message string
		Line                        int
	}
	Clauses []struct {
		ID, Verdict, Reason string
		Later               bool
	}
	Gaps []struct{ Path, Reason string }
}

func main() {
	log.SetFlags(0)
	binary := flag.String("lodemark", "./lodemark", "the binary to run")
	show := flag.String("show", "", "print findings of this severity and worse")
	at := flag.String("at", "", "the assessment's clock")
	flag.Parse()
	abs, err := filepath.Abs(*binary)
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "lodemark-corpus-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	fmt.Println("| repository | files | MB | critical | high | medium | low | met | not met | inconclusive | not applicable | gaps | s CPU | s wall | MiB peak |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, folder := range flag.Args() {
		row(abs, folder, filepath.Join(dir, "out.json"), *at, *show)
	}
}

func row(binary, folder, out, at, show string) {
	args := []string{"assess", folder, "-q", "--format", "json=" + out}
	if at != "" {
		args = append(args, "--at", at)
	}
	c := exec.Command(binary, args...)
	start := time.Now()
	said, err := c.CombinedOutput()
	wall := time.Since(start)
	if c.ProcessState == nil || c.ProcessState.ExitCode() != 0 && c.ProcessState.ExitCode() != 3 {
		log.Printf("%s: %v: %s", folder, err, said)
		return
	}
	data, err := os.ReadFile(out)
	if err != nil {
		log.Printf("%s: %v: %s", folder, err, said)
		return
	}
	var r report
	if err := json.Unmarshal(data, &r); err != nil {
		log.Fatal(err)
	}
	severities, verdicts := map[string]int{}, map[string]int{}
	for _, f := range r.Findings {
		severities[f.Severity]++
	}
	for _, c := range r.Clauses {
		if !c.Later {
			verdicts[c.Verdict]++
		}
	}
	files, bytes := size(folder)
	cpu := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	peak := c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
	fmt.Printf("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %.2f | %.2f | %d |\n", strings.Replace(filepath.Base(folder), "+", "/", 1),
		files, bytes>>20, severities["critical"], severities["high"], severities["medium"], severities["low"],
		verdicts["met"], verdicts["not met"], verdicts["inconclusive"], verdicts["not applicable"], len(r.Gaps), cpu.Seconds(), wall.Seconds(), peak)
	if show == "" {
		return
	}
	order := "info low medium high critical"
	for _, f := range r.Findings {
		if strings.Index(order, f.Severity) >= strings.Index(order, show) {
			fmt.Printf("    %s %s %s:%d %s\n", f.Severity, f.ID, f.Path, f.Line, f.Message)
		}
	}
}

func size(folder string) (files int, bytes int64) {
	err := filepath.WalkDir(folder, func(_ string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if info, err := d.Info(); err == nil {
			files++
			bytes += info.Size()
		}
		return nil
	})
	if err != nil {
		log.Printf("%s: %v", folder, err)
	}
	return files, bytes
}
