package compare

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/hosted"
)

// The things of a candidate whose digests a record keeps.
const (
	seenWeights     = "weights"     // every file of the model with its digest
	seenCard        = "card"        // the card as it was
	seenTerms       = "terms"       // identifiers of its licence, and the text of the terms where there is a copy
	seenDescription = "description" // what somebody wrote about it
	seenAdvisories  = "advisories"  // what the database says about the packages that load it
	seenRetirement  = "retirement"  // what is known of a hosted model's end
)

// Seen are digests of what the comparison rests on. What was not there, or could not be read whole, has none.
func (c *Candidate) Seen(ask Advisories) map[string]string {
	seen := map[string]string{}
	put := func(name string, parts ...string) {
		h := sha256.New()
		for _, p := range parts {
			h.Write([]byte(p))
			h.Write([]byte{0})
		}
		seen[name] = "sha256:" + hex.EncodeToString(h.Sum(nil))
	}
	var terms []string
	if c.files != nil {
		if all := slices.Concat(c.files.weights, c.files.around); c.files.hashed && len(all) > 0 {
			var lines []string
			for _, w := range all {
				if c.files.card == nil || w.path != c.files.card.Path {
					lines = append(lines, w.path+" "+w.sha256)
				}
			}
			slices.Sort(lines)
			put(seenWeights, lines...)
		}
		if c.files.card != nil {
			put(seenCard, c.files.cardRaw)
		}
		if l := c.files.licence; l != nil {
			terms = append(terms, string(l.raw))
		}
	}
	if f := c.front("license", "licence"); f.Value != "" {
		terms = append(terms, "card "+f.Value, c.front("license_name").Value)
	}
	for _, name := range []string{"licence.id", "licence.restrictions"} {
		if v, ok := c.said(name); ok {
			terms = append(terms, name+" "+v.Text)
		}
	}
	if len(terms) > 0 {
		put(seenTerms, terms...)
	}
	if c.described != nil {
		put(seenDescription, c.described.meaning())
	}
	if ids, whole := c.advisoryIDs(ask); whole {
		put(seenAdvisories, ids...)
	}
	if c.Kind == Hosted {
		state, _ := hosted.Of(hosted.Bare(c.Model))
		put(seenRetirement, state.Retired, state.Fixed)
	}
	return seen
}

// meaning is a description without its layout and comments.
func (d *Description) meaning() string {
	var lines []string
	for name, v := range d.fields {
		lines = append(lines, name+"\x01"+v.Text)
	}
	for _, t := range d.tests {
		lines = append(lines, "test\x01"+t.Test+"\x01"+t.Result+"\x01"+t.Source+"\x01"+t.On.Format("2006-01-02"))
	}
	for _, s := range (&Candidate{described: d}).stated() {
		lines = append(lines, "threat\x01"+s.Name+"\x01"+settingText(s.Value))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\x00")
}
