// Package region turns codes and names into the tree of regions: province, cities, counties, in administrative order.
// The whole country ships as data; a project may bring its own tree as a CSV or YAML file of the same shape.
package region
