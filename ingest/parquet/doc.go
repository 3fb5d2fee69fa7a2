// Package parquet turns Parquet files into rows of cells, by the engine's own reader: typed values become text as they would be written.
package parquet
