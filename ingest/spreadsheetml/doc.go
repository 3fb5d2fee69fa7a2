// Package spreadsheetml turns workbooks of the XML format of Excel 2003 (one XML text, usually named .xml or .xls) into sheets of cells.
package spreadsheetml
