package rules

// detector is a weakness in code that only a program can see.
type detector struct {
	name string
	run  func(*look, *matcher)
}

// fileDetector is one in configuration or text.
type fileDetector struct {
	name string
	run  func(*file, *matcher)
}

// detectors are all of those for code. A rule names one in `detect`.
func detectors() []detector {
	return []detector{
		{"hub-model", hubReference(false)},
		{"hub-dataset", hubReference(true)},
		{"retired-model", retiredModel},
		{"floating-model", floatingModel},
		{"undeclared-model", undeclaredModel},
		{"runs-file", runsFile},
		{"markdown-images", markdownImages},
		{"trusting-flag", trustingFlag},
		{"tenant-parameter", tenantParameter},
		{"destructive-tool", destructiveTool},
		{"raw-error", rawError},
		{"agent-loop", agentLoop},
		{"lethal-mix", lethalMix},
		{"environment-tool", environmentTool},
		{"shared-memory", sharedMemory},
		{"sql-agent", sqlAgent},
		{"hidden-code", hiddenCode},
		{detectKey, leakedInCode},
		{"open-route", openRoute(asksWho, false)},
		{"unlimited-route", openRoute(limitsCalls, true)},
		{"fails-open", failsOpen},
		{"logged-prompt", loggedPrompt},
		{"shared-retrieval", sharedRetrieval},
		{"poisoned-code", poisonedCode},
		{"changed-description", changedDescription},
		{"doubled-tool", doubledTool},
		{"unpinned-launch", unpinnedLaunch},
		{"secret-in-prompt", secretInPrompt},
		{"mixed-prompt", mixedPrompt},
		{"prompt-template", promptTemplate},
		{"shown-answer", shownAnswer},
		{"outgoing-tool", outgoingTool},
		{"piped-query", pipedQuery},
		{"context-in-system", contextInSystem},
		{"any-origin", anyOrigin},
		{"key-in-page", keyInPage},
		{"public-key", publicKey},
		{"open-mcp", openMCP},
		{"told-secret", toldSecret},
		{"trusts-agents", trustsAgents},
		{"free-tool", freesTool},
		{"runs-model-code", runsModelCode},
		{"runs-written-code", runsWrittenCode},
		{"own-interpreters", ownInterpreters},
		{"open-bind", openBind},
		{"open-command", openCommand},
		{"other-index-code", otherIndexInCode},
		{"cdn-script", cdnScripts},
		{"moving-image-code", looseImagesInCode(true)},
		{"undigested-image-code", looseImagesInCode(false)},
	}
}

// fileDetectors are all of those for other files. A rule names the kinds of files in `files`.
func fileDetectors() []fileDetector {
	return []fileDetector{
		{"retired-setting", retiredSetting},
		{"floating-setting", floatingSetting},
		{"unpinned-packages", unpinnedPackages},
		{"wrong-package", wrongPackage},
		{"installs-loose", installsLoose},
		{"pickle-artefact", pickleArtefact},
		{"other-index", otherIndex},
		{"unchecked-download", uncheckedDownloads},
		{"moving-image", looseImages(true)},
		{"undigested-image", looseImages(false)},
		{"lethal-servers", lethalServers},
		{"unproven-agents", unprovenAgents},
		{"open-server", openServer(modelServers)},
		{"open-tracker", openServer(trackers)},
		{"open-ollama", openOllama},
		{"open-ray", openRay},
		{"open-jupyter", openJupyter},
		{"open-vectors", openVectors},
		{"triton-control", tritonControl},
		{"serves-remote-code", servesRemoteCode},
		{"host-access", hostAccess},
		{"runs-as-root", runsAsRoot},
		{"no-limits", noLimits},
		{"writable-model", writableModel},
		{"no-egress-limit", noEgressLimit},
		{"unpinned-server", eachServer(unpinnedServer)},
		{"written-servers", writtenServers},
		{"typed-servers", typedServers},
		{"clear-server", eachServer(clearServer)},
		{"boundless-server", eachServer(boundlessServer)},
		{"secret-server", eachServer(secretServer)},
		{"doubled-server", doubledServer},
		{"hidden-text", hiddenText},
		{"poisoned-setting", poisonedSetting},
		{"poisoned-instructions", poisonedInstructions},
		{"skill-fetches", skillFetches},
		{"free-command", inFrontMatter(`(?i)^allowed-tools:.*\bBash\((?:\*|\*?:\*)\)|^allowed-tools:\s*["'\[]*\*["'\]]*\s*$`)},
		{"unasked-agent", inFrontMatter(`^permissionMode:\s*["']?bypassPermissions`)},
		{"outsiders-prompt", eachAgent(outsidersPrompt)},
		{"outside-text", outsideText},
		{"agent-rights", eachAgent(agentRights)},
		{"agent-voice", agentVoice},
		{"agent-free", eachAgent(agentFree)},
		{"ungated-model", ungatedModel},
		{"publishing-action", publishingAction},
		{"secret-on-disk", secretOnDisk},
		{"input-in-script", inputInScript},
		{detectKeyFile, leakedInFile},
		{"cdn-script-page", cdnScriptsOfPage},
	}
}

// detect makes a matcher ready for its detector; false: there is none of that name.
func (m *matcher) detect(code []detector, files []fileDetector) bool {
	for _, d := range code {
		if d.name == m.match.Detect {
			m.inCode = d.run
		}
	}
	for _, d := range files {
		if d.name == m.match.Detect {
			m.inFile = d.run
		}
	}
	return m.inCode != nil || m.inFile != nil
}

func (l *look) detect(m *matcher) {
	if m.inCode != nil && speaks(m.match.Languages, l.t.Language) {
		m.inCode(l, m)
	}
}
