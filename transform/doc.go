// Package transform turns raw.* into core.*: versions in force at the cut-off, regions as they are called now, dates that can be,
// flags for what cannot, and the derived visit and episode. All of it is SQL, one file per table in models/; a project's own models/
// folder replaces and adds. The Go here writes run.*, the inputs of one build, and starts the models.
package transform
