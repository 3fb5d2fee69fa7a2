// Package sheettest turns the bytes of a file into a readable account of what a reader made of them, for tests, and holds every reader to
// what sheet promises.
package sheettest
