// Package ingest turns exports in any of the formats into raw rows, rejected rows and a ledger line per file.
//
// One pass: bytes → sheets → rows of cells → header match → values per contract → Arrow batches → the warehouse, in one
// transaction per file. Every row read has exactly one fate: loaded, rejected, duplicate or ignored.
package ingest
