// Package keras looks at what Keras loads: HDF5 files of Keras 1 and 2, zips of Keras 3, configurations in JSON and YAML, the
// metadata of SavedModels, and the models of TensorFlow.js.
//
// A configuration is a tree of objects that name their class, and loading it makes them: classes of Keras itself are known by
// name, Lambda layers hold marshalled code, and a module beside a class is one that some version of the loader imports. The
// whole tree is walked, whatever the place, since layers of any kind hand what they find in their own configuration on.
package keras
