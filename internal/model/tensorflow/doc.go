// Package tensorflow looks at TensorFlow graphs: SavedModel, MetaGraph and GraphDef files, and checkpoints. A graph is a
// program: operators can read and write files, talk to other machines and call Python, and functions hide them a level down.
//
// The layouts are those of saved_model.proto, meta_graph.proto, graph.proto, node_def.proto, function.proto and attr_value.proto.
package tensorflow
