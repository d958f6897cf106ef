package globals

import (
	"slices"
	"strings"
)

// nativeClasses are the libraries whose classes PyTorch itself registers for TorchScript.
var nativeClasses = []string{"quantized", "xnnpack", "rnn", "sparse", "mkldnn", "vulkan", "metal", "c10d", "profiling"}

// torchScript says what names of an archive of TorchScript do. They are the classes whose source the archive brings along:
// only the reader of TorchScript finds them, and Python has no such module. Classes of native libraries are another matter.
func torchScript(module, name string) Global {
	rest, ok := strings.CutPrefix(module+"."+name, "__torch__.")
	if !ok {
		return Global{}
	}
	if native, ok := strings.CutPrefix(rest, "torch.classes."); ok {
		library, _, _ := strings.Cut(native, ".")
		if !slices.Contains(nativeClasses, library) {
			return Global{}
		}
	}
	if strings.HasSuffix(name, "LoweredModule") {
		return Global{} // a part that was compiled for a backend, which has to be loaded beside it
	}
	return Global{Constructs, Always, true, makesObject}
}
