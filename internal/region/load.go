package region

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

//go:embed regions.csv
var shippedRegions []byte

// China is the shipped tree of the whole country.
func China() (*Tree, error) { return Load("regions.csv", shippedRegions) }

// entry is one line of a region file. Only code and name are needed: the order is that of the file, the parent is read
// off the code, the level off the parent. A line with merged_into is a code no longer in force.
type entry struct {
	Code       string `yaml:"code"`
	Name       string `yaml:"name"`
	Level      string `yaml:"level"`
	Parent     string `yaml:"parent"`
	Short      string `yaml:"short"`       // other names, ; between
	MergedInto string `yaml:"merged_into"` // the code in force now
	Since      string `yaml:"since"`       // 2019 or 2019-06-01
	line       int
}

var columns = []string{"code", "name", "level", "parent", "short", "merged_into", "since"}

// Load reads a region file: CSV with a header line naming its columns (code, name, level, parent, short, merged_into,
// since), or YAML with a list `regions:` of the same keys. name tells which and is used in errors.
func Load(name string, text []byte) (*Tree, error) {
	var entries []entry
	var err error
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml":
		entries, err = readYAML(text)
	case ".csv":
		entries, err = readCSV(text)
	default:
		err = errors.New("a region file ends in .csv or .yaml")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	tree, err := build(entries)
	if err != nil {
		return nil, fmt.Errorf("%s, %w", name, err)
	}
	return tree, nil
}

func readYAML(text []byte) ([]entry, error) {
	var nodes struct {
		Regions []yaml.Node `yaml:"regions"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&nodes); err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, column := range columns {
		known[column] = true
	}
	var entries []entry
	for _, node := range nodes.Regions {
		for i := 0; i < len(node.Content); i += 2 {
			if node.Kind == yaml.MappingNode && !known[node.Content[i].Value] {
				return nil, fmt.Errorf("line %d: unknown key %q; keys are %s", node.Content[i].Line, node.Content[i].Value, strings.Join(columns, ", "))
			}
		}
		var e entry
		if err := node.Decode(&e); err != nil {
			return nil, err
		}
		e.line = node.Line
		entries = append(entries, e)
	}
	return entries, nil
}

func readCSV(text []byte) ([]entry, error) {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	reader.Comment = '#'
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("no header line: %w", err)
	}
	var entries []entry
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		e := entry{line: line}
		fields := map[string]*string{"code": &e.Code, "name": &e.Name, "level": &e.Level, "parent": &e.Parent,
			"short": &e.Short, "merged_into": &e.MergedInto, "since": &e.Since}
		for i, column := range header {
			field := fields[strings.TrimSpace(column)]
			if field == nil {
				return nil, fmt.Errorf("line 1: unknown column %q; columns are %s", column, strings.Join(columns, ", "))
			}
			*field = strings.TrimSpace(cells[i])
		}
		entries = append(entries, e)
	}
}

var codeShape = regexp.MustCompile(`^[0-9]{6}$`)

func build(entries []entry) (*Tree, error) {
	t := &Tree{byCode: map[string]int{}, children: map[string][]string{}, aliases: map[string]Alias{}}
	listed := map[string]bool{}
	for _, e := range entries {
		if e.MergedInto == "" {
			listed[e.Code] = true
		}
	}
	var flat []Region
	for _, e := range entries {
		if !codeShape.MatchString(e.Code) || e.Name == "" {
			return nil, fmt.Errorf("line %d: a region needs a code of six digits (in quotes in YAML) and a name, not %q %q", e.line, e.Code, e.Name)
		}
		if e.MergedInto != "" {
			if err := t.addAlias(e, listed); err != nil {
				return nil, err
			}
			continue
		}
		r, err := regionOf(e, listed)
		if err != nil {
			return nil, err
		}
		flat = append(flat, r)
		t.children[r.Parent] = append(t.children[r.Parent], r.Code)
	}
	if err := t.arrange(flat); err != nil {
		return nil, err
	}
	return t, nil
}

// regionOf fills in what a line leaves out, and holds it to the rule figures rest on: a region's code begins with its parent's prefix.
func regionOf(e entry, listed map[string]bool) (Region, error) {
	r := Region{Code: e.Code, Name: e.Name, Level: Level(e.Level), Parent: e.Parent}
	for short := range strings.SplitSeq(e.Short, ";") {
		if short = strings.TrimSpace(short); short != "" {
			r.Short = append(r.Short, short)
		}
	}
	shape := County
	switch Prefix(e.Code) {
	case e.Code[:2]:
		shape = Province
	case e.Code[:4]:
		shape = City
	}
	if r.Level == "" {
		r.Level = shape
	}
	if r.Level != shape {
		return Region{}, fmt.Errorf("line %d: %s %s: level %q, but the code is that of a %s (province 230000, city 230100, county 230102)", e.line, e.Code, e.Name, e.Level, shape)
	}
	if r.Parent == "" && shape != Province {
		r.Parent = e.Code[:4] + "00"
		if shape == City || !listed[r.Parent] {
			r.Parent = e.Code[:2] + "0000"
		}
	}
	if shape != Province && !listed[r.Parent] {
		return Region{}, fmt.Errorf("line %d: %s %s lies in %s, which is not in the file", e.line, e.Code, e.Name, r.Parent)
	}
	if !strings.HasPrefix(e.Code, Prefix(r.Parent)) || r.Parent == e.Code {
		return Region{}, fmt.Errorf("line %d: %s %s cannot lie in %s: its code does not begin with %s", e.line, e.Code, e.Name, r.Parent, Prefix(r.Parent))
	}
	return r, nil
}

func (t *Tree) addAlias(e entry, listed map[string]bool) error {
	if !listed[e.MergedInto] {
		return fmt.Errorf("line %d: %s %s is merged into %s, which is not in the file", e.line, e.Code, e.Name, e.MergedInto)
	}
	if _, twice := t.aliases[e.Code]; twice || listed[e.Code] {
		return fmt.Errorf("line %d: code %s is listed twice", e.line, e.Code)
	}
	since := time.Time{}
	for _, layout := range []string{"2006", time.DateOnly} {
		if day, err := time.Parse(layout, e.Since); err == nil {
			since = day
		}
	}
	if since.IsZero() {
		return fmt.Errorf("line %d: since %q is neither a year nor a date like 2019-06-01", e.line, e.Since)
	}
	t.aliases[e.Code] = Alias{OldCode: e.Code, OldName: e.Name, Code: e.MergedInto, Since: since}
	return nil
}

// arrange puts parents before children and numbers the regions.
func (t *Tree) arrange(flat []Region) error {
	byCode := map[string]Region{}
	for _, r := range flat {
		if _, twice := byCode[r.Code]; twice {
			return fmt.Errorf("code %s is listed twice", r.Code)
		}
		byCode[r.Code] = r
	}
	var walk func(parent, path string)
	walk = func(parent, path string) {
		for _, code := range t.children[parent] {
			r, i := byCode[code], len(t.regions)
			r.Order = i + 1
			t.byCode[code] = i
			t.regions = append(t.regions, r)
			read := reading{full: path + r.Name, names: []string{squeeze(r.Name)}, stem: stem(r.Name)}
			for _, short := range r.Short {
				read.names = append(read.names, squeeze(short))
			}
			t.readings = append(t.readings, read)
			walk(code, read.full)
			t.readings[i].end = len(t.regions)
		}
	}
	walk("", "")
	for _, alias := range t.aliases {
		i := t.byCode[alias.Code]
		t.readings[i].old = append(t.readings[i].old, squeeze(alias.OldName))
	}
	return nil
}
