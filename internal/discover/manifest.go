package discover

import (
	"strings"

	"github.com/lodemark/lodemark"
)

// manifest is what one file says about dependencies: a manifest names them, a lock file fixes them, and some files do both.
type manifest struct {
	ecosystem string // pypi, npm, go, cargo, maven, conda
	format    string
	self      string       // name of the project itself, by which lock files of workspaces list it
	wants     []dependency // of a manifest
	fixes     []dependency // of a lock file, those on AI packages only unless every package is asked for
	direct    map[string]bool
	locks     bool     // the file is a lock file
	names     bool     // the file is a manifest
	folders   []string // a lock file: folders whose manifests it covers, relative to its own; "" is its own
	members   []string // a manifest: patterns of folders whose manifests the lock file beside it covers
	projects  []string // a lock file: names of projects it covers, where it lists no folders
	sources   []string // a compiled requirements file: the files it was made from
	files     []string // a requirements file: others that it takes in (-r) or that bind it (-c)
	binds     []string
	parses    []dependency // packages that prepare inputs, which is a fact about the system and no AI package
	ships     bool         // the project is packaged as a product
	complete  bool         // a go.mod that names every module of the build, as those since Go 1.17 do
}

// dependency is one entry of a manifest or lock file.
type dependency struct {
	name    string // in the form that the ecosystem compares by
	spelled string // the name as the file writes it, where it may be another
	written string // the requirement as written, without its name: ">=1.0", "^4.2", "git+https://..."
	version string // an exact version, where there is one
	pin     lodemark.Pin
	digest  string // "sha256:<hex>" where the file gives exactly one
	address string
	line    int
	group   string // "dev", "extra:<name>", "group:<name>"; empty: what every installation takes
	through bool   // in a compiled file: only here because another package asks for it
}

// manifestReaders know the files by name. The ecosystem of what they return says how names are compared.
func (v *visit) manifestReader() func(*visit, []byte) (*manifest, error) {
	if r, ok := manifestNames[v.lower]; ok {
		return r
	}
	switch v.ext {
	case ".txt", ".in", ".pip":
		if isRequirementsName(v.lower) || v.under("requirements") || v.under("requirements.d") {
			return readRequirements
		}
	case ".toml":
		if strings.HasPrefix(v.lower, "pylock.") {
			return readPylock
		}
		if v.lower == "libs.versions.toml" || strings.HasSuffix(v.lower, ".versions.toml") {
			return readCatalogue
		}
	case ".yml", ".yaml":
		switch {
		case strings.HasPrefix(v.lower, "conda-lock"):
			return readCondaLock
		case strings.HasPrefix(v.lower, "environment") || strings.HasPrefix(v.lower, "conda-env") || strings.HasPrefix(v.lower, "conda_env"):
			return readConda
		}
	case ".gradle":
		return readGradle
	case ".lockfile":
		return readGradleLock
	case ".kts":
		if strings.HasSuffix(v.lower, ".gradle.kts") {
			return readGradle
		}
	}
	return nil
}

// manifestNames are files of one name wherever they stand.
var manifestNames = map[string]func(*visit, []byte) (*manifest, error){
	"pyproject.toml": readPyproject, "pipfile": readPipfile, "setup.cfg": readSetupCfg, "setup.py": readSetupPy,
	"uv.lock": readPythonLock, "poetry.lock": readPythonLock, "pdm.lock": readPythonLock, "pylock.toml": readPylock, "pipfile.lock": readPipfileLock,
	"package.json": readPackageJSON, "package-lock.json": readPackageLock, "npm-shrinkwrap.json": readPackageLock, "yarn.lock": readYarnLock,
	"pnpm-lock.yaml": readPNPMLock, "pnpm-workspace.yaml": readWorkspacePNPM, "bun.lock": readBunLock, "bun.lockb": readBunBinary,
	"deno.json": readDeno, "deno.jsonc": readDeno, "deno.lock": readDenoLock,
	"go.mod": readGoMod, "go.sum": readGoSum, "go.work": readGoWork, "cargo.toml": readCargo, "cargo.lock": readCargoLock,
	"pom.xml": readPOM, "gradle.lockfile": readGradleLock, "buildscript-gradle.lockfile": readGradleLock,
}

func (v *visit) isManifest() bool { return v.size > 0 && v.manifestReader() != nil }

func (v *visit) readManifest() {
	if v.readStream() {
		return
	}
	data, ok := v.text()
	if !ok {
		return
	}
	if !isText(v.head) && v.lower != "bun.lockb" {
		v.gap(0, "malformed: not a text file")
		return
	}
	m, err := v.manifestReader()(v, data)
	if m != nil && (m.names || m.locks) {
		v.out.hints.manifest = m
		v.addManifest(m)
	}
	if err != nil {
		v.malformed(err)
	}
}

func (v *visit) addManifest(m *manifest) {
	if m.names {
		v.addFile(lodemark.KindManifest, m.format, map[string]string{"ecosystem": m.ecosystem})
	}
	if m.locks {
		v.addFile(lodemark.KindLockFile, m.format, map[string]string{"ecosystem": m.ecosystem})
	}
}

// keep reduces a list to what discovery needs later: dependencies on AI packages, and those that prepare inputs. Whoever asks
// for every package gets the list as it is.
func (v *visit) keep(m *manifest, ds []dependency) (ai []dependency) {
	if v.every {
		return ds
	}
	for _, d := range ds {
		if _, ok := packageOf(m.ecosystem, d.name); ok {
			ai = append(ai, d)
		} else if preparesInputs(m.ecosystem, d.name) {
			m.parses = append(m.parses, d)
		}
	}
	return ai
}

// wants says whether a package is one to note.
func (v *visit) wants(ecosystem, name string) bool {
	if v.every {
		return name != ""
	}
	_, ok := packageOf(ecosystem, name)
	return ok
}
