// Package xlsx turns Excel workbooks (.xlsx, .xlsm, transitional and strict OOXML) into sheets of cells, in one pass over each sheet after a
// quick look for its merged regions, and in memory that does not grow with the number of rows.
//
// Values are those the file stores: the results of formulas as last computed, numbers as typed, dates by their number format. Nothing is
// computed, nothing outside the file is followed.
package xlsx
