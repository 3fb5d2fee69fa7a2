package docx

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tongbao/dashboards/document"
)

// Placeholders a template may hold: inline ones stand anywhere in text, block ones alone in a paragraph.
func inlinePlaceholders() []string {
	return []string{"标题", "发文机关标志", "发文字号", "主送", "署名", "成文日期", "附注", "抄送", "印发机关", "期间", "数据截止", "数据版本"}
}

func blockPlaceholders() []string { return []string{"正文", "附件说明", "附件"} }

// controlPrefix marks the content controls that are ours; others in a template are left alone.
const controlPrefix = "通报:"

// TemplateError says what is wrong with a template and what it should hold.
type TemplateError struct{ Part, Problem string }

// Error says in which part of the template what is wrong.
func (e *TemplateError) Error() string { return e.Part + ": " + e.Problem }

// Fill puts a document into a template (nil: the default one) and returns the bytes of the Word file.
// A wrong, misplaced or missing placeholder gives a *TemplateError.
func Fill(template []byte, content document.Document) ([]byte, error) {
	files := defaultParts()
	if template != nil {
		var err error
		if files, err = readParts(template); err != nil {
			return nil, &TemplateError{"template", err.Error()}
		}
	}
	f := &filler{files: files, content: content, seen: map[string]bool{}}
	for _, step := range []func() error{f.readDocument, f.mergeStyles, f.fillDocument, f.fillSurroundings, f.finish} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return files.write()
}

type filler struct {
	files     parts
	content   document.Document
	root      *node
	body      *node
	page      *node             // the template's last section properties
	styles    map[string]string // our style id → the template's
	seen      map[string]bool   // placeholders met
	marks     bookmarks
	charts    int
	rels      []string
	overrides []string
}

func (f *filler) readDocument() error {
	text, ok := f.files[documentPart]
	if !ok {
		return &TemplateError{documentPart, "missing; save the template as .docx from Word, WPS or LibreOffice"}
	}
	root, err := parseNode(documentPart, text)
	if err != nil {
		return &TemplateError{documentPart, err.Error()}
	}
	f.root, f.body = root, root.child("w:body")
	if root.name != "w:document" || f.body == nil || !strings.Contains(root.attr("xmlns:w"), "openxmlformats.org/wordprocessingml/2006") {
		return &TemplateError{documentPart, "not a Word document in the transitional format; save it as .docx (not Strict Open XML)"}
	}
	if f.page = f.body.child("w:sectPr"); f.page == nil {
		standard, err := parseNode(documentPart, templateDocument)
		if err != nil {
			return err
		}
		f.page = standard.child("w:body").child("w:sectPr")
		f.page.children = slices.DeleteFunc(f.page.children, func(n *node) bool { return n.name == "w:footerReference" })
		f.body.children = append(f.body.children, f.page)
	}
	f.marks = newBookmarks(root)
	return nil
}

func (f *filler) fillDocument() error {
	if err := f.unwrapControls(f.body); err != nil {
		return err
	}
	if err := f.fillParagraphs(documentPart, f.body, true); err != nil {
		return err
	}
	for _, required := range []string{"标题", "正文", "附件"} {
		if !f.seen[required] {
			return &TemplateError{documentPart, fmt.Sprintf("the placeholder {{%s}} is missing; put it where that belongs", required)}
		}
	}
	return nil
}

// fillSurroundings fills the inline placeholders of headers and footers.
func (f *filler) fillSurroundings() error {
	names := make([]string, 0, len(f.files))
	for name := range f.files {
		if strings.HasPrefix(name, "word/header") || strings.HasPrefix(name, "word/footer") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if !strings.Contains(string(f.files[name]), "{{") {
			continue
		}
		root, err := parseNode(name, f.files[name])
		if err != nil {
			return &TemplateError{name, err.Error()}
		}
		if err := f.fillParagraphs(name, root, false); err != nil {
			return err
		}
		f.files[name] = root.bytes()
	}
	return nil
}

// unwrapControls turns our content controls into the placeholders they stand for.
func (f *filler) unwrapControls(parent *node) error {
	var kept []*node
	for _, child := range parent.children {
		if child.name == "w:sdt" {
			name, ours := strings.CutPrefix(controlTag(child), controlPrefix)
			content := child.child("w:sdtContent")
			if ours && content != nil {
				if err := known(documentPart, name); err != nil {
					return err
				}
				if replacement := firstParagraphOrRun(content, "{{"+name+"}}"); replacement != nil {
					kept = append(kept, replacement)
					continue
				}
			}
		}
		if err := f.unwrapControls(child); err != nil {
			return err
		}
		kept = append(kept, child)
	}
	parent.children = kept
	return nil
}

func controlTag(control *node) string {
	if properties := control.child("w:sdtPr"); properties != nil {
		if tag := properties.child("w:tag"); tag != nil {
			return tag.attr("w:val")
		}
	}
	return ""
}

// firstParagraphOrRun is the first paragraph (or run) of a control's content with the given text in it and its formatting kept.
func firstParagraphOrRun(content *node, text string) *node {
	for _, child := range content.children {
		switch child.name {
		case "w:r":
			return textRun(child.child("w:rPr"), text)
		case "w:p":
			var properties *node
			if run := child.child("w:r"); run != nil {
				properties = run.child("w:rPr")
			}
			paragraph := &node{name: "w:p"}
			if p := child.child("w:pPr"); p != nil {
				paragraph.children = append(paragraph.children, p)
			}
			paragraph.children = append(paragraph.children, textRun(properties, text))
			return paragraph
		}
	}
	return nil
}

