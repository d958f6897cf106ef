package edge

import "github.com/lodemark/lodemark/internal/model/flatbuffers"

// tfliteSample is a model of one custom operator.
func tfliteSample(operator string) []byte { return flatbuffers.Build(tfliteObject(operator), "TFL3") }

func tfliteObject(operator string) flatbuffers.Object {
	tensor := func(name string) flatbuffers.Object {
		return flatbuffers.Object{0: []int32{1, 4}, 2: uint32(0), 3: name}
	}
	return flatbuffers.Object{
		0: uint32(3),
		1: []flatbuffers.Object{{0: uint8(tfliteCustomCode), 1: operator, 2: int32(1), 3: int32(tfliteCustomCode)}},
		2: []flatbuffers.Object{{
			0: []flatbuffers.Object{tensor("in"), tensor("out")}, 1: []int32{0}, 2: []int32{1},
			3: []flatbuffers.Object{{0: uint32(0), 1: []int32{0}, 2: []int32{1}}}, 4: "main",
		}},
		3: "sample",
		4: []flatbuffers.Object{{}},
	}
}
