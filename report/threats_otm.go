package report

import (
	"io"

	"github.com/lodemark/lodemark/design/threat/otm"
)

// writeThreatsOTM writes the model in the format that tools for threat models exchange, with the threats that are listed.
func writeThreatsOTM(w io.Writer, t *Threats, _ Options) error {
	listed := *t.Report
	listed.Threats = t.Shown
	data, err := otm.Write(t.Model, t.Library, &listed)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}