func textRun(properties *node, text string) *node {
	run := &node{name: "w:r"}
	if properties != nil {
		run.children = append(run.children, properties)
	}
	t := &node{name: "w:t", children: []*node{{text: text}}}
	t.setAttr("xml:space", "preserve")
	run.children = append(run.children, t)
	return run
}

var placeholder = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

func known(part, name string) error {
	if slices.Contains(inlinePlaceholders(), name) || slices.Contains(blockPlaceholders(), name) {
		return nil
	}
	all := append(blockPlaceholders(), inlinePlaceholders()...)
	near := ""
	if closest, ok := nearest(name, all); ok {
		near = fmt.Sprintf("; did you mean {{%s}}?", closest)
	}
	return &TemplateError{part, fmt.Sprintf("{{%s}} is not a placeholder%s; those known are %s", name, near, strings.Join(all, " "))}
}

func (f *filler) fillParagraphs(part string, parent *node, blocks bool) error {
	var kept []*node
	for _, child := range parent.children {
		if child.name != "w:p" {
			if err := f.fillParagraphs(part, child, blocks && child.name != "w:txbxContent"); err != nil {
				return err
			}
			kept = append(kept, child)
			continue
		}
		replaced, err := f.fillParagraph(part, child, blocks)
		if err != nil {
			return err
		}
		kept = append(kept, replaced...)
	}
	parent.children = kept
	return nil
}

func (f *filler) fillParagraph(part string, paragraph *node, blocks bool) ([]*node, error) {
	text := paragraph.content()
	found := placeholder.FindAllStringSubmatch(text, -1)
	if len(found) == 0 {
		if strings.Contains(text, "{{") {
			return nil, &TemplateError{part, fmt.Sprintf("%q opens {{ and does not close it in the same paragraph", text)}
		}
		return []*node{paragraph}, f.fillTextBoxes(part, paragraph)
	}
	filled := false
	for _, match := range found {
		name := strings.TrimSpace(match[1])
		if err := known(part, name); err != nil {
			return nil, err
		}
		if slices.Contains(blockPlaceholders(), name) {
			switch {
			case strings.TrimSpace(text) != match[0]:
				return nil, &TemplateError{part, fmt.Sprintf("{{%s}} must stand alone in its paragraph; found %q", name, text)}
			case !blocks:
				return nil, &TemplateError{part, fmt.Sprintf("{{%s}} must stand in the document's body, not in a header, footer or text box", name)}
			case f.seen[name]:
				return nil, &TemplateError{part, fmt.Sprintf("{{%s}} stands there twice", name)}
			}
			f.seen[name] = true
			return f.block(name)
		}
		f.seen[name] = true
		filled = filled || len(f.content.Fields[name]) > 0
	}
	if !filled {
		return nil, nil // nothing to say: no empty 抄送 line
	}
	f.substitute(paragraph)
	return []*node{paragraph}, nil
}

// fillTextBoxes looks for paragraphs inside a paragraph's drawings.
func (f *filler) fillTextBoxes(part string, paragraph *node) error {
	for _, child := range paragraph.children {
		if err := f.fillParagraphs(part, child, false); err != nil {
			return err
		}
	}
	return nil
}

// substitute puts field texts in place of inline placeholders, in the run where each placeholder begins.
func (f *filler) substitute(paragraph *node) {
	var texts []*node
	paragraph.each(func(n *node) {
		if n.name == "w:t" {
			texts = append(texts, n)
		}
	})
	var whole strings.Builder
	starts := make([]int, len(texts))
	for i, t := range texts {
		starts[i] = whole.Len()
		whole.WriteString(t.content())
	}
	all := whole.String()
	pieces := make([]strings.Builder, len(texts))
	put := func(from, to int) { // literal text goes back where it came from
		for i := range texts {
			end := len(all)
			if i+1 < len(texts) {
				end = starts[i+1]
			}
			if a, b := max(from, starts[i]), min(to, end); a < b {
				pieces[i].WriteString(all[a:b])
			}
		}
	}
	at := 0
	for _, match := range placeholder.FindAllStringSubmatchIndex(all, -1) {
		put(at, match[0])
		home := 0
		for i := range texts {
			if starts[i] <= match[0] {
				home = i
			}
		}
		pieces[home].WriteString(document.Text(f.content.Fields[strings.TrimSpace(all[match[2]:match[3]])]))
		at = match[1]
	}
	put(at, len(all))
	for i, t := range texts {
		t.children = []*node{{text: pieces[i].String()}}
		t.setSpace()
	}
}

func (n *node) setSpace() {
	if n.attr("xml:space") == "" {
		n.setAttr("xml:space", "preserve")
	}
}

func (f *filler) block(name string) ([]*node, error) {
	var out strings.Builder
	switch name {
	case "正文":
		if err := f.writeBody(&out, withoutAnnexList(f.content.Body)); err != nil {
			return nil, err
		}
	case "附件说明":
		if err := f.writeBlocks(&out, onlyAnnexList(f.content.Body)); err != nil {
			return nil, err
		}
	case "附件":
		if err := f.writeAnnexes(&out); err != nil {
			return nil, err
		}
	}
	return []*node{{raw: out.String()}}, nil
}

func isAnnexList(block document.Block) bool {
	p, ok := block.(document.Paragraph)
	return ok && (p.Style == document.AnnexList || p.Style == document.AnnexListFurther)
}

func withoutAnnexList(blocks []document.Block) []document.Block {
	return slices.DeleteFunc(slices.Clone(blocks), isAnnexList)
}

func onlyAnnexList(blocks []document.Block) []document.Block {
	return slices.DeleteFunc(slices.Clone(blocks), func(b document.Block) bool { return !isAnnexList(b) })
}
