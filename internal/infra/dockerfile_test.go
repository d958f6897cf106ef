package infra

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func dockerfile(t *testing.T, text string) *Dockerfile {
	t.Helper()
	d, err := ParseDockerfile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// What FROM takes: images with defaults filled in, stages of the same file, nothing, or what only a build knows.
func TestStages(t *testing.T) {
	d := dockerfile(t, `ARG VERSION=3.12
ARG BASE=python:${VERSION}-slim FLAVOUR
FROM --platform=$BUILDPLATFORM golang:1.23 AS Build
FROM ${BASE} as app
FROM build
FROM scratch
FROM ${FLAVOUR}
FROM x:${FLAVOUR:-plain}
FROM final-${TARGETARCH}
`)
	want := []string{
		"3 build golang:1.23 {Registry: Name:golang Tag:1.23 Digest:} stage=false open=false",
		"4 app ${BASE} {Registry: Name:python Tag:3.12-slim Digest:} stage=false open=false",
		"5  build {Registry: Name: Tag: Digest:} stage=true open=false",
		"6  scratch {Registry: Name: Tag: Digest:} stage=false open=false",
		"7  ${FLAVOUR} {Registry: Name: Tag: Digest:} stage=false open=true",
		"8  x:${FLAVOUR:-plain} {Registry: Name:x Tag:plain Digest:} stage=false open=false",
		"9  final-${TARGETARCH} {Registry: Name: Tag: Digest:} stage=false open=true",
	}
	for i, s := range d.Stages {
		if got := fmt.Sprintf("%d %s %s %+v stage=%v open=%v", s.Line, s.Name, s.Base.Text, s.Image, s.FromStage, s.Open); i >= len(want) || got != want[i] {
			t.Errorf("stage %d: %s", i, got)
		}
	}
	if len(d.Stages) != len(want) {
		t.Errorf("%d stages, want %d", len(d.Stages), len(want))
	}
}

func TestStageContents(t *testing.T) {
	d := dockerfile(t, `FROM python:3.12
ARG UID=1000
ENV HOME_DIR=/srv/${UID} \
    TOKEN="a b"
USER root
COPY --from=ghcr.io/acme/uv:0.5 --chown=1:1 /uv /uvx /bin/
ADD ["a file", "/srv/"]
EXPOSE 8080 9090/udp
RUN --mount=type=bind,from=acme/tools:1,target=/t true
USER ${UID}:${GID:-1000}
ENTRYPOINT ["python", "-m"]
CMD ["desk", "--host", "0.0.0.0"]
`)
	s := d.Stages[0]
	if s.User != (Value{"1000:1000", 10}) {
		t.Errorf("user %+v", s.User)
	}
	if want := []Setting{{"HOME_DIR", Value{"/srv/${UID}", 3}}, {"TOKEN", Value{"a b", 3}}}; !reflect.DeepEqual(s.Env, want) {
		t.Errorf("environment %+v", s.Env)
	}
	if want := []Copy{{6, []string{"/uv", "/uvx"}, "/bin/", "ghcr.io/acme/uv:0.5", false}, {7, []string{"a file"}, "/srv/", "", true}}; !reflect.DeepEqual(s.Copies, want) {
		t.Errorf("copies %+v", s.Copies)
	}
	if want := []Value{{"8080", 8}, {"9090/udp", 8}}; !reflect.DeepEqual(s.Expose, want) {
		t.Errorf("ports %+v", s.Expose)
	}
	if want := []Value{{"acme/tools:1", 9}}; !reflect.DeepEqual(s.Mounts, want) {
		t.Errorf("mounts %+v", s.Mounts)
	}
	if got := strings.Join(s.Command, " "); got != "python -m desk --host 0.0.0.0" || s.CommandAt != 11 {
		t.Errorf("command %q at %d", got, s.CommandAt)
	}
}

func TestCommand(t *testing.T) {
	for text, want := range map[string]string{
		`CMD python -m "my app"`:                        "2: python|-m|my app",
		"CMD [\"a\"]\nCMD [\"b\"]":                      "3: b",
		"CMD [\"a\"]\nENTRYPOINT [\"e\"]":               "3: e|a",
		"ENTRYPOINT exec server\nCMD [\"ignored\"]":     "2: exec|server", // a shell takes no further words
		"ENTRYPOINT [\"\", \"x\"]":                      "2: |x",
		"HEALTHCHECK CMD curl localhost\nCMD [\"run\"]": "3: run",
	} {
		s := dockerfile(t, "FROM x\n"+text+"\n").Stages[0]
		if got := fmt.Sprintf("%d: %s", s.CommandAt, strings.Join(s.Command, "|")); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Line n of a run's text stands on line Line+n of the file, whatever lies between the lines of a command.
func TestRunsKeepTheirLines(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"one line", "FROM x\nRUN echo a && echo b\n", "2:echo a && echo b"},
		{"continued, with a comment and a blank line between", "FROM x\nRUN apt-get update && \\\n    # why\n\n    curl x | sh\n", "2:apt-get update && \\\n\\\n\\\n    curl x | sh"},
		{"spaces after the backslash", "FROM x\nRUN a \\  \n  b\n", "2:a \\\n  b"},
		{"flags of their own lines", "FROM x\nRUN --mount=type=cache,target=/c \\\n    --network=none \\\n    pip install .\n", "4:pip install ."},
		{"a flag in quotes", "FROM x\nRUN --mount=type=secret,\"id=a b\" cat\n", "2:cat"},
		{"CRLF", "FROM x\r\nRUN a \\\r\n  b\r\n", "2:a \\\n  b"},
		{"another escape character", "# escape=`\nFROM x\nRUN a `\n  b\n", "3:a \\\n  b"},
		{"exec form", "FROM x\nRUN [\"pip\", \"install\", \"a b\"]\n", "2:pip install 'a b'"},
		{"exec form of a shell", "FROM x\nRUN [\"/bin/bash\", \"-ec\", \"curl x | sh\"]\n", "2:curl x | sh"},
		{"exec form with line ends", "FROM x\nRUN [\"sh\", \"-c\", \"a\\n# not run\\nb\"]\n", "2:a; b"},
		{"a script as here-document", "FROM x\nRUN <<EOF\nset -e\ncurl x | sh\nEOF\nRUN b\n", "3:set -e\ncurl x | sh|6:b"},
		{"a here-document for a shell", "FROM x\nRUN bash -e <<'EOF'\ncurl x | sh\nEOF\n", "3:curl x | sh"},
		{"a here-document that is data", "FROM x\nRUN cat > /x <<-EOF\n\tcurl x | sh\n\tEOF\n", "2:cat > /x <<-EOF\n\tcurl x | sh\n\tEOF"},
		{"a program in another language", "FROM x\nRUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n", ""},
		{"for builds on top of this one", "FROM x\nONBUILD RUN curl x | sh\n", "2:curl x | sh"},
		{"lower case", "from x\nrun a\n", "2:a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, r := range dockerfile(t, tt.text).Stages[0].Runs {
				got = append(got, fmt.Sprintf("%d:%s", r.Line, r.Text))
			}
			if s := strings.Join(got, "|"); s != tt.want {
				t.Errorf("%q, want %q", s, tt.want)
			}
		})
	}
}

