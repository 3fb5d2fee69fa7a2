package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
)

// TestExportedNamesAreDocumented asks for a comment on every exported name outside tests; that of a type or function begins with its name.
func TestExportedNamesAreDocumented(t *testing.T) {
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			for _, name := range undocumented(declaration) {
				t.Errorf("%s: %s has no comment that begins with its name", set.Position(name.Pos()), name.Name)
			}
		}
	}
}

func undocumented(declaration ast.Decl) []*ast.Ident {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && receiverIsExported(d) && !describes(d.Doc, d.Name) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var missing []*ast.Ident
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && !describes(d.Doc, s.Name) && !describes(s.Doc, s.Name) {
					missing = append(missing, s.Name)
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						missing = append(missing, name)
					}
				}
			}
		}
		return missing
	}
	return nil
}

// describes: the comment is there and begins with the name it is about.
func describes(comment *ast.CommentGroup, name *ast.Ident) bool {
	first, _, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(comment.Text()), "\n", " "), " ")
	return strings.TrimRight(first, ",:") == name.Name
}

// receiverIsExported: a method of a type nobody outside sees needs no comment.
func receiverIsExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	shape := d.Recv.List[0].Type
	if star, ok := shape.(*ast.StarExpr); ok {
		shape = star.X
	}
	if generic, ok := shape.(*ast.IndexExpr); ok {
		shape = generic.X
	}
	name, ok := shape.(*ast.Ident)
	return !ok || name.IsExported()
}

// TestNoUnfinishedMarks keeps promises and paths of anybody's machine out of the tree.
func TestNoUnfinishedMarks(t *testing.T) {
	banned := regexp.MustCompile(`\b(` + "TO" + `DO|FIX` + `ME|X` + `XX)\b|/wo` + `rk/dev|/ro` + `ot/\.|/ho` + `me/[a-z]`)
	for _, file := range plainText(t) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		number := 0
		for line := range strings.Lines(string(content)) {
			number++
			if found := banned.FindString(line); found != "" {
				t.Errorf("%s:%d: %q: finish it, or say it without a mark or a machine's path", file, number, found)
			}
		}
	}
}

// plainText lists the text files people read and write; data and third-party files are not among them.
func plainText(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, file := range treeFiles(t) {
		switch filepath.Ext(file) {
		case ".go", ".sql", ".yaml", ".md", ".txt", ".css", ".html", ".mod", "":
			files = append(files, file)
		}
	}
	return files
}

// TestThirdPartyNotices: every module linked into the program is named in docs/third-party-notices.md, and its licence stands in
// docs/licences.txt.
func TestThirdPartyNotices(t *testing.T) {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the test knows nothing of what it is built from")
	}
	notices, texts := fileText(t, "docs/third-party-notices.md"), fileText(t, "docs/licences.txt")
	linked := 0
	for _, module := range build.Deps {
		if strings.HasPrefix(module.Path, "tongbao") || strings.Contains(module.Path, "-bindings/lib/") { // the engine, one module per system
			continue
		}
		linked++
		parent := module.Path[:strings.LastIndex(module.Path, "/")]
		if !strings.Contains(notices, "`"+module.Path+"`") && !strings.Contains(notices, "`"+parent+"/*`") {
			t.Errorf("docs/third-party-notices.md does not name %s", module.Path)
		}
		if header := "======== " + module.Path + "@" + module.Version + "\n"; !strings.Contains(texts, header) {
			t.Errorf("docs/licences.txt lacks %s %s: run `make licences`", module.Path, module.Version)
		}
	}
	if linked < 20 {
		t.Errorf("%d modules only", linked)
	}
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
