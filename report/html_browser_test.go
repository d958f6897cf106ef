package report

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/lodemark/lodemark"
)

// The page is opened in a real browser, because only that knows what a reader gets: whether the policy stops our own
// script, what the filter leaves, where the keyboard goes, and which colours meet.
func TestHTMLInABrowser(t *testing.T) {
	ctx := browser(t)
	pages := map[string]string{"/typical": htmlOf(t, typical()), "/made": htmlOf(t, made())}
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, pages[r.URL.Path])
	}))
	defer server.Close()
	b := &onScreen{t: t, browser: ctx, base: server.URL}

	t.Run("asks nobody for anything", b.quiet)
	t.Run("refuses what was smuggled in", b.policy)
	t.Run("filter", b.filter)
	t.Run("search", b.search)
	t.Run("links bring back what is hidden", b.links)
	t.Run("keyboard", b.keyboard)
	t.Run("structure", b.structure)
	t.Run("contrast", b.contrast)
	t.Run("without JavaScript", b.bare)
	t.Run("narrow", b.narrow)
	t.Run("print", b.print)

	mu.Lock()
	defer mu.Unlock()
	for _, path := range asked {
		if pages[path] == "" {
			t.Errorf("the browser asked the server for %s", path)
		}
	}
}

// browser starts a headless Chromium with a profile of its own, for two minutes at most.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	switch {
	case path == "" && os.Getenv("CI") == "true":
		t.Fatal("no Chromium is installed, and CI=true: the HTML report has to be seen by a browser there")
	case path == "":
		t.Skip("SKIPPED, NOT TESTED: no chromium, chromium-browser or google-chrome is installed, so no browser looks at the HTML report")
	}
	top, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("no-first-run", true))
	alloc, stopAlloc := chromedp.NewExecAllocator(top, options...)
	ctx, stopBrowser := chromedp.NewContext(alloc)
	t.Cleanup(func() { stopBrowser(); stopAlloc(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// onScreen opens pages in tabs of one browser.
type onScreen struct {
	t       *testing.T
	browser context.Context
	base    string
}

// tab is one open page.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// open opens a page in a new tab, after whatever has to be set before it loads.
func (b *onScreen) open(t *testing.T, page string, width int64, before ...func(context.Context) error) tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.browser)
	t.Cleanup(cancel)
	x := tab{t, ctx}
	x.do(chromedp.EmulateViewport(width, 900))
	for _, f := range before {
		if err := f(ctx); err != nil {
			t.Fatal(err)
		}
	}
	x.do(chromedp.Navigate(b.base + page))
	return x
}

// media sets what the style sheet's media queries see.
func media(kind, scheme string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind, Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	}
}

func (x tab) do(steps ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	if err := chromedp.Do(x.ctx, steps...); err != nil {
		x.t.Fatal(err)
	}
}

