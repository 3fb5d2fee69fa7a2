package main

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// platform type-checks packages as another system would compile them: the standard library and golang.org/x/sys from source, what is
// written in this repository likewise. Other modules stay unknown, which go/types passes over in silence.
type platform struct {
	context build.Context
	fset    *token.FileSet
	std     types.ImporterFrom
	sys     string // folder of golang.org/x/sys
	root    string
	done    map[string]*types.Package
	errors  []string
}

// Import finds a package for go/types; an error means that nothing is known of it.
func (p *platform) Import(path string) (*types.Package, error) {
	if found := p.done[path]; found != nil {
		return found, nil
	}
	first, _, _ := strings.Cut(path, "/")
	switch {
	case first == "tongbao":
		return p.check(path, filepath.Join(p.root, strings.TrimPrefix(path, "tongbao")))
	case strings.HasPrefix(path, "golang.org/x/sys/"):
		return p.check(path, filepath.Join(p.sys, strings.TrimPrefix(path, "golang.org/x/sys")))
	case strings.Contains(first, "."):
		return nil, &build.NoGoError{Dir: path}
	}
	return p.std.ImportFrom(path, p.root, 0)
}

func (p *platform) check(path, dir string) (*types.Package, error) {
	found, err := p.context.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range found.GoFiles {
		file, err := parser.ParseFile(p.fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		nameImports(file)
		files = append(files, file)
	}
	config := types.Config{Importer: p, FakeImportC: true, IgnoreFuncBodies: !asksSystem(found), Sizes: types.SizesFor("gc", p.context.GOARCH), Error: func(err error) {
		if text := err.Error(); !strings.Contains(text, "could not import") && strings.HasPrefix(path, "tongbao") {
			p.errors = append(p.errors, text)
		}
	}}
	checked, _ := config.Check(path, p.fset, files, nil) // what is wrong was told above
	p.done[path] = checked
	return checked, nil
}

// asksSystem says whether a package differs between systems: it calls the system itself, or has files for some systems only.
func asksSystem(p *build.Package) bool {
	return slices.Contains(p.Imports, "syscall") || len(p.IgnoredGoFiles) > 0
}

// nameImports writes the name of a package before an import whose path ends in something else, since nobody reads that package here.
func nameImports(file *ast.File) {
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		if spec.Name != nil || !strings.Contains(path, ".") {
			continue
		}
		parts := strings.Split(path, "/")
		name := parts[len(parts)-1]
		if version := strings.TrimPrefix(name, "v"); version != name && strings.Trim(version, "0123456789") == "" {
			name = parts[len(parts)-2]
		}
		name, _, _ = strings.Cut(name, ".")
		spec.Name = ast.NewIdent(strings.TrimSuffix(strings.TrimPrefix(name, "go-"), "-go"))
	}
}

// TestPlatforms compiles nothing, but holds every file to the types of the systems that no test here runs on.
func TestPlatforms(t *testing.T) {
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	sys, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Fatal(err)
	}
	standard := build.Default
	defer func() { build.Default = standard }()
	for _, system := range []struct{ os, arch string }{{"windows", "amd64"}, {"darwin", "arm64"}} {
		build.Default.GOOS, build.Default.GOARCH, build.Default.CgoEnabled = system.os, system.arch, false // the source importer looks here
		p := &platform{context: build.Default, fset: token.NewFileSet(), sys: strings.TrimSpace(string(sys)), root: root, done: map[string]*types.Package{}}
		p.context.BuildTags = []string{"duckdb_arrow"}
		p.std = importer.ForCompiler(p.fset, "source", nil).(types.ImporterFrom)
		if _, err := p.check("tongbao", root); err != nil {
			t.Fatal(err)
		}
		cli := p.done["tongbao/internal/cli"]
		if cli == nil || cli.Scope().Lookup("Run") == nil || len(p.done) < 15 {
			t.Fatalf("%s: only %d packages were read", system.os, len(p.done))
		}
		for _, wrong := range p.errors {
			t.Errorf("%s: %s", system.os, wrong)
		}
	}
}
