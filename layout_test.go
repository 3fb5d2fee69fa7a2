package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// stages are the rooms that meet in tables only.
var stages = []string{"ingest", "transform", "analysis", "dashboards", "schedules"}

// homes says in which rooms a library may be imported; a library not named here may be imported nowhere.
var homes = map[string][]string{
	"github.com/duckdb/duckdb-go/v2":   {"internal/warehouse"},
	"github.com/apache/arrow-go/v18":   {"internal/warehouse", "ingest"},
	"github.com/xuri/excelize/v2":      {"ingest", "dashboards", "internal/cli"},
	"github.com/richardlehane/mscfb":   {"ingest"},
	"golang.org/x/text":                {"ingest", "internal/synth"},
	"golang.org/x/net":                 {"ingest"},
	"github.com/klauspost/compress":    {"ingest", "internal/cli"},
	"github.com/go-echarts/go-echarts": {"dashboards"},
	"gonum.org/v1/gonum":               {"analysis"},
	"github.com/robfig/cron/v3":        {"schedules"},
	"go.yaml.in/yaml/v3":               {"internal/config", "internal/contract", "internal/region"},
	"github.com/spf13/cobra":           {"internal/cli"},
	"github.com/spf13/pflag":           {"internal/cli"},
	"github.com/jedib0t/go-pretty/v6":  {"internal/cli"},
	"github.com/peterh/liner":          {"internal/cli"},
	"github.com/gofrs/flock":           {"internal/cli"},
	"github.com/fsnotify/fsnotify":     {"internal/cli"},
	"golang.org/x/term":                {"internal/cli"},
	"golang.org/x/sys":                 {"internal/cli", "internal/inuse"},
	"golang.org/x/sync":                {"ingest", "transform", "analysis", "dashboards", "internal"},
	"github.com/google/go-cmp":         {"*_test"},
	"github.com/rogpeppe/go-internal":  {"*_test"},
	"pgregory.net/rapid":               {"*_test"},
	"github.com/chromedp/chromedp":     {"*_test"},
	"github.com/chromedp/cdproto":      {"*_test"},
	"github.com/dop251/goja":           {"*_test"},
}

// TestImportWalls holds docs/architecture.md, "Rooms".
func TestImportWalls(t *testing.T) {
	for file, imports := range importsOfTree(t) {
		room, isTest := path.Dir(file), strings.HasSuffix(file, "_test.go")
		stage := slices.IndexFunc(stages, func(s string) bool { return room == s || strings.HasPrefix(room, s+"/") })
		for _, imported := range imports {
			if ours, ok := strings.CutPrefix(imported, "tongbao/"); ok {
				for i, other := range stages {
					if ours != other && !strings.HasPrefix(ours, other+"/") || isTest {
						continue
					}
					if stage >= 0 && i != stage {
						t.Errorf("%s: stage %s imports stage %s; stages meet in tables", file, stages[stage], other)
					}
					if strings.HasPrefix(room, "internal/") && room != "internal/cli" {
						t.Errorf("%s: %s imports stage %s; only internal/cli may", file, room, other)
					}
				}
				continue
			}
			if !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
				continue // standard library
			}
			if !mayImport(room, imported, isTest) {
				t.Errorf("%s: %s is not at home in %s", file, imported, room)
			}
		}
	}
}

func mayImport(room, imported string, isTest bool) bool {
	for library, rooms := range homes {
		if imported != library && !strings.HasPrefix(imported, library+"/") {
			continue
		}
		if isTest {
			return true
		}
		for _, home := range rooms {
			if room == home || strings.HasPrefix(room, home+"/") {
				return true
			}
		}
	}
	return false
}

// TestNoHiddenWorld keeps the clock, the environment and the global logger inside internal/cli, and init functions out.
func TestNoHiddenWorld(t *testing.T) {
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "internal/cli/") || file == "main.go" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, banned := range []string{"time.Now(", "os.Getenv(", "os.LookupEnv(", "slog.Default(", "log.Print", "\nfunc init()"} {
			if strings.Contains(string(text), banned) {
				t.Errorf("%s: %q belongs in internal/cli", file, strings.TrimSpace(banned))
			}
		}
	}
}

// TestTopLevel keeps the top of the repository to what the house needs.
func TestTopLevel(t *testing.T) {
	allowed := []string{"ingest", "transform", "analysis", "dashboards", "schedules", "internal", "docs", "examples", ".ci", ".git",
		"main.go", "layout_test.go", "lint_test.go", "platforms_test.go", "go.mod", "go.sum", "README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE", "Makefile", ".gitignore", ".gitattributes"}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !slices.Contains(allowed, entry.Name()) && !strings.HasPrefix(entry.Name(), "demo") && entry.Name() != "bin" {
			t.Errorf("%s: nothing at the top level without a reason", entry.Name())
		}
	}
}

// TestPackageDocs asks every package for a doc.go (main.go for main) that says what it turns into what.
func TestPackageDocs(t *testing.T) {
	documented, seen := map[string]bool{}, map[string]bool{}
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		seen[path.Dir(file)] = true
		documented[path.Dir(file)] = documented[path.Dir(file)] || parsed.Doc != nil
	}
	for dir := range seen {
		if !documented[dir] {
			t.Errorf("%s: no package comment", dir)
		}
	}
}

func importsOfTree(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, file := range goFiles(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			found[file] = append(found[file], imported)
		}
	}
	return found
}

func goFiles(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(treeFiles(t), func(file string) bool { return !strings.HasSuffix(file, ".go") })
}

// treeFiles are the files of the repository but for test data and what was made in it: no git is asked, a copy without its history
// passes the same tests.
func treeFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		made := name == "bin" || strings.HasPrefix(name, "demo") && !strings.Contains(file, "/")
		if entry.IsDir() && file != "." && (name == ".git" || name == "testdata" || made) {
			return fs.SkipDir
		}
		if !entry.IsDir() {
			files = append(files, filepath.ToSlash(file))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
