package document

import "strings"

// fromTemplate says whether a sentence is one of a well-known template that nobody replaced.
func fromTemplate(sentence string) bool {
	flat := flatSentence(sentence)
	if len(flat) < 12 {
		return false
	}
	for _, t := range templateSentences {
		if strings.HasPrefix(flat, t) {
			return true
		}
	}
	return false
}

// flatSentence keeps letters and single spaces, so that neither markup nor punctuation hides a sentence.
func flatSentence(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 32
		}
		if r >= 'a' && r <= 'z' || r > 0x7f {
			return r
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// templateSentences are the beginnings of the instructions and defaults in templates that many repositories start from,
// in the form of flatSentence.
var templateSentences = []string{
	// the security policy that a code host offers
	"use this section to tell people about which versions",
	"use this section to tell people how to report",
	"tell them where to go how often they can expect",
	"currently being supported with security updates",
	// the support file that a company puts into each new repository
	"the maintainer of this repo has not yet edited this file",
	"repo owner do you want customer service",
	"this project uses github issues to track bugs and feature requests please search the existing issues before filing new issues to avoid duplicates for new issues file your bug or feature request as a new issue for help and questions about using this project please",
	// the model card of a model hub
	"provide a quick summary of what the model is",
	"provide a longer summary of what this model is",
	"provide the basic links for the model",
	"address questions around how the model is intended to be used",
	"this section is for the model use without fine tuning",
	"this section is for the model use when fine tuned",
	"this section addresses misuse malicious use and uses",
	"this section is meant to convey both technical and sociotechnical limitations",
	"this section is meant to convey recommendations with respect to the bias",
	"users both direct and downstream should be made aware of the risks biases and limitations of the model",
	"more information needed",
	"use the code below to get started with the model",
	"this should link to a dataset card",
	"this should link to a data card",
	"this relates heavily to the technical specifications",
	"this section provides information about throughput",
	"this section describes the evaluation protocols",
	"these are the things the evaluation is disaggregating by",
	"these are the evaluation metrics being used",
	"relevant interpretability work for the model goes here",
	"total emissions in grams of co eq",
	"carbon emissions can be estimated using the machine learning impact calculator",
	"if there is a paper or blog post introducing the model",
	"if relevant include terms and calculations",
	"this is the model card of a transformers model that has been pushed on the hub",
	"this is the model card of a 🤗 transformers model that has been pushed on the hub",
	"this model card has been automatically generated",
	"this modelcard aims to be a base template for new models",
	"it has been generated using this raw template",
	"this model card has been generated automatically according to the information",
	// the dataset card of a model hub
	"provide a quick summary of the dataset",
	"provide a longer summary of what this dataset is",
	"provide the basic links for the dataset",
	"address questions around how the dataset is intended to be used",
	"this section describes suitable use cases for the dataset",
	"this section addresses misuse malicious use and uses that the dataset",
	"this section provides a description of the dataset fields",
	"motivation for the creation of this dataset",
	"this section describes the source data",
	"this section describes the data collection and processing process",
	"this section describes the people or systems who originally created the data",
	"if the dataset contains annotations which are not part",
	"this section describes the annotation process",
	"this section describes the people or systems who created the annotations",
	"state whether the dataset contains data that might be considered personal",
	"users should be made aware of the risks biases and limitations of the dataset",
	"if there is a paper or blog post introducing the dataset",
	"this dataset card aims to be a base template for new datasets",
	// data sheets and data cards of research groups
	"the questions in this section are primarily intended to encourage dataset creators",
	"the questions in this section are intended to",
	"these questions are intended to encourage dataset creators",
	"dataset creators should read through",
	"dataset creators should provide answers",
	"as with the previous section dataset creators should",
	"most of these questions are intended to provide dataset consumers",
	"the answers to some of these questions reveal information about compliance",
	"in addition to the goals of the prior section",
	"in addition to the goals outlined in the previous section",
	"by explicitly highlighting these tasks dataset creators can help",
	"if the dataset does not relate to people you may skip",
	"this does not include intentionally removed information",
	"finally list when the dataset was first published",
	"write a short summary describing your dataset",
	"include information about the content and topic of the data",
	"include links where available",
	"use additional notes to capture any other relevant information",
	"for additional information see the model card paper",
	// records of decisions
	"what is the issue that we re seeing that is motivating this decision",
	"what is the change that we re proposing",
	"what becomes easier or more difficult to do",
	"describe the context and problem statement",
	// licences and codes of conduct that were copied with their slots
	"insert contact method",
}
