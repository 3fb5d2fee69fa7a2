// Package document is the office document before it has a format: paragraphs, tables and charts in order, in which every
// number carries the id of the figure it was taken from. The Word writer and the HTML preview turn the same document
// into files, so a number cannot differ between them.
package document
