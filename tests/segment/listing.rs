//! Are all segments of the machine found?

use ramframe_host::sysv::list;
use ramframe_host::sysv::segment::Segment;

use crate::scratch::{Scratch, eventually};

const TABLE: &str = "\
       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime        rss       swap
1392508930          7   600                  4096    11    12      2  1000   100  1000   100         30         20         10          0          0
         0          8  1666                    64    11     0      1     0     0     0     0          0          0         10          0          0
-1392508930         9   644 18446744073709551615    11    12      0  1000   100     0   100         30         20         10          0          0
garbage
";

#[test]
fn our_segment_is_listed_as_the_kernel_describes_it() {
    let scratch = Scratch::new();
    let made = Segment::create(scratch.key, 1001, 0o600).unwrap();
    eventually(|| {
        let listed = list::segments().unwrap();
        let found = listed.iter().find(|stat| stat.id == made.id());
        *found.unwrap() == made.stat().unwrap()
    });
}

#[test]
fn a_table_is_read() {
    let found = list::parse(TABLE);
    let ids: Vec<_> = found.iter().map(|stat| (stat.id, stat.removed())).collect();
    assert_eq!(ids, [(7, false), (8, true), (9, false)]);
    let first = found[0];
    assert_eq!(first.key.unwrap().raw(), 1_392_508_930);
    assert_eq!(first.owner.to_string(), "uid 1000, mode 0600");
    assert_eq!((first.size, first.attached), (4096, 2));
    assert_eq!((first.creator_pid, first.last_pid), (11, 12));
    assert_eq!(found[1].key, None);
    assert_eq!(
        found[2].owner.to_string(),
        "uid 1000, created by uid 0, mode 0644"
    );
}

#[test]
fn columns_may_move_and_go() {
    let found = list::parse("size key uid cuid perms shmid\n64 5 1 2 640 3\n64 5 1 2 640\n");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id, found[0].size, found[0].last_pid), (3, 64, 0));
}

#[test]
fn no_table_is_no_segments() {
    assert!(list::parse("").is_empty());
    assert!(list::parse("nonsense\n1 2 3\n").is_empty());
}
