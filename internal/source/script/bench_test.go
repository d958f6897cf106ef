package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkParse reads packages beside LODEMARK_TYPESCRIPT, and a written one.
func BenchmarkParse(b *testing.B) {
	inputs := map[string]string{"written.ts": strings.Repeat(written, 2000)}
	if module := os.Getenv("LODEMARK_TYPESCRIPT"); module != "" {
		for _, name := range []string{"typescript/lib/typescript.js", "typescript/lib/lib.dom.d.ts", "lodash/lodash.js", "lodash/lodash.min.js",
			"react-dom/cjs/react-dom-client.development.js", "react-dom/cjs/react-dom-client.production.js"} {
			data, err := os.ReadFile(filepath.Join(filepath.Dir(module), filepath.FromSlash(name)))
			if err != nil {
				b.Log(err)
				continue
			}
			inputs[filepath.Base(name)] = string(data)
		}
	}
	for name, source := range inputs {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			b.ReportAllocs()
			for b.Loop() {
				Parse(source, DialectOf(name))
			}
		})
	}
}

const written = `import { z } from "zod";
import OpenAI, { type Options } from "openai";

interface Question { text: string; tags?: string[] }

export class Assistant<T extends Question> {
  private readonly client = new OpenAI({ apiKey: process.env.KEY ?? "", timeout: 20_000 } as Options);
  constructor(private prompt: string, public limits: Map<string, number> = new Map<string, number>()) {}

  async answer({ text, tags = [] }: T): Promise<string | undefined> {
    const messages = [{ role: "system" as const, content: ` + "`${this.prompt}\\nToday: ${new Date().toISOString()}`" + ` }, ...tags.map((t) => ({ role: "user", content: t }))];
    for (const m of messages) {
      if (/ignore (all|previous)/i.test(m.content) && !this.limits.has(m.role)) throw new Error("refused");
    }
    const reply = await this.client.chat.completions.create({ model: "gpt-4o", messages, temperature: 0.2 });
    return reply.choices[0]?.message?.content!.trim() || undefined;
  }
}

export const schema = z.object({ text: z.string().min(1), tags: z.array(z.string()).optional() });
`
