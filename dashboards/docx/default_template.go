package docx

import (
	_ "embed"
)

// The parts of the default template, each a plain file so that a change of layout can be read as a change of text.
var (
	//go:embed template/content_types.xml
	templateContentTypes []byte
	//go:embed template/rels.xml
	templateRels []byte
	//go:embed template/document.xml
	templateDocument []byte
	//go:embed template/document_rels.xml
	templateDocumentRels []byte
	//go:embed template/styles.xml
	templateStyles []byte
	//go:embed template/settings.xml
	templateSettings []byte
	//go:embed template/font_table.xml
	templateFontTable []byte
	//go:embed template/footer_odd.xml
	templateFooterOdd []byte
	//go:embed template/footer_even.xml
	templateFooterEven []byte
)

const (
	contentTypesPart = "[Content_Types].xml"
	documentPart     = "word/document.xml"
	documentRelsPart = "word/_rels/document.xml.rels"
	stylesPart       = "word/styles.xml"
)

func defaultParts() parts {
	return parts{
		contentTypesPart:       templateContentTypes,
		"_rels/.rels":          templateRels,
		documentPart:           templateDocument,
		documentRelsPart:       templateDocumentRels,
		stylesPart:             templateStyles,
		"word/settings.xml":    templateSettings,
		"word/fontTable.xml":   templateFontTable,
		"word/footer_odd.xml":  templateFooterOdd,
		"word/footer_even.xml": templateFooterEven,
	}
}

// DefaultTemplate is the template used when an office has none of its own, as a .docx file to start one from.
func DefaultTemplate() ([]byte, error) { return defaultParts().write() }
