package lodemark

import (
	"testing"
	"time"
)

// Rows of files about one clause, each by the days (counted from the first) on which it begins and ends, and what the last one
// is worth on a day.
func TestRenewals(t *testing.T) {
	type file struct {
		from, until int
		reason      string
	}
	for _, tt := range []struct {
		name     string
		files    []file
		on       int
		want     Standing
		ends     int
		renewals int
	}{
		{"one file", []file{{0, 180, "no fix yet"}}, 10, Current, 180, 0},
		{"the same words again, as they end", []file{{0, 180, "no fix yet"}, {180, 360, "no fix yet"}}, 181, Expired, 180, 1},
		{"the same words in other clothes", []file{{0, 180, "no fix yet"}, {180, 360, "No fix,  yet."}}, 181, Expired, 180, 1},
		{"the same words within the ceiling", []file{{0, 60, "no fix yet"}, {60, 120, "no fix yet"}}, 100, Current, 120, 1},
		{"the same words, and the ceiling cuts them", []file{{0, 90, "no fix yet"}, {90, 270, "no fix yet"}}, 100, Current, 180, 1},
		{"another reason", []file{{0, 180, "no fix yet"}, {180, 360, "the fix of March broke logins"}}, 181, Current, 360, 1},
		{"the first reason once more", []file{{0, 180, "no fix yet"}, {180, 360, "the fix of March broke logins"}, {360, 540, "no fix yet"}}, 361, Expired, 180, 2},
		{"three that were written ahead", []file{{0, 180, "no fix yet"}, {180, 360, "no fix yet"}, {360, 540, "no fix yet"}}, 400, Expired, 180, 2},
		{"before its day", []file{{0, 180, "no fix yet"}, {180, 360, "the fix of March broke logins"}}, 179, NotYet, 360, 1},
		{"a day between them", []file{{0, 180, "no fix yet"}, {181, 361, "no fix yet"}}, 190, Expired, 180, 1},
		{"a lapse", []file{{0, 180, "no fix yet"}, {211, 391, "no fix yet"}}, 220, Current, 391, 0},
		{"two files of one day", []file{{0, 180, "no fix yet"}, {0, 180, "no fix yet"}}, 10, Current, 180, 0},
	} {
		begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var row []Decision
		for i, f := range tt.files {
			d := decided(Accept, "DEV-1.5")
			d.ID, d.Reason, d.Date, d.Until = string(rune('a'+i)), f.reason, begin.Add(time.Duration(f.from)*day), begin.Add(time.Duration(f.until)*day)
			row = append(row, d)
		}
		// Others have no part in it: another clause, another kind, one that nobody but its author decided.
		for _, change := range []func(*Decision){func(d *Decision) { d.Clause = "DEV-1.6" }, func(d *Decision) { d.Kind = Attest }, func(d *Decision) { d.RequestedBy = d.By }} {
			d := row[0]
			d.ID, d.Date = "other", begin.Add(-100*day)
			change(&d)
			row = append([]Decision{d}, row...)
		}
		at := begin.Add(time.Duration(tt.on) * day)
		all := Assess(Input{Catalogue: Guidelines(), System: &System{}, Decisions: row, At: at}).Decisions
		got := all[len(all)-1]
		if got.Standing != tt.want || !got.Ends.Equal(begin.Add(time.Duration(tt.ends)*day)) || got.Renewals != tt.renewals {
			t.Errorf("%s: %s (%s), ends after %v, renewed %d times; want %s, %d days, %d", tt.name, got.Standing, got.Why, got.Ends.Sub(begin)/day, got.Renewals, tt.want, tt.ends, tt.renewals)
		}
		if since := got.Since; got.Renewals > 0 && !since.Equal(begin) {
			t.Errorf("%s: since %v", tt.name, since)
		}
	}
}

// What a renewal is worth is what the clause and the finding are worth.
func TestRenewalBearsNoFurther(t *testing.T) {
	first, again := decided(Accept, "DEV-1.5"), decided(Accept, "DEV-1.5")
	first.ID, first.Date, first.Until = "first", noon.Add(-181*day), noon.Add(-day)
	again.ID, again.Date, again.Until = "again", noon.Add(-day), noon.Add(179*day)
	in := Input{Catalogue: Guidelines(), System: &System{}, Evidence: []Evidence{failing("DEV-1.5")}, Decisions: []Decision{first, again}, At: noon}
	if r := clauseOf(t, Assess(in), "DEV-1.5"); r.Verdict != NotMet || r.Waived != "" {
		t.Errorf("the same reason for a second term: %v, waived by %q", r.Verdict, r.Waived)
	}
	in.Decisions[1].Reason = "the vendor's fix is announced for December"
	if r := clauseOf(t, Assess(in), "DEV-1.5"); r.Waived != "again" || !r.Until.Equal(again.Until) {
		t.Errorf("another reason: waived by %q until %v", r.Waived, r.Until)
	}
}
