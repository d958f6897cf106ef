package rules

// detector is a weakness in code that only a program can see.
type detector struct {
	name string
	run  func(*look, *matcher)
}

// fileDetector is one in configuration or text.
type fileDetector struct {
	name string
	run  func(*file, *matcher)
}

// detectors are all of those for code. A rule names one in `detect`.
func detectors() []detector {
	return []detector{
		{"hub-model", hubReference(false)},
		{"hub-dataset", hubReference(true)},
		{"retired-model", retiredModel},
		{"floating-model", floatingModel},
		{"undeclared-model", undeclaredModel},
		{"runs-file", runsFile},
	}
}

// fileDetectors are all of those for other files. A rule names the kinds of files in `files`.
func fileDetectors() []fileDetector {
	return []fileDetector{
		{"retired-setting", retiredSetting},
		{"floating-setting", floatingSetting},
		{"unpinned-packages", unpinnedPackages},
		{"wrong-package", wrongPackage},
		{"installs-loose", installsLoose},
		{"pickle-artefact", pickleArtefact},
	}
}

func isDetector(name string) bool {
	for _, d := range detectors() {
		if d.name == name {
			return true
		}
	}
	for _, d := range fileDetectors() {
		if d.name == name {
			return true
		}
	}
	return false
}

func (l *look) detect(m *matcher) {
	if !speaks(m.match.Languages, l.t.Language) {
		return
	}
	for _, d := range detectors() {
		if d.name == m.match.Detect {
			d.run(l, m)
		}
	}
}
