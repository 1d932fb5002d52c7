// Command zip packs the files of a folder into an archive of which every byte follows from their names, contents and executable
// bits: the order is that of the names, the time is 1980-01-01, the modes are 0755 and 0644.
package main

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: zip ARCHIVE FOLDER")
		os.Exit(2)
	}
	if err := pack(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "zip:", err)
		os.Exit(1)
	}
}

func pack(archive, folder string) error {
	out, err := os.Create(archive)
	if err != nil {
		return err
	}
	return errors.Join(write(out, os.DirFS(folder)), out.Close())
}

// write packs the regular files of files; anything else is an error.
func write(w io.Writer, files fs.FS) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return add(z, files, name)
	})
	return errors.Join(err, z.Close())
}

func add(z *zip.Writer, files fs.FS, name string) error {
	info, err := fs.Stat(files, name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", name)
	}
	const day1980 = 1<<5 | 1 // 1 January, as MS-DOS has it
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, ModifiedDate: day1980}
	h.SetMode(0o644)
	if info.Mode()&0o111 != 0 {
		h.SetMode(0o755)
	}
	entry, err := z.CreateHeader(h)
	if err != nil {
		return err
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	_, err = entry.Write(data)
	return err
}
