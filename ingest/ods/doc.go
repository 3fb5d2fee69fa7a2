// Package ods turns OpenDocument spreadsheets (.ods of LibreOffice and WPS, and the flat form .fods) into sheets of cells.
package ods