func eval[T any](x tab, js string) T {
	x.t.Helper()
	v, err := chromedp.Run(x.ctx, chromedp.Evaluate[T](js))
	if err != nil {
		x.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// await polls until a script says yes, within three seconds.
func (x tab) await(js string) {
	x.t.Helper()
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if eval[bool](x, "Boolean("+js+")") {
			return
		}
	}
	x.t.Fatalf("waited in vain for %s", js)
}

const (
	visibleClauses = `[...document.querySelectorAll(".clause")].filter(c => c.checkVisibility()).map(c => c.id)`
	foundText      = `document.getElementById("found").textContent`
	openAll        = `document.querySelectorAll("details").forEach(d => d.open = true), true`
)

func (b *onScreen) quiet(t *testing.T) {
	var mu sync.Mutex
	var requests, complaints []string
	x := b.open(t, "/made", 1280, func(ctx context.Context) error {
		return chromedp.Listen(ctx, func(ev any) {
			if e, ok := ev.(*network.EventRequestWillBeSent); ok {
				mu.Lock()
				requests = append(requests, e.Request.URL)
				mu.Unlock()
			}
		})
	}, func(ctx context.Context) error {
		messages := chromedp.Console(ctx)
		go func() {
			for m, err := range messages {
				if err != nil {
					return
				}
				mu.Lock()
				complaints = append(complaints, string(m.Type)+": "+m.Text)
				mu.Unlock()
			}
		}()
		return nil
	})
	eval[bool](x, openAll)
	x.do(chromedp.Sleep(200 * time.Millisecond))
	mu.Lock()
	defer mu.Unlock()
	if want := []string{b.base + "/made"}; !slices.Equal(requests, want) {
		t.Errorf("requests %v, want %v", requests, want)
	}
	for _, c := range complaints {
		t.Errorf("the console says %s", c)
	}
}

// The policy is tried with what a hostile text would do, had it left its place.
func (b *onScreen) policy(t *testing.T) {
	x := b.open(t, "/made", 1280)
	got, err := chromedp.Run(x.ctx, chromedp.Evaluate[[]string](`new Promise(done => {
		const refused = [];
		addEventListener("securitypolicyviolation", e => refused.push(e.effectiveDirective));
		const add = (name, set) => { const e = document.createElement(name); document.body.append(e); set(e); };
		add("img", e => e.src = "/leak.png");
		add("script", e => e.textContent = "window.ran = true");
		add("style", e => e.textContent = "body { background: url(/leak.css) }");
		add("iframe", e => e.src = "/leak.html");
		add("form", e => { e.action = "/leak.form"; e.method = "post"; e.submit(); });
		fetch("/leak.json").catch(() => {});
		setTimeout(() => done([...new Set(refused.concat(window.ran ? ["the script ran"] : []))].sort()), 300);
	})`, chromedp.EvalAwaitPromise))
	if want := []string{"connect-src", "form-action", "frame-src", "img-src", "script-src-elem", "style-src-elem"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("refused %v, want %v: %v", got, want, err)
	}
}

func (b *onScreen) filter(t *testing.T) {
	x := b.open(t, "/made", 1280)
	verdicts := map[string][]string{}
	all := 0
	for _, a := range areas(made()) {
		for _, g := range a.Guidelines {
			for _, c := range g.Results {
				verdicts[filterVerdict(c.Result)] = append(verdicts[filterVerdict(c.Result)], c.ID)
				all++
			}
		}
	}
	if got := eval[string](x, foundText); got != fmt.Sprintf("4 of 4 actions, %d of %d clauses", all, all) {
		t.Errorf("at first the count says %q", got)
	}
	x.do(chromedp.Click("#choices > summary"), chromedp.Click(`input[value="not-met"]`))
	x.await(foundText + `.includes("4 of 144 clauses")`)
	if got, want := eval[[]string](x, visibleClauses), verdicts["not-met"]; !slices.Equal(got, want) || len(want) != 4 {
		t.Errorf("not met leaves %v, want %v", got, want)
	}
	x.do(chromedp.Click(`input[value="met"]`)) // another choice of the group adds
	x.await(foundText + `.includes("6 of 144 clauses")`)
	x.do(chromedp.Click(`input[value="DEP"]`)) // another group narrows
	if got := eval[[]string](x, visibleClauses); !slices.Equal(got, []string{"DEP-1.2", "DEP-3.1"}) {
		t.Errorf("met and not met in deployment leave %v", got)
	}
	if got := eval[[]string](x, `[...document.querySelectorAll(".area,.guideline")].filter(c => c.checkVisibility()).map(c => c.id)`); !slices.Equal(got, []string{"DEP", "DEP-1", "DEP-3"}) {
		t.Errorf("areas and guidelines without a match stay: %v", got)
	}
	x.do(chromedp.Click("#reset"))
	x.await(foundText + `.includes("144 of 144 clauses")`)
	if eval[bool](x, `[...document.querySelectorAll("#filter input")].some(i => i.checked || i.type === "search" && i.value)`) {
		t.Error("clearing leaves a choice")
	}
	x.do(chromedp.Click(`input[value="critical"]`))
	x.await(foundText + `.startsWith("1 of 4 actions")`)
	x.do(chromedp.Click("#reset"), chromedp.Click(`input[value="declared"]`))
	if got := eval[[]string](x, visibleClauses); !slices.Equal(got, []string{"SD-2.2"}) {
		t.Errorf("declared leaves %v", got)
	}
}

func (b *onScreen) search(t *testing.T) {
	x := b.open(t, "/made", 1280)
	x.do(chromedp.SendKeys("#q", "incident plan"))
	x.await(foundText + `.startsWith("0 of 4 actions")`)
	// the first letters alone leave no action either: wait until what was typed last has been looked for
	x.await(`[...document.querySelectorAll(".clause")].filter(c => c.checkVisibility()).every(c => /plan/i.test(c.textContent))`)
	for _, text := range eval[[]string](x, `[...document.querySelectorAll(".clause")].filter(c => c.checkVisibility()).map(c => c.textContent.toLowerCase())`) {
		if !strings.Contains(text, "incident") || !strings.Contains(text, "plan") {
			t.Errorf("a clause without the words stays: %.80s", text)
		}
	}
	if got := eval[[]string](x, visibleClauses); !slices.Contains(got, "DEP-3.1") || len(got) > 40 {
		t.Errorf("incident plan leaves %v", got)
	}
	x.do(chromedp.SendKeys("#q", " zzzz"))
	x.await(`document.getElementById("nothing").checkVisibility()`)
	x.do(chromedp.Click("#again"))
	x.await(foundText + `.includes("144 of 144 clauses")`)
	x.do(chromedp.SendKeys("#q", "dev-2.4"))
	x.await(foundText + ` === "1 of 4 actions, 1 of 144 clauses"`)
}

func (b *onScreen) links(t *testing.T) {
	x := b.open(t, "/made", 1280, media("", "light"))
	x.do(chromedp.SendKeys("#q", "SD-1.1"))
	x.await(foundText + `.includes("1 of 144 clauses")`)
	eval[bool](x, `document.querySelector('.course.wide a[href="#OM-3"]').dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true})), true`)
	x.await(`document.getElementById("OM-3").checkVisibility()`)
	eval[bool](x, `location.hash = "DEV-2.4", true`)
	x.await(`document.getElementById("DEV-2.4").open`)
	if top := eval[float64](x, `document.getElementById("DEV-2.4").getBoundingClientRect().top - document.getElementById("filter").getBoundingClientRect().bottom`); top < 0 || top > 300 {
		t.Errorf("the clause lies %v pixels below the filter", top)
	}
}

func (b *onScreen) keyboard(t *testing.T) {
	x := b.open(t, "/made", 1280)
	const focused = `(document.activeElement.id || document.activeElement.getAttribute("class") || document.activeElement.textContent.trim())`
	visible := `(e => { const s = getComputedStyle(e), r = e.getBoundingClientRect(); return r.right > 0 && (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 ||
		e.matches(".station") || e.matches(".choice input")) })(document.activeElement)`
	var path []string
	for range 60 {
		x.do(chromedp.KeyEvent(kb.Tab))
		at := eval[string](x, focused)
		path = append(path, at)
		if !eval[bool](x, visible) {
			t.Errorf("the focus on %q cannot be seen", at)
		}
		if at == "q" {
			break
		}
	}
	if path[0] != "skip" || path[len(path)-1] != "q" {
		t.Fatalf("the Tab key goes %v", path)
	}
	if n := slices.Index(path, "station"); n < 0 {
		t.Errorf("the marks of the course cannot be reached: %v", path)
	}
	x.do(chromedp.KeyEvent("SD-1.2"))
	x.await(foundText + `.includes("1 of 144 clauses")`)
	x.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab)) // Open all, Clear
	x.do(chromedp.KeyEvent(kb.Enter))
	x.await(foundText + `.includes("144 of 144 clauses")`)
	if at := eval[string](x, focused); at != "q" {
		t.Errorf("after clearing, the focus is on %q", at)
	}
	x.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter)) // a disabled button is no stop
	x.await(`document.getElementById("choices").open`)
	x.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "))
	x.await(`document.querySelector('#filter input[value="SD"]').checked`)

	y := b.open(t, "/made", 1280)
	y.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	y.await(`location.hash === "#main"`)
}

