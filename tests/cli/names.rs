//! Does a name bring two sides together, from any folder, and keep others away?

use ramframe_core::geometry::{Geometry, Name};
use ramframe_core::wait::Spin;
use ramframe_host::locks::Locks;
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment::Segment;
use ramframe_host::trust::Trust;

use crate::processes::{Ended, Folder, Running};
use crate::{fails, run, well};

/// A name of this folder's own; its channel is removed in the end.
pub(crate) struct OwnName {
    pub(crate) text: String,
    pub(crate) key: Key,
}

impl OwnName {
    pub(crate) fn new(folder: &Folder) -> Self {
        let text = format!("test/{:08x} ż", folder.key.raw());
        let key = Key::of_name(Name::new(&text).unwrap());
        Self { text, key }
    }

    fn sender(&self, folder: &Folder) -> Running {
        let sender = folder.start(&["send", "--name", &self.text, "-i", "1h"]);
        sender.hear("Sent: ");
        sender
    }
}

impl Drop for OwnName {
    fn drop(&mut self) {
        let _ = ramframe_host::sysv::segment::find(self.key)
            .and_then(ramframe_host::sysv::segment::remove);
        let _ = ramframe_host::locks::remove(self.key);
    }
}

#[test]
fn two_folders_meet_by_a_name() {
    let (here, there) = (Folder::new(), Folder::new());
    let name = OwnName::new(&here);
    let sender = name.sender(&here);
    let key = name.key;
    let told = format!("sending on name {} (key {key})\n", name.text);
    sender.hear(&told);
    let ended = run(&there, &["recv", "--name", &name.text, "-n", "1"]);
    assert_eq!(ended.lines, ["Received: CIEPLO"]);
    // A key means whatever is there.
    let ended = run(&there, &["recv", "-k", &key.to_string(), "-n", "1"]);
    assert_eq!(ended.lines, ["Received: CIEPLO"]);
}

#[test]
fn list_and_status_tell_names() {
    let folder = Folder::new();
    let name = OwnName::new(&folder);
    let _sender = name.sender(&folder);
    let status = run(&folder, &["status", "--name", &name.text]);
    assert!(
        status.lines.contains(&format!("name       {}", name.text)),
        "{status:?}"
    );
    let listed = run(&folder, &["list"]).lines;
    assert!(listed[0].ends_with(" NAME"), "{listed:?}");
    let key = name.key.to_string();
    let row = listed.iter().find(|line| line.starts_with(&key)).unwrap();
    assert!(row.ends_with(&format!(" {}", name.text)), "{row}");
    let json = run(&folder, &["status", "-j", "--name", &name.text]);
    let json: serde_json::Value = serde_json::from_str(&json.lines[0]).unwrap();
    assert_eq!(json["name"], *name.text);
}

fn with_env(folder: &Folder, variables: &[(&str, &str)], args: &[&str]) -> Ended {
    let mut command = folder.host(args);
    command.envs(variables.iter().copied());
    Running::start(command).end()
}

#[test]
fn the_environment_names_a_channel_where_nothing_is_typed() {
    let folder = Folder::new();
    let name = OwnName::new(&folder);
    let _sender = name.sender(&folder);
    let key = name.key.to_string();
    let once = ["recv", "--count", "1"];
    for (variable, value) in [("RAMFRAME_NAME", &*name.text), ("RAMFRAME_KEY", &key)] {
        let ended = with_env(&folder, &[(variable, value)], &once);
        assert_eq!(ended.lines, ["Received: CIEPLO"], "{variable}: {ended:?}");
        // What is typed counts more; an empty value counts nothing.
        let own = ["status", "--path", "."];
        let told = with_env(&folder, &[(variable, value)], &own).errors;
        assert!(told.contains(&folder.key.to_string()), "{told}");
        let told = with_env(&folder, &[(variable, "")], &["status"]).errors;
        assert!(told.contains(&folder.key.to_string()), "{told}");
    }
    let both = [("RAMFRAME_NAME", &*name.text), ("RAMFRAME_KEY", "0x1234")];
    assert_eq!(with_env(&folder, &both, &once).code, Some(0));
}

#[test]
fn an_environment_that_names_no_channel_is_refused() {
    let folder = Folder::new();
    for (variable, value, told) in [
        (
            "RAMFRAME_NAME",
            "abcdefghijklmnopqrstuvwxyz",
            "a name of 26 bytes, and the longest has 24; use a shorter one",
        ),
        ("RAMFRAME_KEY", "0", "key 0x00000000 is reserved"),
    ] {
        let ended = with_env(&folder, &[(variable, value)], &["status"]);
        assert_eq!(ended.code, Some(1));
        let told = format!("host: {variable}={value}: {told}");
        assert!(ended.errors.starts_with(&told), "{}", ended.errors);
    }
}

/// Puts a channel of another name on the key, as one does whose name has the same key.
fn take_key(key: Key, name: &str) -> (Segment<ramframe_host::sysv::segment::ReadWrite>, Locks) {
    let locks = Locks::open_or_create(key, 0, 0o600, &Trust::current_user()).unwrap();
    let segment = Segment::create(key, 1024, 0o600).unwrap();
    let name = Name::new(name).unwrap();
    Geometry::overwrite(4, 48)
        .format_named(&segment.memory(), &name, 0, &mut Spin)
        .unwrap();
    (segment, locks)
}

#[test]
fn another_name_on_the_same_key_is_refused_and_named() {
    let folder = Folder::new();
    let name = OwnName::new(&folder);
    let _taken = take_key(name.key, "it's another");
    let (key, text) = (name.key, &name.text);
    for command in ["send", "recv", "status", "rm"] {
        assert_eq!(
            fails(&folder, &[command, "--name", text]),
            format!(
                "the channel on name {text} (key {key}) has the name it's another, and not the name {text}; both names have the same key: choose another `--name`, or use `--name 'it'\\''s another'`"
            )
        );
    }
    let said = fails(&folder, &["send", "--stream", "--name", text]);
    assert!(said.contains("has the name it's another"), "{said}");
    well(&folder, &["rm", "--force", "--name", text]);
}

#[test]
fn a_channel_without_the_name_is_refused() {
    let folder = Folder::new();
    let name = OwnName::new(&folder);
    let _taken = take_key(name.key, "");
    let said = fails(&folder, &["recv", "--name", &name.text]);
    assert!(said.contains(" has no name, and not the name "), "{said}");
    assert!(said.ends_with("; choose another `--name`"), "{said}");
}

#[test]
fn a_name_that_hides_something_is_shown_so() {
    let folder = Folder::new();
    let key = OwnName::new(&folder);
    let _taken = take_key(key.key, "left\u{202e}right");
    let number = key.key.to_string();
    let shown = run(&folder, &["status", "--key", &number]).lines;
    let name = r"name       left\u{202e}right";
    assert!(shown.iter().any(|line| line == name), "{shown:?}");
    let said = fails(&folder, &["send", "--name", &key.text]);
    assert!(said.contains(r"left\u{202e}right"), "{said}");
}
