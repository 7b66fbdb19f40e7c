//! Where the places of a share are.

use ramframe_core::geometry::Name;

use crate::error::{Error, Kind, Object};
use crate::sysv::key::Key;

/// The most workers that a share has at a time.
pub const MAX_WORKERS: u32 = 64;

/// The key of the place with number `worker`.
///
/// ```
/// use ramframe_host::core::geometry::Name;
/// use ramframe_host::share;
/// use ramframe_host::sysv::key::Key;
///
/// let jobs = Key::of_name(Name::new("jobs")?);
/// assert_eq!(share::place(jobs, 2)?, Key::of_name(Name::new("jobs/2")?));
/// let number = Key::new(0x53)?;
/// assert_eq!(share::place(number, 0)?, Key::of_name(Name::new("0x00000053/0")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Kind::PlaceName`] if the name is too long.
pub fn place(base: Key, worker: u32) -> Result<Key, Error> {
    let name = match base.name() {
        name if name.is_empty() => format!("{base}/{worker}"),
        name => format!("{name}/{worker}"),
    };
    let refused = |why| Object::Channel(base.into()).error(Kind::PlaceName(why));
    Ok(Key::of_name(Name::new(&name).map_err(refused)?))
}

/// The keys of all the places that a share may have, from the first on.
pub(super) fn all(base: Key) -> Result<impl Iterator<Item = (u32, Key)>, Error> {
    let keys: Result<Vec<_>, _> = (0..MAX_WORKERS).map(|number| place(base, number)).collect();
    Ok((0..).zip(keys?))
}
