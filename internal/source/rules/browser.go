package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// browserImport is a package that works in a browser only: state of pages, stores of browsers, extensions.
	browserImport = pattern.New(`^(?:zustand|jotai|recoil|redux|@reduxjs/|react-redux|react-dom|react-router|pinia|vue-router|dexie|idb|idb-keyval|localforage|webextension-polyfill|wxt|@plasmohq/|@wxt-dev/|swr|@tanstack/(?:react|vue|svelte|solid)-query|ai/react|@ai-sdk/(?:react|vue|svelte)|react-hot-toast|sonner|\$app/(?:stores|navigation|state|environment))(?:[./]|$)`)
	// browserCode is what only a browser has. An address without a host can be asked for by a page alone.
	browserCode = pattern.New(`\b(?:window|localStorage|sessionStorage|indexedDB|navigator|chrome|browser)\.[a-z]\w+|\bdocument\.(?:getElement|querySelector|create|body|head|title|cookie|addEventListener)|\bfetch\(\s*["'\x60]/[a-z]|\b(?:useState|useEffect|useRef|useCallback|useMemo|useRouter|createSignal|onMount)\(|\buse[A-Z]\w*Store\b`)
	// serverImport is a package that works on a server only.
	serverImport = pattern.New(`^(?:node:|fs|path|os|http|https|net|crypto|child_process|express|fastify|koa|hono|next/server|next/headers|server-only|@nestjs/|pino|winston|dotenv|puppeteer|playwright|pg|mysql2|mongoose|@prisma/|ioredis|discord\.js|telegraf|grammy|@slack/|twilio)(?:[./]|$)`)
)

// inBrowser says whether a file's code runs in the browser of whoever looks at a page, whose console nobody else reads.
func (l *look) inBrowser() bool {
	t := l.t
	if t.Language != syntax.JavaScript {
		return false
	}
	return l.f.Once(browserCode, func() bool {
		if l.f.Holds(`"use client"`) || l.f.Holds(`'use client'`) {
			return true
		}
		page := false
		for _, name := range l.f.Imports() {
			if serverImport.MatchString(name) {
				return false
			}
			page = page || browserImport.MatchString(name)
		}
		if l.f.Holds("process.argv") || l.f.Holds(`"use server"`) || l.f.Holds(`'use server'`) || len(l.routesOf()) > 0 {
			return false
		}
		return page || l.codeHolds(browserCode)
	})
}

// codeHolds says whether a pattern matches in what is no comment.
func (l *look) codeHolds(p *pattern.Pattern) bool {
	from := uint32(0)
	for _, c := range l.t.Comments {
		if c.Start > from && p.MatchString(l.t.Source[from:c.Start]) {
			return true
		}
		from = max(from, c.End)
	}
	return p.MatchString(l.t.Source[min(int(from), len(l.t.Source)):])
}

// toConsole says whether a call writes to the console.
func (l *look) toConsole(call syntax.ID) bool {
	callee := l.t.Child(call, 0)
	return l.t.Kind(callee) == syntax.Attribute && l.t.Code(l.t.Child(callee, 0)) == "console"
}
