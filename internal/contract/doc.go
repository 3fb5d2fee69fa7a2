// Package contract turns YAML files into validated datasets and layouts.
//
// A dataset says what a table is: key, columns, types, code lists, the headers under which a column is met. A layout says how
// one kind of export becomes rows of one or more datasets: sources, splits, maps, constants, hashes. Both are plain data; the
// package reads no export and opens no database. From a dataset come the raw table's DDL, the rows of run.code, the header
// dictionary, the data dictionary and the empty templates.
package contract
