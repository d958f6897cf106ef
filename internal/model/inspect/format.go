package inspect

import "context"

// Format is one format of model files, or of what carries them. Adding one is a folder and a line in package model.
type Format struct {
	Name string // as the JSON names it: pickle, torch-zip, gguf ...
	Doc  string // one sentence: what a loader of it would do with a hostile file
	// Endings are those of file names whose content is expected to be this format, in lower case with the dot. A file so named
	// that no format claims by its content is not read, never clean.
	Endings []string
	// Names are whole file names, in lower case, of which the same holds where the file is empty or no text: saved_model.pb,
	// config.json.
	Names []string
	// Claims tells from content (and where content cannot tell, from the name) whether a loader could read the part so. Every
	// format that claims a part looks at it: content beats the name, and all readings count.
	Claims func(p *Part) bool
	// Scan looks at the part. What it sees it says with p.Say; an error means that the part was not read to its end, and where
	// (*DamageError).
	Scan func(ctx context.Context, p *Part) error
	// Covers names the formats whose reading is part of this one: a torch archive is read as a zip already.
	Covers []string
	// Canary is an inert sample that must not come out clean, by name, and CanaryWant the verdict that it must get: `scan
	// --self-test` runs it.
	Canary     func() (name string, data []byte)
	CanaryWant Verdict
}

// DamageError says that a part is damaged, or lies, at a place.
type DamageError struct {
	Offset int64 // in bytes from the beginning of the part, -1 where there is no one place
	Reason string
}

// Error is the reason.
func (e *DamageError) Error() string { return e.Reason }
