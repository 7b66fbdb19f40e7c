//! Which keys there are.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::path::Path;

use ramframe_host::cli::hints;
use ramframe_host::sysv::key::{Error, Key};
use tempfile::NamedTempFile;

#[test]
fn the_formula_is_the_c_librarys() {
    let file = NamedTempFile::new().unwrap();
    for path in [
        Path::new("."),
        Path::new("/"),
        Path::new("/proc/self"),
        file.path(),
    ] {
        let name = CString::new(path.to_str().unwrap()).unwrap();
        for id in [1, b'S', 0x7f, 0xff] {
            // SAFETY: `name` is a NUL-terminated string that lives until the call returns.
            let theirs = unsafe { libc::ftok(name.as_ptr(), i32::from(id)) };
            assert_eq!(
                Key::of_path(path, id).unwrap().raw(),
                theirs,
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (text, raw) in [
        ("0x53010002", 0x5301_0002),
        ("0X1f", 0x1f),
        ("1234", 1234),
        ("0xfffffffe", -2),
        ("4294967294", -2),
        ("-2", -2),
    ] {
        let key: Key = text.parse().unwrap();
        assert_eq!(key.raw(), raw, "{text}");
        assert_eq!(key.to_string().parse::<Key>().unwrap(), key);
    }
    assert_eq!(Key::new(0x1f).unwrap().to_string(), "0x0000001f");
}

#[test]
fn what_is_no_key_is_refused() {
    for text in ["0", "0x0", "-1", "0xffffffff", "4294967295"] {
        let error = text.parse::<Key>().unwrap_err();
        assert!(matches!(error, Error::Reserved { .. }), "{text}");
        assert!(hints::of(&error).contains("is reserved"), "{error}");
    }
    for text in ["", "S", "0x", "0x123456789", "12k"] {
        let error = text.parse::<Key>().unwrap_err();
        assert!(hints::of(&error).contains("`--key 0x"), "{error}");
    }
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let error = Key::of_path("/no/such/file", b'S').unwrap_err();
    assert_eq!(
        hints::of(&error),
        "no key from path /no/such/file: No such file or directory (os error 2); \
         name an existing file or folder with `--path`, a channel with `--name`, or a key with `--key`"
    );
}
