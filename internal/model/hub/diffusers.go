package hub

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// pipeline judges a pipeline of diffusers: each component is [module, class], and the module is imported.
func (j *judge) pipeline(n *node) {
	if c := n.get("_class_name"); c != nil && c.kind == list && len(c.kids) == 2 && c.kids[0].kind == text {
		j.component("", c.kids[0].at, "_class_name", c.kids[0].s, c.kids[1].s)
	}
	for i, key := range n.keys {
		v := &n.kids[i]
		if strings.HasPrefix(key, "_") || v.kind != list || len(v.kids) < 2 || v.kids[0].kind != text || v.kids[1].kind != text {
			continue
		}
		j.component(key, v.kids[0].at, key, v.kids[0].s, v.kids[1].s)
	}
}

// component judges one module and class. folder is that of the component, "" for the pipeline itself.
func (j *judge) component(folder string, at int64, key, module, class string) {
	whole := module + "." + class
	switch {
	case module == "":
		return
	case strings.Contains(module, "--"):
		j.class(at, key, whole)
		return
	case strings.ContainsAny(module, `/\:`) || strings.HasPrefix(module, "."):
		j.say(inspect.Dangerous, "config-code-path", at, module, "names %s as the module of %s: its path leads elsewhere", inspect.Quote(module), inspect.Quote(key))
		return
	}
	if v, id, what := callable(whole); v >= inspect.Dangerous {
		j.say(v, id, at, whole, "names %s as %s, which the loader imports: %s", inspect.Quote(whole), inspect.Quote(key), what)
		return
	}
	if g := globals.Module(module); g.Known && g.Capability&(harms|reaches) != 0 {
		j.say(inspect.Dangerous, "target-reaches", at, whole, "names the module %s for %s, and the loader imports it: %s", inspect.Quote(module), inspect.Quote(key), words(g))
		return
	}
	if framework(module) || componentModule(module) {
		return
	}
	file := strings.ReplaceAll(module, ".", "/") + ".py"
	if folder != "" {
		if _, err := j.p.SizeBeside(folder + "/" + file); err == nil {
			j.local(at, key, whole, folder+"/"+file)
			return
		}
	}
	if _, err := j.p.SizeBeside(file); err == nil || folder == "" || !strings.Contains(module, ".") {
		j.local(at, key, whole, file)
		return
	}
	j.say(inspect.Unknown, "target-unknown", at, whole, "names %s as %s, which the loader imports: nothing is known of it", inspect.Quote(whole), inspect.Quote(key))
}

// componentModule tells the packages of pipelines that diffusers has, and libraries whose classes stand in them.
func componentModule(module string) bool {
	switch module {
	case "stable_diffusion", "stable_diffusion_xl", "stable_diffusion_3", "latent_diffusion", "latent_diffusion_uncond", "paint_by_example", "deepfloyd_if", "alt_diffusion", "altdiffusion", "audioldm",
		"audioldm2", "kandinsky", "kandinsky2_2", "kandinsky3", "unidiffuser", "wuerstchen", "shap_e", "spectrogram_diffusion", "stable_cascade", "musicldm", "flux", "hunyuan_video", "ltx", "wan",
		"cogvideo", "blip_diffusion", "unclip", "versatile_diffusion", "vq_diffusion", "repaint", "dance_diffusion", "ddim", "ddpm", "pndm", "score_sde_ve", "semantic_stable_diffusion", "text_to_video_synthesis",
		"i2vgen_xl", "animatediff", "controlnet", "controlnet_xs", "pix2pix_zero", "t2i_adapter", "stable_audio", "onnxruntime", "k_diffusion", "qwenimage", "ltx2", "visualcloze", "cosmos", "sana", "hidream_image", "omnigen":
		return true
	}
	return false
}

// modules judges the modules of sentence-transformers: each has a class that is imported and a folder that is read.
func (j *judge) modules(n *node) {
	for i := range n.kids {
		m := &n.kids[i]
		if path := m.get("path"); path != nil && path.kind == text {
			escape(j.p, path.at, "config-path", "the folder of a module", path.s)
		}
		t := m.get("type")
		if t == nil || t.kind != text {
			j.say(inspect.NotRead, "config-shape", m.at, "", "has a module without a type, which its reader needs")
			continue
		}
		j.module(t)
	}
}

func (j *judge) module(t *node) {
	if strings.HasPrefix(t.s, "sentence_transformers.") || strings.HasPrefix(t.s, "pylate.") || strings.HasPrefix(t.s, "setfit.") {
		return
	}
	if strings.Contains(t.s, "--") {
		j.class(t.at, "type", t.s)
		return
	}
	if v, _, _ := callable(t.s); v != inspect.Unknown {
		j.target(t.at, "type", t.s)
		return
	}
	dot := strings.LastIndexByte(t.s, '.')
	if dot > 0 && dottedName(t.s) {
		j.local(t.at, "type", t.s, strings.ReplaceAll(t.s[:dot], ".", "/")+".py")
	}
}
