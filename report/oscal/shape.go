package oscal

import "time"

// The parts of OSCAL that are written, with the names of the standard. Lists that would be empty are left out: its schemas take
// none.

type results struct {
	UUID        string       `json:"uuid"`
	Metadata    metadata     `json:"metadata"`
	ImportAP    reference    `json:"import-ap"`
	Definitions *definitions `json:"local-definitions,omitempty"`
	Results     []result     `json:"results"`
	BackMatter  *backMatter  `json:"back-matter,omitempty"`
}

type plan struct {
	UUID         string        `json:"uuid"`
	Metadata     metadata      `json:"metadata"`
	SystemID     *systemID     `json:"system-id,omitempty"`
	Local        *local        `json:"local-definitions,omitempty"`
	Observations []observation `json:"observations,omitempty"`
	Risks        []risk        `json:"risks,omitempty"`
	Findings     []finding     `json:"findings,omitempty"`
	Items        []item        `json:"poam-items"`
	BackMatter   *backMatter   `json:"back-matter,omitempty"`
}

type catalogue struct {
	UUID       string      `json:"uuid"`
	Metadata   metadata    `json:"metadata"`
	Groups     []group     `json:"groups"`
	BackMatter *backMatter `json:"back-matter,omitempty"`
}

type group struct {
	ID       string    `json:"id"`
	Class    string    `json:"class"`
	Title    string    `json:"title"`
	Props    []prop    `json:"props,omitempty"`
	Groups   []group   `json:"groups,omitempty"`
	Controls []control `json:"controls,omitempty"`
}

type control struct {
	ID    string `json:"id"`
	Class string `json:"class"`
	Title string `json:"title"`
	Props []prop `json:"props,omitempty"`
	Links []link `json:"links,omitempty"`
	Parts []part `json:"parts,omitempty"`
}

type part struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	NS    string `json:"ns,omitempty"`
	Class string `json:"class,omitempty"`
	Title string `json:"title,omitempty"`
	Props []prop `json:"props,omitempty"`
	Prose string `json:"prose,omitempty"`
}

type metadata struct {
	Title        string        `json:"title"`
	LastModified time.Time     `json:"last-modified"`
	Version      string        `json:"version"`
	OSCALVersion string        `json:"oscal-version"`
	Props        []prop        `json:"props,omitempty"`
	Roles        []role        `json:"roles,omitempty"`
	Parties      []party       `json:"parties,omitempty"`
	Responsible  []responsible `json:"responsible-parties,omitempty"`
	Remarks      string        `json:"remarks,omitempty"`
}

type prop struct {
	Name  string `json:"name"`
	NS    string `json:"ns,omitempty"`
	Value string `json:"value"`
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel,omitempty"`
}

type role struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type party struct {
	UUID    string   `json:"uuid"`
	Type    string   `json:"type"`
	Name    string   `json:"name,omitempty"`
	Emails  []string `json:"email-addresses,omitempty"`
	Remarks string   `json:"remarks,omitempty"`
}

type responsible struct {
	Role    string   `json:"role-id"`
	Parties []string `json:"party-uuids"`
	Remarks string   `json:"remarks,omitempty"`
}

type reference struct {
	Href    string `json:"href"`
	Remarks string `json:"remarks,omitempty"`
}

type systemID struct {
	Type string `json:"identifier-type"`
	ID   string `json:"id"`
}

type backMatter struct {
	Resources []resource `json:"resources,omitempty"`
}

type resource struct {
	UUID        string      `json:"uuid"`
	Title       string      `json:"title"`
	Description string      `json:"description,omitempty"`
	Props       []prop      `json:"props,omitempty"`
	RLinks      []rlink     `json:"rlinks,omitempty"`
	Base64      *attachment `json:"base64,omitempty"`
}

type attachment struct {
	Filename  string `json:"filename"`
	MediaType string `json:"media-type"`
	Value     []byte `json:"value"`
}

type rlink struct {
	Href      string `json:"href"`
	MediaType string `json:"media-type,omitempty"`
}

type definitions struct {
	Activities []activity `json:"activities,omitempty"`
	Remarks    string     `json:"remarks,omitempty"`
}

type activity struct {
	UUID        string    `json:"uuid"`
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Props       []prop    `json:"props,omitempty"`
	Related     *reviewed `json:"related-controls,omitempty"`
}

type reviewed struct {
	Description string      `json:"description,omitempty"`
	Controls    []selection `json:"control-selections"`
	Objectives  []objective `json:"control-objective-selections,omitempty"`
	Remarks     string      `json:"remarks,omitempty"`
}

type selection struct {
	Description string      `json:"description,omitempty"`
	Include     []byControl `json:"include-controls,omitempty"`
	Exclude     []byControl `json:"exclude-controls,omitempty"`
	Remarks     string      `json:"remarks,omitempty"`
}

type objective struct {
	Include []byObjective `json:"include-objectives,omitempty"`
}

type byControl struct {
	ID string `json:"control-id"`
}

type byObjective struct {
	ID string `json:"objective-id"`
}

type result struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Start        time.Time     `json:"start"`
	End          time.Time     `json:"end"`
	Props        []prop        `json:"props,omitempty"`
	Local        *local        `json:"local-definitions,omitempty"`
	Reviewed     reviewed      `json:"reviewed-controls"`
	Attestations []attestation `json:"attestations,omitempty"`
	Observations []observation `json:"observations,omitempty"`
	Risks        []risk        `json:"risks,omitempty"`
	Findings     []finding     `json:"findings,omitempty"`
	Remarks      string        `json:"remarks,omitempty"`
}

