//! Whether the channel on a key has the name that the key was made from: two names may have one key.

use ramframe_core::geometry::Name;
use ramframe_core::region::Region;

use crate::error::{Error, Kind, Object};
use crate::sysv::key::Key;

/// Refuses the channel in `region` if `key` was made from another name. A key that was made from something else means whatever is
/// there. So does a region that is no channel: who attaches to it learns why.
pub(crate) fn check<R: Region>(key: Key, region: &R) -> Result<(), Error> {
    match Name::read(region) {
        Ok(found) => check_found(key, found),
        Err(_) => Ok(()),
    }
}

/// As [`check`], of a name that was read.
pub(crate) fn check_found(key: Key, found: Option<Name>) -> Result<(), Error> {
    let asked = *key.name();
    match asked.is_empty() || found == Some(asked) {
        true => Ok(()),
        false => Err(Object::Channel(key.into()).error(Kind::NameMismatch { asked, found })),
    }
}

#[cfg(test)]
mod tests {
    use ramframe_core::geometry::{Geometry, Name};
    use ramframe_core::memory::AtomicWords;
    use ramframe_core::wait::Spin;

    use super::{Kind, check};
    use crate::sysv::key::Key;

    #[test]
    fn only_the_name_that_was_asked_for_is_taken() {
        let memory = AtomicWords::array::<256>();
        let region = AtomicWords::new(&memory);
        let name = |text| Name::new(text).unwrap();
        let key = Key::of_name(name("mine"));
        check(key, &region).unwrap();
        let format = |text| {
            let geometry = Geometry::overwrite(2, 48);
            geometry.format_named(&region, &name(text), 0, &mut Spin)
        };
        format("mine").unwrap();
        check(key, &region).unwrap();
        for other in ["other", ""] {
            format(other).unwrap();
            let error = check(key, &region).unwrap_err();
            assert!(
                matches!(error.kind, Kind::NameMismatch { found: Some(found), .. } if found == name(other))
            );
            check(Key::new(key.raw()).unwrap(), &region).unwrap();
        }
    }
}
