package framework

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const symbolText = `{"nodes": [{"op": "null", "name": "data", "inputs": []}, {"op": "null", "name": "w", "attrs": {"__shape__": "(4, 2)"}, "inputs": []},
 {"op": "FullyConnected", "name": "fc", "attrs": {"num_hidden": "4"}, "inputs": [[0, 0, 0], [1, 0, 0]]}],
 "arg_nodes": [0, 1], "node_row_ptr": [0, 1, 2, 3], "heads": [[2, 0, 0]], "attrs": {"mxnet_version": ["int", 10500]}}`

func TestMXNet(t *testing.T) {
	symbol := func(change ...string) []byte { return []byte(strings.NewReplacer(change...).Replace(symbolText)) }
	check(t, "mxnet-symbol", []sample{
		{"a graph", "m-symbol.json", symbol(), inspect.Clean, ""},
		{"by another name", "m.json", symbol(), inspect.Clean, ""},
		{"an operator in Python", "m-symbol.json", symbol(`"FullyConnected"`, `"Custom"`), inspect.Dangerous, `"Custom"`},
		{"an operator at an address", "m-symbol.json", symbol(`"FullyConnected"`, `"_Native"`), inspect.Dangerous, "address"},
		{"in a graph inside", "m-symbol.json", symbol(`"inputs": [[0, 0, 0], [1, 0, 0]]`, `"subgraphs": [{"nodes": [{"op": "Custom", "name": "c"}]}], "inputs": []`), inspect.Dangerous, `"Custom"`},
		{"a library", "m-symbol.json", symbol(`"num_hidden": "4"`, `"library": "/tmp/evil.so"`), inspect.Dangerous, "/tmp/evil.so"},
		{"a command", "m-symbol.json", symbol(`"num_hidden": "4"`, `"note": "os.system('id')"`), inspect.Dangerous, ""},
		{"code in base64", "m-symbol.json", symbol(`"num_hidden": "4"`, `"note": "X19pbXBvcnRfXygnb3MnKS5zeXN0ZW0oJ2lkJyk="`), inspect.Dangerous, "in base64"},
		{"code in base64 beside the nodes", "m-symbol.json", symbol(`"mxnet_version"`, `"metadata": ["str", "X19pbXBvcnRfXygnb3MnKS5zeXN0ZW0oJ2lkJyk="], "mxnet_version"`), inspect.Dangerous, "in base64"},
		{"words in base64 beside the nodes", "m-symbol.json", symbol(`"mxnet_version"`, `"metadata": "YSBuZXR3b3JrIG9mIHR3ZW50eSBsYXllcnM=", "mxnet_version"`), inspect.Clean, ""},
		{"an input that is none", "m-symbol.json", symbol(`[[0, 0, 0]`, `[[9, 0, 0]`), inspect.NotRead, "node 9"},
		{"an argument that is none", "m-symbol.json", symbol(`"arg_nodes": [0`, `"arg_nodes": [5`), inspect.NotRead, "node 5 of 3"},
		{"cut", "m-symbol.json", symbol()[:200], inspect.NotRead, ""},
		{"no operator", "m-symbol.json", symbol(`"op": "FullyConnected", `, ``), inspect.NotRead, "no operator"},
	})
	params := func(dims []int64, data int, names ...string) []byte {
		b := binary.LittleEndian.AppendUint64(nil, 0x112)
		b = binary.LittleEndian.AppendUint64(b, 0)
		b = binary.LittleEndian.AppendUint64(b, 1)
		b = binary.LittleEndian.AppendUint32(b, 0xf993fac9)
		b = binary.LittleEndian.AppendUint32(b, 0)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(dims)))
		for _, d := range dims {
			b = binary.LittleEndian.AppendUint64(b, uint64(d))
		}
		for _, w := range []uint32{1, 0, 0} {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		b = append(b, make([]byte, data)...)
		b = binary.LittleEndian.AppendUint64(b, uint64(len(names)))
		for _, n := range names {
			b = append(binary.LittleEndian.AppendUint64(b, uint64(len(n))), n...)
		}
		return b
	}
	whole := params([]int64{2, 3}, 24, "arg:w")
	check(t, "mxnet-params", []sample{
		{"an array", "m-0000.params", whole, inspect.Clean, ""},
		{"two names for one", "m-0000.params", params([]int64{2, 3}, 24, "a", "b"), inspect.NotRead, "2 names for 1"},
		{"a shape that lies", "m-0000.params", params([]int64{2000, 3000}, 24, "a"), inspect.NotRead, "claims"},
		{"a dimension below zero", "m-0000.params", params([]int64{-2, 3}, 24, "a"), inspect.NotRead, "dimension"},
		{"cut", "m-0000.params", whole[:len(whole)-3], inspect.NotRead, ""},
		{"more behind it", "m-0000.params", append(params([]int64{2, 3}, 24, "a"), 'x'), inspect.NotRead, "1 bytes follow"},
	})
}