type local struct {
	Components []component `json:"components,omitempty"`
	Assets     *assets     `json:"assessment-assets,omitempty"`
}

type assets struct {
	Components []component `json:"components,omitempty"`
	Platforms  []platform  `json:"assessment-platforms"`
}

type platform struct {
	UUID  string          `json:"uuid"`
	Title string          `json:"title"`
	Uses  []usesComponent `json:"uses-components"`
}

type usesComponent struct {
	UUID string `json:"component-uuid"`
}

type component struct {
	UUID        string `json:"uuid"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Props       []prop `json:"props,omitempty"`
	Status      state  `json:"status"`
}

type state struct {
	State   string `json:"state"`
	Reason  string `json:"reason,omitempty"`
	Remarks string `json:"remarks,omitempty"`
}

type attestation struct {
	Responsible []responsible `json:"responsible-parties,omitempty"`
	Parts       []part        `json:"parts"`
}

type observation struct {
	UUID        string     `json:"uuid"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Props       []prop     `json:"props,omitempty"`
	Methods     []string   `json:"methods"`
	Types       []string   `json:"types,omitempty"`
	Origins     []origin   `json:"origins,omitempty"`
	Evidence    []evidence `json:"relevant-evidence,omitempty"`
	Collected   time.Time  `json:"collected"`
	Expires     time.Time  `json:"expires,omitzero"`
	Remarks     string     `json:"remarks,omitempty"`
}

type origin struct {
	Actors []actor `json:"actors"`
}

type actor struct {
	Type string `json:"type"`
	UUID string `json:"actor-uuid"`
	Role string `json:"role-id,omitempty"`
}

type evidence struct {
	Href        string `json:"href,omitempty"`
	Description string `json:"description"`
	Props       []prop `json:"props,omitempty"`
}

type finding struct {
	UUID         string               `json:"uuid"`
	Title        string               `json:"title"`
	Description  string               `json:"description"`
	Props        []prop               `json:"props,omitempty"`
	Target       findingTarget        `json:"target"`
	Observations []relatedObservation `json:"related-observations,omitempty"`
	Risks        []relatedRisk        `json:"related-risks,omitempty"`
	Remarks      string               `json:"remarks,omitempty"`
}

type findingTarget struct {
	Type   string `json:"type"`
	ID     string `json:"target-id"`
	Title  string `json:"title,omitempty"`
	Status state  `json:"status"`
}

type relatedObservation struct {
	UUID string `json:"observation-uuid"`
}

type relatedRisk struct {
	UUID string `json:"risk-uuid"`
}

type relatedFinding struct {
	UUID string `json:"finding-uuid"`
}

type risk struct {
	UUID         string               `json:"uuid"`
	Title        string               `json:"title"`
	Description  string               `json:"description"`
	Statement    string               `json:"statement"`
	Props        []prop               `json:"props,omitempty"`
	Status       string               `json:"status"`
	Origins      []origin             `json:"origins,omitempty"`
	Threats      []threatID           `json:"threat-ids,omitempty"`
	Characters   []characterization   `json:"characterizations,omitempty"`
	Deadline     time.Time            `json:"deadline,omitzero"`
	Remediations []response           `json:"remediations,omitempty"`
	Log          *riskLog             `json:"risk-log,omitempty"`
	Observations []relatedObservation `json:"related-observations,omitempty"`
}

type threatID struct {
	ID     string `json:"id"`
	System string `json:"system"`
}

type characterization struct {
	Origin origin  `json:"origin"`
	Facets []facet `json:"facets"`
}

type facet struct {
	Name   string `json:"name"`
	System string `json:"system"`
	Value  string `json:"value"`
}

type response struct {
	UUID        string `json:"uuid"`
	Lifecycle   string `json:"lifecycle"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Props       []prop `json:"props,omitempty"`
	Tasks       []task `json:"tasks,omitempty"`
}

type task struct {
	UUID   string `json:"uuid"`
	Type   string `json:"type"`
	Title  string `json:"title"`
	Timing timing `json:"timing"`
}

type timing struct {
	OnDate onDate `json:"on-date"`
}

type onDate struct {
	Date time.Time `json:"date"`
}

type riskLog struct {
	Entries []logEntry `json:"entries"`
}

type logEntry struct {
	UUID        string     `json:"uuid"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Start       time.Time  `json:"start"`
	End         time.Time  `json:"end,omitzero"`
	LoggedBy    []loggedBy `json:"logged-by,omitempty"`
	Change      string     `json:"status-change,omitempty"`
}

type loggedBy struct {
	Party string `json:"party-uuid"`
	Role  string `json:"role-id,omitempty"`
}

type item struct {
	UUID         string               `json:"uuid"`
	Title        string               `json:"title"`
	Description  string               `json:"description"`
	Props        []prop               `json:"props,omitempty"`
	Findings     []relatedFinding     `json:"related-findings,omitempty"`
	Observations []relatedObservation `json:"related-observations,omitempty"`
	Risks        []relatedRisk        `json:"related-risks,omitempty"`
	Remarks      string               `json:"remarks,omitempty"`
}
