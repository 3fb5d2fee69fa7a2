// Package annex turns the figures and lists of one period into 年度执法计划完成情况统计表 and its lists: as a model that the
// notice prints, and as a workbook with live totals, one sheet per list, and a sheet that names the figure behind each cell.
package annex
