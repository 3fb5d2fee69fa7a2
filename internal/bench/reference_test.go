//go:build bench

package bench

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/xuri/excelize/v2"
)

// The references run in a process of their own, so that CPU and peak memory are theirs alone: this test binary again, told by
// the environment what to do.
const referenceEnv = "TONGBAO_BENCH_REFERENCE"

func TestMain(m *testing.M) {
	if what := os.Getenv(referenceEnv); what != "" {
		if err := runReference(what, os.Args[len(os.Args)-2], os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// reference measures one of the reference runs.
func reference(t *testing.T, what, source, database string) cost {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return measured(t, []string{referenceEnv + "=" + what}, self, source, database)
}

func runReference(what, source, database string) error {
	if what == "workbook" {
		return readRaw(source, database)
	}
	db, err := sql.Open("duckdb", database)
	if err != nil {
		return err
	}
	defer db.Close()
	switch what {
	case "text": // one CSV file as text into a table
		_, err = db.Exec(fmt.Sprintf(`create table t as select * from read_csv('%s', all_varchar = true, header = true)`, source))
	case "typed": // every CSV file of a folder into typed tables
		err = loadTyped(db, source)
	default:
		err = fmt.Errorf("no reference %q", what)
	}
	if err != nil {
		return err
	}
	_, err = db.Exec(`checkpoint`)
	return err
}

func loadTyped(db *sql.DB, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil {
		return err
	}
	for _, file := range files {
		name := filepath.Base(file)
		name = name[:len(name)-len(".csv")]
		if _, err := db.Exec(fmt.Sprintf(`create table %s as select * from read_csv('%s', header = true)`, name, file)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// readRaw reads every cell of a sheet by the library alone.
func readRaw(path, sheet string) error {
	file, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	rows, err := file.Rows(sheet)
	if err != nil {
		return err
	}
	cells := 0
	for rows.Next() {
		values, err := rows.Columns()
		if err != nil {
			return err
		}
		cells += len(values)
	}
	fmt.Println(cells)
	return errors.Join(rows.Error(), rows.Close(), file.Close())
}
