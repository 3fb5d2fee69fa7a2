// Package dashboards turns the mart schema of a published version into what people read: the static site, the notice, the
// annex workbook and the city packs. It computes no number: every figure shown is a row of mart.figure or of a mart list,
// read once through Mart and worded by the functions of format.go, so that text, table and chart cannot differ.
package dashboards
