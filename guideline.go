package lodemark

import (
	"slices"
	"strings"
)

// Catalogue is the content of "Guidelines for secure AI system development" (27 Nov 2023) in our own words: four areas,
// 17 guidelines, 144 clauses, and the six foundation duties of its introduction, which stand apart and are never counted.
type Catalogue struct {
	Source     Source
	Editions   map[string]string // what each crosswalk key refers to, with the edition's date
	LLM2025    map[string]string // OWASP LLM Top 10: id of the 2025 edition to id of the 2026 edition
	Foundation []Clause
	Areas      []Area
}

// Source says where the catalogue's facts come from and under which licence they are re-used.
type Source struct{ Title, Published, Licence, URL string }

// Area is one of the four stages of a system's life: SD, DEV, DEP, OM.
type Area struct {
	ID, Title  string
	Guidelines []Guideline
}

// Guideline is one of the 17, with the page of the document it stands on.
type Guideline struct {
	ID, Title string
	Page      int
	Clauses   []Clause
}

// Clause is the smallest statement that one piece of evidence can settle. IDs are never renamed or reused.
type Clause struct {
	ID, Statement string
	Verify        []VerifyKind // strongest applicable kind first
	Machine       MachineLevel
	AppliesWhen   string // name of the fact that must not be "no"; empty: always applies
	Implied       bool   // follows from a threat the document states, without a sentence of its own
	Evidence      []string
	NotEnough     string
	Crosswalk     []Reference
}

// Reference points from a clause to an item of another publication. OWASP LLM ids carry their year.
type Reference struct{ Scheme, ID string }

// VerifyKind says what kind of thing shows that a clause holds.
type VerifyKind string

// The kinds of verification, as the catalogue names them.
const (
	VerifyRepo      VerifyKind = "repo"
	VerifyArtefact  VerifyKind = "artefact"
	VerifyEndpoint  VerifyKind = "endpoint"
	VerifyOperation VerifyKind = "operation"
	VerifyAttest    VerifyKind = "attest"
)

// MachineLevel says how far a machine can settle a clause.
type MachineLevel string

// Full: a machine settles it from the evidence named. Partial: a machine settles a necessary part. None: a person only.
const (
	MachineFull    MachineLevel = "full"
	MachinePartial MachineLevel = "partial"
	MachineNone    MachineLevel = "none"
)

// Guidelines returns the embedded catalogue. The value is shared and must not be modified.
func Guidelines() *Catalogue { return &catalogue }

// Clauses yields all clauses of the 17 guidelines in the order of the document.
func (c *Catalogue) Clauses() []Clause {
	var all []Clause
	for _, a := range c.Areas {
		for _, g := range a.Guidelines {
			all = append(all, g.Clauses...)
		}
	}
	return all
}

// Guideline finds a guideline by id ("DEV-1"), in any case.
func (c *Catalogue) Guideline(id string) (Guideline, bool) {
	for _, a := range c.Areas {
		for _, g := range a.Guidelines {
			if strings.EqualFold(g.ID, id) {
				return g, true
			}
		}
	}
	return Guideline{}, false
}

// Clause finds a clause by id ("DEV-1.5" or "FND-2"), in any case.
func (c *Catalogue) Clause(id string) (Clause, bool) {
	same := func(x Clause) bool { return strings.EqualFold(x.ID, id) }
	if i := slices.IndexFunc(c.Foundation, same); i >= 0 {
		return c.Foundation[i], true
	}
	g, ok := c.Guideline(GuidelineOf(id))
	if !ok {
		return Clause{}, false
	}
	i := slices.IndexFunc(g.Clauses, same)
	if i < 0 {
		return Clause{}, false
	}
	return g.Clauses[i], true
}

// GuidelineOf cuts a clause id down to its guideline: "DEV-1.5" gives "DEV-1".
func GuidelineOf(clause string) string {
	g, _, _ := strings.Cut(clause, ".")
	return g
}

// AreaOf cuts a clause or guideline id down to its area: "DEV-1.5" gives "DEV".
func AreaOf(id string) string {
	a, _, _ := strings.Cut(id, "-")
	return a
}

// Stage says how far a system is in its life. Clauses of later stages are listed as later, not judged.
type Stage string

// The stages, in order. An undeclared stage counts as operate: everything is judged.
const (
	StageDesign  Stage = "design"
	StageDevelop Stage = "develop"
	StageDeploy  Stage = "deploy"
	StageOperate Stage = "operate"
)

// Stages lists the stages in order, each matching the area of the same position.
func Stages() []Stage { return []Stage{StageDesign, StageDevelop, StageDeploy, StageOperate} }

// Reaches says whether a system at stage s is judged on clauses of the area (SD, DEV, DEP, OM).
func (s Stage) Reaches(area string) bool {
	at := slices.Index(Stages(), s)
	return at < 0 || slices.Index([]string{"SD", "DEV", "DEP", "OM"}, area) <= at
}