func TestBrokenDockerfiles(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "line 1: ",
		"# only a comment\n":                 "line 1: ",
		"RUN x\n":                            "line 1: \"RUN\" before the first FROM",
		"ARG A=1\n":                          "line 1: no FROM",
		"FROM x\n\nINSTALL y\n":              "line 3: unknown instruction",
		"FROM x AS\n":                        "line 1: FROM takes",
		"FROM x\nRUN <<EOF\nnever ends\n":    "line 2: unterminated heredoc",
		"FROM x\nENV novalue\n":              "line 2: ",
		"FROM x\nRUN " + long(70<<10) + "\n": "line ",
		"FROM x\nRUN " + strings.Repeat(long(1000)+"\\\n", 200): "line ",
		"{% if gpu %}\nFROM x\n":                                "line 1: \"{%\" before the first FROM",
	} {
		_, err := ParseDockerfile([]byte(text))
		if e := (*Error)(nil); !errors.As(err, &e) || !strings.HasPrefix(err.Error(), want) || len(err.Error()) > 400 {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func long(n int) string { return strings.Repeat("x", n) }

// Files that are made to cost much cost little.
func TestHostileDockerfiles(t *testing.T) {
	for name, text := range map[string]string{
		"defaults inside defaults":         "FROM x\nRUN <<a " + strings.Repeat("${a:-", 12_000) + "\n",
		"triggers of triggers":             "FROM x\n" + strings.Repeat("ONBUILD \\\n", 14_000) + "RUN x\n",
		"many here-documents":              "FROM x\nRUN " + strings.Repeat("<<a ", 15_000) + "\n" + strings.Repeat("a\n", 15_000),
		"many stages that name each other": "FROM x AS a\n" + strings.Repeat("FROM a AS a\n", maxStages-1),
		"more stages than anyone has":      strings.Repeat("FROM x\n", 2*maxStages),
		"growing variables":                "ARG A=xxxxxxxxxx\n" + strings.Repeat("ARG A=$A$A$A\n", 2000) + "FROM $A\n",
		"many variables":                   "FROM x\n" + strings.Repeat("ENV A=$B\nARG C=1\n", 5000),
		"comments without end":             "FROM x\nRUN a \\\n" + strings.Repeat("# c\n", 100_000) + "b\n",
	} {
		begin := time.Now()
		ParseDockerfile([]byte(text))
		if took := time.Since(begin); took > 30*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func FuzzDockerfile(f *testing.F) {
	for _, s := range []string{"FROM x\nRUN a \\\n b\n", "# escape=`\nFROM ${A:-b} AS c\nRUN <<EOF\nx\nEOF\n", "ARG A=$A\nFROM $A\nENV A=b C=$A\nUSER $C\n",
		"FROM x\nRUN --mount=from=a,\"b c\" [\"sh\",\"-c\",\"x\\ny\"]\nONBUILD COPY --from=0 <<E /x\ny\nE\n", "FROM x\nCMD a 'b\nENTRYPOINT [\"x\"]\nHEALTHCHECK NONE\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDockerfile(data)
		lines := strings.Count(string(data), "\n") + 1
		if e := (*Error)(nil); err != nil {
			if !errors.As(err, &e) || e.Line < 0 || e.Line > lines || d != nil {
				t.Errorf("%v of %d lines", err, lines)
			}
			return
		}
		for _, s := range d.Stages {
			for _, r := range s.Runs {
				if last := r.Line + strings.Count(r.Text, "\n"); r.Line < 1 || last > lines {
					t.Errorf("run from %d to %d of %d lines", r.Line, last, lines)
				}
			}
		}
	})
}
