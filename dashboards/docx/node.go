package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is an element of a part as it was written: names keep their prefixes, so a template comes out as it came in.
// A node with an empty name is text.
type node struct {
	name     string
	attrs    []xml.Attr
	children []*node
	text     string
	raw      string // ready XML, written as it is
}

const maxDepth = 256

func parseNode(part string, content []byte) (*node, error) {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	root := &node{name: "#document"}
	stack := []*node{root}
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", part, err)
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) > maxDepth {
				return nil, fmt.Errorf("%s: nested deeper than %d elements", part, maxDepth)
			}
			child := &node{name: qualified(t.Name), attrs: append([]xml.Attr(nil), t.Attr...)}
			top.children = append(top.children, child)
			stack = append(stack, child)
		case xml.EndElement:
			if len(stack) < 2 || top.name != qualified(t.Name) {
				return nil, fmt.Errorf("%s: </%s> closes <%s>", part, qualified(t.Name), top.name)
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.children = append(top.children, &node{text: string(t)})
		case xml.Directive:
			return nil, fmt.Errorf("%s: a document type declaration is not allowed", part)
		}
	}
	if len(stack) != 1 {
		return nil, fmt.Errorf("%s: <%s> is not closed", part, stack[len(stack)-1].name)
	}
	for _, child := range root.children {
		if child.name != "" {
			return child, nil
		}
	}
	return nil, fmt.Errorf("%s: no element in it", part)
}

func qualified(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

func (n *node) write(out *strings.Builder) {
	if n.raw != "" {
		out.WriteString(n.raw)
		return
	}
	if n.name == "" {
		out.WriteString(escape(n.text))
		return
	}
	out.WriteString("<" + n.name)
	for _, attr := range n.attrs {
		out.WriteString(" " + qualified(attr.Name) + `="` + escape(attr.Value) + `"`)
	}
	if len(n.children) == 0 {
		out.WriteString("/>")
		return
	}
	out.WriteString(">")
	for _, child := range n.children {
		child.write(out)
	}
	out.WriteString("</" + n.name + ">")
}

func (n *node) bytes() []byte {
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	n.write(&out)
	return []byte(out.String())
}

func (n *node) child(name string) *node {
	for _, child := range n.children {
		if child.name == name {
			return child
		}
	}
	return nil
}

func (n *node) attr(name string) string {
	for _, attr := range n.attrs {
		if qualified(attr.Name) == name {
			return attr.Value
		}
	}
	return ""
}

func (n *node) setAttr(name, value string) {
	for i, attr := range n.attrs {
		if qualified(attr.Name) == name {
			n.attrs[i].Value = value
			return
		}
	}
	n.attrs = append(n.attrs, xml.Attr{Name: xml.Name{Local: name}, Value: value})
}

func (n *node) clone() *node {
	copied := &node{name: n.name, attrs: append([]xml.Attr(nil), n.attrs...), text: n.text, raw: n.raw}
	for _, child := range n.children {
		copied.children = append(copied.children, child.clone())
	}
	return copied
}

// each visits n and everything in it, parents first.
func (n *node) each(visit func(*node)) {
	visit(n)
	for _, child := range n.children {
		child.each(visit)
	}
}

func (n *node) content() string {
	var text strings.Builder
	n.each(func(inner *node) {
		if inner.name == "w:t" {
			for _, child := range inner.children {
				text.WriteString(child.text)
			}
		}
	})
	return text.String()
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")

func escape(text string) string { return escaper.Replace(text) }

// set is setAttr for a name with a prefix that may not be there yet.
func (n *node) set(prefix, local, value string) {
	for i, attr := range n.attrs {
		if attr.Name.Space == prefix && attr.Name.Local == local {
			n.attrs[i].Value = value
			return
		}
	}
	n.attrs = append(n.attrs, xml.Attr{Name: xml.Name{Space: prefix, Local: local}, Value: value})
}
