package document

import (
	"fmt"
	"os"
	"testing"
)

func TestTmpPieces(t *testing.T) {
	for _, p := range []string{"/tmp/real/JRMeyer+markdown-datasheet-for-datasets/DATASHEET.md", "/tmp/real/huggingface+huggingface_hub/src/huggingface_hub/templates/modelcard_template.md", "/tmp/real/huggingface+huggingface_hub/src/huggingface_hub/templates/datasetcard_template.md", "/tmp/real/Abhinandan707+ML_deployment_fastapi/model_card_template.md"} {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		d := Read(p, data)
		fmt.Println(p, len(d.Sections), d.Filled())
		for _, s := range d.Sections {
			for q := range pieces(s.Text, s.format) {
				if q.content() {
					fmt.Printf("  %s %d %q\n", s.Heading, s.From+q.line, q.text)
				}
			}
		}
	}
}
