package develop

import (
	"strings"
	"testing"
)

// Shell text and what of it runs a download unseen: the line and the address, or nothing.
func TestPipedInstalls(t *testing.T) {
	bad := []struct {
		text, address string
		line          int
	}{
		{"curl -fsSL https://example.org/install.sh | sh", "https://example.org/install.sh", 1},
		{"set -e\nwget -qO- http://example.org/i.sh | sudo -E bash -", "http://example.org/i.sh", 2},
		{"apt-get update && curl https://example.org/i | bash -s -- --yes", "https://example.org/i", 1},
		{"curl -L https://example.org/i \\\n  --retry 3 \\\n  | sh", "https://example.org/i", 1},
		{"curl https://example.org/i |\n  sh", "https://example.org/i", 1},
		{"curl https://example.org/i | tee /tmp/i | python3 -", "https://example.org/i", 1},
		{"bash <(curl -s https://example.org/i)", "https://example.org/i", 1},
		{`sh -c "$(curl -fsSL https://example.org/i)"`, "https://example.org/i", 1},
		{"eval \"$(wget -qO- https://example.org/i)\"", "https://example.org/i", 1},
		{"source <(curl -s https://example.org/i)", "https://example.org/i", 1},
		{"x=$(curl -s https://example.org/i | sh)", "https://example.org/i", 1},
		{"if ! curl https://example.org/i | sh; then exit 1; fi", "https://example.org/i", 1},
		{"FOO=1 curl https://example.org/i | FOO=2 sh", "https://example.org/i", 1},
		{"curl https://example.org/i 2>/dev/null | bash", "https://example.org/i", 1},
	}
	for _, tt := range bad {
		got := pipedInstalls(tt.text)
		if len(got) != 1 || got[0].line != tt.line || got[0].address != tt.address {
			t.Errorf("%q gives %+v; want line %d, %s", tt.text, got, tt.line, tt.address)
		}
	}
	good := []string{
		"curl -o /tmp/i https://example.org/i && sh /tmp/i", // a file can be looked at; another rule's business
		"curl https://example.org/i | jq .",
		"curl https://example.org/i | python3 -m json.tool",
		`curl https://example.org/i | python3 -c "import json,sys; print(json.load(sys.stdin))"`,
		"curl https://example.org/key | gpg --dearmor -o key.gpg",
		"curl https://example.org/a.tar.gz | tar xz",
		"# curl https://example.org/i | sh",
		"true # curl https://example.org/i | sh",
		`echo "run: curl https://example.org/i | sh"`,
		"cat <<EOF\ncurl https://example.org/i | sh\nEOF\n",
		"cat > i.sh <<'EOF'\ncurl https://example.org/i | sh\nEOF\necho done",
		"curl https://example.org/i | bash script.sh",
		"cat local.sh | sh",
		"curl https://example.org/i || sh fallback.sh",
		"curl https://example.org/i; sh other.sh",
		"curl https://example.org/i | sudo tee /etc/apt/sources.list.d/x.list",
		"curl https://example.org/i | sha256sum --check sums && sh i",
		`v=$(curl -s https://example.org/version) && bash build.sh "$v"`,
		"status=$(curl -s https://example.org/health); echo $status | grep ok",
	}
	for _, text := range good {
		if got := pipedInstalls(text); len(got) != 0 {
			t.Errorf("%q gives %+v; want nothing", text, got)
		}
	}
}

func FuzzPipedInstalls(f *testing.F) {
	f.Add("curl x | sh")
	f.Add("a <<E | sh\ncurl\nE\n")
	f.Add("bash <(curl \"$(wget `x`)\") # '")
	f.Add("\\\n|&\r\n<<<'")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, x := range pipedInstalls(text) {
			if x.line < 1 || x.line > lines {
				t.Errorf("line %d of %d in %q", x.line, lines, text)
			}
		}
	})
}
