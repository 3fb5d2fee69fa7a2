// Package htmltable turns web pages with tables, which many systems hand out as "Excel" under the name .xls, into one sheet: the tables one
// below the other with a blank row between, as Excel opens them.
package htmltable
