//go:build unix

package cli

import "golang.org/x/sys/unix"

// freeSpace is what the file system below a path has free for us, and its size.
func freeSpace(path string) (free, total int64, err error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return 0, 0, err
	}
	block := int64(stat.Bsize)
	return int64(stat.Bavail) * block, int64(stat.Blocks) * block, nil
}
