//! What the kernel says of a UIO device: its memory is several maps, and the file offset of `mmap` selects one of them.

use std::fs;
use std::path::PathBuf;

use rustix::fs::{major, minor};

/// One map of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UioMap {
    /// Where in its first page the memory begins.
    pub(crate) offset: u64,
    /// How many bytes it has from there.
    pub(crate) size: u64,
}

/// Map `index` of the device with the number `device`: none where it has none of this index, and `None` if it is no UIO device.
pub(crate) fn find(device: u64, index: u32) -> Option<Option<UioMap>> {
    let (major, minor) = (major(device), minor(device));
    let maps = PathBuf::from(format!("/sys/dev/char/{major}:{minor}/maps"));
    let of = maps.join(format!("map{index}"));
    let number = |name| parse(&fs::read_to_string(of.join(name)).ok()?);
    maps.is_dir().then(|| {
        // Kernels before 2.6.37 do not say where it begins: there it is 0.
        let offset = number("offset").unwrap_or(0);
        let size = number("size")?;
        Some(UioMap { offset, size })
    })
}

/// Where in the file the map of this index begins, for `mmap`: at the page of this number.
pub(crate) fn file_offset(index: u32, page: u64) -> u64 {
    u64::from(index) * page
}

fn parse(text: &str) -> Option<u64> {
    u64::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{file_offset, find, parse};

    #[test]
    fn a_map_is_selected_by_a_page() {
        assert_eq!(file_offset(0, 4096), 0);
        assert_eq!(file_offset(2, 4096), 8192);
    }

    #[test]
    fn numbers_are_hexadecimal() {
        assert_eq!(parse("0x0000000000001000\n"), Some(4096));
        assert_eq!(parse("4096"), None);
    }

    #[test]
    fn other_devices_have_no_maps() {
        assert_eq!(find(rustix::fs::makedev(1, 5), 0), None);
    }
}
