package docx

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"tongbao/dashboards/document"
)

// bookmarks names and numbers the places of figures; index remembers what each says, for the reconciliation of an edited file.
type bookmarks struct {
	next  int
	taken map[string]bool
	index []mark
}

type mark struct{ name, source, text string }

func newBookmarks(root *node) bookmarks {
	b := bookmarks{next: 1, taken: map[string]bool{}}
	root.each(func(n *node) {
		if n.name == "w:bookmarkStart" {
			b.taken[strings.ToLower(n.attr("w:name"))] = true
			if id, err := strconv.Atoi(n.attr("w:id")); err == nil && id >= b.next {
				b.next = id + 1
			}
		}
	})
	return b
}

const longestBookmark = 40 // Word cuts longer names off

// add gives a figure's place its bookmark: `A1.2020Q1.230000` becomes `A1_2020Q1_230000`, the second time with `_2`.
func (b *bookmarks) add(source, text string) (id int, name string) {
	base := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, source)
	if len(base) > longestBookmark-5 {
		base = fmt.Sprintf("%s_%x", base[:longestBookmark-14], sha256.Sum256([]byte(source)))[:longestBookmark-5]
	}
	if base == "" || base[0] < 'A' {
		base = "f" + base
	}
	name = base
	for n := 2; b.taken[strings.ToLower(name)]; n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	b.taken[strings.ToLower(name)] = true
	id = b.next
	b.next++
	b.index = append(b.index, mark{name, source, document.Visible(text)})
	return id, name
}

// IndexNamespace is the namespace of the custom part that lists every figure of a notice with its bookmark.
const IndexNamespace = "urn:tongbao:figures:1"

const (
	indexPart      = "customXml/itemTongbao.xml"
	indexPropsPart = "customXml/itemPropsTongbao.xml"
)

func (b *bookmarks) xml() []byte {
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<figures xmlns="` + IndexNamespace + `">`)
	for _, m := range b.index {
		fmt.Fprintf(&out, `<figure bookmark="%s" source="%s" text="%s"/>`, escape(m.name), escape(m.source), escape(m.text))
	}
	out.WriteString(`</figures>`)
	return []byte(out.String())
}
