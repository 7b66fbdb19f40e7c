//! What is another user's is refused, and said whose it is. Needs root, to become another user.

use ramframe_host::cli::hints;
use ramframe_host::error::Kind;
use ramframe_host::sysv::segment::{self, ReadOnly, Segment};
use ramframe_host::trust::{Trust, TrustError};

use crate::scratch::{NOBODY, Peer, Scratch, given_key, is_root, say, told_to_end};

#[test]
fn another_users_segment_is_not_believed_even_by_root() {
    if !is_root() {
        return;
    }
    let scratch = Scratch::new();
    let mut peer = Peer::start_as_nobody("others::creates", scratch.key);
    assert_eq!(peer.hear(), "created");
    let error = Segment::<ReadOnly>::attach(scratch.key, &Trust::current_user()).unwrap_err();
    assert!(matches!(
        error.kind,
        Kind::Untrusted(TrustError::Foreign { uid: NOBODY, .. })
    ));
    assert!(
        hints::of(&error).ends_with(
            "belongs to uid 65534, mode 0600, and you are uid 0: it is not used; \
         use another `--id`, or trust the user nobody with `--trust-uid nobody`"
        ),
        "{error}"
    );
    let trust = Trust::current_user().allow_uid(NOBODY);
    Segment::<ReadOnly>::attach(scratch.key, &trust).unwrap();
    peer.end();
}

#[test]
#[ignore = "a role, run as another user by the test above"]
fn creates() {
    let Some(key) = given_key() else { return };
    let _made = Segment::create(key, 64, 0o600).unwrap();
    say("created");
    told_to_end();
}

#[test]
fn a_closed_segment_says_whose_it_is() {
    if !is_root() {
        return;
    }
    let scratch = Scratch::new();
    let made = Segment::create(scratch.key, 64, 0o600).unwrap();
    let mut peer = Peer::start_as_nobody("others::tries", scratch.key);
    let (id, key) = (made.id(), scratch.key);
    assert_eq!(
        peer.hear(),
        format!(
            "segment {id} of key {key} belongs to uid 0, mode 0600, and you, uid 65534, may not open it; \
         use another `--key`, or let the user root create it with a wider `--mode`, and trust that user with `--trust-uid root`"
        )
    );
    assert_eq!(
        peer.hear(),
        format!(
            "segment {id} of key {key} belongs to uid 0, mode 0600: only that user or root may remove it; see whose it is with `ipcs -m`, or use another `--key`"
        )
    );
    peer.end();
    assert_eq!(made.name().state(), segment::State::Same);
}

#[test]
#[ignore = "a role, run as another user by the test above"]
fn tries() {
    let Some(key) = given_key() else { return };
    let error = Segment::<ReadOnly>::attach(key, &Trust::current_user()).unwrap_err();
    say(&hints::of(&error));
    let error = segment::find(key).and_then(segment::remove).unwrap_err();
    say(&hints::of(&error));
    told_to_end();
}

#[test]
fn a_segment_that_its_creator_may_not_attach_is_not_left_behind() {
    if !is_root() {
        return;
    }
    let scratch = Scratch::new();
    let mut peer = Peer::start_as_nobody("others::creates_for_nobody", scratch.key);
    assert_eq!(peer.hear(), "refused");
    let error = segment::find(scratch.key).unwrap_err();
    assert!(matches!(error.kind, Kind::Absent), "{error}");
    peer.end();
}

#[test]
#[ignore = "a role, run as another user by the test above"]
fn creates_for_nobody() {
    let Some(key) = given_key() else { return };
    Segment::create(key, 64, 0o000).unwrap_err();
    say("refused");
    told_to_end();
}
