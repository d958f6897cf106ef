package discover

import (
	"testing"

	"github.com/lodemark/lodemark"
)

func TestPromptsAndNotebooks(t *testing.T) {
	s := discovered(t, files{
		"prompts/system.md": "You are x.", "prompts/README.md": "how", "prompts/build.py": "x", "prompts/chat.j2": "{{ q }}", "app/prompts/deep/answer.txt": "x", "system_prompt.txt": "x",
		"app/summary_prompt.yaml": "a: b", "x.prompty": "---\n---\n", "app/answer.prompt.md": "x", "docs/prompt.md": "on prompts", "prompts/picture.md": "\x00\x01", "prompts/empty.md": "",
		".github/prompts/fix.prompt.md": "x", "tests/prompts/a.md": "x", "prompts/__init__.py": "", "app/prompt-engineering-guide.md": "x",
		"eda.ipynb": `{"cells": [], "nbformat": 4}`, "broken.ipynb": "<html>",
	})
	same(t, "prompts", listed(s, lodemark.KindPrompt, lodemark.KindNotebook), []string{
		"notebook eda.ipynb eda.ipynb jupyter", "prompt answer.prompt.md app/answer.prompt.md text", "prompt answer.txt app/prompts/deep/answer.txt text", "prompt summary_prompt.yaml app/summary_prompt.yaml yaml",
		"prompt chat.j2 prompts/chat.j2 jinja", "prompt system.md prompts/system.md text", "prompt system_prompt.txt system_prompt.txt text", "prompt a.md tests/prompts/a.md text aside", "prompt x.prompty x.prompty prompty",
	})
}

func TestDatasets(t *testing.T) {
	s := discovered(t, files{
		"data/tickets.csv": "a,b\n", "data/intents.train.jsonl": "{\"a\": 1}\n", "data/config.json": "{}", "data/train.json": "[]", "train.csv": "a,b\n", "countries.csv": "a,b\n", "x.parquet": "PAR1\x00", "fake.parquet": "text",
		"evals/cases.jsonl": "{}\n", "results/eval_results.csv": "a,b\n", "locale/train.csv": "a,b\n", "data/model.npz": "PK\x03\x04", "big/train.csv": pointer, "set/x.csv": "a,b\n", "set/DATA_CARD.md": "# x\n", "data/binary.csv": "\x00\x01",
		"hub/README.md": "---\ntask_categories:\n- text\n---\n", "hub/rows.jsonl": "{}\n", "tests/data/x.csv": "a,b\n",
	})
	same(t, "datasets", listed(s, lodemark.KindDataset, lodemark.KindDataCard), []string{
		"data_card README.md hub/README.md markdown", "data_card DATA_CARD.md set/DATA_CARD.md markdown",
		"dataset train.csv big/train.csv csv", "dataset intents.train.jsonl data/intents.train.jsonl jsonl", "dataset model.npz data/model.npz numpy", "dataset tickets.csv data/tickets.csv csv", "dataset train.json data/train.json json",
		"dataset rows.jsonl hub/rows.jsonl jsonl", "dataset x.csv set/x.csv csv", "dataset x.csv tests/data/x.csv csv aside", "dataset train.csv train.csv csv", "dataset x.parquet x.parquet parquet",
	})
}

func TestCardsAndDocuments(t *testing.T) {
	s := discovered(t, files{
		"models/a/README.md": "# A\n", "models/a/a.safetensors": tensors(), "MODEL_CARD.md": "# m\n", "hub/README.md": "---\nlicense: mit\nbase_model: org/base\n---\n# x\n", "README.md": "# app\n", "SECURITY.md": "# s\n", "CHANGELOG.md": "x",
		".well-known/security.txt": "Contact: x", "docs/guide.md": "x", "docs/deep/guide.rst": "x", "src/notes.md": "x", "threats.yaml": "system: {}\n", "sub/threats.yaml": "a: b\n", "docs/threat-model.md": "# t\n", ".github/SECURITY.md": "x",
	})
	same(t, "documents", listed(s, lodemark.KindDocument, lodemark.KindModelCard, lodemark.KindThreatModel), []string{
		"document SECURITY.md .github/SECURITY.md markdown", "document security.txt .well-known/security.txt text", "document CHANGELOG.md CHANGELOG.md markdown", "document README.md README.md markdown", "document SECURITY.md SECURITY.md markdown",
		"document guide.rst docs/deep/guide.rst restructuredtext", "document guide.md docs/guide.md markdown", "document threat-model.md docs/threat-model.md markdown", "document README.md models/a/README.md markdown",
		"model_card MODEL_CARD.md MODEL_CARD.md markdown", "model_card README.md hub/README.md markdown", "model_card README.md models/a/README.md markdown",
		"threat_model threat-model.md docs/threat-model.md markdown", "threat_model threats.yaml threats.yaml lodemark",
	})
}
