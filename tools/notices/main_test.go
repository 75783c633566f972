package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folder writes files and returns their folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const mit = "Copyright A\n\nPermission is hereby granted, free of charge, to any person\n"

func TestCollect(t *testing.T) {
	dir := folder(t, map[string]string{"LICENSE.md": mit, "NOTICE": "made by B", "license_test.go": "no licence"})
	text, err := collect([]part{{"example v1", dir}})
	if err != nil || !strings.Contains(text, "example v1\n==========\n\nCopyright A") || !strings.Contains(text, "made by B") || strings.Contains(text, "no licence") {
		t.Errorf("%v, %s", err, text)
	}
	if _, err := collect([]part{{"a", folder(t, map[string]string{"LICENSE": "All rights reserved."})}}); !errors.Is(err, errUnknown) {
		t.Errorf("an unknown licence: %v", err)
	}
	if _, err := collect([]part{{"a", folder(t, nil)}}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no licence: %v", err)
	}
}

func TestBundledLeavesDevelopmentOut(t *testing.T) {
	dir := folder(t, map[string]string{"package-lock.json": `{"packages": {"": {}, "node_modules/b": {"version": "2"},
		"node_modules/@s/a": {"version": "1"}, "node_modules/tool": {"version": "3", "dev": true}}}`})
	got, err := bundled(dir)
	want := []part{{"@s/a 1", filepath.Join(dir, "node_modules/@s/a")}, {"b 2", filepath.Join(dir, "node_modules/b")}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

func TestModulesOfThisProgram(t *testing.T) {
	parts, err := modules(".")
	if err != nil || len(parts) != 1 || !strings.HasPrefix(parts[0].name, "Go ") {
		t.Errorf("a program of the standard library alone gave %v, %v", parts, err)
	}
}
