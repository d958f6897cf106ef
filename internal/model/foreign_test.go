package model

import (
	"archive/zip"
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Programs of Java are no models, and a jar is looked at where something in it is named like one.
func TestJars(t *testing.T) {
	const class = "\xca\xfe\xba\xbe\x00\x00\x00\x34"
	for _, c := range []struct {
		what, name string
		members    []string
		format     string
		want       inspect.Verdict
	}{
		{"a program", "a.jar", []string{"META-INF/MANIFEST.MF", "a/E.class"}, "", inspect.Clean},
		{"a program with a network", "a.jar", []string{"a/E.class", "res/net.onnx"}, "java-code", inspect.Dangerous},
		{"a network alone", "a.jar", []string{"README", "net.onnx"}, "zip", inspect.NotRead},
		{"files of the hub", "a.JAR", []string{"a/E.class", "m/vocab.json"}, "zip", inspect.Clean},
		{"under another name", "a.zip", []string{"a/E.class"}, "zip", inspect.Clean},
	} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range c.members {
			f, err := w.Create(name)
			if err == nil {
				content := "{}"
				if strings.HasSuffix(name, ".class") {
					content = class
				}
				_, err = f.Write([]byte(content))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		f := Examine(context.Background(), Source{Name: c.name, Bytes: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}, Formats(), Limits{})
		if f.Format != c.format || c.want != f.Verdict {
			t.Errorf("%s: %q, %s %v", c.what, f.Format, f.Verdict, f.Reasons)
		}
	}
}
