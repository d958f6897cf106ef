// Package survey draws a threat model from what was discovered of a system, and says where a threat model and the system
// have drifted apart.
//
//	drawn := survey.Draft(subject)        // components, flows and trust boundaries; every guess says why, and where
//	text := survey.Write(drawn, at)       // threats.yaml for a person to correct; threat.Load reads it without problems
//	apart := survey.Drift(model, drawn)   // declared and gone, there and not declared; each with a place and what to do
//
// A subject needs System (with its Code, so of assess.Inventory or assess.InventoryOf) and Read; without Read less is known:
// what tools do, which ports are published and which routes there are stands in files.
//
// # What is drawn
//
// What was found is folded until one component stands for one thing that a person would draw: the same model asked at ten
// places is one, tools of one file with the same effects are one, prompts belong to what sends them. Tests, samples and
// vendored folders are left out where there is anything else. What files do not tell is "unknown"; nothing is made up. Each
// component has the paths it was seen at, and a guess that says why it stands there; whoever agrees takes the guess out.
//
// # What is drift
//
// A component of the model and one of the draft are the same when kind group and path, technology, name or id meet, or when
// both are the only ones of their kind. So a part that was renamed or moved is no drift, nor is one that the model draws in
// more detail or less. What the draft alone would add (people, browsers, workflows, packages) is never asked for.
package survey
