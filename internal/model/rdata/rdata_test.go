package rdata

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// look gives bytes to the formats of R that claim them.
func look(t testing.TB, name string, data []byte) *inspect.Found {
	t.Helper()
	found := &inspect.Found{}
	claimed := false
	for _, f := range Formats() {
		p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), found, nil)
		if !f.Claims(p) {
			continue
		}
		claimed = true
		var damage *inspect.DamageError
		if err := f.Scan(context.Background(), p); errors.As(err, &damage) {
			p.Say(inspect.NotRead, "damaged", damage.Offset, "%s", damage.Reason)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if !claimed {
		t.Fatalf("%s is claimed by no format", name)
	}
	return found
}

func worst(f *inspect.Found) string {
	for _, r := range f.Reasons {
		if r.Verdict == f.Verdict {
			return r.ID + ": " + r.Message
		}
	}
	return ""
}

// build writes a serialization of version 2 with what write makes.
func build(write func(w *writer)) []byte {
	w := &writer{out: []byte("X\n")}
	w.ints(2, 0x040201, 0x020300)
	write(w)
	return w.out
}

// call writes a call of a function with texts.
func (w *writer) call(function string, texts ...string) {
	w.ints(langSxp)
	w.symbol(function)
	for _, s := range texts {
		w.ints(listSxp)
		w.text(s)
	}
	w.ints(nilSxp)
}

// frame writes an environment with one binding.
func (w *writer) frame(flags int, binding func()) {
	w.ints(envSxp, 0, emptyEnvSxp, listSxp|1<<10|flags)
	w.symbol("x")
	binding()
	w.ints(nilSxp, nilSxp, nilSxp)
}

func TestR(t *testing.T) {
	workspace := func(name string, value func(w *writer)) []byte {
		return append([]byte("RDX2\n"), build(func(w *writer) {
			w.ints(listSxp | 1<<10)
			w.symbol(name)
			value(w)
			w.ints(nilSxp)
		})...)
	}
	closure := func(body func(w *writer)) func(w *writer) {
		return func(w *writer) {
			w.ints(closureSxp|1<<10, globalEnvSxp, nilSxp)
			body(w)
		}
	}
	system := func(w *writer) { w.call("system", "echo inert") }
	whole := build(func(w *writer) {
		w.ints(vectorSxp|1<<9, 2, realSxp, 1, 0, 0)
		w.call("lm", "y ~ x")
		w.ints(listSxp | 1<<10)
		w.symbol("class")
		w.text("lm")
		w.ints(nilSxp)
	})
	for _, s := range []struct {
		what, name string
		data       []byte
		want       inspect.Verdict
		says       string
	}{
		{"a model with its call", "m.rds", whole, inspect.Clean, ""},
		{"a workspace", "m.rda", workspace("m", func(w *writer) { w.text("x") }), inspect.Clean, ""},
		{"a function", "m.rds", build(closure(func(w *writer) { w.call("predict", "x") })), inspect.Clean, ""},
		{"a function that evaluates", "m.rds", build(closure(func(w *writer) { w.call("eval", "x") })), inspect.Clean, ""},
		{"an argument not yet evaluated", "m.rds", build(func(w *writer) {
			w.frame(0, func() { w.ints(promiseSxp|1<<10, globalEnvSxp, unboundSxp); w.call("mean", "x") })
		}), inspect.Clean, ""},
		{"an active binding of a class", "m.rds", build(func(w *writer) {
			w.frame(1<<27, func() { closure(func(w *writer) { w.call("length", "x") })(w) })
		}), inspect.Clean, ""},
		{"a promise as object", "m.rds", build(func(w *writer) { w.ints(promiseSxp, unboundSxp); w.call("mean", "x") }), inspect.Dangerous, "promise"},
		{"a promise that runs a program", "m.rds", Sample("system"), inspect.Malicious, `"system"`},
		{"a promise that parses", "m.rds", Sample("parse"), inspect.Malicious, `"parse"`},
		{"a promise in a list", "m.rds", build(func(w *writer) { w.ints(vectorSxp, 1, promiseSxp, unboundSxp); w.call("system", "x") }), inspect.Malicious, `"system"`},
		{"a promise in a workspace", "m.RData", workspace("m", func(w *writer) { w.ints(promiseSxp, unboundSxp); w.call("system", "x") }), inspect.Malicious, `"system"`},
		{"an argument that runs a program", "m.rds", build(func(w *writer) { w.frame(0, func() { w.ints(promiseSxp|1<<10, globalEnvSxp, unboundSxp); system(w) }) }), inspect.Malicious, "not evaluated"},
		{"an active binding that runs a program", "m.rds", build(func(w *writer) { w.frame(1<<27, func() { closure(system)(w) }) }), inspect.Malicious, "variable"},
		{"code as data", "m.rds", build(system), inspect.Malicious, "kept as data"},
		{"with the package's name", "m.rds", build(func(w *writer) {
			w.ints(langSxp, langSxp)
			w.symbol("::")
			w.ints(listSxp)
			w.symbol("base")
			w.ints(listSxp)
			w.symbol("system2")
			w.ints(nilSxp, nilSxp)
		}), inspect.Malicious, `"system2"`},
		{"by name", "m.rds", build(func(w *writer) { w.call("do.call", "system") }), inspect.Malicious, `"system"`},
		{"as text that is parsed", "m.rds", build(func(w *writer) { w.call("parse", "base::system('id')") }), inspect.Malicious, `"system"`},
		{"a function that runs a program", "m.rds", build(closure(system)), inspect.Dangerous, "when it is used"},
		{"a function that R runs", "m.RData", workspace(".First", closure(system)), inspect.Malicious, "by itself"},
		{"a harmless function that R runs", "m.RData", workspace(".Last", closure(func(w *writer) { w.call("mean") })), inspect.Dangerous, "by itself"},
		{"a vector in another file", "m.rds", build(func(w *writer) {
			w.ints(altrepSxp, listSxp)
			w.symbol("mmap_real")
			w.ints(nilSxp)
			w.text("/etc/passwd")
			w.ints(nilSxp)
		}), inspect.Dangerous, "mmap_real"},
		{"an object that the application keeps", "m.rds", build(func(w *writer) { w.ints(persistSxp, 0, 1); w.chars("key") }), inspect.Unknown, `"key"`},
		{"more behind it", "m.rds", append(build(func(w *writer) { w.text("x") }), 1, 2, 3), inspect.NotRead, "3 bytes follow"},
		{"cut", "m.rds", whole[:len(whole)-9], inspect.NotRead, "ends"},
		{"a length that lies", "m.rds", build(func(w *writer) { w.ints(realSxp, 1<<30) }), inspect.NotRead, "claims"},
		{"texts that lie", "m.rds", build(func(w *writer) { w.ints(stringSxp, 1<<30) }), inspect.NotRead, "claims"},
		{"a type that is none", "m.rds", build(func(w *writer) { w.ints(200) }), inspect.NotRead, "type 200"},
		{"a reference to nothing", "m.rds", build(func(w *writer) { w.ints(refSxp | 7<<8) }), inspect.NotRead, "object 7"},
		{"deep", "m.rds", build(func(w *writer) {
			for range 20_000 {
				w.ints(vectorSxp, 1)
			}
		}), inspect.NotRead, "deep"},
		{"another version", "m.rds", append([]byte("X\n\x00\x00\x00\x07"), whole[6:]...), inspect.NotRead, "version 7"},
	} {
		t.Run(s.what, func(t *testing.T) {
			found := look(t, s.name, s.data)
			if found.Verdict != s.want || !strings.Contains(worst(found), s.says) {
				t.Errorf("got %s (%s), want %s saying %q", found.Verdict, worst(found), s.want, s.says)
			}
		})
	}
}

