package resolve_test

import "testing"

// What a flag of the command line comes to where nobody gives it: the first argument of the last call of a piece of code.
func TestFlag(t *testing.T) {
	const parser = "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('-m', '--model-path', type=str, default='a/b')\nparser.add_argument('--off', action='store_true')\nparser.add_argument('--none', default=None)\n"
	for _, c := range []struct{ name, code, want string }{
		{"argparse", parser + "args = parser.parse_args()\nload(args.model_path)", "a/b"},
		{"argparse, the rest kept", parser + "args, rest = parser.parse_known_args()\nload(args.model_path)", "a/b"},
		{"through a name", parser + "args = parser.parse_args()\nBASE = args.model_path\nload(BASE)", "a/b"},
		{"in a function that is given them", parser + "def main(args):\n    load(args.model_path)", "a/b"},
		{"kept by an object", parser + "class A:\n    def __init__(self, args):\n        self.args = args\n    def run(self):\n        load(self.args.model_path)", "a/b"},
		{"a fallback", parser + "args = parser.parse_args()\nload(args.none or 'c/d')", "c/d"},
		{"another name of it", "p = P()\np.add_argument('--m', dest='model', default='a/b')\nargs = p.parse_args()\nload(args.model)", "a/b"},
		{"absl", "from absl import flags\nflags.DEFINE_string('model', 'a/b', 'which')\nFLAGS = flags.FLAGS\nload(FLAGS.model)", "a/b"},
		{"click", "import click\n@click.command()\n@click.option('--base-model', default='a/b')\ndef main(base_model):\n    load(base_model)", "a/b"},
		{"typer", "import typer\ndef main(model: str = typer.Option('a/b', help='x')):\n    load(model)", "a/b"},
		{"fire", "import fire\nfire.Fire(main)\ndef main(model: str = 'a/b'):\n    load(model)", "a/b"},
		{"a class of flags", "from dataclasses import dataclass, field\nfrom transformers import HfArgumentParser\n@dataclass\nclass M:\n    model: str = field(default='a/b')\n@dataclass\nclass D:\n    data: str = 'x'\nparser = HfArgumentParser((M, D))\nm, d = parser.parse_args_into_dataclasses()\nload(m.model)", "a/b"},
		{"switched off", parser + "args = parser.parse_args()\nload(args.off)", ""},
		{"no default", parser + "args = parser.parse_args()\nload(args.none)", ""},
		{"declared twice", parser + "parser.add_argument('--model-path', default='c/d')\nargs = parser.parse_args()\nload(args.model_path)", ""},
		{"of another kind", parser + "def main(args: Request):\n    load(args.model_path)", ""},
		{"given to a function that no command line calls", "def main(model='a/b'):\n    load(model)", ""},
	} {
		f := file(t, "a.py", c.code)
		v, _ := f.Argument(lastCall(f), "", 0)
		got, _ := f.Constant(v)
		if got.Text != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.Text, c.want)
		}
	}
}
