package discover

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

// Signs are files that are no components and yet show what a system does: code that trains, packaging of a product.

var trainingName = pattern.New(`^(train|training|trainer|finetun(e|ing)|fine[_-]tun(e|ing)|pretrain|sft|dpo|grpo|ppo|rlhf|distill)([_-].*)?$|^(run|start|launch)_(train|training|sft|dpo|finetun(e|ing)|clm|mlm)$|_(train|finetune|finetuning|sft|dpo)$`)

// isSign decides by name.
func (v *visit) isSign() bool {
	switch v.ext {
	case ".py", ".ipynb", ".sh":
		return trainingName.MatchString(stemOf(v.lower)) || v.ext == ".py" && v.in(trainingFolders) && v.lower != "__init__.py"
	case ".yaml", ".yml":
		return v.lower == "mlproject" || strings.HasPrefix(v.lower, "axolotl") || v.lower == "electron-builder.yml" || v.lower == "snapcraft.yaml"
	}
	return productNames[v.lower]
}

var (
	trainingFolders = set("training", "finetuning", "fine_tuning", "fine-tuning", "finetune", "pretraining")
	productNames    = set("tauri.conf.json", "electron-builder.json", "androidmanifest.xml", "electron-builder.json5", "forge.config.js", "forge.config.ts", ".vscodeignore")
)

func (v *visit) readSign() {
	switch {
	case v.ext == ".py" || v.ext == ".ipynb" || v.ext == ".sh" || strings.HasPrefix(v.lower, "axolotl"):
		v.out.hints.trains = true
	default:
		v.out.hints.ships = true
	}
}
