package docx

import (
	"encoding/xml"
	"slices"
	"strings"

	"tongbao/dashboards/document"
)

// paragraphStyles are the ids of the default template's styles.
func paragraphStyle(style document.Style) string {
	switch style {
	case document.Heading1:
		return "Heading1"
	case document.Heading2:
		return "Heading2"
	case document.Heading3:
		return "Heading3"
	case document.TableCaption:
		return "TongbaoCaption"
	case document.TableNote:
		return "TongbaoNote"
	case document.AnnexMark:
		return "TongbaoAnnexMark"
	case document.AnnexTitle:
		return "TongbaoAnnexTitle"
	case document.AnnexList:
		return "TongbaoAnnexList"
	case document.AnnexListFurther:
		return "TongbaoAnnexListFurther"
	}
	return "TongbaoBody"
}

// mergeStyles keeps the template's own style wherever it has one of the same name, and adds the default's where it has not.
func (f *filler) mergeStyles() error {
	ours, err := parseNode(stylesPart, templateStyles)
	if err != nil {
		return err
	}
	if _, ok := f.files[stylesPart]; !ok {
		return &TemplateError{stylesPart, "missing; save the template as .docx from Word, WPS or LibreOffice"}
	}
	theirs, err := parseNode(stylesPart, f.files[stylesPart])
	if err != nil {
		return &TemplateError{stylesPart, err.Error()}
	}
	byName := map[string]string{}
	taken := map[string]bool{}
	for _, style := range theirs.children {
		if style.name == "w:style" {
			byName[styleKey(style)] = style.attr("w:styleId")
			taken[style.attr("w:styleId")] = true
		}
	}
	f.styles = map[string]string{}
	var added []*node
	for _, style := range ours.children {
		if style.name != "w:style" {
			continue
		}
		id := style.attr("w:styleId")
		if there, ok := byName[styleKey(style)]; ok {
			f.styles[id] = there
			continue
		}
		f.styles[id] = id
		for taken[f.styles[id]] {
			f.styles[id] += "T"
		}
		added = append(added, style)
	}
	for _, style := range added {
		id := f.styles[style.attr("w:styleId")]
		style.attrs = slices.DeleteFunc(style.attrs, func(a xml.Attr) bool {
			return a.Name.Local == "styleId" || a.Name.Local == "default" // a template has its own default
		})
		style.attrs = append(style.attrs, xml.Attr{Name: xml.Name{Space: "w", Local: "styleId"}, Value: id})
		for _, link := range []string{"w:basedOn", "w:next"} {
			if reference := style.child(link); reference != nil {
				for i := range reference.attrs {
					reference.attrs[i].Value = f.styles[reference.attrs[i].Value]
				}
			}
		}
		theirs.children = append(theirs.children, style)
	}
	if len(added) > 0 {
		f.files[stylesPart] = theirs.bytes()
	}
	return nil
}

// styleKey tells styles apart as Word does: by kind and name, whatever the case.
func styleKey(style *node) string {
	name := ""
	if n := style.child("w:name"); n != nil {
		name = n.attr("w:val")
	}
	return style.attr("w:type") + "/" + strings.ToLower(name)
}
