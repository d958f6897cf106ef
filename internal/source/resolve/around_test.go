package resolve_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/resolve"
)

// A target is its files; what the last call of the last file calls, and what its first argument comes to, with all of them known.
func TestAround(t *testing.T) {
	for _, c := range []struct {
		title      string
		files      [][2]string
		call, text string
	}{
		{"a constant of another module", [][2]string{{"app/config.py", "MODEL = 'm-1'"}, {"app/a.py", "from app.config import MODEL\nask(MODEL)"}}, "ask", "m-1"},
		{"below a folder of sources", [][2]string{{"src/app/config.py", "MODEL = 'm-1'"}, {"src/app/a.py", "from app.config import MODEL\nask(MODEL)"}}, "ask", "m-1"},
		{"beside a script", [][2]string{{"tools/config.py", "MODEL = 'm-1'"}, {"tools/a.py", "import config\nask(config.MODEL)"}}, "ask", "m-1"},
		{"a module out of a package", [][2]string{{"s/app/__init__.py", ""}, {"s/app/config.py", "MODEL = 'm-1'"}, {"s/main.py", "from app import config\nask(config.MODEL)"}}, "ask", "m-1"},
		{"a package hides no library", [][2]string{{"app/__init__.py", ""}, {"app/openai.py", "MODEL = 'm-1'"}, {"app/a.py", "from openai import MODEL\nMODEL.ask(MODEL)"}}, "openai.MODEL.ask", ""},
		{"relative", [][2]string{{"app/config.py", "MODEL = 'm-1'"}, {"app/x/a.py", "from ..config import MODEL as M\nask(M)"}}, "ask", "m-1"},
		{"a dictionary", [][2]string{{"config.py", "MODELS = {'chat': {'id': 'm-1'}}"}, {"a.py", "from config import MODELS\nask(MODELS['chat']['id'])"}}, "ask", "m-1"},
		{"a dictionary of the same file", [][2]string{{"a.py", "MODELS = {'chat': 'm-1'}\nask(MODELS.get('chat'))"}}, "ask", "m-1"},
		{"a key that is set later on", [][2]string{{"a.py", "MODELS = {'chat': 'm-1'}\nMODELS['chat'] = x\nask(MODELS['chat'])"}}, "ask", ""},
		{"a default of get", [][2]string{{"a.py", "import os\nask(params.get('model', 'm-1'))"}}, "ask", "m-1"},
		{"settings with defaults", [][2]string{{"app/config.py", "from pydantic import Field\nclass Settings(BaseSettings):\n    model: str = Field('m-1', env='MODEL')\nsettings = Settings()"}, {"app/a.py", "from app.config import settings\nask(settings.model)"}}, "ask", "m-1"},
		{"settings that are made here", [][2]string{{"a.py", "class Settings:\n    model: str = 'm-1'\ns = Settings()\nask(s.model)"}}, "ask", "m-1"},
		{"a client that another module makes", [][2]string{{"app/llm.py", "from openai import OpenAI\nclient = OpenAI()"}, {"app/a.py", "from app.llm import client\nclient.chat.create('m-1')"}}, "openai.OpenAI.chat.create", "m-1"},
		{"a client that is handed on", [][2]string{{"app/b.py", "from app.llm import client"}, {"app/llm.py", "from openai import OpenAI\nclient = OpenAI()"}, {"app/a.py", "from app.b import client\nclient.chat.create('m-1')"}}, "openai.OpenAI.chat.create", "m-1"},
		{"a constant in TypeScript", [][2]string{{"lib/config.ts", "export const MODEL = 'm-1'"}, {"app/a.ts", "import { MODEL } from '../lib/config'\nask(MODEL)"}}, "ask", "m-1"},
		{"an alias of paths", [][2]string{{"web/src/lib/ai.ts", "export const ai = new OpenAI()\nexport const MODEL = 'm-1'"}, {"web/src/app/a.ts", "import { ai, MODEL } from '@/lib/ai'\nai.chat(MODEL)"}}, "OpenAI.chat", "m-1"},
		{"an index that hands on", [][2]string{{"lib/index.ts", "export { MODEL } from './config'"}, {"lib/config.ts", "export const MODEL = 'm-1'"}, {"a.ts", "import { MODEL } from './lib'\nask(MODEL)"}}, "ask", "m-1"},
		{"an object in CommonJS", [][2]string{{"config.js", "const config = { model: 'm-1' }\nmodule.exports = { config }"}, {"a.js", "const { config } = require('./config')\nask(config.model)"}}, "ask", "m-1"},
		{"a default export", [][2]string{{"ai.ts", "import OpenAI from 'openai'\nconst ai = new OpenAI()\nexport default ai"}, {"a.ts", "import ai from './ai'\nai.chat(1)"}}, "openai.chat", "1"},
		{"YAML", [][2]string{{"config.yaml", "llm.model=m-1"}, {"a.py", "import yaml\nwith open('config.yaml') as f:\n    cfg = yaml.safe_load(f)\nask(cfg['llm']['model'])"}}, "ask", "m-1"},
		{"YAML by a path", [][2]string{{"conf/x.yaml", "model=m-1"}, {"a.py", "import yaml, pathlib\ncfg = yaml.safe_load(pathlib.Path('conf/x.yaml').read_text())\nask(cfg.get('model'))"}}, "ask", "m-1"},
		{"OmegaConf", [][2]string{{"x.yaml", "llm.model=m-1"}, {"a.py", "from omegaconf import OmegaConf\ncfg = OmegaConf.load('x.yaml')\nask(cfg.llm.model)"}}, "ask", "m-1"},
		{"JSON that is imported", [][2]string{{"config.json", "model=m-1"}, {"a.ts", "import config from './config.json'\nask(config.model)"}}, "ask", "m-1"},
		{"a name in a circle", [][2]string{{"b.py", "from a import X"}, {"a.py", "from b import X\nask(X)"}}, "ask", ""},
	} {
		t.Run(c.title, func(t *testing.T) {
			var paths []string
			values := map[string]string{}
			source := func(f [2]string) bool { return slices.Contains([]string{".py", ".ts", ".js"}, path.Ext(f[0])) }
			for _, f := range c.files {
				paths = append(paths, f[0])
				if key, value, _ := strings.Cut(f[1], "="); !source(f) {
					values[f[0]+" "+key] = value
				}
			}
			around := resolve.NewAround(paths)
			around.Setting = func(_, name string, keys []string) (string, bool) {
				v, ok := values[strings.TrimPrefix(name, "./")+" "+strings.Join(keys, ".")]
				return v, ok
			}
			known := map[string]resolve.Export{}
			for _, f := range c.files {
				if source(f) {
					file(t, f[0], f[1]).In(around).Exports(func(name string, e resolve.Export) { known[name] = e })
				}
			}
			around.Known = known
			last := c.files[len(c.files)-1]
			f := file(t, last[0], last[1]).In(around)
			call := lastCall(f)
			if got := f.Callee(call); got != c.call {
				t.Errorf("%s, not %s, is called", got, c.call)
			}
			got, ok := f.Constant(f.Tree.Child(call, 1))
			if ok && got.Partial {
				got.Text = ""
			}
			if got.Text != c.text {
				t.Errorf("the argument comes to %q, not %q", got.Text, c.text)
			}
		})
	}
}
