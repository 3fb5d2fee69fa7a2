// Package sheet is the one shape in which every file reader of ingest hands over what it found: a Book of sheets, each a stream of rows of
// cells, with text as written, the kind of value behind it, and what the file says about merging and hiding.
//
// Nothing here knows a file format; nothing here knows a contract.
package sheet
