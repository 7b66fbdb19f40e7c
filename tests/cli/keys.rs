//! Which segment do `--key`, `--path` and `--id` name?

use std::os::unix::fs::MetadataExt;

use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment;

use crate::processes::Folder;
use crate::{fails, leave, run, sending, well};

/// `ftok`, written from its manual page: inode, device, id.
fn ftok(path: &std::path::Path, id: u8) -> u32 {
    let file = path.metadata().unwrap();
    (u32::from(id) << 24) | ((file.dev() as u32 & 0xff) << 16) | (file.ino() as u32 & 0xffff)
}

#[test]
fn without_options_it_is_the_originals() {
    let folder = Folder::new();
    let _sender = sending(&folder, &[]);
    let key = ftok(folder.path(), b'S');
    assert_eq!(folder.key.to_string(), format!("{key:#010x}"));
    assert!(folder.has_segment());
}

#[test]
fn a_path_and_an_id_make_another() {
    let folder = Folder::new();
    let file = folder.path().join("some file");
    std::fs::write(&file, "").unwrap();
    let key = ftok(&file, b'7');
    let named = ["--path", "some file", "--id", "7"];
    let sender = sending(&folder, &named);
    sender.hear(&format!(
        "host: sending on key {key:#010x} (path some file, id 7)\n"
    ));
    let key = Key::new(key.cast_signed()).unwrap();
    assert!(segment::find(key).is_ok());
    for number in [key.to_string(), key.raw().to_string()] {
        let ended = run(&folder, &["recv", "--count", "1", "--key", &number]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    sender.signal(nix::sys::signal::Signal::SIGTERM);
    sender.end();
    assert!(segment::find(key).is_err());
}

#[test]
fn an_id_may_be_a_number_as_in_c() {
    let folder = Folder::new();
    for (id, byte, shown) in [
        ("65", 65, "A"),
        ("0x41", 65, "A"),
        ("01", 1, "0x01"),
        ("0xff", 255, "0xff"),
    ] {
        let key = ftok(folder.path(), byte);
        let said = well(&folder, &["send", "--count", "1", "--id", id]);
        let told = format!("host: sending on key {key:#010x} (path ., id {shown})\n");
        assert!(said.starts_with(&told), "{said}");
    }
}

#[test]
fn a_key_may_be_said_in_several_ways() {
    let folder = Folder::new();
    leave(&folder, b"CIEPLO\n", &[]);
    let raw = folder.key.raw();
    let ways = [
        format!("{raw:#x}"),
        format!("{raw:#X}"),
        format!("0X{raw:08X}"),
        format!("{}", raw.cast_unsigned()),
        format!("{raw}"),
    ];
    for way in &ways {
        let ended = run(&folder, &["recv", "--until-close", &format!("--key={way}")]);
        assert_eq!(ended.lines, ["Received: CIEPLO"], "{way}: {ended:?}");
    }
}

#[test]
fn a_key_is_said_as_ipcs_says_it() {
    let folder = Folder::new();
    let key = folder.key.to_string();
    let receiver = folder.start(&["recv", "--key", &key]);
    receiver.hear(&format!("host: waiting for a sender on key {key}\n"));
}

#[test]
fn a_path_must_exist() {
    let folder = Folder::new();
    for command in ["send", "recv", "status", "rm"] {
        assert_eq!(
            fails(&folder, &[command, "--path", "no/such"]),
            "no key from path no/such: No such file or directory (os error 2); name an existing file or folder with `--path`, a channel with `--name`, or a key with `--key`"
        );
    }
}
