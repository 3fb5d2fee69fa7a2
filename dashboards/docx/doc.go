// Package docx turns a document and a Word template into a Word file, with the standard library alone: the template's
// placeholders are replaced by fields, paragraphs, tables and native charts; every number becomes a bookmark named after
// its figure. The same document and template give the same bytes.
package docx
