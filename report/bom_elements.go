package report

import "github.com/lodemark/lodemark"

// The minimum elements of an SBOM for AI, as the G7 Cybersecurity Working Group lists them in "Software Bill of Materials (SBOM) for
// Artificial Intelligence - Minimum Elements", published by the BSI with its partners, CISA and the NCSC among them, on 12 May 2026.
//
// The paper itself could not be had when this table was made. Names, order and the division into seven clusters (10, 9, 13, 10, 2, 4 and 2:
// 50) are those on which two itemisations that name it as their source agree: the vocabulary github.com/bact/bom (docs/req/g7ai, CC0-1.0),
// whose numbers are the ids here, and a published matrix of the 50 elements beside SPDX, CycloneDX, NTIA and OpenChain. What an element
// asks for is put in our own words; hold it beside the paper before relying on one. A change of the paper is a change of this table alone.

// elementsSource is named wherever elements are counted.
const elementsSource = "G7 Cybersecurity Working Group, SBOM for AI: Minimum Elements (May 2026)"

// element is one minimum element.
type element struct {
	ID      string
	Cluster string
	Name    string
	Asks    string              // for what, in our words
	Add     string              // where it can be added; empty: lodemark says it by itself
	Read    func(*bill) reading // what the inventory knows of it
}

// The seven clusters, in the order of the table.
const (
	clusterMetadata = "Metadata"
	clusterSystem   = "System level properties"
	clusterModels   = "Models"
	clusterDatasets = "Dataset properties"
	clusterInfra    = "Infrastructure"
	clusterSecurity = "Security properties"
	clusterKPI      = "Key performance indicators"
)

const (
	inCycloneDX = "no file that lodemark reads says it yet: add it to the CycloneDX file, "
	inModelCard = "the head of the model card (README.md beside the model): "
	inDataCard  = "no head of a data card is read yet: say it in the data card, and add it to the CycloneDX file, "
)

