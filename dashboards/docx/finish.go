package docx

import (
	"fmt"
	"strings"
)

const (
	relNamespace  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageRels   = "_rels/.rels"
	coreNamespace = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
)

// finish writes the document back and registers what was added: charts, the index of figures, the file's properties.
func (f *filler) finish() error {
	f.files[documentPart] = f.root.bytes()
	f.files[indexPart] = f.marks.xml()
	f.files[indexPropsPart] = []byte(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>` + "\n" +
		`<ds:datastoreItem ds:itemID="{7D0B6A52-2D0C-4B6F-9C0B-7A6E6F6E6762}" xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs><ds:schemaRef ds:uri="` + IndexNamespace + `"/></ds:schemaRefs></ds:datastoreItem>`)
	f.files["customXml/_rels/itemTongbao.xml.rels"] = relationships(`<Relationship Id="rId1" Type="` + relNamespace + `/customXmlProps" Target="itemPropsTongbao.xml"/>`)
	f.rels = append(f.rels, `<Relationship Id="rIdTongbaoFigures" Type="`+relNamespace+`/customXml" Target="../customXml/itemTongbao.xml"/>`)
	f.overrides = append(f.overrides, override("/"+indexPropsPart, "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"))
	f.files["docProps/core.xml"] = f.coreProperties()
	if err := f.register(packageRels, `<Relationship Id="rIdTongbaoCore" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>`, "docProps/core.xml"); err != nil {
		return err
	}
	f.overrides = append(f.overrides, override("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"))
	if err := f.register(documentRelsPart, strings.Join(f.rels, ""), ""); err != nil {
		return err
	}
	return f.registerTypes()
}

func relationships(inner string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + inner + `</Relationships>`)
}

func override(part, kind string) string {
	return fmt.Sprintf(`<Override PartName="%s" ContentType="%s"/>`, part, kind)
}

// register adds relationships to a part; one to unless, when there already, stays the only one.
func (f *filler) register(part, inner, unless string) error {
	text, ok := f.files[part]
	if !ok {
		f.files[part] = relationships(inner)
		return nil
	}
	root, err := parseNode(part, text)
	if err != nil {
		return &TemplateError{part, err.Error()}
	}
	for _, child := range root.children {
		if unless != "" && strings.TrimPrefix(child.attr("Target"), "/") == unless {
			return nil
		}
	}
	root.children = append(root.children, &node{raw: inner})
	f.files[part] = root.bytes()
	return nil
}

func (f *filler) registerTypes() error {
	root, err := parseNode(contentTypesPart, f.files[contentTypesPart])
	if err != nil {
		return &TemplateError{contentTypesPart, err.Error()}
	}
	defaults, named := map[string]bool{}, map[string]bool{}
	for _, child := range root.children {
		defaults[strings.ToLower(child.attr("Extension"))] = true
		named[child.attr("PartName")] = true
	}
	var added strings.Builder
	if f.charts > 0 && !defaults["xlsx"] {
		added.WriteString(`<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>`)
	}
	for _, entry := range f.overrides {
		name, _, _ := strings.Cut(strings.TrimPrefix(entry, `<Override PartName="`), `"`)
		if !named[name] {
			added.WriteString(entry)
		}
	}
	root.children = append(root.children, &node{raw: added.String()})
	f.files[contentTypesPart] = root.bytes()
	return nil
}

func (f *filler) coreProperties() []byte {
	c := f.content
	return []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<cp:coreProperties xmlns:cp="` + coreNamespace + `" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escape(c.Title) + `</dc:title><dc:subject>` + escape(c.Subject) + `</dc:subject><dc:creator>tongbao</dc:creator><dc:language>zh-CN</dc:language>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + escape(c.Created) + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + escape(c.Created) + `</dcterms:modified></cp:coreProperties>`)
}