func TestMsgpack(t *testing.T) {
	array := func(dtype string, n byte, data string) string {
		inner := "\x93\x91" + string(rune(n)) + string([]byte{0xa0 | byte(len(dtype))}) + dtype + "\xc4" + string([]byte{byte(len(data))}) + data
		return "\xc7" + string([]byte{byte(len(inner))}) + "\x01" + inner
	}
	tree := func(value string) []byte { return []byte("\x81\xa6params\x81\xa1w" + value) }
	whole := tree(array("float32", 2, "12345678"))
	check(t, "msgpack", []sample{
		{"parameters", "m.msgpack", whole, inspect.Clean, ""},
		{"by another name", "checkpoint_0", whole, inspect.Clean, ""},
		{"bfloat16", "m.msgpack", tree(array("bfloat16", 4, "12345678")), inspect.Clean, ""},
		{"an array of objects", "m.msgpack", tree(array("object", 1, "12345678")), inspect.Dangerous, "addresses"},
		{"an array that msgpack-numpy unpickles", "m.msgpack", []byte("\x83\xc4\x02nd\xc3\xc4\x04type\xa2|O\xc4\x04data\xc4\x01x"), inspect.Dangerous, "unpickles"},
		{"an object", "m.msgpack", []byte("\x81\xaa__reduce__\x92\xa9os.system\xa2id"), inspect.Dangerous, "__reduce__"},
		{"a command", "m.msgpack", []byte("\x81\xa1x\xaeos.system('id')"), inspect.Dangerous, ""},
		{"a type of its own", "m.msgpack", []byte("\x81\xa1x\xc7\x02\x2aab"), inspect.Unknown, "type 42"},
		{"a size that lies", "m.msgpack", tree(array("float32", 9, "12345678")), inspect.NotRead, "9 elements"},
		{"a type that is none", "m.msgpack", tree(array("float99", 2, "12345678")), inspect.NotRead, "float99"},
		{"cut", "m.msgpack", whole[:len(whole)-3], inspect.NotRead, "claims"},
		{"more behind it", "m.msgpack", append(tree(array("float32", 2, "12345678")), 0xc1), inspect.NotRead, "follow"},
		{"a bomb", "m.msgpack", []byte("\xdd\xff\xff\xff\xff"), inspect.NotRead, "claims"},
		{"deep", "m.msgpack", []byte(strings.Repeat("\x91", 5000)), inspect.NotRead, "deep"},
	})
	check(t, "orbax-metadata", []sample{
		{"metadata", "_CHECKPOINT_METADATA", []byte(`{"item_handlers": {"state": "orbax.checkpoint._src.handlers.pytree_checkpoint_handler.PyTreeCheckpointHandler"}, "init_timestamp_nsecs": 1}`), inspect.Clean, ""},
		{"a handler of its own", "_CHECKPOINT_METADATA", []byte(`{"item_handlers": {"state": "evil.module.Handler"}}`), inspect.Dangerous, "evil.module.Handler"},
		{"an effect", "_METADATA", []byte(`{"restore": "os.system"}`), inspect.Malicious, "os.system"},
		{"arrays elsewhere", "_METADATA", []byte(`{"kvstore": {"driver": "file", "path": "/etc/passwd"}}`), inspect.Dangerous, "/etc/passwd"},
	})
}

