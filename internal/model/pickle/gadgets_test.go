package pickle

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Callables whose arguments name a path, an address, a command or code do something outside of the file when it is loaded,
// whichever library they are of. Each is called as a pickle can call it: by REDUCE with one text, or as it is written out.
func TestGadgets(t *testing.T) {
	path := text("/etc/passwd")
	names := strings.Fields(`
		numpy.memmap numpy.DataSource numpy.lib.npyio.DataSource numpy.lib._datasource.DataSource numpy.lib._datasource.Repository numpy.lib._datasource.open
		numpy.load numpy.loadtxt numpy.genfromtxt numpy.fromfile numpy.fromregex numpy.savetxt numpy.lib.format.open_memmap numpy.core.memmap.memmap
		numpy.core.records.fromfile numpy.rec.fromfile numpy.lib.npyio.NpzFile numpy.testing._private.utils.runstring numpy.ctypeslib.load_library
		scipy.io.loadmat scipy.io.wavfile.read scipy.io.netcdf_file scipy.io.FortranFile scipy.io.mmread scipy.sparse.load_npz scipy.datasets.face
		tempfile.NamedTemporaryFile tempfile.TemporaryDirectory tempfile.mkdtemp tempfile.mkstemp tempfile.TemporaryFile
		logging.FileHandler logging.handlers.RotatingFileHandler logging.handlers.SocketHandler logging.handlers.WatchedFileHandler logging.config.fileConfig
		logging.config.dictConfig logging.config.listen logging.basicConfig logging.handlers.SysLogHandler
		zipfile.ZipFile zipfile.PyZipFile zipfile.Path tarfile.open tarfile.TarFile tarfile.TarFile.open gzip.open gzip.GzipFile bz2.BZ2File bz2.open lzma.open
		lzma.LZMAFile shelve.open shelve.DbfilenameShelf dbm.open dbm.dumb.open sqlite3.connect sqlite3.Connection sqlite3.dbapi2.connect
		io.open io.FileIO io.open_code _io.FileIO _pyio.open _pyio.FileIO os.fdopen os.open codecs.open mmap.mmap fileinput.input fileinput.FileInput linecache.getlines
		linecache.getline tokenize.open mailbox.mbox mailbox.Maildir netrc.netrc wave.open aifc.open sunau.open chunk.Chunk sndhdr.what imghdr.what
		xml.etree.ElementTree.parse xml.etree.ElementTree.ElementTree xml.sax.parse xml.dom.minidom.parse xml.dom.pulldom.parse lxml.etree.parse plistlib.readPlist
		configparser.ConfigParser.read filecmp.cmp glob.glob pathlib.Path.read_text pathlib.Path.unlink pathlib.Path.write_text shutil.copyfile
		mimetypes.init mimetypes.MimeTypes gettext.translation gettext.find locale.bindtextdomain zoneinfo.reset_tzpath ssl.create_default_context
		http.client.HTTPConnection.request urllib.request.urlopen urllib.request.URLopener urllib.robotparser.RobotFileParser.read smtplib.SMTP ftplib.FTP telnetlib.Telnet
		imaplib.IMAP4 poplib.POP3 nntplib.NNTP socket.create_connection socket.gethostbyname xmlrpc.client.ServerProxy webbrowser.open multiprocessing.connection.Client
		multiprocessing.managers.BaseManager.connect multiprocessing.shared_memory.SharedMemory asyncio.open_connection
		code.interact pdb.run bdb.Bdb.run cProfile.run profile.run timeit.timeit timeit.Timer.timeit trace.Trace.run doctest.debug_src runpy.run_path runpy.run_module
		zipimport.zipimporter imp.load_source imp.load_module importlib.machinery.SourceFileLoader importlib.machinery.SourceFileLoader.load_module
		importlib.util.spec_from_file_location importlib.reload importlib.resources.read_text pkgutil.get_data pkgutil.find_loader site.addsitedir
		site.execsitecustomize test.support.script_helper.assert_python_ok lib2to3.pgen2.driver.load_grammar ensurepip.bootstrap venv.create pydoc.pipepager pydoc.locate
		ctypes.CDLL ctypes.PyDLL ctypes.cdll.LoadLibrary ctypes.util.find_library ctypes.string_at ctypes.c_char.from_address ctypes.cast _ctypes.dlopen
		typing.get_type_hints typing._eval_type typing.ForwardRef._evaluate inspect.getsource inspect.signature.eval types.CodeType types.FunctionType types.new_class
		 string.Formatter.format string.Formatter.vformat re.match re.search re.sub re.fullmatch re.findall
		 signal.signal atexit.register sys.settrace sys.setprofile sys.addaudithook threading.Thread threading.Timer threading.setprofile
		concurrent.futures.ThreadPoolExecutor.submit multiprocessing.Process multiprocessing.Pool asyncio.run 
		resource.setrlimit gc.get_objects readline.read_history_file curses.initscr pty.spawn platform.popen uuid._get_command_stdout
		PIL.Image.open PIL.ImageFont.truetype PIL.ImageFont.FreeTypeFont PIL.ImageFont.load PIL.ImageMath.eval PIL.ImageShow.show PIL.ImageGrab.grab PIL.FontFile.FontFile.save
		pandas.read_csv pandas.read_pickle pandas.read_sql pandas.read_html pandas.read_parquet pandas.read_hdf pandas.read_json pandas.read_excel pandas.eval
		pandas.DataFrame.query pandas.DataFrame.eval pandas.DataFrame.to_csv pandas.DataFrame.to_pickle pandas.HDFStore pandas.ExcelFile pandas.ExcelWriter
		pandas.io.common.get_handle pandas.io.common.urlopen pandas.io.parsers.readers.TextFileReader pandas.core.computation.eval.eval pandas.io.pytables.HDFStore
		h5py.File h5py._hl.files.File h5py.h5f.open tables.open_file tables.file.File netCDF4.Dataset zarr.open xarray.open_dataset
		tokenizers.Tokenizer.from_file tokenizers.Tokenizer.from_pretrained tokenizers.models.BPE.from_file tokenizers.Tokenizer.save tokenizers.models.WordPiece.from_file
		tokenizers.BertWordPieceTokenizer tokenizers.implementations.byte_level_bpe.ByteLevelBPETokenizer
		sentencepiece.SentencePieceProcessor sentencepiece.SentencePieceProcessor.Load sentencepiece.SentencePieceProcessor.LoadFromFile sentencepiece.SentencePieceTrainer.train
		spacy.load spacy.util.load_model spacy.vocab.Vocab.from_disk spacy.vectors.Vectors.from_disk spacy.language.Language.from_disk spacy.cli.download
		gensim.utils.unpickle gensim.utils.SaveLoad.load gensim.models.KeyedVectors.load_word2vec_format gensim.models.word2vec.Word2Vec.load gensim.utils.open
		gensim.downloader.load gensim.models.word2vec.PathLineSentences gensim.corpora.dictionary.Dictionary.load_from_text gensim.corpora.mmcorpus.MmCorpus
		gensim.corpora.wikicorpus.WikiCorpus gensim.models.wrappers.LdaMallet.train
		sklearn.datasets.load_files sklearn.datasets.fetch_openml sklearn.datasets.load_svmlight_file sklearn.externals.joblib.load sklearn.datasets.clear_data_home
		sklearn.datasets.get_data_home
		torch.load torch.jit.load torch.hub.load torch.ops.load_library torch.classes.load_library torch._ops._OpNamespace.load_library torch.utils.cpp_extension.load_inline
		torch.utils.cpp_extension.load torch.package.PackageImporter torch.package.PackageExporter torch.FloatStorage.from_file torch.UntypedStorage.from_file torch.from_file
		torch._C.PyTorchFileReader torch._C.PyTorchFileWriter torch._C._import_ir_module_from_buffer torch.jit._serialization.load torch.distributed.init_process_group
		torch.distributed.rpc.rpc_sync torch.distributed.rpc.init_rpc torch.distributed.FileStore torch.distributed.TCPStore torch.utils.model_zoo.load_url
		torch.utils.data.datapipes.iter.FileOpener torch.onnx.export torch.save torch.utils.tensorboard.SummaryWriter torch.compile torch.fx.graph_module._forward_from_src
		torch.utils.bottleneck.__main__.run_cprofile torch.multiprocessing.spawn torch.cuda.memory._dump_snapshot torch._dynamo.guards.GuardBuilder.get torch.distributed.launcher.launch_agent
		torch.distributed.checkpoint.load torch.distributed.checkpoint.FileSystemReader.read_metadata torch.export.load torch.serialization._open_file torch.serialization._open_zipfile_reader
		torchvision.io.read_image torchvision.datasets.folder.default_loader torchaudio.load torchvision.datasets.utils.download_url 
		transformers.pipeline transformers.AutoModel.from_pretrained transformers.BertTokenizer.from_pretrained transformers.utils.hub.cached_file
		transformers.dynamic_module_utils.get_class_from_dynamic_module transformers.models.bert.tokenization_bert.BertTokenizer 
		 transformers.tokenization_utils_fast.PreTrainedTokenizerFast transformers.modeling_utils.load_state_dict
		peft.PeftModel.from_pretrained peft.PeftConfig.from_pretrained diffusers.DiffusionPipeline.from_pretrained sentence_transformers.SentenceTransformer
		sentence_transformers.SentenceTransformer.SentenceTransformer huggingface_hub.hf_hub_download huggingface_hub.snapshot_download datasets.load_dataset datasets.Dataset.from_file
		safetensors.safe_open safetensors.torch.load_file accelerate.load_checkpoint_and_dispatch
		joblib.load joblib.Memory joblib.memory.Memory joblib.memory.MemorizedResult joblib.Parallel.__call__ joblib._store_backends.FileSystemStoreBackend.configure
		joblib.numpy_pickle.load joblib.dump joblib.numpy_pickle.NumpyUnpickler joblib._memmapping_reducer.make_memmap joblib._memmapping_reducer._strided_from_memmap
		joblib._memmapping_reducer.load_temporary_memmap joblib.externals.loky.process_executor._ThreadManager joblib.disk.rm_subdirs joblib.disk.delete_folder
		dask.compute dask.get dask.threaded.get dask.core.get dask.delayed dask.dataframe.read_csv dask.bytes.read_bytes dask.utils.import_required
		distributed.Client distributed.worker.run distributed.protocol.pickle.loads dask.optimization.SubgraphCallable.__call__ partd.File partd.file.File
		ray.init ray.remote ray.cloudpickle.loads ray.get ray.tune.run ray.util.rpdb.set_trace
		cloudpickle.loads cloudpickle.load cloudpickle.subimport cloudpickle.cloudpickle._make_skel_func dill.loads dill.load dill._dill._import_module dill._dill._create_filehandle
		dill._dill._create_code dill.load_session dill.source.importable dill.session.load_module dill.temp.load dill.temp.loadIO dill._dill._eval_repr
		catboost.CatBoost.load_model catboost.CatBoostClassifier.load_model catboost.Pool catboost.core.Pool xgboost.DMatrix xgboost.core.DMatrix xgboost.Booster xgboost.core.Booster
		xgboost.XGBClassifier.load_model lightgbm.Booster lightgbm.basic.Booster lightgbm.Dataset lightgbm.basic.Dataset lightgbm.basic._InnerPredictor
		onnxruntime.InferenceSession onnxruntime.capi.onnxruntime_inference_collection.InferenceSession onnxruntime.SessionOptions.register_custom_ops_library
		onnx.load onnx.load_model onnx.hub.load onnx.external_data_helper.load_external_data_for_tensor fasttext.load_model fasttext.FastText._FastText fasttext.train_supervised
		tensorflow.saved_model.load tensorflow.io.read_file tensorflow.io.gfile.GFile tensorflow.py_function tensorflow.load_op_library keras.models.load_model
		tensorflow.python.lib.io.file_io.FileIO tensorflow.keras.models.load_model tensorflow.keras.utils.get_file keras.saving.load_model tensorflow.lite.Interpreter
		tflite_runtime.interpreter.Interpreter tensorflow_hub.load
		mlflow.pyfunc.load_model mlflow.sklearn.load_model wandb.init librosa.load soundfile.SoundFile soundfile.read cv2.imread cv2.CascadeClassifier cv2.dnn.readNet cv2.VideoCapture
		imageio.imread skimage.io.imread nibabel.load pydicom.dcmread SimpleITK.ReadImage decord.VideoReader
		nltk.data.load nltk.data.find nltk.download nltk.corpus.util.LazyCorpusLoader.__getattr__ nltk.tag.stanford.StanfordTagger
		faiss.read_index annoy.AnnoyIndex.load hnswlib.Index.load_index igraph.Graph.Read networkx.read_gpickle networkx.read_graphml kenlm.Model kenlm.LanguageModel
		pyarrow.parquet.read_table pyarrow.memory_map pyarrow.OSFile pyarrow.feather.read_feather polars.read_csv duckdb.connect sqlalchemy.create_engine
		yaml.load yaml.unsafe_load jsonpickle.decode jinja2.Template jinja2.Environment.from_string mako.template.Template toml.load
		llama_cpp.Llama ctransformers.LLM gguf.GGUFReader omegaconf.OmegaConf.load hydra.utils.instantiate hydra.utils.get_class hydra.utils.call
		pytorch_lightning.Trainer pytorch_lightning.LightningModule.load_from_checkpoint stable_baselines3.PPO.load gym.make gymnasium.make
		flair.models.SequenceTagger.load stanza.Pipeline whisper.load_model easyocr.Reader fastai.learner.load_learner fastai.basic_train.load_learner
		h2o.init pycaret.classification.load_model boto3.client s3fs.S3FileSystem fsspec.open fsspec.filesystem smart_open.open paramiko.SSHClient.connect requests.get
		sympy.sympify sympy.parsing.sympy_parser.parse_expr sympy.lambdify numexpr.evaluate sympy.utilities.lambdify.lambdify theano.function numba.core.serialize._unpickle__CustomPickled
		timm.create_model timm.models.load_checkpoint ultralytics.YOLO MeCab.Tagger jieba.load_userdict opencc.OpenCC pyximport.install IPython.embed matplotlib.pyplot.imread
		matplotlib.font_manager.FontManager matplotlib.image.imread shap.Explainer.load tiktoken.load.load_tiktoken_bpe pkg_resources.resource_string git.Repo docker.from_env`)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			if found := scanned(t, "x.pkl", []byte(pickled(call(gadget(name), path)))); found.Verdict < inspect.Dangerous {
				t.Errorf("%s: %v", found.Verdict, found.Reasons)
			}
		})
	}
}

