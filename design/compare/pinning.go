package compare

import (
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/hosted"
	"github.com/lodemark/lodemark/internal/pattern"
)

// dated is how providers name a state of a model that stays what it is.
var dated = pattern.New(`20[0-9]{2}-?[01][0-9]-?[0-3][0-9]|-[01][0-9][0-3][0-9](?:-|$)|-2[0-9][01][0-9](?:-|$)|-00[0-9]$|[@:]v?[0-9]|-v[0-9]+:[0-9]`)

// aliased is how they name one that moves on.
var aliased = pattern.New(`(?i)(?:^|[-:@/])(?:latest|stable|current|default|auto|preview|main)$`)

// pinning asks whether the same model comes tomorrow.
func pinning(c *Candidate, in *asked) []Signal {
	if c.Kind == Hosted {
		return []Signal{c.hostedPin()}
	}
	f := c.files
	var out []Signal
	switch commits := f.commits(); {
	case len(commits) > 1:
		out = append(out, Signal{"commit", fmt.Sprintf("files of %d commits lie in one folder", len(commits)), f.fetched[0].at, Poor, false})
	case isCommit(c.Revision.Value):
		out = append(out, Signal{"commit", c.Revision.Value, c.Revision.At, Good, false})
	case c.Revision.Value != "":
		out = append(out, Signal{"revision", c.Revision.Value + " is a name that its publisher can give to other files", c.Revision.At, Poor, false})
	case c.Kind == Hub:
		out = append(out, Signal{"revision", "nothing says which commit of the hub this is; name it as org/name@COMMIT=PATH", "", Poor, false})
	default:
		out = append(out, Signal{"revision", "a folder of its own; a record of the choice binds it by digests", "", Unknown, false})
	}
	if n, ok := f.altered(); ok {
		out = append(out, Signal{"content", fmt.Sprintf("%s is not what the hub gave: its digest is another", n.file), n.at, Disqualifying, false})
	}
	if from := c.baseModel(); f.adapters() > 0 && from.Value != "" && !strings.HasPrefix(from.Value, "/") {
		out = append(out, Signal{"base model", fmt.Sprintf("an adapter: %s is fetched beside it by name", from.Value), from.At, Poor, false})
	}
	return out
}

// hostedPin says whether the name at the provider stays what it is.
func (c *Candidate) hostedPin() Signal {
	s := Signal{Name: "version", At: c.described.at(c.described.fields["model"])}
	id := hosted.Bare(c.Model)
	state, known := hosted.Of(id)
	alias, said := c.said("stability.alias")
	switch {
	case known && state.Fixed != "":
		s.Value, s.State = fmt.Sprintf("%s moves on to other models by itself; %s stays what it is", c.Model, state.Fixed), Poor
	case said && alias.Text == "true" || aliased.MatchString(c.Model):
		s.Value, s.State = c.Model+" moves on to other models by itself", Poor
		if said {
			s.At, s.Declared = c.described.at(alias), true
		}
	case dated.MatchString(c.Model):
		s.Value, s.State = c.Model+" names one release", Good
	case c.Revision.Value != "":
		s.Value, s.State, s.At, s.Declared = c.Revision.Value, Good, c.Revision.At, true
	case said:
		s.Value, s.State, s.At, s.Declared = c.Model+" stays what it is", Good, c.described.at(alias), true
	default:
		s.Value = c.Model + " has no date or version in its name"
	}
	return s
}

// copyEnds says whether a copy stays what it is: files do not end by themselves, but only where it is known which they are can anybody say
// that they are the same tomorrow.
func (c *Candidate) copyEnds() []Signal {
	var out []Signal
	if commits := c.files.commits(); isCommit(c.Revision.Value) && len(commits) < 2 {
		out = append(out, Signal{"copy", "files of one commit do not change or end by themselves, and nobody mends them either", c.Revision.At, Good, false})
	} else {
		out = append(out, Signal{"copy", "nothing says which version these files are, nor who mends them", "", Unknown, false})
	}
	if v, ok := c.said("stability.retires"); ok {
		out = append(out, Signal{"end", "its publisher stops mending it on " + v.Text, c.described.at(v), Unknown, true})
	}
	return out
}

// stability asks whether the model can change or end without anybody here deciding so.
func stability(c *Candidate, in *asked) []Signal {
	if c.Kind != Hosted {
		return c.copyEnds()
	}
	out := []Signal{}
	id := hosted.Bare(c.Model)
	if state, known := hosted.Of(id); known && state.Retired != "" {
		s := Signal{"retirement", fmt.Sprintf("%s shut it down on %s", state.Provider, state.Retired), "table of retired models", Disqualifying, false}
		if at, err := time.Parse(time.DateOnly, state.Retired); err == nil && at.After(in.At) {
			s.Value, s.State = fmt.Sprintf("%s shuts it down on %s", state.Provider, state.Retired), Poor
		}
		out = append(out, s)
	} else if hosted.Speaks(c.Provider) {
		out = append(out, Signal{"retirement", "not among the models that " + c.Provider + " has shut down", "table of retired models", Good, false})
	}
	if v, ok := c.said("stability.retires"); ok {
		at, _ := time.Parse(time.DateOnly, v.Text)
		s := Signal{"shutdown", "announced for " + v.Text, c.described.at(v), Good, true}
		switch {
		case !at.After(in.At):
			s.State = Disqualifying
		case at.Sub(in.At) < 180*24*time.Hour:
			s.Value, s.State = s.Value+", in less than half a year", Poor
		}
		out = append(out, s)
	}
	if v, ok := c.said("stability.notice_days"); ok {
		s := Signal{"notice", v.Text + " days before a change or shutdown", c.described.at(v), Good, true}
		if n, _ := parseCount(v.Text); n < 30 {
			s.State = Poor
		}
		out = append(out, s)
	} else {
		out = append(out, Signal{"notice", "how long before a change or shutdown it is told", "", Unknown, false})
	}
	if p := c.hostedPin(); p.State == Poor {
		out = append(out, p)
	}
	return out
}
