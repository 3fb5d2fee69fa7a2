// Package warehouse turns a path into an open DuckDB database: bounded threads and memory, no extension ever fetched, UTC inside,
// read-only or closed where asked. It inserts Arrow batches inside a transaction and scans rows into typed structs.
// It is the only package that imports the driver; everything else speaks to a Queryer.
package warehouse
