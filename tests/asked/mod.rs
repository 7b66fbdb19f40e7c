//! Can a test be asked here? If not, it says what is missing; on a build server, which has everything, that is a failure.

/// Whether there is what the test needs, here `what`.
pub(crate) fn asked(there: bool, what: &str) -> bool {
    let server = std::env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(there || !server, "CI needs {what}");
    if !there {
        eprintln!("not asked: it needs {what}");
    }
    there
}
