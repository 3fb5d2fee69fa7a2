// Package xls turns Excel 97–2003 workbooks (.xls, BIFF8) into sheets of cells. Values are those the file stores: results of formulas as
// last computed, numbers as typed, dates by their number format.
//
// Older files (Excel 5.0/95 and before) and encrypted ones are refused with what to do about it.
package xls
