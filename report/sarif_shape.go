package report

import "github.com/lodemark/lodemark"

// The part of SARIF 2.1.0 that is written. Names are those of the standard; every optional member is left out when empty.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool                `json:"tool"`
	Invocations []sarifInvocation        `json:"invocations"`
	BaseIDs     map[string]sarifArtifact `json:"originalUriBaseIds"`
	ColumnKind  string                   `json:"columnKind"`
	Taxonomies  []sarifComponent         `json:"taxonomies,omitempty"`
	Results     []sarifResult            `json:"results"`
	Properties  any                      `json:"properties"` // sarifRunProperties, sarifScanProperties, sarifCodeProperties
}

type sarifTool struct {
	Driver sarifComponent `json:"driver"`
}

type sarifComponent struct {
	Name             string              `json:"name"`
	Version          string              `json:"version,omitempty"`
	InformationURI   string              `json:"informationUri,omitempty"`
	Organization     string              `json:"organization,omitempty"`
	ShortDescription *sarifText          `json:"shortDescription,omitempty"`
	Rules            []sarifRule         `json:"rules,omitempty"`
	Notifications    []sarifRule         `json:"notifications,omitempty"`
	Taxa             []sarifRule         `json:"taxa,omitempty"`
	Taxonomies       []sarifComponentRef `json:"supportedTaxonomies,omitempty"`
	IsComprehensive  *bool               `json:"isComprehensive,omitempty"`
}

type sarifComponentRef struct {
	Name string `json:"name"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifRule struct {
	ID            string               `json:"id"`
	Name          string               `json:"name,omitempty"`
	Short         *sarifText           `json:"shortDescription,omitempty"`
	Full          *sarifText           `json:"fullDescription,omitempty"`
	HelpURI       string               `json:"helpUri,omitempty"`
	Help          *sarifText           `json:"help,omitempty"`
	Config        *sarifConfig         `json:"defaultConfiguration,omitempty"`
	Relationships []sarifRelationship  `json:"relationships,omitempty"`
	Properties    *sarifRuleProperties `json:"properties,omitempty"`
}

type sarifConfig struct {
	Level string `json:"level"`
}

type sarifRelationship struct {
	Target sarifTarget `json:"target"`
	Kinds  []string    `json:"kinds"`
}

type sarifTarget struct {
	ID        string            `json:"id"`
	Component sarifComponentRef `json:"toolComponent"`
}

type sarifRuleProperties struct {
	Tags             []string `json:"tags"`
	SecuritySeverity string   `json:"security-severity,omitempty"`
	Precision        string   `json:"precision,omitempty"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Descriptor *sarifDescriptor `json:"descriptor,omitempty"`
	Level      string           `json:"level"`
	Message    sarifText        `json:"message"`
	Locations  []sarifLocation  `json:"locations,omitempty"`
}

type sarifDescriptor struct {
	ID string `json:"id"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Flows        []sarifCodeFlow    `json:"codeFlows,omitempty"`
	Properties   any                `json:"properties"` // sarifResultExtras, sarifScanExtras
}

type sarifResultExtras struct {
	Severity lodemark.Severity `json:"severity"`
	Clauses  []string          `json:"clauses"`
	Fix      string            `json:"fix,omitempty"`
	Refs     []string          `json:"refs,omitempty"`
	Advisory bool              `json:"advisory,omitempty"`
}

type sarifCodeFlow struct {
	Threads []sarifThreadFlow `json:"threadFlows"`
}

type sarifThreadFlow struct {
	Locations []sarifFlowLocation `json:"locations"`
}

type sarifFlowLocation struct {
	Location sarifLocation `json:"location"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	Message  *sarifText     `json:"message,omitempty"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
	Context  *sarifRegion  `json:"contextRegion,omitempty"`
}

type sarifArtifact struct {
	URI         string     `json:"uri,omitempty"`
	BaseID      string     `json:"uriBaseId,omitempty"`
	Description *sarifText `json:"description,omitempty"`
}

type sarifRegion struct {
	StartLine  int        `json:"startLine,omitempty"`
	EndLine    int        `json:"endLine,omitempty"`
	Snippet    *sarifText `json:"snippet,omitempty"`
	ByteOffset *int64     `json:"byteOffset,omitempty"` // of what is no text
}

type sarifRunProperties struct {
	At         string          `json:"at"`
	Target     string          `json:"target"`
	System     string          `json:"system"`
	Counts     lodemark.Counts `json:"counts"`
	Disclaimer string          `json:"disclaimer"`
}
