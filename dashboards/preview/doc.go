// Package preview turns a document into one HTML page with the same text as its Word file, for the screen and for printing to
// PDF: no script, no request, every number marked with its figure.
package preview
