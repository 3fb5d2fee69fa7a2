// Package synth turns a seed and a size into a made-up province's exports with the planted truth: an office's files as dirty
// as in life for the demo, or clean files of any size, streamed in bounded memory, for measurements. The same options give
// the same bytes.
package synth
