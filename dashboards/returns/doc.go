// Package returns turns the rejected rows of a published version into 退回单: one workbook per city, in which the rows that failed can be
// corrected and sent back, and the contracts into empty templates to be filled in.
//
// Every returned row carries where it came from in a hidden column, every sheet in its title and in a property of the workbook, so that a
// workbook that was renamed, sorted, cut or saved by another program is still recognised when it comes back.
package returns
