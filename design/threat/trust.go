package threat

// Untrusted says of each flow, by its number, whether it may carry on what strangers or users wrote: its source is one of
// them, or is reached by what they wrote, and the flow lets text pass.
func Untrusted(m *Model) []bool {
	d := derive(m)
	all := make([]bool, len(m.Flows))
	for n := range m.Flows {
		if from := d.g.from[n]; from >= 0 {
			all[n] = d.untrusted.at[from] && d.passesText(n) || d.users.at[from] && d.passesWords(n)
		}
	}
	return all
}
