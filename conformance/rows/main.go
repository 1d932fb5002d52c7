// Command rows lists every row of the catalogues with the number of its cases and the doors that they go through, separated by
// tabs. It fails when a row that had a case has none any more. It runs in the root of the repository.
package main

import (
	"fmt"
	"os"

	"postern/conformance"
)

func main() {
	rows, err := conformance.Rows(os.DirFS("conformance"))
	if writeErr := conformance.WriteRows(os.Stdout, rows); err == nil {
		err = writeErr
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rows:", err)
		os.Exit(1)
	}
}
