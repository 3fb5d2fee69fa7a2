// Package documenttest turns a document into lines of text and walks through its runs, for tests of what is said in it.
package documenttest
