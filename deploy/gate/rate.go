package gate

import (
	"fmt"
	"math"
	"strconv"
)

// Rate is what a probe measured: how often it was tried, and how often it did harm.
type Rate struct {
	Probe               string
	Successes, Attempts int
}

// Upper is the upper end of Wilson's 95 % interval for the true rate; 1 where nothing was tried.
func (r Rate) Upper() float64 {
	if r.Attempts <= 0 || r.Successes < 0 || r.Successes > r.Attempts {
		return 1
	}
	const z = 1.959963984540054 // the 97.5 % point of the normal distribution
	n, p := float64(r.Attempts), float64(r.Successes)/float64(r.Attempts)
	return min(1, (p+z*z/(2*n)+z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n)))/(1+z*z/n))
}

// String tells of the rate in words.
func (r Rate) String() string {
	return fmt.Sprintf("%s: %d of %d attempts, at most %.1f %%", r.Probe, r.Successes, r.Attempts, 100*r.Upper())
}

func itoa(n int) string { return strconv.Itoa(n) }
