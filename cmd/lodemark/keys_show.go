package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/sign"
)

// keysSchema names the layout of what list writes as JSON.
const keysSchema = "lodemark.keys/1"

// listedKey is one key as list shows it.
type listedKey struct {
	Name      string     `json:"name"`
	ID        string     `json:"id"`
	Algorithm string     `json:"algorithm"`
	State     string     `json:"state"` // current, expired, retired, revoked
	Created   *time.Time `json:"created,omitempty"`
	Until     *time.Time `json:"until,omitempty"`
	Retired   *time.Time `json:"retired,omitempty"`
	Revoked   *time.Time `json:"revoked,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	Uses      []sign.Use `json:"uses"`
	Private   string     `json:"private"` // passphrase, unprotected, absent
	Subject   string     `json:"subject,omitempty"`
}

func keysListCommand() *cobra.Command {
	var folder, format, at string
	c := &cobra.Command{
		Use:     "list",
		Short:   "Show your keys, and which of them sign",
		Example: "  lodemark keys list\n  lodemark keys list --format json",
		Args:    exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usage("use text or json", "keys list has no format %q", format)
			}
			now := time.Now()
			if at != "" {
				var err error
				if now, err = time.Parse(time.RFC3339, at); err != nil {
					return usage("write it as 2026-01-31T12:00:00Z", "--at %q is no time", at)
				}
			}
			keys, err := openKeys(folder)
			if err != nil {
				return err
			}
			listed := []listedKey{}
			for _, k := range keys.Keys() {
				_, kept := keys.PrivateFile(k)
				listed = append(listed, listedOf(k, kept, now))
			}
			if format == "json" {
				return writeKeysJSON(c.OutOrStdout(), listed)
			}
			return writeKeysText(c.OutOrStdout(), listed)
		},
	}
	addKeys(c, &folder)
	c.Flags().StringVarP(&format, "format", "f", "text", "text or json")
	c.Flags().StringVar(&at, "at", "", "show what expired by then, as 2026-01-31T12:00:00Z (default: now)")
	return c
}

func listedOf(k sign.TrustedKey, kept string, now time.Time) listedKey {
	l := listedKey{
		Name: k.Name, ID: k.Key.ID, Algorithm: k.Key.Algorithm, State: stateOf(k, now), Private: kept, Reason: k.Reason, Uses: k.Uses,
		Created: timeOrNil(k.From), Until: timeOrNil(k.Until), Retired: timeOrNil(k.Retired), Revoked: timeOrNil(k.Revoked),
	}
	if len(l.Uses) == 0 {
		l.Uses = sign.Uses()
	}
	if len(k.Key.Chain) > 0 {
		l.Subject = k.Key.Chain[0].Subject.String()
	}
	return l
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func stateOf(k sign.TrustedKey, now time.Time) string {
	switch {
	case !k.Revoked.IsZero():
		return "revoked"
	case !k.Retired.IsZero():
		return "retired"
	case !k.Until.IsZero() && !now.Before(k.Until):
		return "expired"
	}
	return "current"
}

func writeKeysJSON(w io.Writer, listed []listedKey) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		Schema string        `json:"schema"`
		Tool   lodemark.Tool `json:"tool"`
		Keys   []listedKey   `json:"keys"`
	}{keysSchema, toolOf(), listed})
}

func writeKeysText(w io.Writer, listed []listedKey) error {
	if len(listed) == 0 {
		_, err := fmt.Fprintln(w, "no keys; lodemark keys new NAME makes one")
		return err
	}
	rows := [][]string{{"NAME", "STATE", "ALGORITHM", "CREATED", "UNTIL", "PRIVATE", "ID"}}
	for _, k := range listed {
		state := k.State
		switch {
		case k.Revoked != nil:
			state += " " + dayOf(*k.Revoked)
		case k.Retired != nil:
			state += " " + dayOf(*k.Retired)
		}
		rows = append(rows, []string{k.Name, state, k.Algorithm, dayOrDash(k.Created), dayOrDash(k.Until), k.Private, k.ID[:len("sha256:")+16]})
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for _, r := range rows {
		var line strings.Builder
		for i, cell := range r {
			fmt.Fprintf(&line, "%-*s  ", widths[i], cell)
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

func dayOrDash(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return dayOf(*t)
}

type keysExportFlags struct {
	folder, output   string
	trust, request   bool
	subject          string
	stdout, progress io.Writer
}

func keysExportCommand() *cobra.Command {
	var f keysExportFlags
	c := &cobra.Command{
		Use:   "export NAME | export --trust [NAME...]",
		Short: "Write what others need to trust your keys",
		Long: "Export writes the public half of the key of NAME, or its certificates, as PEM. With --trust it writes a trust.yaml instead: all keys of\n" +
			"the names (default: all names), the retired and revoked ones with their times, so that what they signed is judged rightly. With\n" +
			"--request it writes a certificate request, for an authority to sign. No private half is ever written.",
		Example: "  lodemark keys export release -o release.pub\n  lodemark keys export --trust -o trust.yaml\n  lodemark keys export release --request --subject \"Release team\" -o release.csr",
		RunE: func(c *cobra.Command, args []string) error {
			f.stdout, f.progress = c.OutOrStdout(), c.ErrOrStderr()
			return f.run(args)
		},
	}
	addKeys(c, &f.folder)
	c.Flags().StringVarP(&f.output, "output", "o", "", "write to this file")
	c.Flags().BoolVar(&f.trust, "trust", false, "write a trust.yaml with all keys of the names, old ones too")
	c.Flags().BoolVar(&f.request, "request", false, "write a certificate request")
	c.Flags().StringVar(&f.subject, "subject", "", "with --request: whom the certificate is for (default: NAME)")
	return c
}

func (f *keysExportFlags) run(names []string) error {
	switch {
	case f.trust && f.request:
		return usage("drop one of them", "--trust and --request write different things")
	case f.subject != "" && !f.request:
		return usage("add --request", "--subject is for a certificate request")
	case !f.trust && len(names) != 1:
		return usage("lodemark keys export NAME, or --trust for several", "keys export takes one name, got %d", len(names))
	}
	keys, err := openKeys(f.folder)
	if err != nil {
		return err
	}
	var data []byte
	switch {
	case f.trust:
		data, err = exportTrust(keys, names)
	case f.request:
		data, err = f.requestFor(keys, names[0])
	default:
		data, err = exportKey(keys, names[0])
	}
	if err != nil {
		return err
	}
	return writeOut(f.output, f.stdout, data)
}

func exportKey(keys *sign.KeyFolder, name string) ([]byte, error) {
	k, ok := keys.Current(name)
	if !ok {
		return nil, noSuchKey(keys, name)
	}
	return k.Key.PEM(), nil
}

// noSuchKey says why there is none: the folder knows whether the name has older keys.
func noSuchKey(keys *sign.KeyFolder, name string) error {
	_, err := keys.Private(name, time.Now(), nil)
	return keyProblem(err)
}

func exportTrust(keys *sign.KeyFolder, names []string) ([]byte, error) {
	var chosen []sign.TrustedKey
	for _, k := range keys.Keys() {
		if len(names) == 0 || slices.Contains(names, k.Name) {
			chosen = append(chosen, k)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(chosen, func(k sign.TrustedKey) bool { return k.Name == name }) {
			return nil, noSuchKey(keys, name)
		}
	}
	if len(chosen) == 0 {
		return nil, usage("lodemark keys new NAME makes one", "there is no key to export")
	}
	data, err := sign.WriteTrust(chosen)
	return data, keyProblem(err)
}

func (f *keysExportFlags) requestFor(keys *sign.KeyFolder, name string) ([]byte, error) {
	private, err := keys.Private(name, time.Now(), func() ([]byte, error) { return passphraseOf(f.progress, name) })
	if err != nil {
		return nil, keyProblem(err)
	}
	data, err := private.Request(cmp.Or(f.subject, name))
	return data, keyProblem(err)
}
