package abi

// shelf keeps pages of a model's cache beside the library's files.
type shelf struct{ host Host }

func (s shelf) Names() ([]string, error) {
	files, err := s.host.List()
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name
	}
	return names, err
}

func (s shelf) Get(name string) ([]byte, error) { return s.host.Get(name, 0, -1) }

func (s shelf) Put(name string, data []byte) error { return s.host.Put(name, data) }

func (s shelf) Delete(name string) error { return s.host.Delete(name) }

// keep ("keep", no request) puts what the model has read into the store, so that
// prompts that begin alike are not read again, after a reload neither. Removing
// documents removes it.
func (e *Engine) keep(*none, Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	return struct{}{}, e.model.Keep()
}
