package lodemark

// Details that tie the model files of a tree to the code that loads them. The reader of code leaves the first three; discovery holds the paths
// against the files, takes those three off again, and tells the rest.
const (
	LoadPath  = "load_path"  // the path that a call takes, or its known end
	LoadFrom  = "load_from"  // from where it counts: empty, the folder the program is started in; LoadFromRoot, LoadFromSomewhere, LoadWrites
	LoadLines = "load_lines" // the lines of the calls, where the path is written at another place; with commas between

	LoadFromRoot      = "root"
	LoadFromSomewhere = "somewhere"
	LoadWrites        = "writes" // it is written there, and not loaded

	Loads        = "loads"         // of a load: the file or the folder of the tree that it names
	Writes       = "writes"        // of what writes a model: the file of the tree
	LoadsOutside = "loads_outside" // of a load: the path that names no file of the tree
	LoadedAt     = "loaded_at"     // of a model file: the places that load it, `path:line` with commas between, at most MostLoads
	WrittenAt    = "written_at"    // of a model file: the places that write it, in the same form
	NamedAt      = "named_at"      // of a model file: the settings that name it, in the same form
)

// MostLoads is how many places LoadedAt and NamedAt name; how many more there are stands at the end.
const MostLoads = 10
