package contract

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// UnmarshalYAML accepts a bare header, a list of headers to be joined, or the full mapping; an unknown key is an error.
func (s *Source) UnmarshalYAML(node *yaml.Node) error {
	switch node.Kind {
	case yaml.ScalarNode:
		s.From = []string{node.Value}
		return nil
	case yaml.SequenceNode:
		return node.Decode(&s.From)
	}
	type plain Source
	widen(node, "from", "hash", "formats", "empty")
	if err := known(node, reflect.TypeFor[plain]()); err != nil {
		return err
	}
	return node.Decode((*plain)(s))
}

// UnmarshalYAML accepts a single word where a list is expected.
func (t *Test) UnmarshalYAML(node *yaml.Node) error {
	type plain Test
	widen(node, "is", "not")
	if err := known(node, reflect.TypeFor[plain]()); err != nil {
		return err
	}
	return node.Decode((*plain)(t))
}

// UnmarshalYAML accepts a single word where a list is expected.
func (m *Mapping) UnmarshalYAML(node *yaml.Node) error {
	type plain Mapping
	widen(node, "words")
	if err := known(node, reflect.TypeFor[plain]()); err != nil {
		return err
	}
	return node.Decode((*plain)(m))
}

// widen turns a scalar under one of the keys into a list of one.
func widen(node *yaml.Node, keys ...string) {
	for _, key := range keys {
		if one := value(node, key); one != nil && one.Kind == yaml.ScalarNode {
			inner := *one
			*one = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: inner.Line, Column: inner.Column, Content: []*yaml.Node{&inner}}
		}
	}
}

// known checks the keys of a mapping against the yaml tags of a struct: a custom unmarshaller is not covered by KnownFields.
func known(node *yaml.Node, shape reflect.Type) error {
	if node.Kind != yaml.MappingNode {
		return &Error{Line: node.Line, Problem: "must be a mapping"}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		found := false
		for f := range shape.NumField() {
			found = found || shape.Field(f).Tag.Get("yaml") == node.Content[i].Value
		}
		if !found {
			return &Error{Line: node.Content[i].Line, Key: node.Content[i].Value, Problem: fmt.Sprintf("is no key of a %s", strings.ToLower(shape.Name()))}
		}
	}
	return nil
}
