package discover

import (
	"bytes"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

var (
	// dataFolders say by their name that data for training or measuring lies below.
	dataFolders = set("data", "dataset", "datasets", "training_data", "training-data", "traindata", "train_data", "finetune_data", "fine_tuning_data", "corpus",
		"corpora", "annotations", "labels", "labelled", "labeled", "benchmark_data", "eval_data", "evaluation_data", "sft", "dpo", "rlhf", "golden")
	// dataName is a name that says the same. Words like test or samples say it only in such a folder.
	dataName = pattern.New(`(^|[._\-])(train|training|trainset|eval|evaluation|validation|finetun(e|ing)|fine[_-]tun(e|ing)|dataset|corpus|golden|ground[_-]?truth|` +
		`labelled|labeled|annotations|sft|dpo|rlhf|holdout|heldout|benchmark)([._\-]|\d|$)`)
	// outcomeName marks what came out of training or measuring, and what only describes data.
	outcomeName = pattern.New(`result|metric|score|report|output|prediction|leaderboard|manifest|schema|config|issues|(^|[._\-])(logs?|history|loss)([._\-]|$)`)
	// trainName is the part of it that no other kind of file bears.
	trainName = pattern.New(`(^|[._\-])(train|training|trainset|finetun(e|ing)|fine[_-]tun(e|ing)|dataset|corpus|ground[_-]?truth|sft|dpo|rlhf|heldout)([._\-]|\d|$)`)
)

// mayBeDataset decides by ending and place, and by name where an ending says little.
func (v *visit) mayBeDataset() bool {
	switch v.ext {
	case ".parquet", ".arrow", ".feather", ".tfrecord", ".tfrecords", ".avro", ".orc", ".csv", ".tsv", ".jsonl", ".ndjson":
		return true
	case ".npy", ".npz", ".h5", ".hdf5":
		return v.ofData()
	case ".gz", ".bz2", ".zst", ".xz":
		inner := placeOf(stemOf(v.path))
		return (inner.ext == ".csv" || inner.ext == ".tsv" || inner.ext == ".jsonl" || inner.ext == ".ndjson" || inner.ext == ".json") && v.namedAsData()
	case ".json", ".txt":
		return v.in(dataFolders) && trainName.MatchString(stemOf(v.lower)) && !outcomeName.MatchString(v.lower)
	}
	return false
}

// ofData says whether place or name speak of data rather than of a model.
func (v *visit) ofData() bool {
	return !v.in(modelFolders) && (v.in(dataFolders) || trainName.MatchString(stemOf(v.lower)))
}

// namedAsData says whether folder or name tell that a table is for training or measuring, and not one of an application.
func (v *visit) namedAsData() bool {
	return !v.in(otherTables) && (v.in(dataFolders) || dataName.MatchString(stemOf(v.lower))) && !outcomeName.MatchString(v.lower)
}

// otherTables are folders whose tables are texts or settings of an application.
var otherTables = set("locale", "locales", "i18n", "l10n", "translations", "migrations", "_data", "seeds", "node_modules", "geo", "fonts", "public", "static", "assets")

func (v *visit) readDataset() {
	if v.isPromptLines() && v.promptLines() != nil {
		return
	}
	detail := map[string]string(nil)
	format := ""
	if isPointer(v.head) {
		format, detail = dataFormat(v.ext, nil, true), map[string]string{"lfs_pointer": "true"}
		if (format == "csv" || format == "tsv" || format == "jsonl") && !v.namedAsData() {
			format = ""
		}
	} else if format = dataFormat(v.ext, v.head, false); format != "" && isTable(v.ext) && !v.namedAsData() {
		v.out.hints.table = format // a dataset where a data card beside it says so
		return
	}
	if format == "" || len(v.head) == 0 {
		return
	}
	v.addFile(lodemark.KindDataset, format, detail)
}

func isTable(ext string) bool {
	switch ext {
	case ".csv", ".tsv", ".jsonl", ".ndjson":
		return true
	}
	return false
}

// dataFormat checks that content is what the ending says. Of a pointer only the ending is known.
func dataFormat(ext string, head []byte, pointer bool) string {
	begins := func(magic string) bool { return pointer || bytes.HasPrefix(head, []byte(magic)) }
	switch ext {
	case ".parquet":
		return when(begins("PAR1"), "parquet")
	case ".arrow", ".feather":
		return when(begins("ARROW1") || begins("FEA1") || begins("\xff\xff\xff\xff"), "arrow")
	case ".avro":
		return when(begins("Obj\x01"), "avro")
	case ".orc":
		return when(begins("ORC"), "orc")
	case ".tfrecord", ".tfrecords":
		return when(pointer || !isText(head), "tfrecord")
	case ".npy", ".npz":
		return when(begins("\x93NUMPY") || begins("PK\x03\x04"), "numpy")
	case ".h5", ".hdf5":
		return when(begins("\x89HDF"), "hdf5")
	case ".csv":
		return when(pointer || isText(head), "csv")
	case ".tsv":
		return when(pointer || isText(head), "tsv")
	case ".jsonl", ".ndjson":
		return when(pointer || isText(head) && startsWithAny(head, "{["), "jsonl")
	case ".json":
		return when(pointer || isText(head) && startsWithAny(head, "{["), "json")
	case ".txt":
		return when(pointer || isText(head), "text")
	case ".gz", ".bz2", ".zst", ".xz":
		return when(pointer || !isText(head), "compressed")
	}
	return ""
}

func when(holds bool, word string) string {
	if holds {
		return word
	}
	return ""
}

// startsWithAny says whether the first character that is no space is one of those given.
func startsWithAny(head []byte, first string) bool {
	t := bytes.TrimLeft(trimBOM(head), " \t\r\n")
	return len(t) > 0 && bytes.IndexByte([]byte(first), t[0]) >= 0
}
