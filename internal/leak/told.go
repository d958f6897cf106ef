package leak

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/secret"
)

// Describe says what a credential is, who gave it out, how it begins where that helps nobody but its owner, and what it is assigned to.
func Describe(k *secret.Found) string {
	text := k.Title
	if k.Provider != "" && !strings.Contains(k.Title, k.Provider) {
		text += " (" + k.Provider + ")"
	}
	if k.Shown != "…" {
		text += ", " + k.Shown
	}
	text += fmt.Sprintf(" (%d characters)", k.Length)
	if k.Context != "" {
		text += ", under the name " + k.Context
	}
	return text
}
