package hub

import (
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Names that configurations give to loaders, by what is thought of them.
func TestCallable(t *testing.T) {
	for want, names := range map[inspect.Verdict][]string{
		inspect.Malicious: {"os.system", "os.popen", "posix.system", "nt.system", "subprocess.Popen", "subprocess.check_output", "subprocess:run", "builtins.eval", "builtins.exec", "eval", "exec",
			"__builtin__.eval", "pty.spawn", "runpy.run_path", "code.interact", "timeit.timeit", "ctypes.CDLL", "os.path.os.system", "pathlib.os.system", "platform.os.popen", "commands.getoutput", "asyncio.create_subprocess_shell",
			"webbrowser.open", "pdb.run", "bdb.Bdb.run", "cProfile.run", "trace.Trace.run"},
		inspect.Dangerous: {"importlib.import_module", "torch.load", "torch.hub.load", "pickle.load", "pickle.loads", "joblib.load", "dill.loads", "marshal.loads", "builtins.open", "builtins.getattr", "getattr",
			"urllib.request.urlopen", "socket.socket", "shutil.rmtree", "pydoc.locate", "numpy.testing._private.utils.runstring", "os.remove"},
		inspect.Clean: {"torch.nn.Linear", "torch.optim.AdamW", "transformers.AutoModelForCausalLM.from_pretrained", "pytorch_lightning.Trainer", "omegaconf.OmegaConf.create", "hydra.utils.get_method",
			"torchvision.transforms.Compose", "torchmetrics.Accuracy", "collections.OrderedDict", "builtins.dict", "builtins.list", "functools.partial", "datetime.timedelta", "torch.manual_seed",
			"speechbrain.lobes.models.ECAPA_TDNN.ECAPA_TDNN", "nemo.collections.asr.modules.ConformerEncoder", "sklearn.ensemble.RandomForestClassifier", "monai.networks.nets.UNet", "pandas.read_csv",
			"torch.utils.data.DataLoader", "lightning.pytorch.callbacks.ModelCheckpoint", "wandb.init", "datasets.load_dataset", "peft.LoraConfig", "argparse.Namespace"},
		inspect.Unknown: {"strange_package.run", "strange_package.Thing"},
	} {
		for _, name := range names {
			v, _, what := callable(name)
			if v == want || want == inspect.Dangerous && v == inspect.Malicious { // harm is harm
				continue
			}
			t.Errorf("%s is %s (%s), not %s", name, v, what, want)
		}
	}
}
