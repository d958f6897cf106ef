package design

import "github.com/lodemark/lodemark"

// The samples are inert: an echo, a number. They are looked at and never loaded.
const (
	shellPickle  = "cos\nsystem\n(S'echo canary'\ntR."
	evalPickle   = "\x80\x02cbuiltins\neval\nX\x05\x00\x00\x001 + 1\x85R."
	plainPickle  = "\x80\x04]\x94(K\x01K\x02K\x03e."
	plainTensors = "\x38\x00\x00\x00\x00\x00\x00\x00" + `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  ` + "\x00\x00\x80?"
)

func scannedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a pickle that runs a command", Files: map[string]string{"models/ranker.pkl": shellPickle}},
		{Name: "a pickle that evaluates Python", Files: map[string]string{"models/ranker.pkl": evalPickle}},
		{Name: "a pickle by the name of another format", Files: map[string]string{"models/ranker.ckpt": shellPickle, "models/other.safetensors": plainTensors}},
	}
}

func scannedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "weights that are data only", Files: map[string]string{"models/ranker.safetensors": plainTensors}},
		{Name: "a pickle of numbers", Files: map[string]string{"models/ranker.pkl": plainPickle}},
	}
}