func TestZarr(t *testing.T) {
	check(t, "zarr", []sample{
		{"an array", ".zarray", []byte(`{"chunks": [2], "compressor": {"id": "blosc"}, "dtype": "<f4", "filters": null, "shape": [2], "zarr_format": 2}`), inspect.Clean, ""},
		{"a group", ".zgroup", []byte(`{"zarr_format": 2}`), inspect.Clean, ""},
		{"a newer one", "zarr.json", []byte(`{"zarr_format": 3, "node_type": "array", "codecs": [{"name": "bytes"}], "attributes": {"name": "pickle"}}`), inspect.Clean, ""},
		{"pickles", ".zarray", []byte(`{"dtype": "|O", "filters": [{"id": "pickle", "protocol": 5}], "zarr_format": 2}`), inspect.Dangerous, "pickle"},
		{"pickles in a newer one", "zarr.json", []byte(`{"zarr_format": 3, "codecs": [{"name": "numcodecs.pickle"}]}`), inspect.Dangerous, "pickle"},
		{"pickles among many", ".zmetadata", []byte(`{"zarr_consolidated_format": 1, "metadata": {"a/.zarray": {"zarr_format": 2, "filters": [{"id": "pickle"}]}}}`), inspect.Dangerous, "pickle"},
		{"no version", ".zarray", []byte(`{"shape": [2]}`), inspect.NotRead, "version"},
		{"cut", ".zarray", []byte(`{"zarr_format": 2, "shape": [`), inspect.NotRead, ""},
	})
}

func TestCarriers(t *testing.T) {
	check(t, "mlpackage-manifest", []sample{
		{"a package", "Manifest.json", []byte(`{"itemInfoEntries":{"A":{"path":"com.apple.CoreML/model.mlmodel"}},"rootModelIdentifier":"A"}`), inspect.Clean, ""},
		{"a path elsewhere", "Manifest.json", []byte(`{"itemInfoEntries":{"A":{"path":"../../../etc/passwd"}}}`), inspect.Dangerous, "etc/passwd"},
	})
	check(t, "spark-ml", []sample{
		{"a model of Spark's", "part-00000", []byte(`{"class":"org.apache.spark.ml.PipelineModel","timestamp":1,"sparkVersion":"3.5.0","uid":"p","paramMap":{}}`), inspect.Clean, ""},
		{"a class of Java's", "part-00000", []byte(`{"class":"javax.script.ScriptEngineManager","sparkVersion":"3.5.0"}`), inspect.Dangerous, "no model"},
		{"a class of somebody's", "part-00000", []byte(`{"class":"com.example.Model","sparkVersion":"3.5.0"}`), inspect.Unknown, "com.example.Model"},
	})
	check(t, "h2o-mojo", []sample{
		{"a model", "model.ini", []byte("[info]\nalgorithm = Gradient Boosting Machine\nmojo_version = 1.40\nh2o_version = 3.40\n\n[columns]\nx\n"), inspect.Clean, ""},
		{"a command", "model.ini", []byte("[info]\nalgorithm = gbm\nnote = bash -c 'id'\n"), inspect.Dangerous, ""},
	})
	check(t, "dl4j", []sample{
		{"a network", "configuration.json", []byte(`{"confs":[{"layer":{"@class":"org.deeplearning4j.nn.conf.layers.DenseLayer"}}]}`), inspect.Clean, ""},
		{"a gadget", "configuration.json", []byte(`{"layer":{"@class":"com.sun.rowset.JdbcRowSetImpl"}}`), inspect.Dangerous, "JdbcRowSetImpl"},
	})
	check(t, "java-code", []sample{
		{"a model of H2O as Java", "gbm.java", []byte("public class gbm extends hex.genmodel.GenModel { }"), inspect.Dangerous, "Java code"},
		{"that runs a program", "gbm.java", []byte("public class gbm extends hex.genmodel.GenModel { static { Runtime.getRuntime().exec(\"id\"); } }"), inspect.Malicious, "runs programs"},
	})
}
