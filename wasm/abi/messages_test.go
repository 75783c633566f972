package abi

import (
	"encoding/json"
	"reflect"
	"testing"

	own "github.com/ondol-rag/ondol/index/json"
)

// Messages are written and read as encoding/json would: hosts use it, the
// reactor does not.
func TestMessagesAreThoseOfEncodingJSON(t *testing.T) {
	messages := []any{Start{}, Step{}, Reply{}, Error{}}
	for _, o := range Operations {
		messages = append(messages, o.Request, o.Event, o.Result)
	}
	for _, m := range messages {
		if m == nil {
			continue
		}
		for _, depth := range []int{0, 6} {
			v := reflect.New(reflect.TypeOf(m))
			fill(v.Elem(), depth)
			want, err := json.Marshal(v.Interface())
			if err != nil {
				t.Fatal(err)
			}
			got, err := own.Marshal(v.Interface())
			if err != nil || string(got) != string(want) {
				t.Errorf("%T is written as\n%s (error %v), want\n%s", m, got, err, want)
				continue
			}
			a, b := reflect.New(v.Elem().Type()), reflect.New(v.Elem().Type())
			if err := json.Unmarshal(want, a.Interface()); err != nil {
				t.Fatal(err)
			}
			if err := own.UnmarshalStrict(want, b.Interface()); err != nil || !reflect.DeepEqual(a.Interface(), b.Interface()) {
				t.Errorf("%T is read as\n%+v (error %v), want\n%+v", m, b, err, a)
			}
		}
	}
}

// fill sets all that a value is made of, to a depth.
func fill(v reflect.Value, depth int) {
	if depth == 0 {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("한글 <&> \"\\\n\x01\xff")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), depth-1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"b", "a"} {
			item := reflect.New(v.Type().Elem()).Elem()
			fill(item, depth-1)
			v.SetMapIndex(reflect.ValueOf(key), item)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), depth-1)
			}
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf("anything"))
	default:
		switch {
		case v.CanInt():
			v.SetInt(-7)
		case v.CanUint():
			v.SetUint(7)
		case v.CanFloat():
			v.SetFloat(1e-9)
		}
	}
}