func (b *onScreen) structure(t *testing.T) {
	x := b.open(t, "/typical", 1280)
	for _, problem := range eval[[]string](x, `(() => {
		const out = [];
		let last = 0;
		for (const h of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
			const level = Number(h.tagName[1]);
			if (level > last + 1) out.push("heading jumps from " + last + " to " + level + ": " + h.textContent);
			if (!h.textContent.trim()) out.push("an empty heading");
			last = level;
		}
		if (document.querySelectorAll("h1").length !== 1) out.push("not one h1");
		for (const i of document.querySelectorAll("input,select,textarea"))
			if (!i.labels.length || !i.labels[0].textContent.trim()) out.push("no label: " + i.outerHTML);
		for (const e of document.querySelectorAll("button,summary,a"))
			if (!(e.getAttribute("aria-label") || e.textContent).trim()) out.push("no name: " + e.outerHTML);
		for (const s of ["body > header", "nav[aria-label]", "main#main", "body > footer", "form[role=search]", "[aria-live=polite]", "html[lang=en]", "head > title"])
			if (document.querySelectorAll(s).length !== 1) out.push("not one " + s);
		for (const s of document.querySelectorAll("svg:not([aria-hidden])"))
			if (!s.querySelector(":scope > title") || !s.querySelector(":scope > desc")) out.push("a picture without title: " + s.outerHTML.slice(0, 80));
		for (const s of document.querySelectorAll("section"))
			if (!s.getAttribute("aria-labelledby")) out.push("a section without a name: " + s.id);
		for (const d of document.querySelectorAll("dl > *")) if (!["DT", "DD", "DIV"].includes(d.tagName)) out.push("in a dl: " + d.tagName);
		for (const d of document.querySelectorAll("ul > *,ol > *")) if (d.tagName !== "LI") out.push("in a list: " + d.tagName);
		for (const th of document.querySelectorAll("th")) if (!th.scope) out.push("a th without scope");
		return out;
	})()`) {
		t.Error(problem)
	}
}

