package pickle

import "strings"

// effectWords are words in the name of a function that say that it has an effect. Classes, whose names have capitals, are not
// asked: a CommandClassifier runs nothing.
const effectWords = " cmd command compile connect delete dlopen download dynamic dump eval exec execfile execute fetch getoutput import library " +
	"loadlib mkdir open popen pty remove rmdir rmtree run runcode runcommand runsource runstring save savez send shell socket spawn " +
	"subprocess symlink system to_csv to_file to_pickle tofile unlink upload urlopen urlretrieve write "

// soundsEffectful says whether a function that nobody has listed has a name like those that run, fetch or write something.
func soundsEffectful(name string) bool {
	name = name[strings.LastIndexByte(name, '.')+1:]
	if strings.ToLower(name) != name || strings.HasPrefix(name, "__pyx_") {
		return false
	}
	for word := range strings.SplitSeq(strings.Trim(name, "_"), "_") {
		if word != "" && strings.Contains(effectWords, " "+word+" ") {
			return true
		}
	}
	if readsByName(strings.TrimLeft(name, "_")) {
		return true
	}
	return strings.HasPrefix(name, "to_") && strings.Contains(effectWords, " "+name+" ")
}

// readsByName says whether a function's name says that it reads what its arguments name.
func readsByName(name string) bool {
	if first, _, _ := strings.Cut(name, "_"); first == "load" || first == "loads" || first == "read" {
		return true
	}
	switch name {
	case "dcmread", "imread", "memory_map", "restore_from":
		return true
	}
	for _, source := range [...]string{"checkpoint", "disk", "file", "pretrained", "url"} {
		if at, ok := strings.CutSuffix(name, "from_"+source); ok && (at == "" || at[len(at)-1] == '_') {
			return true
		}
	}
	return false
}
