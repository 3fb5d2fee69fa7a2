// Package archive turns containers (ZIP, gzip) into the files inside them, within limits, under names that can do no harm.
package archive
