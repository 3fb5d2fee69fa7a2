// Package numfmt turns the numbers of XLS and XLSX workbooks, together with the number formats they are shown with, into dates, times
// and decimal text as a person typed them.
package numfmt
