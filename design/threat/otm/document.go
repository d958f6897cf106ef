package otm

import "go.yaml.in/yaml/v3"

// version is the version of the format that is written.
const version = "0.2.0"

// document is a threat model as OTM writes it. The same types are read and written.
type document struct {
	Version         string           `yaml:"otmVersion" json:"otmVersion"`
	Project         project          `yaml:"project" json:"project"`
	Representations []representation `yaml:"representations" json:"representations,omitempty"`
	Assets          []asset          `yaml:"assets" json:"assets"`
	Zones           []zone           `yaml:"trustZones" json:"trustZones"`
	Components      []component      `yaml:"components" json:"components"`
	Flows           []flow           `yaml:"dataflows" json:"dataflows"`
	Threats         []threatOf       `yaml:"threats" json:"threats"`
	Mitigations     []mitigation     `yaml:"mitigations" json:"mitigations"`
	Others          others           `yaml:",inline" json:"-"`
}

// others are the keys that nothing is read of, or that OTM does not know.
type others map[string]yaml.Node

// attributes are free in OTM. They are read as nodes, with their lines.
type attributes struct {
	nodes map[string]*yaml.Node // as read
	said  map[string]any        // to be written
}

type project struct {
	ID          string      `yaml:"id" json:"id"`
	Name        string      `yaml:"name" json:"name"`
	Description string      `yaml:"description" json:"description,omitempty"`
	Owner       string      `yaml:"owner" json:"owner,omitempty"`
	Contact     string      `yaml:"ownerContact" json:"-"`
	Tags        []string    `yaml:"tags" json:"tags,omitempty"`
	Attributes  *attributes `yaml:"attributes" json:"attributes,omitempty"`
	Others      others      `yaml:",inline" json:"-"`
	line        int
}

type representation struct {
	ID    string    `yaml:"id" json:"id"`
	Name  string    `yaml:"name" json:"name"`
	Type  string    `yaml:"type" json:"type"`
	Other yaml.Node `yaml:"repository" json:"-"`
}

type asset struct {
	ID          string `yaml:"id" json:"id"`
	Name        string `yaml:"name" json:"name"`
	Description string `yaml:"description" json:"description,omitempty"`
	Risk        rating `yaml:"risk" json:"risk"`
	line        int
}

// rating says how bad the loss of an asset would be, from 0 to 100.
type rating struct {
	Confidentiality float64 `yaml:"confidentiality" json:"confidentiality"`
	Integrity       float64 `yaml:"integrity" json:"integrity"`
	Availability    float64 `yaml:"availability" json:"availability"`
	Comment         string  `yaml:"comment" json:"comment,omitempty"`
}

type zone struct {
	ID          string      `yaml:"id" json:"id"`
	Name        string      `yaml:"name" json:"name"`
	Type        string      `yaml:"type" json:"type,omitempty"`
	Description string      `yaml:"description" json:"description,omitempty"`
	Risk        trust       `yaml:"risk" json:"risk"`
	Parent      *parent     `yaml:"parent" json:"parent,omitempty"`
	Attributes  *attributes `yaml:"attributes" json:"attributes,omitempty"`
	Others      others      `yaml:",inline" json:"-"`
	line        int
}

type trust struct {
	Rating float64 `yaml:"trustRating" json:"trustRating"`
}

// parent is where a part lies: in a zone, or in another part.
type parent struct {
	Zone      string `yaml:"trustZone" json:"trustZone,omitempty"`
	Component string `yaml:"component" json:"component,omitempty"`
}

type component struct {
	ID              string      `yaml:"id" json:"id"`
	Name            string      `yaml:"name" json:"name"`
	Type            string      `yaml:"type" json:"type"`
	Description     string      `yaml:"description" json:"description,omitempty"`
	Parent          *parent     `yaml:"parent" json:"parent"`
	Representations []shown     `yaml:"representations" json:"representations,omitempty"`
	Assets          *instances  `yaml:"assets" json:"assets,omitempty"`
	Threats         []standing  `yaml:"threats" json:"threats,omitempty"`
	Tags            []string    `yaml:"tags" json:"tags,omitempty"`
	Attributes      *attributes `yaml:"attributes" json:"attributes,omitempty"`
	Others          others      `yaml:",inline" json:"-"`
	line            int
}

// shown is where a part is seen: at a place of a picture, or in a file.
type shown struct {
	Representation string    `yaml:"representation" json:"representation"`
	ID             string    `yaml:"id" json:"id"`
	File           string    `yaml:"file" json:"file,omitempty"`
	Position       yaml.Node `yaml:"position" json:"-"`
}

// instances are ids of assets.
type instances struct {
	Processed []string `yaml:"processed" json:"processed,omitempty"`
	Stored    []string `yaml:"stored" json:"stored,omitempty"`
}

// standing is how a threat stands at a part.
type standing struct {
	Threat      string    `yaml:"threat" json:"threat"`
	State       string    `yaml:"state" json:"state"`
	Mitigations []measure `yaml:"mitigations" json:"mitigations,omitempty"`
}

type measure struct {
	Mitigation string `yaml:"mitigation" json:"mitigation"`
	State      string `yaml:"state" json:"state"`
}

type flow struct {
	ID            string      `yaml:"id" json:"id"`
	Name          string      `yaml:"name" json:"name"`
	Description   string      `yaml:"description" json:"description,omitempty"`
	Bidirectional bool        `yaml:"bidirectional" json:"bidirectional,omitempty"`
	Source        string      `yaml:"source" json:"source"`
	Destination   string      `yaml:"destination" json:"destination"`
	Assets        []string    `yaml:"assets" json:"assets,omitempty"`
	Threats       []standing  `yaml:"threats" json:"threats,omitempty"`
	Tags          []string    `yaml:"tags" json:"tags,omitempty"`
	Attributes    *attributes `yaml:"attributes" json:"attributes,omitempty"`
	Others        others      `yaml:",inline" json:"-"`
	line          int
}

type threatOf struct {
	ID          string      `yaml:"id" json:"id"`
	Name        string      `yaml:"name" json:"name"`
	Description string      `yaml:"description" json:"description,omitempty"`
	Categories  []string    `yaml:"categories" json:"categories,omitempty"`
	CWEs        []string    `yaml:"cwes" json:"-"`
	Risk        risk        `yaml:"risk" json:"risk"`
	Tags        []string    `yaml:"tags" json:"tags,omitempty"`
	Attributes  *attributes `yaml:"attributes" json:"attributes,omitempty"`
	Others      others      `yaml:",inline" json:"-"`
	line        int
}

// risk rates a threat, from 0 to 100. Nobody here guesses how likely a threat is.
type risk struct {
	Likelihood        *float64 `yaml:"likelihood" json:"likelihood"`
	LikelihoodComment string   `yaml:"likelihoodComment" json:"likelihoodComment,omitempty"`
	Impact            float64  `yaml:"impact" json:"impact"`
	ImpactComment     string   `yaml:"impactComment" json:"impactComment,omitempty"`
}

type mitigation struct {
	ID          string  `yaml:"id" json:"id"`
	Name        string  `yaml:"name" json:"name"`
	Description string  `yaml:"description" json:"description,omitempty"`
	Reduction   float64 `yaml:"riskReduction" json:"riskReduction"`
	line        int
}