// gadget is a name as a pickle takes it: what begins with a capital letter, and is not the last part, is no module.
func gadget(dotted string) string {
	parts := strings.Split(dotted, ".")
	for i, part := range parts[:len(parts)-1] {
		bare := strings.TrimLeft(part, "_")
		if i > 0 && bare != "" && bare[0] >= 'A' && bare[0] <= 'Z' && part != "PIL" && !strings.HasSuffix(dotted, "SentenceTransformer") && part != "FastText" {
			return global(strings.Join(parts[:i], ".") + "|" + strings.Join(parts[i:], "."))
		}
	}
	return global(dotted)
}

// Gadgets that take more than a text, and their kin that honest files have.
func TestGadgetsWithArguments(t *testing.T) {
	const clean, dangerous, malicious = inspect.Clean, inspect.Dangerous, inspect.Malicious
	path := text("/etc/passwd")
	partial := func(args ...string) string { return call(global("functools.partial"), args...) }
	array := call(global("numpy.core.multiarray._reconstruct"), global("numpy.memmap"), "K\x00\x85", raw("b"))
	float8 := call(global("numpy.dtype"), text("f8"), "\x89", "\x88") + "(K\x03" + text("<") + "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
	storage := "(" + text("storage") + global("torch.FloatStorage") + text("0") + text("cpu") + "K\x04tQ"
	tests := []struct {
		name, body string
		want       inspect.Verdict
	}{
		// of xgboost, LightGBM and others, a path among the arguments
		{"xgboost.Booster(params, cache, model_file)", call(global("xgboost.core.Booster"), "}", ")", path), dangerous},
		{"xgboost.Booster by NEWOBJ", global("xgboost.core.Booster") + ")\x81" + dict(text("best_iteration"), "K\x01") + "b", clean},
		{"lightgbm.Booster(params, train_set, model_file)", call(global("lightgbm.basic.Booster"), "}", "N", path), dangerous},
		{"lightgbm.Booster by NEWOBJ", global("lightgbm.basic.Booster") + ")\x81" + dict(text("handle"), text("tree\nversion=v3\n")) + "b", clean},
		{"through a module above", call(text("xgboost")+text("core.Booster")+"\x93", "}", ")", path), dangerous},
		{"catboost.Pool(path)", call(global("catboost.core.Pool"), path), dangerous},
		{"a storage's from_file", call(call(getattr, global("torch.FloatStorage"), text("from_file")), path, "\x89", "K\x04"), malicious},
		{"a storage of no file", call(global("torch.FloatStorage"), "K\x04"), clean},
		{"SentencePieceProcessor(path)", call(global("sentencepiece.SentencePieceProcessor"), path), dangerous},
		{"SentencePieceProcessor by NEWOBJ", global("sentencepiece.SentencePieceProcessor") + ")\x81" + raw("model") + "b", clean},
		{"tokenizers' BPE(path, path)", call(global("tokenizers.models.BPE"), path, path), dangerous},
		{"tokenizers' BPE by NEWOBJ, whose __new__ reads", global("tokenizers.models.BPE") + path + path + "\x86\x81", dangerous},
		{"tokenizers' BPE of nothing", global("tokenizers.models.BPE") + ")\x81" + raw("{}") + "b", clean},
		{"tokenizers' WordLevel of a vocabulary", call(global("tokenizers.models.WordLevel"), dict(path, "K\x00")), clean},
		{"a slow tokenizer", call(global("transformers.models.bert.tokenization_bert.BertTokenizer"), path), dangerous},
		{"a slow tokenizer by NEWOBJ", global("transformers.models.bert.tokenization_bert.BertTokenizer") + ")\x81" + dict(text("vocab_file"), path) + "b", clean},
		{"a folder of pictures", call(global("torchvision.datasets.folder.ImageFolder"), path), dangerous},
		{"joblib.Memory(path)", call(global("joblib.memory.Memory"), path), malicious},
		{"joblib.Memory by NEWOBJ, as a pipeline keeps it", global("joblib.memory.Memory") + ")\x81" + dict(text("location"), "N") + "b", clean},
		{"numpy.memmap by NEWOBJ", global("numpy.memmap") + path + "\x85\x81", dangerous},
		{"numpy.memmap kept as an array", array + "(K\x01K\x02\x85" + float8 + "\x89" + raw(strings.Repeat("\x00", 16)) + "tb", clean},

		// what calls an argument
		{"a partial of what reads", call(partial(global("lightgbm.basic.Booster"), "N", "N", path)), dangerous},
		{"a partial of what runs", call(partial(system, echo)), malicious},
		{"a partial in a partial", call(partial(partial(system), echo)), malicious},
		{"a partial with a keyword", call(partial(global("builtins.sorted"), list(echo)) + "(" + global("builtins.sorted") + list(echo) + "\x85" + dict(text("key"), system) + "Ntb"), dangerous},
		{"a partial of what computes", partial(global("numpy.zeros"), "K\x03"), clean},
		{"a methodcaller of a module", call(call(global("operator.methodcaller"), text("system"), echo), getOS), malicious},
		{"a methodcaller of a table", call(call(global("operator.methodcaller"), text("to_csv"), path), global("pandas.core.frame.DataFrame")+")\x81"), dangerous},
		{"an attrgetter with dots", call(call(call(global("operator.attrgetter"), text("path.os.system")), getOS), echo), malicious},
		{"an itemgetter", call(global("operator.itemgetter"), "K\x01"), clean},
		{"a bound method", call(call(global("types.MethodType"), system, echo)), malicious},
		{"a finalizer", call(global("weakref.finalize"), object, system, echo), malicious},
		{"a reference with a callback", call(global("weakref.ref"), object, system), dangerous},
		{"a scheduler", call(global("sched|scheduler.enter"), object, "K\x00", "K\x00", system, echo+"\x85"), malicious},
		{"an exit callback", call(global("contextlib|ExitStack.callback"), object, system, echo), malicious},
		{"a cached property", call(global("functools.lru_cache"), system), malicious},
		{"a thread", call(global("threading.Thread"), "N", system, "N", echo+"\x85"), dangerous},
		{"dask's task", call(global("dask.core.get"), dict(text("a"), system+echo+"\x86"), text("a")), dangerous},
		{"joblib's delayed", call(call(global("joblib.parallel.delayed"), system), echo), malicious},
		{"a namespace", call(global("types.SimpleNamespace")) + dict(text("a"), "K\x01") + "b", clean},
		{"tensor hooks", call(global("torch._utils._rebuild_tensor_v2"), storage, "K\x00", "K\x04\x85", "K\x01\x85", "\x89", call(global("collections.OrderedDict"))+"K\x00"+system+"s"), dangerous},
		{"a tensor without hooks", call(global("torch._utils._rebuild_tensor_v2"), storage, "K\x00", "K\x04\x85", "K\x01\x85", "\x89", call(global("collections.OrderedDict"))), clean},
		{"a subclass of tensors that runs", call(global("torch._tensor._rebuild_from_type_v2"), system, global("torch.Tensor"), echo+"\x85", "}"), malicious},

		// text that is evaluated, or walks
		{"a forward reference", call(global("typing.ForwardRef"), text("__import__('os')")), dangerous},
		{"its evaluation", call(call(getattr, call(global("typing.ForwardRef"), text("x")), text("_evaluate")), "}", "}"), dangerous},
		{"a formatter", call(call(getattr, call(global("string.Formatter")), text("format")), text("{0.__class__}"), "K\x01"), dangerous},
		{"str.format", call(global("builtins|str.format"), text("{0.__init__.__globals__}"), object), dangerous},
		{"a search that is slow", call(global("re.search"), text("(a+)+$"), text("aaaaaaaaaaaaaaaaaaaaaaaaaaaa!")), dangerous},
		{"an expression", call(global("re._compile"), text("[a-z]+"), "K\x00"), clean},
		{"a query", call(call(getattr, global("pandas.core.frame.DataFrame")+")\x81", text("query")), text("@pd.io")), dangerous},
		{"a formula of sympy", call(global("sympy.core.sympify.sympify"), text("1")), dangerous},

		// harmless kin
		{"a path", call(global("pathlib.PosixPath"), text("/"), text("etc")), clean},
		{"a logger", call(global("logging.getLogger"), text("a")), clean},
		{"a time zone", call(global("pytz._p"), text("Europe/Berlin")), clean},
		{"a time zone of dateutil", call(global("dateutil.tz.tz.tzutc")), clean},
		{"a time zone by its key", call(global("zoneinfo|ZoneInfo._unpickle"), text("Europe/Berlin"), "\x88"), clean},
		{"an UUID", global("uuid.UUID") + ")\x81" + dict(text("int"), "K\x01") + "b", clean},
		{"a generator", call(global("numpy.random._pickle.__randomstate_ctor"), text("MT19937")), clean},
		{"a vocabulary of spaCy", call(global("spacy.strings.StringStore")), clean},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found := scanned(t, "x.pkl", []byte(pickled(test.body)))
			if test.want == clean && found.Verdict != clean || found.Verdict < test.want {
				t.Errorf("%s, want %s: %v", found.Verdict, test.want, found.Reasons)
			}
		})
	}
}