// TestWrittenByR looks at what R itself writes, where it is there.
func TestWrittenByR(t *testing.T) {
	rscript, err := exec.LookPath("Rscript")
	if err != nil {
		t.Skip("Rscript is not installed")
	}
	dir := t.TempDir()
	script := fmt.Sprintf(`d <- %q
save1 <- function(n, x, ...) saveRDS(x, file.path(d, n), compress=FALSE, ...)
m <- lm(mpg ~ wt, mtcars)
save1("good_lm.rds", m); save1("good_ascii.rds", m, ascii=TRUE); save1("good_old.rds", m, version=2)
save1("good_glm.rds", glm(am ~ wt, binomial, mtcars)); save1("good_seq.rds", 1:1000000); save1("good_text.rds", c("\u00e9", NA))
save1("good_fun.rds", compiler::cmpfun(function(x) { for (i in 1:3) x <- x + i; x }))
g <- function(n) function(x) x * n; save1("good_closure.rds", g(3)); save1("good_s4.rds", getClass("numeric"))
con <- file(file.path(d, "good_native.rds"), "wb"); serialize(m, con, xdr=FALSE); close(con)
save(m, file=file.path(d, "good_w.rda"), compress=FALSE); save(m, file=file.path(d, "good_wa.rda"), ascii=TRUE, compress=FALSE)
e <- new.env(); delayedAssign("x", system("echo inert"), assign.env=e); save1("bad_promise.rds", e); save1("bad_promise_ascii.rds", e, ascii=TRUE)
save1("bad_call.rds", quote(system("echo inert"))); save1("bad_expression.rds", expression(base::system2("echo")))
save1("bad_fun.rds", compiler::cmpfun(function(x) { for (i in 1:3) system("echo inert"); x }))
e2 <- new.env(); makeActiveBinding("y", function() pipe("echo inert"), e2); save1("bad_active.rds", e2)
.First <- function() 1; save(.First, file=file.path(d, "bad_first.rda"), compress=FALSE)
`, dir)
	if out, err := exec.Command(rscript, "--vanilla", "-e", script).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found := look(t, f.Name(), data)
		if bad := strings.HasPrefix(f.Name(), "bad"); bad != (found.Verdict >= inspect.Dangerous) || !bad && found.Verdict != inspect.Clean {
			t.Errorf("%s: %s (%s)", f.Name(), found.Verdict, worst(found))
		}
	}
}

func FuzzR(f *testing.F) {
	f.Add(Sample("system"))
	f.Add(append([]byte("RDX3\n"), Sample("x")...))
	f.Add([]byte("A\n2\n262401\n131840\n16\n1\n262153\n3\na\\301\n"))
	f.Add(build(func(w *writer) { w.frame(1<<27, func() { w.call("a", "b") }) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range Formats() {
			p := inspect.NewPart("m.rds", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
			if format.Claims(p) {
				_ = format.Scan(context.Background(), p)
			}
		}
	})
}

func BenchmarkTexts(b *testing.B) {
	data := build(func(w *writer) {
		w.ints(stringSxp, 100_000)
		for range 100_000 {
			w.chars("feature")
		}
	})
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		look(b, "m.rds", data)
	}
}
