package contract

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Set is every dataset and layout a project knows.
type Set struct {
	Datasets []*Dataset // by file name, shipped before the project's
	Layouts  []*Layout  // by name
	hash     string
}

// Error names the place in a contract that cannot be used.
type Error struct {
	File    string
	Line    int    // 0: the file as a whole
	Key     string // such as columns[inspection_id].type
	Problem string
}

// Error is file:line: key: problem.
func (e *Error) Error() string {
	where := e.File
	if e.Line > 0 {
		where += ":" + strconv.Itoa(e.Line)
	}
	if e.Key != "" {
		where += ": " + e.Key
	}
	return where + ": " + e.Problem
}

// Load reads the shipped contracts and then the project's over them; project may be nil. A project's file with the name of a
// shipped dataset changes and adds columns; any other adds a dataset or a layout. The first mistake is returned as *Error.
func Load(shipped, project fs.FS) (*Set, error) {
	loader := loader{sums: sha256.New(), files: map[*yaml.Node]string{}, datasets: map[string]*yaml.Node{}, layouts: map[string]*yaml.Node{}}
	if err := loader.read(shipped, ""); err != nil {
		return nil, err
	}
	if project != nil {
		if err := loader.read(project, "contracts/"); err != nil {
			return nil, err
		}
	}
	return loader.set()
}

// Dataset returns the dataset of that name, or nil.
func (s *Set) Dataset(name string) *Dataset {
	for _, dataset := range s.Datasets {
		if dataset.Name == name {
			return dataset
		}
	}
	return nil
}

// Layout returns the layout of that name, or nil.
func (s *Set) Layout(name string) *Layout {
	for _, layout := range s.Layouts {
		if layout.Name == name {
			return layout
		}
	}
	return nil
}

// Hash changes whenever the text of any contract changes.
func (s *Set) Hash() string { return s.hash }

type loader struct {
	sums     io.Writer
	files    map[*yaml.Node]string // root and column nodes → file they came from
	order    []string
	datasets map[string]*yaml.Node
	layouts  map[string]*yaml.Node
}

// read takes every *.yaml of the folder, in order of name.
func (l *loader) read(folder fs.FS, prefix string) error {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return err
	}
	more, err := fs.Glob(folder, "*.yml")
	if err != nil {
		return err
	}
	names = append(names, more...)
	sort.Strings(names)
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return fmt.Errorf("contract %s: %w", name, err)
		}
		fmt.Fprintf(l.sums, "%s %d\n", path.Base(name), len(text))
		if _, err := l.sums.Write(text); err != nil {
			return err
		}
		if err := l.file(prefix+name, text); err != nil {
			return err
		}
	}
	return nil
}

// file reads the documents of one file; each is a dataset or a layout.
func (l *loader) file(name string, text []byte) error {
	loose, strict := yaml.NewDecoder(bytes.NewReader(text)), yaml.NewDecoder(bytes.NewReader(text))
	strict.KnownFields(true)
	for {
		var document yaml.Node
		if err := loose.Decode(&document); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return syntaxError(name, err)
		}
		root := document.Content[0]
		switch {
		case value(root, "dataset") != nil:
			if err := strict.Decode(&Dataset{}); err != nil {
				return syntaxError(name, err)
			}
			l.dataset(name, root)
		case value(root, "layout") != nil:
			if err := strict.Decode(&Layout{}); err != nil {
				return syntaxError(name, err)
			}
			key := value(root, "layout").Value
			if old := l.layouts[key]; old != nil && l.files[old] == name {
				return &Error{name, root.Line, "layout", fmt.Sprintf("%s is defined twice", key)}
			}
			l.layouts[key], l.files[root] = root, name
		default:
			return &Error{name, root.Line, "", "neither a dataset nor a layout: the document needs a key `dataset` or `layout`"}
		}
	}
}

// dataset adds the document, or lays it over the one of the same name.
func (l *loader) dataset(name string, root *yaml.Node) {
	key := value(root, "dataset").Value
	if columns := value(root, "columns"); columns != nil {
		for _, column := range columns.Content {
			l.files[column] = name
		}
	}
	below := l.datasets[key]
	if below == nil {
		l.order = append(l.order, key)
		l.datasets[key], l.files[root] = root, name
		return
	}
	overlay(below, root, func(from, to *yaml.Node) { l.files[to] = l.files[from] })
}

// overlay lays a project's dataset over the shipped one: columns by name, codes by code, aliases added, all else replaced.
func overlay(below, over *yaml.Node, took func(from, to *yaml.Node)) {
	for i := 0; i+1 < len(over.Content); i += 2 {
		key, node := over.Content[i].Value, over.Content[i+1]
		old := value(below, key)
		switch {
		case old == nil:
			below.Content = append(below.Content, over.Content[i], node)
		case key == "columns":
			merge(old, node, "name", took)
		case key == "codes":
			merge(old, node, "code", took)
		case key == "aliases":
			old.Content = append(old.Content, node.Content...)
		default:
			*old = *node
		}
	}
}

func merge(below, over *yaml.Node, by string, took func(from, to *yaml.Node)) {
	for _, item := range over.Content {
		name := value(item, by)
		var old *yaml.Node
		for _, candidate := range below.Content {
			if have := value(candidate, by); have != nil && name != nil && have.Value == name.Value {
				old = candidate
			}
		}
		replace := value(item, "replace")
		switch {
		case old == nil:
			below.Content = append(below.Content, item)
		case replace != nil && replace.Value == "true":
			took(item, old)
			*old = *item
		default:
			took(item, old)
			overlay(old, item, took)
		}
	}
}

// value returns the value of a key of a mapping, or nil.
func value(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// set decodes and validates what was read.
func (l *loader) set() (*Set, error) {
	set := &Set{}
	for _, name := range l.order {
		root := l.datasets[name]
		dataset := &Dataset{Conflict: Reject, Export: Delta}
		if err := root.Decode(dataset); err != nil {
			return nil, syntaxError(l.files[root], err)
		}
		if err := (checker{l, root}).dataset(dataset); err != nil {
			return nil, err
		}
		set.Datasets = append(set.Datasets, dataset)
	}
	names := make([]string, 0, len(l.layouts))
	for name := range l.layouts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		root := l.layouts[name]
		layout := &Layout{}
		if err := root.Decode(layout); err != nil {
			return nil, syntaxError(l.files[root], err)
		}
		if err := (checker{l, root}).layout(layout, set); err != nil {
			return nil, err
		}
		set.Layouts = append(set.Layouts, layout)
	}
	if sum, ok := l.sums.(interface{ Sum([]byte) []byte }); ok {
		set.hash = hex.EncodeToString(sum.Sum(nil))
	}
	return set, nil
}

var (
	unknownField = regexp.MustCompile(`line (\d+): field (\S+) not found in type contract\.(\w+)`)
	atLine       = regexp.MustCompile(`line (\d+): (.*)`)
)

// syntaxError turns the YAML reader's messages into an Error with the line.
func syntaxError(file string, err error) error {
	var ours *Error
	if errors.As(err, &ours) {
		ours.File = file
		return ours
	}
	message := err.Error()
	if m := unknownField.FindStringSubmatch(message); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &Error{file, line, m[2], "is no key of a " + strings.ToLower(m[3])}
	}
	if m := atLine.FindStringSubmatch(message); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &Error{file, line, "", m[2]}
	}
	return &Error{file, 0, "", message}
}