//go:embed testdata/contrast.js
var contrastJS string

func (b *onScreen) contrast(t *testing.T) {
	for _, scheme := range []string{"light", "dark"} {
		for _, page := range []string{"/typical", "/made"} {
			x := b.open(t, page, 1280, media("", scheme))
			eval[bool](x, openAll)
			got := eval[struct {
				Looked int
				Poor   []string
			}](x, contrastJS)
			if got.Looked < 1000 {
				t.Errorf("%s: only %d pieces of text were looked at", scheme, got.Looked)
			}
			for _, p := range got.Poor {
				t.Errorf("%s %s: %s", page, scheme, p)
			}
		}
	}
}

func (b *onScreen) bare(t *testing.T) {
	x := b.open(t, "/made", 1280, media("", "light"), func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
	// The browser still answers us, but runs nothing of the page.
	for what, js := range map[string]string{
		"no script ran":                 `document.getElementById("found").textContent === ""`,
		"all clauses are there":         fmt.Sprintf(`document.querySelectorAll(".clause").length === %d`, len(lodemark.Guidelines().Clauses())),
		"what cannot work is not shown": `!document.getElementById("filter").checkVisibility()`,
		"the course is shown":           `document.querySelector(".course.wide").checkVisibility()`,
		"a clause is closed at first":   `!document.querySelector("#SD-1\\.2 > dl").checkVisibility()`,
	} {
		if !eval[bool](x, js) {
			t.Errorf("without JavaScript it is not so that %s", what)
		}
	}
	at := eval[[]float64](x, `(() => { const e = document.querySelector("#SD-1\\.2 > summary"); e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.x + 30, r.y + 10]; })()`)
	x.do(chromedp.MouseClickXY(at[0], at[1]))
	x.await(`document.querySelector("#SD-1\\.2 > dl").checkVisibility()`) // and opens all the same
}

func (b *onScreen) narrow(t *testing.T) {
	for _, page := range []string{"/typical", "/made"} {
		x := b.open(t, page, 320)
		eval[bool](x, openAll)
		for _, width := range []int64{320, 400, 768, 1040, 1041} {
			x.do(chromedp.EmulateViewport(width, 900))
			if over := eval[int](x, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s at %d pixels is %d too wide: %v", page, width, over, eval[[]string](x, `[...document.querySelectorAll("body *")].filter(e =>
					e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("svg, .skip, thead")).slice(0, 5).map(e => e.outerHTML.slice(0, 120))`))
			}
			shown := eval[[]string](x, `[...document.querySelectorAll(".course")].filter(e => e.checkVisibility()).map(e => e.classList[1])`)
			if want := map[bool]string{true: "wide", false: "tall"}[width > 1040]; !slices.Equal(shown, []string{want}) {
				t.Errorf("at %d pixels the courses %v are shown", width, shown)
			}
		}
	}
}

func (b *onScreen) print(t *testing.T) {
	x := b.open(t, "/made", 1280)
	x.do(chromedp.SendKeys("#q", "SD-1.1")) // paper has no filter, so nothing may be missing on it
	x.await(foundText + `.includes("1 of 144 clauses")`)
	if err := media("print", "dark")(x.ctx); err != nil {
		t.Fatal(err)
	}
	for what, js := range map[string]string{
		"closed clauses are open":  `[...document.querySelectorAll(".clause > dl")].every(d => d.checkVisibility({contentVisibilityAuto: true}) && d.getBoundingClientRect().height > 20)`,
		"controls are gone":        `!document.getElementById("filter").checkVisibility() && !document.querySelector(".nav").checkVisibility()`,
		"paper is white":           `getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)"`,
		"ink is dark":              `getComputedStyle(document.body).color === "rgb(22, 35, 47)"`,
		"the course lies sideways": `document.querySelector(".course.wide").checkVisibility()`,
	} {
		t.Run(what, func(t *testing.T) { tab{t, x.ctx}.await(js) })
	}
	pdf, err := chromedp.Run(x.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if err != nil || !strings.HasPrefix(string(pdf), "%PDF-") || len(pdf) < 100_000 {
		t.Errorf("printing gave %d bytes: %v", len(pdf), err)
	}
}
