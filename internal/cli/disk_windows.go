package cli

import "golang.org/x/sys/windows"

// freeSpace is what the volume of a path has free for us, and its size.
func freeSpace(path string) (free, total int64, err error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, 0, err
	}
	var available, size, all uint64
	if err := windows.GetDiskFreeSpaceEx(name, &available, &size, &all); err != nil {
		return 0, 0, err
	}
	return int64(available), int64(size), nil
}
