// Package bench turns a generated province into measurements of the program: speed and memory, each as a ratio to a reference run
// of the same work in the same minute on the same machine. Its tests are behind the build tag bench: `make bench`.
package bench
