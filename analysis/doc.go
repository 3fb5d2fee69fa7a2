// Package analysis turns core.* into mart.*: every figure of the catalogue for all regions, scopes, spans, periods and slices, with
// intervals, rank bands, changes and the composite index; curves, matrices and lists; and the reconciliation that must hold
// before a version is published.
//
// A metric is one file, metrics/<id>_<name>.sql: a header and one SELECT that returns its evidence, one row per subject with the
// region it counts for and the period indices between which it counts. One generic roll-up turns every metric into figures, and the
// same SELECT restricted to one figure is that figure's evidence. Intermediates shared by metrics, lists and matrices are models in
// models/mart.
package analysis
