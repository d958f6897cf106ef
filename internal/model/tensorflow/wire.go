package tensorflow

import (
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// kind is a message of TensorFlow's, as far as it holds others.
type kind uint8

const (
	plain kind = iota // numbers and texts alone, or nothing that is known
	aSavedModel
	aMetaGraph
	aMetaInfo
	aGraph
	aLibrary
	aFunction
	aNode
	anOpList
	anOpDef
	anArgument
	anAttributeDef
	anEntry // of a map from text to a value of an attribute
	aValue
	aValueList
	aNamedFunction
	anArgumentEntry
	anArgumentAttributes
	aTensor
	aShape
	aCollectionEntry
	aCollection
	anAnyList
	aSignatureEntry
	aSignature
	anInfoEntry
	aTensorInfo
	aDefaultEntry
	anAsset
	anObjectGraph
	anObject
)

// field tells which message a field of this one is, and false for a field that is none.
func (k kind) field(n int) (kind, bool) {
	in := func(of kind, fields ...int) (kind, bool) {
		for _, f := range fields {
			if f == n {
				return of, true
			}
		}
		return plain, false
	}
	switch k {
	case aSavedModel:
		return in(aMetaGraph, 2)
	case aMetaGraph:
		of := [...]kind{1: aMetaInfo, 2: aGraph, 3: plain, 4: aCollectionEntry, 5: aSignatureEntry, 6: anAsset, 7: anObjectGraph}
		if n >= 1 && n < len(of) {
			return of[n], true
		}
	case aMetaInfo:
		if n == 3 || n == 8 {
			return plain, true
		}
		return in(anOpList, 2)
	case aGraph:
		if n == 1 {
			return aNode, true
		}
		if n == 2 {
			return aLibrary, true
		}
		return in(plain, 4)
	case aLibrary:
		if n == 1 {
			return aFunction, true
		}
		return in(plain, 2)
	case aFunction:
		of := [...]kind{1: anOpDef, 3: aNode, 4: plain, 5: anEntry, 6: plain, 7: anArgumentEntry, 8: plain}
		if n >= 1 && n < len(of) && n != 2 {
			return of[n], true
		}
	case aNode:
		if n == 6 || n == 7 {
			return plain, true
		}
		return in(anEntry, 5)
	case anOpList:
		return in(anOpDef, 1)
	case anOpDef:
		if n == 4 {
			return anAttributeDef, true
		}
		if n == 8 {
			return plain, true
		}
		return in(anArgument, 2, 3)
	case anArgument:
		return in(plain, 7, 17)
	case anAttributeDef:
		return in(aValue, 3, 7)
	case anEntry:
		return in(aValue, 2)
	case aValue, aValueList:
		switch {
		case n == 7:
			return aShape, true
		case n == 8:
			return aTensor, true
		case n == 1 && k == aValue:
			return aValueList, true
		case n == 10 && k == aValue, n == 9 && k == aValueList:
			return aNamedFunction, true
		}
	case aNamedFunction:
		return in(anEntry, 2)
	case anArgumentEntry:
		return in(anArgumentAttributes, 2)
	case anArgumentAttributes:
		return in(anEntry, 1)
	case aTensor:
		if n == 2 {
			return aShape, true
		}
		return in(plain, 14, 15)
	case aShape:
		return in(plain, 2)
	case aCollectionEntry:
		return in(aCollection, 2)
	case aCollection:
		if n == 5 {
			return anAnyList, true
		}
		return in(plain, 1, 2, 3, 4)
	case anAnyList:
		return in(plain, 1)
	case aSignatureEntry:
		return in(aSignature, 2)
	case aSignature:
		if n == 4 {
			return aDefaultEntry, true
		}
		return in(anInfoEntry, 1, 2)
	case anInfoEntry:
		return in(aTensorInfo, 2)
	case aTensorInfo:
		if n == 3 {
			return aShape, true
		}
		return in(plain, 4, 5)
	case aDefaultEntry:
		return in(aTensor, 2)
	case anAsset:
		return in(aTensorInfo, 1)
	case anObjectGraph:
		return in(anObject, 1)
	case anObject:
		return in(plain, 1, 3, 15)
	}
	return plain, false
}

// maxWire bounds how deep messages are taken apart.
const maxWire = 32

// takenApart checks that all of a message can be. A reader of protocol buffers takes apart all of a file and refuses it when one
// message is broken, wherever that is; what is looked at for its meaning is less than that.
func takenApart(m protobuf.Message, k kind, depth int) error {
	if depth > maxWire {
		return damage(-1, "messages lie more than %d deep in each other", maxWire)
	}
	return each(m, func(f protobuf.Field) error {
		inner, message := k.field(f.Number)
		switch {
		case !message:
			return nil
		case f.Type != protobuf.Bytes:
			return damage(f.Off, "field %d holds a number where a message is expected", f.Number)
		case inner == plain && f.Len > inspect.HeadBytes: // a long list of numbers or texts
			return nil
		}
		return takenApart(f.Message(), inner, depth+1)
	})
}
