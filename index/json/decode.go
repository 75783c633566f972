package json

import (
	"fmt"
	"reflect"
	"strconv"
)

// Unmarshal reads the one value of a text into what v points to. Names that v
// does not have are passed over.
func Unmarshal(text []byte, v any) error { return unmarshal(text, v, false) }

// UnmarshalStrict is Unmarshal, but names that v does not have are an error.
func UnmarshalStrict(text []byte, v any) error { return unmarshal(text, v, true) }

func unmarshal(text []byte, v any, strict bool) error {
	to := reflect.ValueOf(v)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return fmt.Errorf("json: reading into %T, which is no pointer", v)
	}
	d := decoder{*NewReader(string(text)), strict}
	if err := d.value(to.Elem()); err != nil {
		return err
	}
	return d.End()
}

type decoder struct {
	Reader
	strict bool
}

func (d *decoder) value(v reflect.Value) error {
	kind, err := d.Kind()
	if err != nil {
		return d.cut(err)
	}
	if v.Type() == rawMessage {
		begin := d.Offset()
		err := d.Skip()
		v.SetBytes([]byte(d.text[begin:d.at]))
		return err
	}
	if kind == 'n' {
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
			v.SetZero()
		}
		return d.Null()
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return d.value(v.Elem())
	case reflect.Interface:
		if v.NumMethod() > 0 {
			return unknownType(v.Type())
		}
		value, err := d.any(kind)
		if err == nil {
			v.Set(reflect.ValueOf(value))
		}
		return err
	case reflect.Struct:
		return d.object(v)
	case reflect.Map:
		return d.toMap(v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return unknownType(v.Type())
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		return d.Array(func() error {
			n := v.Len()
			v.Grow(1)
			v.SetLen(n + 1)
			return d.value(v.Index(n))
		})
	case reflect.Array:
		v.SetZero()
		n := 0
		return d.Array(func() error {
			if n++; n > v.Len() {
				return d.Skip()
			}
			return d.value(v.Index(n - 1))
		})
	case reflect.String:
		s, err := d.String()
		v.SetString(s)
		return err
	case reflect.Bool:
		b, err := d.Bool()
		v.SetBool(b)
		return err
	}
	return d.number(v)
}

func (d *decoder) number(v reflect.Value) error {
	if k := v.Kind(); k < reflect.Int || k > reflect.Float64 || k == reflect.Uintptr {
		return unknownType(v.Type())
	}
	at := d.Offset()
	s, err := d.Number()
	if err != nil {
		return err
	}
	switch bits := v.Type().Bits(); {
	case v.CanInt():
		var n int64
		n, err = strconv.ParseInt(s, 10, bits)
		v.SetInt(n)
	case v.CanUint():
		var n uint64
		n, err = strconv.ParseUint(s, 10, bits)
		v.SetUint(n)
	default:
		var f float64
		f, err = strconv.ParseFloat(s, bits)
		v.SetFloat(f)
	}
	if err != nil {
		return fmt.Errorf("json: %s at byte %d is no number of type %s", s, at, v.Type())
	}
	return nil
}

// object reads a struct. Its names mostly come in the order of its fields.
func (d *decoder) object(v reflect.Value) error {
	fields := fieldsOf(v.Type())
	next := 0
	return d.Object(func(name string) error {
		for i := range fields {
			at := (next + i) % len(fields)
			if f := &fields[at]; f.name == name {
				next = at + 1
				if err := d.value(v.FieldByIndex(f.index)); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				return nil
			}
		}
		if d.strict {
			return fmt.Errorf("json: the unknown name %q at byte %d", name, d.Offset())
		}
		return d.Skip()
	})
}

func (d *decoder) toMap(v reflect.Value) error {
	t := v.Type()
	if t.Key().Kind() != reflect.String {
		return unknownType(t)
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(t))
	}
	return d.Object(func(name string) error {
		item := reflect.New(t.Elem()).Elem()
		if err := d.value(item); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		key := reflect.New(t.Key()).Elem()
		key.SetString(name)
		v.SetMapIndex(key, item)
		return nil
	})
}

// any reads a value as what fits it best: map[string]any, []any, string, float64
// or bool.
func (d *decoder) any(kind byte) (any, error) {
	switch kind {
	case '{':
		m := map[string]any{}
		return m, d.toMap(reflect.ValueOf(m))
	case '[':
		list := []any{}
		err := d.value(reflect.ValueOf(&list).Elem())
		return list, err
	case '"':
		return d.String()
	case '0':
		var f float64
		err := d.number(reflect.ValueOf(&f).Elem())
		return f, err
	}
	return d.Bool()
}
