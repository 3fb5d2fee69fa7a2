// Package delimited turns delimited text (CSV and its relatives) into a book of one sheet: encoding, delimiter, quotes and line ends are
// proven from the content; one bad record costs at most itself.
package delimited