var bomElements = []element{
	{"MD-01", clusterMetadata, "SBOM author", "who makes the inventory known", "--author \"NAME\"", func(b *bill) reading { return said(b.Author, "--author") }},
	{"MD-02", clusterMetadata, "SBOM version", "which issue of the inventory this is", "", writes("version and serialNumber of the CycloneDX file")},
	{"MD-03", clusterMetadata, "SBOM data format name", "the standard it is written in", "", writes("bomFormat of the CycloneDX file")},
	{"MD-04", clusterMetadata, "SBOM data format version", "the version of that standard", "", writes("specVersion of the CycloneDX file")},
	{"MD-05", clusterMetadata, "SBOM author signature", "a signature that shows it is the author's", "sign the written file, with cosign sign-blob or as the enveloped signature of CycloneDX (signature)", notRead},
	{"MD-06", clusterMetadata, "SBOM tool name", "the program that made it", "", func(b *bill) reading { return said(b.Run.Tool.Name, "metadata.tools") }},
	{"MD-07", clusterMetadata, "SBOM tool version", "the version of that program", "run a released build of lodemark, which knows its version", func(b *bill) reading { return said(b.toolVersion(), "metadata.tools") }},
	{"MD-08", clusterMetadata, "SBOM generation context", "at which stage of its life the system was looked at", "", writes("metadata.lifecycles: pre-build, as files of the source tree are what is read")},
	{"MD-09", clusterMetadata, "SBOM timestamp", "when it was made", "", writes("metadata.timestamp")},
	{"MD-10", clusterMetadata, "SBOM dependency relationship", "what contains or uses what", "", writes("dependencies; those of packages among themselves stand in the lock files only")},

	{"SLP-01", clusterSystem, "System name", "how the system is called", "name: of lodemark.yaml", (*bill).systemName},
	{"SLP-02", clusterSystem, "System components", "the parts of the system", "", (*bill).components},
	{"SLP-03", clusterSystem, "System producer", "who makes or supplies the system", "owner: of lodemark.yaml", (*bill).producer},
	{"SLP-04", clusterSystem, "System version", "which release it is", "--system-version VERSION", func(b *bill) reading { return said(b.Version, "--system-version") }},
	{"SLP-05", clusterSystem, "System timestamp", "when that release was made", inCycloneDX + "metadata.component.releaseNotes.timestamp", notRead},
	{"SLP-06", clusterSystem, "System data flow", "how data flows into the system, through it, and to services outside", "threats.yaml with flows (lodemark new threats), or documents.threat-model of lodemark.yaml", (*bill).dataFlow},
	{"SLP-07", clusterSystem, "System data usage", "what data of users is used for", "data_classes: and documents.data-use of lodemark.yaml", (*bill).dataUsage},
	{"SLP-08", clusterSystem, "System input and output properties", "what kinds of input it takes and output it gives", inCycloneDX + "metadata.component.modelCard.modelParameters.inputs and outputs", notRead},
	{"SLP-09", clusterSystem, "System intended application area", "what it is meant to be used for", "documents.ai-decision or documents.user-guidance of lodemark.yaml", func(b *bill) reading { return b.document("ai-decision", "user-guidance") }},

	{"MDL-01", clusterModels, "Model name", "how each model is called", "write the model's name where the reference can be followed: a constant, a default of a variable, a setting", ofModels(func(_ *bill, p part) bool { return p.Name != "" })},
	{"MDL-02", clusterModels, "Model identifier", "one name for one thing, wherever it is spoken of", "hub models: owner/name; hosted ones: name the provider in the code or under hosted_models: of lodemark.yaml", ofModels((*bill).identified)},
	{"MDL-03", clusterModels, "Model version", "which snapshot of the weights", "hub models: revision=COMMIT; hosted ones: the dated name, or version: under hosted_models: of lodemark.yaml", ofModels(func(_ *bill, p part) bool { return firmVersion(p) })},
	{"MDL-04", clusterModels, "Model timestamp", "when the model was made or released", inCycloneDX + "releaseNotes.timestamp of the model", ofModels(func(_ *bill, p part) bool { return datedModel(p) != "" })},
	{"MDL-05", clusterModels, "Model producer", "who trained the model", inModelCard + "model_name and author, or owner/name of a hub", ofModels(func(_ *bill, p part) bool { return suppliedBy(p) != "" })},
	{"MDL-06", clusterModels, "Model description", "what the model is and is for", "a model card beside the model, or purpose: under hosted_models: of lodemark.yaml", ofModels((*bill).described)},
	{"MDL-07", clusterModels, "Model hash value", "the digest of the weights", "keep weights in the tree, or pin them by digest", ofWeights(func(_ *bill, p part) bool { return p.Digest != "" })},
	{"MDL-08", clusterModels, "Model hash algorithm", "how that digest is made", "as for the hash value", ofWeights(func(_ *bill, p part) bool { return p.Digest != "" })},
	{"MDL-09", clusterModels, "Model properties", "architecture, size, autonomy, energy and the like", inModelCard + "library_name; config.json beside the weights: architectures", ofModels(func(_ *bill, p part) bool { return p.fact("architecture", "parameters", "model type", "class") != "" })},
	{"MDL-10", clusterModels, "Model input and output properties", "what the model takes and gives", inModelCard + "pipeline_tag", ofModels(func(_ *bill, p part) bool { return p.fact("task") != "" })},
	{"MDL-11", clusterModels, "Model training properties", "how it was trained, and from what", inModelCard + "datasets and base_model", ofModels(func(_ *bill, p part) bool { return p.fact("datasets", "base model", "made from", "trained") != "" })},
	{"MDL-12", clusterModels, "Model licence", "under which terms it may be used", inModelCard + "license", ofModels(func(_ *bill, p part) bool { return p.fact("licence") != "" })},
	{"MDL-13", clusterModels, "Model external references", "where its card, papers and home are", "hub models: owner/name; others: a model card beside the model", ofModels(func(b *bill, p part) bool { return hubAddress(p) != "" || b.card(p, lodemark.KindModelCard) != "" })},

	{"DP-01", clusterDatasets, "Dataset name", "how each dataset is called", "write its name where the reference can be followed", ofDatasets(func(_ *bill, p part) bool { return p.Name != "" })},
	{"DP-02", clusterDatasets, "Dataset description", "what it holds and is for", "a data card (README.md with a head of dataset_info or the like) beside it", ofDatasets(func(b *bill, p part) bool { return b.card(p, lodemark.KindDataCard) != "" })},
	{"DP-03", clusterDatasets, "Dataset content", "which type of data", "keep it in the tree in a format that says its type, or see the hub's card", ofDatasets(func(_ *bill, p part) bool { return p.Format != "" })},
	{"DP-04", clusterDatasets, "Dataset identifier", "one name for one thing", "owner/name of a hub, or a digest", ofDatasets(func(_ *bill, p part) bool { return p.Digest != "" || hubAddress(p) != "" })},
	{"DP-05", clusterDatasets, "Dataset hash", "the digest of the data", "pin it by digest", ofDatasets(func(_ *bill, p part) bool { return p.Digest != "" })},
	{"DP-06", clusterDatasets, "Dataset provenance", "how, when and where it was collected and changed", inDataCard + "data[].governance", ofDatasets(never)},
	{"DP-07", clusterDatasets, "Dataset statistical properties", "size, balance, noise, known bias", inDataCard + "data[].contents.properties", ofDatasets(never)},
	{"DP-08", clusterDatasets, "Dataset sensitivity", "whether it holds personal or confidential data", "facts.sensitive_training_data of lodemark.yaml, with the reason", (*bill).sensitivity},
	{"DP-09", clusterDatasets, "Dataset dependency relationship", "which model was made or tested with it", inModelCard + "datasets", ofDatasets(func(b *bill, p part) bool { return b.learned[p.Name] })},
	{"DP-10", clusterDatasets, "Dataset licence", "under which terms it may be used", inDataCard + "licenses", ofDatasets(never)},

	{"INF-01", clusterInfra, "Infrastructure software", "runtimes, images and frameworks it needs", "name packages in a manifest and images in build files", (*bill).software},
	{"INF-02", clusterInfra, "Infrastructure hardware", "accelerators and other hardware it needs", inCycloneDX + "a component of type device", notRead},

	{"SP-01", clusterSecurity, "Security controls", "what protects it: access, filters, logs", "documents.guardrails or documents.access-matrix of lodemark.yaml; guardrails in code are seen", (*bill).controls},
	{"SP-02", clusterSecurity, "Security compliance", "against which standards it was held", inCycloneDX + "declarations; lodemark assess gives what to declare", notRead},
	{"SP-03", clusterSecurity, "Cybersecurity policy information", "where to report a vulnerability, and what happens then", "SECURITY.md, .well-known/security.txt, or documents.security-policy of lodemark.yaml", (*bill).policy},
	{"SP-04", clusterSecurity, "Vulnerability referencing", "known vulnerabilities, and how they stand", "documents.advisories of lodemark.yaml, or vulnerabilities in the CycloneDX file", func(b *bill) reading { return b.document("advisories") }},

	{"KPI-01", clusterKPI, "Security metrics", "measured resistance to attacks", "documents.red-team-report of lodemark.yaml", func(b *bill) reading { return b.document("red-team-report") }},
	{"KPI-02", clusterKPI, "Operational performance indicators", "accuracy, latency and other figures of operation", "documents.evaluation-report of lodemark.yaml", func(b *bill) reading { return b.document("evaluation-report") }},
}
