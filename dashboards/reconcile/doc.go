// Package reconcile turns anybody's notice or table (.docx, .xlsx, text) into a report of what does not add up: parts and
// totals, shares and rates, sums, differences and products in sentences; totals, groups, ratios and differences in tables;
// and, in a notice of ours, every figure against the index of figures it carries. What cannot be judged is listed too.
package reconcile
