// Package otm exchanges threat models with other tools in the Open Threat Model format (OTM 0.2.0 of IriusRisk, in JSON; YAML is read too).
//
//	data, err := otm.Write(model, library, report)         // the model, and how the threats stand at its parts
//	taken, problems := otm.Read("model.otm", data)         // a draft of threats.yaml, and what could not be taken over
//
// # What OTM has no word for
//
// Whatever the vocabulary of threats.yaml knows and OTM does not stands in "attributes" under names that begin with "lodemark.", where other
// tools keep it and Read finds it again. OTM rates risks by numbers and knows no proof. Nothing is made up for it: a threat has an impact by
// its severity and no likelihood, a mitigation a risk reduction of 0, and what is only claimed is "exposed" with a mitigation that is
// "required". The reasons and ways of threats, decisions with their dates, and the lines of files are not written.
//
// # What threats.yaml has no word for
//
// Pictures, ratings and likelihoods are left out, and Taken.Losses says so. Kinds, boundaries and classes of data are concluded from words of
// the document, and each such guess stands in the draft. A word that says nothing leads to no guess but to a loss.
package otm
