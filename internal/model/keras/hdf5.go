package keras

import (
	"context"
	"errors"
	"strings"

	"github.com/lodemark/lodemark/internal/model/hdf5"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

var errFound = errors.New("found")

// claimsHDF5 takes HDF5 files whose root group looks like Keras's.
func claimsHDF5(p *inspect.Part) bool {
	at, ok := hdf5.Find(p)
	if !ok {
		return false
	}
	f, err := hdf5.Open(p, p.Size, at)
	if err != nil {
		return false
	}
	err = f.Root(hdf5.Visitor{
		Attribute: func(_ string, a *hdf5.Attribute) error {
			switch a.Name {
			case "model_config", "keras_version", "training_config", "layer_names", "backend":
				return errFound
			}
			return nil
		},
		Link: func(path string, _ hdf5.Link) error {
			switch path {
			case "/model_weights", "/_layer_checkpoint_dependencies", "/layers", "/vars", "/optimizer_weights":
				return errFound
			}
			return nil
		},
	})
	return errors.Is(err, errFound)
}

func scanHDF5(ctx context.Context, p *inspect.Part) error {
	layers := 0
	err := hdf5.Scan(ctx, p, func(t hdf5.Text) error {
		switch t.Name {
		case "keras_version", "backend":
			if t.Object == "/" {
				p.Fact("framework", "keras")
				p.Fact(t.Name, t.Value)
			}
			return nil
		}
		configured := t.Name == "model_config" || t.Name == "training_config"
		trimmed := strings.TrimLeft(t.Value, " \t\r\n\ufeff")
		if !configured && (!strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") || !strings.Contains(trimmed, "class_name")) {
			return nil
		}
		if trimmed == "" || trimmed == "null" {
			return nil
		}
		j := &judge{ctx: ctx, part: p, at: t.Offset}
		err := j.whole([]byte(t.Value))
		layers = max(layers, j.layers)
		var damage *inspect.DamageError
		if errors.As(err, &damage) {
			if configured {
				p.Say(inspect.NotRead, "keras-config-damaged", t.Offset, "attribute %s of %s cannot be read: %s", inspect.Quote(t.Name), inspect.Quote(t.Object), damage.Reason)
			}
			return nil
		}
		return err
	})
	(&judge{part: p, layers: layers}).done()
	return err
}
